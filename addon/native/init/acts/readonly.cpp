// Mounts and places that the container may only read. Only MOUNT_ATTR_RDONLY is added: nosuid, nodev, noexec and the
// kind of atime stay, which a remount would have to repeat.
#include <string.h>

#include "../../sys.h"
#include "../path.h"

namespace caisson::init {
namespace {

Outcome setReadOnly(int fd, const char* path) {
  mount_attr attributes{};
  attributes.attr_set = MOUNT_ATTR_RDONLY;
  const int set = sys::mountSetattr(fd, "", AT_EMPTY_PATH, attributes);
  return set == 0 ? kDone : failed(wire::Call::kMountSetattr, path);
}

}  // namespace

Outcome readOnly(Init& init, const wire::ReadOnly& act) {
  const char* path = init.plan.text(act.path);
  OwnFd mount;
  if (Outcome o = openBeneath(init, path, Links::kFollow, mount); o.failed()) return o;
  return setReadOnly(mount.get(), path);
}

// The image owns the path, and a volume may be mounted there: what is found first is what is protected.
Outcome readOnlyPath(Init& init, const wire::ReadOnlyPath& act) {
  const char* path = init.plan.text(act.path);
  OwnFd target;
  Outcome o = openBeneath(init, path, Links::kFollow, target);
  if (o.error == ENOENT || o.error == ENOTDIR) return kDone;
  if (o.failed()) return o;
  // Over the root nothing would be found: it is protected itself.
  if (strcmp(path, "/") == 0) return setReadOnly(target.get(), path);
  // With what is mounted below, or that would be hidden.
  const OwnFd tree(sys::openTree(target.get(), "", OPEN_TREE_CLONE | AT_RECURSIVE | AT_EMPTY_PATH));
  if (!tree.valid()) return failed(wire::Call::kOpenTree, path);
  if (o = setReadOnly(tree.get(), path); o.failed()) return o;
  return attach(tree.get(), target.get(), 0, path);
}

}  // namespace caisson::init
