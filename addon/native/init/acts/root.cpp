// From the host's root to the container's.
#include <unistd.h>

#include "../../sys.h"
#include "../path.h"

namespace caisson::init {
namespace {

constexpr int kDetach = 2;  // MNT_DETACH; the header that has it quarrels with linux/mount.h

}  // namespace

// What the container's mounts do must not reach the host: a mount on "/" that propagates would cover the host's root.
Outcome detachPropagation(Init& init, const wire::DetachPropagation& act) {
  if ((act.propagation & (MS_SLAVE | MS_PRIVATE)) == 0) return refused(EINVAL, wire::Call::kPlan, "/");
  mount_attr attributes{};
  attributes.propagation = act.propagation & ~static_cast<uint64_t>(MS_REC);
  const int set = sys::mountSetattr(AT_FDCWD, "/", AT_RECURSIVE, attributes);
  init.detached = set == 0;
  return init.detached ? kDone : failed(wire::Call::kMountSetattr, "/");
}

// Where nobody looks it up, the tree is attached over the host's root: a mount must be in the namespace for
// pivot_root(2), and a container's root may not be able to walk to another place. Hooks do look it up, where config.json
// says: to mount something there. And over the root, their ".." would lead into the image.
Outcome attachRoot(Init& init, const wire::AttachRoot& act) {
  if (!init.detached) return refused(EINVAL, wire::Call::kPlan, "/");
  OwnFd tree = Init::take(act.tree);
  if (Outcome o = propagate(tree.get(), act.propagation, "/"); o.failed()) return o;
  const char* at = act.at.length == 0 ? "/" : init.plan.text(act.at);
  const OwnFd host(open(at, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!host.valid()) return failed(wire::Call::kOpen, at);
  if (Outcome o = attach(tree.get(), host.get(), 0, at); o.failed()) return o;
  init.root = static_cast<OwnFd&&>(tree);
  return kDone;
}

// In the host's namespace: at a place that is ours alone, so that whoever takes the container away knows what to unmount.
Outcome attachRootAt(Init& init, const wire::AttachRootAt& act) {
  const char* path = init.plan.text(act.directory);
  OwnFd tree = Init::take(act.tree);
  if (mkdir(path, 0700) != 0 && errno != EEXIST) return failed(wire::Call::kMkdirat, path);
  const OwnFd place(open(path, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!place.valid()) return failed(wire::Call::kOpen, path);
  // What is attached to a shared mount becomes shared, and all that is mounted in it later would spread.
  if (Outcome o = attach(tree.get(), place.get(), MS_PRIVATE | MS_REC, path); o.failed()) return o;
  init.root = static_cast<OwnFd&&>(tree);
  init.shared = true;
  return kDone;
}

namespace {

// The old root ends up over the new one, and is the first to be unmounted.
Outcome leaveOldRoot() {
  if (sys::pivotRoot(".", ".") != 0) return failed(wire::Call::kPivotRoot, "/");
  return sys::umount2(".", kDetach) == 0 ? kDone : failed(wire::Call::kUmount2, "/");
}

}  // namespace

// pivot_root(2), "pivot_root(".", ".")". In the host's namespace that would be the root of everybody.
Outcome pivot(Init& init, const wire::Pivot&) {
  if (Outcome o = keepHostNull(init); o.failed()) return o;
  if (fchdir(init.root.get()) != 0) return failed(wire::Call::kFchdir, "/");
  if (init.shared && chroot(".") != 0) return failed(wire::Call::kChroot, "/");
  if (!init.shared) {
    if (Outcome o = leaveOldRoot(); o.failed()) return o;
  }
  if (::chdir("/") != 0) return failed(wire::Call::kChdir, "/");
  init.procSelf.reset();
  init.pivoted = true;
  return kDone;
}

}  // namespace caisson::init
