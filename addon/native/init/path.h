// Ways into the container's filesystem. The image owns every name in it, and a volume may be shared with a running
// container that exchanges names while we look: a path is resolved by the kernel beneath the root, never followed
// through a magic link, and what was found is held by a descriptor, not by its name.
#pragma once

#include "init.h"

namespace caisson::init {

enum class Links { kFollow, kRefuse };
enum class Make { kDirectory, kFile };

// Opens what is there (O_PATH). ENOENT and ENOTDIR when nothing is; ELOOP for a link where those are refused.
Outcome openBeneath(const Init& init, const char* path, Links links, OwnFd& out);

// The same, and ENOTDIR where a directory is wanted and something else is there; makes a directory (0755) or an empty
// file (0644), and its parents, where missing. Links of the image that lead to nothing are followed inside the root, as
// /var/run -> /run is in many (CVE-2024-45310).
Outcome openOrMake(const Init& init, const char* path, Make make, Links links, OwnFd& out);

// Opens the directory that holds the last component of path, made where missing, and points name at that component.
Outcome openParent(const Init& init, const char* path, OwnFd& parent, const char*& name);

// Attaches a detached mount on target, and gives the propagation (MS_*, 0 = as it is) to it.
Outcome attach(int tree, int target, uint64_t propagation, const char* path);

// Changes the propagation of the mount (MS_*, with MS_REC of all below it) that fd is the root of.
Outcome propagate(int fd, uint64_t propagation, const char* path);

// Opens the container's /dev/null (O_PATH) where it is the real one: CVE-2025-31133.
Outcome openNull(const Init& init, OwnFd& out);

}  // namespace caisson::init
