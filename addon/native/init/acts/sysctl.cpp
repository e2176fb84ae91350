// Settings of the namespaces that init is in (proc_sys(5)): whose they are is for the kernel to say by who writes, not
// by the procfs it is written through.
#include <linux/magic.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "../../sys.h"
#include "../init.h"

namespace caisson::init {
namespace {

constexpr const char* kProc = "/proc/";
// Nothing that is mounted below, and no link, leads a value elsewhere (CVE-2025-52881).
constexpr uint64_t kResolve = RESOLVE_BENEATH | RESOLVE_NO_XDEV | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS;

// The root of the procfs that /proc/self was opened on, whatever has been mounted on /proc since.
OwnFd procOfHost(const Init& init) {
  if (!init.procSelf.valid()) return OwnFd();
  OwnFd root(sys::openat2(init.procSelf.get(), "..", O_PATH | O_DIRECTORY, RESOLVE_NO_XDEV));
  struct statfs status {};
  const bool proc = root.valid() && fstatfs(root.get(), &status) == 0 && status.f_type == PROC_SUPER_MAGIC;
  return proc ? static_cast<OwnFd&&>(root) : OwnFd();
}

// Mounted nowhere: nobody can cover anything in it.
bool makeOwnProc(Init& init) {
  if (init.procOwn.valid()) return true;
  const OwnFd fs(sys::fsopen("proc"));
  if (!fs.valid() || sys::fsconfig(fs.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr) != 0) return false;
  init.procOwn.reset(sys::fsmount(fs.get(), MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC));
  return init.procOwn.valid();
}

// What another procfs may have or allow: this one is read-only, hidden under a mount, or part of one.
bool mayBeElsewhere(int error) { return error == EROFS || error == EXDEV || error == ENOENT; }

OwnFd openSetting(Init& init, const char* name) {
  constexpr uint64_t kFlags = O_WRONLY | O_NONBLOCK | O_NOCTTY;
  OwnFd file;
  errno = ENOENT;
  if (const OwnFd proc = procOfHost(init); proc.valid()) {
    file.reset(sys::openat2(proc.get(), name, kFlags, kResolve));
  }
  if (file.valid() || !mayBeElsewhere(errno)) return file;
  const int first = errno;
  if (makeOwnProc(init)) {
    file.reset(sys::openat2(init.procOwn.get(), name, kFlags, kResolve));
  } else {
    errno = first;
  }
  return file;
}

}  // namespace

Outcome sysctl(Init& init, const wire::Sysctl& act) {
  const char* path = init.plan.text(act.path);
  if (strncmp(path, kProc, strlen(kProc)) != 0) return refused(EINVAL, wire::Call::kPlan, path);
  const OwnFd file = openSetting(init, path + strlen(kProc));
  if (!file.valid()) return failed(wire::Call::kOpenat2, path);
  const ssize_t written = write(file.get(), init.plan.text(act.value), act.value.length);
  if (written < 0) return failed(wire::Call::kWrite, path);
  // The kernel stops behind the last value that it has room for.
  return written == static_cast<ssize_t>(act.value.length) ? kDone : refused(EIO, wire::Call::kWrite, path);
}

}  // namespace caisson::init
