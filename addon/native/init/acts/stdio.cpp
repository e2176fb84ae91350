// Standard input, output and error as the container's process gets them.
#include <sys/stat.h>
#include <unistd.h>

#include "../../sys.h"
#include "../path.h"

namespace caisson::init {
namespace {

bool isNullFd(int fd) {
  struct stat status {};
  return fstat(fd, &status) == 0 && sys::isNull(status);
}

// The container's /dev/null, open for use. It was looked at first without opening it: opening another device can do
// harm, and looked at again, because the name can be exchanged.
OwnFd openOwnNull(const Init& init) {
  OwnFd seen;
  if (openNull(init, seen).failed()) return OwnFd();
  OwnFd opened(sys::openat2(init.root.get(), "/dev/null", O_RDWR | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK,
                            RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS));
  return opened.valid() && isNullFd(opened.get()) ? static_cast<OwnFd&&>(opened) : OwnFd();
}

}  // namespace

// A container without a /dev/null of its own keeps the host's: it is the same device.
Outcome reopenNull(Init& init, const wire::ReopenNull&) {
  OwnFd null;
  for (int fd = 0; fd <= 2; ++fd) {
    if (!isNullFd(fd)) continue;
    if (!null.valid()) null = openOwnNull(init);
    if (!null.valid()) return kDone;
    if (dup2(null.get(), fd) < 0) return failed(wire::Call::kDup2, "/dev/null");
  }
  return kDone;
}

Outcome stdioOwner(Init&, const wire::StdioOwner& act) {
  for (int fd = 0; fd <= 2; ++fd) {
    struct stat status {};
    if (fstat(fd, &status) != 0 || sys::isNull(status)) continue;
    if (status.st_uid == act.uid && status.st_gid == act.gid) continue;
    if (fchown(fd, static_cast<uid_t>(act.uid), static_cast<gid_t>(act.gid)) == 0) continue;
    // Sockets, files of a read-only or foreign filesystem: the process can use what it was given all the same.
    const bool fine = errno == EPERM || errno == EROFS || errno == EINVAL || errno == ENOSYS;
    if (!fine) return failed(wire::Call::kFchown);
  }
  return kDone;
}

}  // namespace caisson::init
