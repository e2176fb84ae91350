// Trees of the host, taken by the host program, attached inside; and what is changed on a mount that is there.
#include <linux/magic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "../../sys.h"
#include "../path.h"

namespace caisson::init {
namespace {

int setAttributes(int mount, uint64_t set, uint64_t clear, unsigned flags) {
  if (set == 0 && clear == 0) return 0;
  mount_attr attributes{};
  attributes.attr_set = set;
  attributes.attr_clr = clear;
  return sys::mountSetattr(mount, "", AT_EMPTY_PATH | flags, attributes);
}

// move_mount(2) says EINVAL to a file on a directory, and to much else.
bool isDirectory(int fd) {
  struct stat status {};
  return fstat(fd, &status) == 0 && S_ISDIR(status.st_mode);
}

// What stands there is believed by everything in the container, and by whoever comes to run in it.
bool isForged(const char* path, int tree) {
  struct statfs filesystem {};
  return strcmp(path, "/proc") == 0 && fstatfs(tree, &filesystem) == 0 &&
         filesystem.f_type != PROC_SUPER_MAGIC;
}

// Only a mount of the own namespace can be copied (before Linux 6.15 at least), and only a copy is of now. The one that was
// staged last carries the next: a stack on one place would be searched from its bottom each time.
Outcome inItsTurn(Init& init, OwnFd& tree, bool directory, const char* path) {
  OwnFd& staged = directory ? init.stagedDirectory : init.stagedFile;
  if (!staged.valid()) return kDone;
  if (Outcome o = attach(tree.get(), staged.get(), 0, path); o.failed()) return o;
  OwnFd copy(sys::openTree(tree.get(), "", OPEN_TREE_CLONE | AT_EMPTY_PATH | AT_RECURSIVE));
  if (!copy.valid()) return failed(wire::Call::kOpenTree, path);
  staged = static_cast<OwnFd&&>(tree);
  tree = static_cast<OwnFd&&>(copy);
  return kDone;
}

}  // namespace

// The place is the runtime's own, and no process of the container is there yet.
Outcome stage(Init& init, const wire::Stage& act) {
  const char* directory = init.plan.text(act.directory);
  const char* file = init.plan.text(act.file);
  // In the host's namespace it would be the place of everybody.
  if (!init.detached) return refused(EINVAL, wire::Call::kPlan, directory);
  init.stagedDirectory.reset(open(directory, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!init.stagedDirectory.valid()) return failed(wire::Call::kOpen, directory);
  init.stagedFile.reset(openat(init.stagedDirectory.get(), file, O_PATH | O_NOFOLLOW | O_CLOEXEC));
  return init.stagedFile.valid() ? kDone : failed(wire::Call::kOpen, file);
}

// The image owns the target's path; the source is what the host program held when nobody could exchange it.
Outcome bind(Init& init, const wire::Bind& act) {
  const char* path = init.plan.text(act.target);
  OwnFd tree = Init::take(act.tree);
  if (isForged(path, tree.get()))
    return refused(EINVAL, wire::Call::kFstatfs, path, "only a procfs can be bound there");
  const bool directory = isDirectory(tree.get());
  Target target;
  const Make like = directory ? Make::kDirectory : Make::kFile;
  if (Outcome o = openTarget(init, path, like, Links::kFollow, target); o.failed()) return o;
  if (!directory && isDirectory(target.fd.get())) return refused(EISDIR, wire::Call::kMoveMount, path);
  // The copy is a peer of the host's mount, and what is mounted below it here would appear there. As a slave it gives
  // nothing back; "shared" then makes a group of its own.
  if (act.peers == 0) {
    if (Outcome o = propagate(tree.get(), MS_SLAVE | MS_REC, path); o.failed()) return o;
  }
  if (Outcome o = inItsTurn(init, tree, directory, path); o.failed()) return o;
  // The top of the tree only, as mount options of a bind mount always meant it. Flags that are not named stay, so that
  // the ones which a user namespace has locked are no trouble; to clear such a one is refused by the kernel: EPERM.
  // Before it can be seen; some kernels want a mount attached first.
  const bool early = setAttributes(tree.get(), act.set, act.clear, 0) == 0;
  if (!early && errno != EINVAL) return failed(wire::Call::kMountSetattr, path);
  Outcome o = place(init, static_cast<OwnFd&&>(tree), target.fd.get(), act.propagation, path);
  if (o.failed() || early) return o;
  const int late = setAttributes(init.last.get(), act.set, act.clear, 0);
  return late == 0 ? kDone : failed(wire::Call::kMountSetattr, path);
}

Outcome mountAttributes(Init& init, const wire::MountAttributes& act) {
  const int set = setAttributes(init.last.get(), act.set, act.clear, AT_RECURSIVE);
  return set == 0 ? kDone : failed(wire::Call::kMountSetattr);
}

Outcome propagate(Init& init, const wire::Propagate& act) {
  const char* path = init.plan.text(act.path);
  if (act.path.length == 0) return propagate(init.last.get(), act.propagation, path);
  OwnFd mount;
  if (Outcome o = openBeneath(init, path, Links::kRefuse, mount); o.failed()) return o;
  return propagate(mount.get(), act.propagation, path);
}

}  // namespace caisson::init
