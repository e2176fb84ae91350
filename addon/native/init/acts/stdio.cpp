// Standard input, output and error as the container's process gets them.
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
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

// What fd belongs to the container's user as. Other devices than terminals are the host's (`< /dev/zero`), and everybody's.
// The group of a terminal is who may write messages to it: devpts gives it by its option gid.
bool isOwnable(int fd, const struct stat& status, bool& terminal) {
  termios settings;
  terminal = S_ISCHR(status.st_mode) && ioctl(fd, TCGETS, &settings) == 0;
  return terminal || !(S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode));
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
  constexpr gid_t kAsItIs = ~0U;
  for (int fd = 0; fd <= 2; ++fd) {
    struct stat status {};
    bool terminal = false;
    if (fstat(fd, &status) != 0 || !isOwnable(fd, status, terminal)) continue;
    const gid_t group = terminal ? kAsItIs : static_cast<gid_t>(act.gid);
    if (status.st_uid == act.uid && (terminal || status.st_gid == group)) continue;
    if (fchown(fd, static_cast<uid_t>(act.uid), group) == 0) continue;
    // Sockets, files of a read-only or foreign filesystem: the process can use what it was given all the same.
    const bool fine = errno == EPERM || errno == EROFS || errno == EINVAL || errno == ENOSYS;
    if (!fine) return failed(wire::Call::kFchown);
  }
  return kDone;
}

}  // namespace caisson::init
