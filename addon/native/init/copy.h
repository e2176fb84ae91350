// A copy of a directory of the image. The image owns every name in it, and may have as much as it likes.
#pragma once

#include "init.h"

namespace caisson::init {

// Copies what is in the directory `from` into the directory `to`, which nobody else can reach: files with their holes,
// directories, links, nodes, with owners, modes, times and those extended attributes that a filesystem of its own can
// have. Links are copied as links, nodes never opened; a directory on which something is mounted stays empty, and a
// file on which something is mounted is left out. Bounded by the size of `to`, in depth, and by the launch's deadline.
// `from` must be open for reading. A failure blames path, and tells the name below it in detail.
Outcome copyDirectory(Init& init, int from, int to, const char* path);

}  // namespace caisson::init
