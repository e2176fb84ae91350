// Copies of mount trees, which belong to nobody until they are attached. Taken by the host program, or by init where its
// caller may not: open_tree(2) with OPEN_TREE_CLONE takes CAP_SYS_ADMIN over the mount namespace.
#pragma once

#include "fd.h"
#include "outcome.h"

namespace caisson {

// directory: demands one, and refuses a symbolic link as last component.
Outcome copyTree(const char* path, bool recursive, bool directory, OwnFd& tree);

// With all that is mounted below; what is not there is no failure, and no tree.
Outcome copyTreeIfThere(const char* path, OwnFd& tree);

}  // namespace caisson
