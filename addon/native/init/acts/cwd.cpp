// The working directory.
#include <sys/syscall.h>
#include <unistd.h>

#include "../path.h"

namespace caisson::init {

// The image owns the path: what is missing is made beneath the root.
Outcome makeCwd(Init& init, const wire::MakeCwd& act) {
  OwnFd directory;
  return openOrMake(init, init.plan.text(act.path), Make::kDirectory, Links::kFollow, directory);
}

// The image owns the path, and it may lead through /proc/self/fd to a directory of the host that somebody left open.
// The kernel then says "(unreachable)", or that there is no such path (CVE-2024-21626).
Outcome chdir(Init& init, const wire::Chdir& act) {
  const char* path = init.plan.text(act.path);
  if (::chdir(path) != 0) return failed(wire::Call::kChdir, path);
  char inside[wire::kLongestPath];
  // libc's getcwd would hide what the kernel says.
  if (syscall(SYS_getcwd, inside, sizeof inside) < 0) return failed(wire::Call::kGetcwd, path);
  if (inside[0] != '/') return refused(ENOENT, wire::Call::kGetcwd, path, "outside the container's root");
  return kDone;
}

}  // namespace caisson::init
