// From the host's root to the container's.
#include <unistd.h>

#include "../../sys.h"
#include "../path.h"

namespace caisson::init {
namespace {

constexpr int kDetach = 2;  // MNT_DETACH; the header that has it quarrels with linux/mount.h

// Above the root there is nothing but itself: what was mounted over it, ".." would find.
bool isAlone(const Init& init) {
  const OwnFd above(open("/..", O_PATH | O_DIRECTORY | O_CLOEXEC));
  return above.valid() && identityOf(above.get()) == init.rootPlace;
}

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
  if (act.at.length != 0) init.rootAt = init.plan.text(act.at);
  return adoptRoot(init, static_cast<OwnFd&&>(tree));
}

// A root that was there before goes first. On top of it, the new one would leave it between itself and the host's, and
// of the two only one would be unmounted after the pivot.
Outcome adoptRoot(Init& init, OwnFd tree) {
  if (init.root.valid()) {
    if (fchdir(init.root.get()) != 0) return failed(wire::Call::kFchdir, "/");
    if (sys::umount2(".", kDetach) != 0) return failed(wire::Call::kUmount2, "/");
  }
  const OwnFd place(open(init.rootAt, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!place.valid()) return failed(wire::Call::kOpen, init.rootAt);
  // What is attached to a shared mount of the host becomes shared, and all that is mounted in it later would spread.
  const uint64_t propagation = init.shared ? MS_PRIVATE | MS_REC : 0;
  if (Outcome o = attach(tree.get(), place.get(), propagation, init.rootAt); o.failed()) return o;
  init.root = static_cast<OwnFd&&>(tree);
  init.rootPlace = identityOf(init.root.get());
  init.procMount = 0;
  return kDone;
}

// In the host's namespace: at a place that is ours alone, so that whoever takes the container away knows what to unmount.
Outcome attachRootAt(Init& init, const wire::AttachRootAt& act) {
  const char* path = init.plan.text(act.directory);
  if (mkdir(path, 0700) != 0 && errno != EEXIST) return failed(wire::Call::kMkdirat, path);
  init.rootAt = path;
  init.shared = true;
  return adoptRoot(init, Init::take(act.tree));
}

// Of a container in the mount namespace of the host: joining that changes no root.
Outcome enterRoot(Init&, const wire::EnterRoot& act) {
  const OwnFd directory = Init::take(act.directory);
  if (fchdir(directory.get()) != 0) return failed(wire::Call::kFchdir, "/");
  return chroot(".") == 0 ? kDone : failed(wire::Call::kChroot, "/");
}

Outcome holdRoot(Init& init, const wire::HoldRoot&) {
  leaveHost(init);
  if (::chdir("/") != 0) return failed(wire::Call::kChdir, "/");
  init.root.reset(open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!init.root.valid()) return failed(wire::Call::kOpen, "/");
  init.rootPlace = identityOf(init.root.get());
  return kDone;
}

void leaveHost(Init& init) {
  init.procSelf.reset();
  init.procOwn.reset();
  init.last.reset();
  init.stagedDirectory.reset();
  init.stagedFile.reset();
  init.devices.reset();
  init.pivoted = true;
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
  if (!isAlone(init)) return refused(EBUSY, wire::Call::kPivotRoot, "/", "something lies over the root");
  leaveHost(init);
  return kDone;
}

}  // namespace caisson::init
