// A second process takes init's place: a process is only born into a pid namespace that was joined, and is only born as
// the first of a user namespace that owns all the others.
#include <linux/sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../init.h"
#include "../report.h"

namespace caisson::init {
namespace {

constexpr size_t kSizeWithPidfd = 64;  // CLONE_ARGS_SIZE_VER0, Linux 5.3

}  // namespace

// As our sibling: whoever waits for init is its parent, too. It goes on only when that one has taken hold of it.
Outcome fork(Init& init, const wire::Fork& act) {
  int pidfd = -1;
  clone_args args{};
  args.flags = act.flags | CLONE_PARENT | CLONE_PIDFD;
  args.pidfd = reinterpret_cast<uint64_t>(&pidfd);
  const long pid = syscall(SYS_clone3, &args, kSizeWithPidfd);
  if (pid < 0) return failed(wire::Call::kClone3);
  if (pid > 0) _exit(reportForked(static_cast<int>(pid), pidfd).failed() ? 1 : 0);
  openProcSelf(init);
  return awaitGo();
}

}  // namespace caisson::init
