// What a container leaves behind, taken away: its cgroups, then the directory of its state.
#include <fcntl.h>
#include <unistd.h>

#include "../files.h"
#include "../sys.h"
#include "cgroup_tree.h"
#include "teardown.h"

namespace caisson::teardown {
namespace {

// MNT_DETACH and UMOUNT_NOFOLLOW; the header that has them quarrels with linux/mount.h.
constexpr int kDetach = 2;
constexpr int kNoFollow = 8;

// On a read-only mount, the kernel says that before it looks whether there is anything to remove.
bool isAbsent(const char* path, int error) {
  return isMissing(error) || (error == EROFS && access(path, F_OK) != 0 && isMissing(errno));
}

// One try. EBUSY: somebody is in it, or in one below it.
int removeOnce(const char* path) {
  if (rmdir(path) == 0) return 0;
  const int error = errno;
  if (isAbsent(path, error)) return 0;
  if (error != EBUSY && error != ENOTEMPTY) return error;
  const OwnFd top(openCgroup(AT_FDCWD, path));
  if (!top.valid()) return isMissing(errno) ? 0 : errno;
  if (!removeBelow(top.get())) return EBUSY;
  return rmdir(path) == 0 || errno == ENOENT ? 0 : errno;
}

Outcome removeFiles(int directory, const char* path) {
  Listing listing(directory);
  while (const char* name = listing.next()) {
    // A state directory is flat, and only root writes there: something deeper is not ours to take away.
    if (unlinkat(directory, name, 0) != 0 && errno != ENOENT) return failed(wire::Call::kUnlinkat, path);
  }
  if (listing.error() != 0) return refused(listing.error(), wire::Call::kGetdents64, path);
  return kDone;
}

}  // namespace

Outcome removeCgroup(Plan plan, const wire::RemoveCgroup& act) {
  const char* path = plan.text(act.path);
  Patience patience(act.deadline);
  for (;;) {
    const int error = removeOnce(path);
    if (error == 0) return kDone;
    // The last process of a cgroup counts until the kernel has let go of it, a little after its end.
    if (error != EBUSY || !patience.wait()) return refused(error, wire::Call::kRmdir, path);
  }
}

// With the groups below it. Whoever is still in it goes to the group above: the kernel asks nobody.
Outcome removeResctrlGroup(Plan plan, const wire::RemoveResctrlGroup& act) {
  const char* path = plan.text(act.path);
  return rmdir(path) == 0 || isMissing(errno) ? kDone : failed(wire::Call::kRmdir, path);
}

// systemd takes away what is empty. It hears of the emptiness by a file in the directory: where we are faster, it never does,
// and keeps the unit.
Outcome awaitRemoval(Plan plan, const wire::AwaitRemoval& act) {
  const char* path = plan.text(act.path);
  Patience patience(act.patience);
  do {
    const OwnFd cgroup(openCgroup(AT_FDCWD, path));
    if (!cgroup.valid()) return isMissing(errno) ? kDone : failed(wire::Call::kOpen, path);
  } while (patience.wait());
  return kDone;
}

// Lazily: a mount that somebody still uses is out of everybody else's sight. More than one layer is there when a create
// was killed and another one took its place.
Outcome unmount(Plan plan, const wire::Unmount& act) {
  const char* path = plan.text(act.directory);
  while (sys::umount2(path, kDetach | kNoFollow) == 0) continue;
  // EPERM: who may not unmount has not mounted.
  if (errno != EINVAL && errno != ENOENT && errno != EPERM) return failed(wire::Call::kUmount2, path);
  return rmdir(path) == 0 || errno == ENOENT ? kDone : failed(wire::Call::kRmdir, path);
}

// Of several that remove at once, one can say that it did.
Outcome removeState(Run& run, const wire::RemoveState& act) {
  const char* path = run.plan.text(act.directory);
  const OwnFd directory(open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!directory.valid()) return errno == ENOENT ? kDone : failed(wire::Call::kOpen, path);
  if (Outcome o = removeFiles(directory.get(), path); o.failed()) return o;
  run.removed = rmdir(path) == 0;
  return run.removed || errno == ENOENT ? kDone : failed(wire::Call::kRmdir, path);
}

}  // namespace caisson::teardown
