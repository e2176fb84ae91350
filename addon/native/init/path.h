// Ways into the container's filesystem. The image owns every name in it, and a volume may be shared with a running
// container that exchanges names while we look: a path is resolved by the kernel beneath the root, never followed
// through a magic link, and what was found is held by a descriptor, not by its name.
#pragma once

#include "init.h"

namespace caisson::init {

enum class Links { kFollow, kRefuse };
enum class Make { kDirectory, kFile };

// What a descriptor refers to; nothing where the kernel does not say.
Identity identityOf(int fd);

// Opens what is there (O_PATH). ENOENT and ENOTDIR when nothing is; ELOOP for a link where those are refused.
Outcome openBeneath(const Init& init, const char* path, Links links, OwnFd& out);

// The same, and ENOTDIR where a directory is wanted and something else is there; makes a directory (0755) or an empty
// file (0644), and its parents, where missing. Links of the image that lead to nothing are followed inside the root, as
// /var/run -> /run is in many (CVE-2024-45310).
Outcome openOrMake(const Init& init, const char* path, Make make, Links links, OwnFd& out);

// The place for a mount: as openOrMake, and made tells whether it was missing. /proc, /sys and what is below /proc are
// never reached by a link: a runtime that mounts elsewhere masks and protects the wrong place (CVE-2019-19921,
// CVE-2023-27561), and a mount in /proc that is not asked for lies to whoever reads there (CVE-2019-16884): EPERM.
struct Target {
  OwnFd fd;
  bool made = false;
};
Outcome openTarget(const Init& init, const char* path, Make make, Links links, Target& out);

// Opens the directory that holds the last component of path, made where missing, and points name at that component.
Outcome openParent(const Init& init, const char* path, OwnFd& parent, const char*& name);

// Attaches a detached mount on target, and gives the propagation (MS_*, 0 = as it is) to it.
Outcome attach(int tree, int target, uint64_t propagation, const char* path);

// The same for a mount of the configuration: it is the one made last; on "/" it takes the place of the root.
Outcome place(Init& init, OwnFd tree, int target, uint64_t propagation, const char* path);

// What place does with a mount that is attached.
void remember(Init& init, OwnFd mount, const char* path);

// Changes the propagation of the mount (MS_*, with MS_REC of all below it) that fd is the root of.
Outcome propagate(int fd, uint64_t propagation, const char* path);

// Opens the container's /dev/null (O_PATH) where it is the real one: CVE-2025-31133.
Outcome openNull(const Init& init, OwnFd& out);

}  // namespace caisson::init
