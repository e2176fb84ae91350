// Trees of the host, taken by the host program, attached inside.
#include <sys/mount.h>
#include <sys/stat.h>

#include "../../sys.h"
#include "../path.h"

namespace caisson::init {
namespace {

// The top of the tree only, as mount options of a bind mount always meant it.
int setAttributes(int tree, const wire::Bind& act) {
  if (act.set == 0 && act.clear == 0) return 0;
  mount_attr attributes{};
  attributes.attr_set = act.set;
  attributes.attr_clr = act.clear;
  return sys::mountSetattr(tree, "", AT_EMPTY_PATH, attributes);
}

// move_mount(2) says EINVAL to a file on a directory, and to much else.
bool isDirectory(int fd) {
  struct stat status {};
  return fstat(fd, &status) == 0 && S_ISDIR(status.st_mode);
}

}  // namespace

// The image owns the target's path; the source is what the host program held when nobody could exchange it.
Outcome bind(Init& init, const wire::Bind& act) {
  const char* path = init.plan.text(act.target);
  const OwnFd tree = Init::take(act.tree);
  const bool directory = isDirectory(tree.get());
  OwnFd target;
  const Make like = directory ? Make::kDirectory : Make::kFile;
  if (Outcome o = openOrMake(init, path, like, Links::kFollow, target); o.failed()) return o;
  if (!directory && isDirectory(target.get())) return refused(EISDIR, wire::Call::kMoveMount, path);
  // The copy is a peer of the host's mount, and what is mounted below it here would appear there. As a slave it gives
  // nothing back; "shared" then makes a group of its own.
  if (Outcome o = propagate(tree.get(), MS_SLAVE | MS_REC, path); o.failed()) return o;
  // Before it can be seen; some kernels want a mount attached first.
  const bool early = setAttributes(tree.get(), act) == 0;
  if (!early && errno != EINVAL) return failed(wire::Call::kMountSetattr, path);
  if (Outcome o = attach(tree.get(), target.get(), act.propagation, path); o.failed()) return o;
  return early || setAttributes(tree.get(), act) == 0 ? kDone : failed(wire::Call::kMountSetattr, path);
}

}  // namespace caisson::init
