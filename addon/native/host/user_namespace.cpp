// A user namespace for its maps alone: mounts are mapped by one, and nobody has to live in it. It needs a process to be
// made and to be given its maps, which then ends.
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../files.h"
#include "../sys.h"
#include "../text.h"
#include "host.h"

namespace caisson::host {
namespace {

// It shares our memory, so it does nothing at all, and no signal wakes it but the last.
int wait(void*) {
  for (;;) syscall(SYS_ppoll, nullptr, 0, nullptr, nullptr, 0);
}

class Sleeper {
 public:
  Sleeper() {
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    // A handler of the engine must not run in it.
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_ = ::clone(wait, stack_ + sizeof stack_, CLONE_VM | CLONE_NEWUSER, nullptr);
    error_ = errno;
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }
  ~Sleeper() {
    if (pid_ < 0) return;
    kill(pid_, SIGKILL);
    while (waitpid(pid_, nullptr, __WALL) < 0 && errno == EINTR) {
    }
  }
  Sleeper(const Sleeper&) = delete;
  Sleeper& operator=(const Sleeper&) = delete;

  pid_t pid() const { return pid_; }
  int error() const { return error_; }

 private:
  // Without SIGCHLD at its end: the engine has no business with it.
  alignas(16) char stack_[8192];
  pid_t pid_ = -1;
  int error_ = 0;
};

Outcome writeMap(Run& run, const OwnFd& process, const char* name, wire::String map) {
  return writeFileAt(process.get(), name, run.plan.text(map), map.length, name);
}

}  // namespace

Outcome makeUserNamespace(Run& run, const wire::MakeUserNamespace& act) {
  const Sleeper sleeper;
  if (sleeper.pid() < 0) return refused(sleeper.error(), wire::Call::kClone);
  char path[32];
  Text(path, sizeof path).add("/proc/").addNumber(static_cast<uint64_t>(sleeper.pid()));
  const OwnFd process(open(path, O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!process.valid()) return failed(wire::Call::kOpen, "/proc");
  if (Outcome o = writeMap(run, process, "uid_map", act.uidMap); o.failed()) return o;
  if (Outcome o = writeMap(run, process, "gid_map", act.gidMap); o.failed()) return o;
  const int space = openat(process.get(), "ns/user", O_RDONLY | O_CLOEXEC);
  return space < 0 ? failed(wire::Call::kOpen, "ns/user") : keep(run, act.slot, space);
}

}  // namespace caisson::host
