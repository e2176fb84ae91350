#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../signals.h"
#include "front.h"

namespace caisson::front {
namespace {

constexpr int kNotExecuted = 127;

}  // namespace

// vfork: the child shares our memory, and we wait until it has executed the engine or ended.
int startEngine(const char* path, char** argv, char** env, int link, uint64_t blocked) {
  volatile int error = 0;
  const int front = getpid();
  const int pid = vfork();
  if (pid != 0) {
    if (pid > 0 && error != 0) {
      waitpid(pid, nullptr, 0);
      errno = error;
      return -1;
    }
    return pid;
  }
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  // Killed before that: nobody will tell.
  if (getppid() != front) _exit(kNotExecuted);
  fcntl(link, F_SETFD, 0);
  blockSignals(blocked);
  execve(path, argv, env);
  error = errno;
  _exit(kNotExecuted);
}

}  // namespace caisson::front
