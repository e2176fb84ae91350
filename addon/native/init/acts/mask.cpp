// Places of the kernel's filesystems that a container must not read: a file behind /dev/null, a directory behind an
// empty filesystem. One filesystem serves all directories: some hosts mask hundreds (one of each processor).
#include <sys/stat.h>

#include "../../sys.h"
#include "../path.h"

namespace caisson::init {
namespace {

constexpr const char* kEmptyOptions[][2] = {
    {"source", "tmpfs"}, {"size", "4k"}, {"nr_inodes", "1"}, {"mode", "555"}};

// Empty for good: one inode, the root, and read-only both as filesystem and as mount.
Outcome makeEmpty(OwnFd& tree, const char* path) {
  const OwnFd fs(sys::fsopen("tmpfs"));
  if (!fs.valid()) return failed(wire::Call::kFsopen, path);
  for (const auto& option : kEmptyOptions) {
    if (sys::fsconfig(fs.get(), FSCONFIG_SET_STRING, option[0], option[1]) != 0) {
      return failed(wire::Call::kFsconfig, path);
    }
  }
  const bool made = sys::fsconfig(fs.get(), FSCONFIG_SET_FLAG, "ro", nullptr) == 0 &&
                    sys::fsconfig(fs.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr) == 0;
  if (!made) return failed(wire::Call::kFsconfig, path);
  tree.reset(
      sys::fsmount(fs.get(), MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC));
  return tree.valid() ? kDone : failed(wire::Call::kFsmount, path);
}

// Clones what fd is and puts it over target.
Outcome coverWith(int fd, int target, const char* path) {
  const OwnFd tree(sys::openTree(fd, "", OPEN_TREE_CLONE | AT_EMPTY_PATH));
  if (!tree.valid()) return failed(wire::Call::kOpenTree, path);
  return attach(tree.get(), target, 0, path);
}

// A detached mount cannot be cloned before Linux 6.15: the first place gets the mount itself.
Outcome cover(Cover& cover, int target, const char* path) {
  if (cover.attached) return coverWith(cover.mount.get(), target, path);
  const Outcome outcome = attach(cover.mount.get(), target, 0, path);
  cover.attached = !outcome.failed();
  return outcome;
}

Outcome hideDirectory(Init& init, int target, const char* path) {
  if (!init.emptyDirectory.mount.valid()) {
    if (Outcome o = makeEmpty(init.emptyDirectory.mount, path); o.failed()) return o;
  }
  return cover(init.emptyDirectory, target, path);
}

// The image owns /dev where nothing is mounted there: a link or another file in place of its null would be bound over
// the masked one, readable and writable (CVE-2025-31133). Then the host's null serves.
Outcome hideFile(Init& init, int target, const char* path) {
  OwnFd null;
  const Outcome own = openNull(init, null);
  if (!own.failed()) return coverWith(null.get(), target, path);
  if (Outcome o = keepHostNull(init); o.failed()) return o;
  return init.hostNull.mount.valid() ? cover(init.hostNull, target, path) : own;
}

}  // namespace

// Takes the host's /dev/null along, where the container has none and the host can still be seen.
Outcome keepHostNull(Init& init) {
  OwnFd own;
  if (init.pivoted || init.hostNull.mount.valid() || !openNull(init, own).failed()) return kDone;
  const OwnFd host(open("/dev/null", O_PATH | O_NOFOLLOW | O_CLOEXEC));
  struct stat status {};
  if (!host.valid() || fstat(host.get(), &status) != 0 || !sys::isNull(status)) return kDone;
  init.hostNull.mount.reset(sys::openTree(host.get(), "", OPEN_TREE_CLONE | AT_EMPTY_PATH));
  return init.hostNull.mount.valid() ? kDone : failed(wire::Call::kOpenTree, "/dev/null");
}

Outcome mask(Init& init, const wire::Mask& act) {
  const char* path = init.plan.text(act.path);
  OwnFd target;
  const Outcome o = openBeneath(init, path, Links::kFollow, target);
  if (o.error == ENOENT || o.error == ENOTDIR) return kDone;
  if (o.failed()) return o;
  struct stat status {};
  if (fstat(target.get(), &status) != 0) return failed(wire::Call::kFstat, path);
  return S_ISDIR(status.st_mode) ? hideDirectory(init, target.get(), path)
                                 : hideFile(init, target.get(), path);
}

}  // namespace caisson::init
