// What tells of changes in a cgroup, as descriptors that can be polled. For `caisson events`.
#pragma once

#include <string>
#include <vector>

#include "files.h"

namespace caisson::addon {

// As in lib/native/surface.ts.
int watchOom(const Path& directory);
int watchFiles(const std::vector<std::string>& paths);
int awaitChange(const std::vector<int>& watches, int output, double wait);

}  // namespace caisson::addon
