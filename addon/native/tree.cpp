#include "tree.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "sys.h"

namespace caisson {

Outcome copyTree(const char* path, bool recursive, bool directory, OwnFd& tree) {
  // A rootfs that is a link could be led elsewhere between the check of the configuration and now.
  unsigned flags = OPEN_TREE_CLONE | (directory ? AT_SYMLINK_NOFOLLOW : 0U);
  if (recursive) flags |= AT_RECURSIVE;
  tree.reset(sys::openTree(AT_FDCWD, path, flags));
  if (!tree.valid()) return failed(wire::Call::kOpenTree, path);
  if (!directory) return kDone;
  struct stat status {};
  if (fstat(tree.get(), &status) != 0) return failed(wire::Call::kFstat, path);
  return S_ISDIR(status.st_mode) ? kDone : refused(ENOTDIR, wire::Call::kOpenTree, path);
}

Outcome copyTreeIfThere(const char* path, OwnFd& tree) {
  tree.reset(sys::openTree(AT_FDCWD, path, OPEN_TREE_CLONE | AT_RECURSIVE | AT_SYMLINK_NOFOLLOW));
  if (tree.valid() || errno == ENOENT || errno == ENOTDIR) return kDone;
  return failed(wire::Call::kOpenTree, path);
}

}  // namespace caisson
