// New filesystems, and what stands in for one that this user namespace may not make.
#include "../../sys.h"
#include "filesystem.h"

namespace caisson::init {
namespace {

// The tree was taken by the host program: that of the host's own mount, with all that is mounted below it.
Outcome bindInstead(Init& init, const wire::MountOrBind& act, const Target& target, const char* path) {
  OwnFd tree = Init::take(act.tree);
  mount_attr attributes{};
  attributes.propagation = MS_SLAVE;  // nothing that happens here arrives there
  attributes.attr_set = act.bound;
  if ((act.bound & MOUNT_ATTR__ATIME) != 0) attributes.attr_clr = MOUNT_ATTR__ATIME;
  if (sys::mountSetattr(tree.get(), "", AT_EMPTY_PATH | AT_RECURSIVE, attributes) != 0)
    return failed(wire::Call::kMountSetattr, path);
  return place(init, static_cast<OwnFd&&>(tree), target.fd.get(), act.propagation, path);
}

}  // namespace

Outcome mount(Init& init, const wire::Mount& act) {
  const char* path = init.plan.text(act.target);
  const Filesystem filesystem{act.type, act.source, act.options, act.flags, act.attributes};
  Target target;
  if (Outcome o = openMountPoint(init, filesystem, path, target); o.failed()) return o;
  if (act.plain != 0 || isLong(init, filesystem)) return mountPlain(init, act, filesystem, target);
  OwnFd tree;
  if (Outcome o = makeTree(init, filesystem, target, path, tree); o.failed()) return o;
  return place(init, static_cast<OwnFd&&>(tree), target.fd.get(), act.propagation, path);
}

Outcome mountOrBind(Init& init, const wire::MountOrBind& act) {
  const char* path = init.plan.text(act.target);
  const Filesystem filesystem{act.type, act.source, act.options, 0, act.attributes};
  Target target;
  if (Outcome o = openMountPoint(init, filesystem, path, target); o.failed()) return o;
  OwnFd tree;
  const Outcome made = makeTree(init, filesystem, target, path, tree);
  if (made.error == EPERM && fcntl(Init::slot(act.tree), F_GETFD) >= 0)
    return bindInstead(init, act, target, path);
  if (made.failed()) return made;
  const OwnFd unused = Init::take(act.tree);
  return place(init, static_cast<OwnFd&&>(tree), target.fd.get(), act.propagation, path);
}

}  // namespace caisson::init
