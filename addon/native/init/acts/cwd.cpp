// The working directory.
#include <sys/syscall.h>
#include <unistd.h>

#include "../path.h"

namespace caisson::init {
namespace {

// The image owns the path, and it may lead through /proc/self/fd to a directory of the host that somebody left open.
// The kernel then says "(unreachable)", or that there is no such path (CVE-2024-21626).
Outcome enter(const char* path) {
  if (::chdir(path) != 0) return failed(wire::Call::kChdir, path);
  char inside[wire::kLongestPath];
  // libc's getcwd would hide what the kernel says.
  if (syscall(SYS_getcwd, inside, sizeof inside) < 0) return failed(wire::Call::kGetcwd, path);
  if (inside[0] != '/') return refused(ENOENT, wire::Call::kGetcwd, path, "outside the container's root");
  return kDone;
}

}  // namespace

// The image owns the path: what is missing is made beneath the root.
Outcome makeCwd(Init& init, const wire::MakeCwd& act) {
  OwnFd directory;
  return openOrMake(init, init.plan.text(act.path), Make::kDirectory, Links::kFollow, directory);
}

// As whoever init is before the change of user: on a filesystem that knows its users (FUSE, NFS), or without
// CAP_DAC_OVERRIDE, that one may be let in less than the container's user.
Outcome tryChdir(Init& init, const wire::TryChdir& act) {
  const Outcome o = enter(init.plan.text(act.path));
  init.inDirectory = !o.failed();
  return o.error == EACCES ? kDone : o;
}

Outcome chdir(Init& init, const wire::Chdir& act) {
  return init.inDirectory ? kDone : enter(init.plan.text(act.path));
}

}  // namespace caisson::init
