#include <errno.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../sys.h"
#include "supervisor.h"

namespace caisson::supervisor {
namespace {

constexpr size_t kMaskBytes = 8;  // the kernel's signal set

constexpr uint64_t bit(int signal) { return 1ULL << (signal - 1); }

// Not the container's business: the end of our own children, what Go's runtime sends its threads to interrupt them, and
// what we bring upon ourselves (SIGPIPE).
bool isOurs(const signalfd_siginfo& arrived) {
  const bool self = arrived.ssi_code == SI_USER && arrived.ssi_pid == static_cast<uint32_t>(getpid());
  return self || arrived.ssi_signo == SIGCHLD || arrived.ssi_signo == SIGURG;
}

}  // namespace

int holdSignals(bool terminal) {
  uint64_t mask = ~0ULL;
  if (terminal) mask &= ~(bit(SIGTTIN) | bit(SIGTTOU));
  // By system call: libc's functions leave out the signals that it keeps for itself.
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &mask, nullptr, kMaskBytes);
  // An ignored SIGCHLD would take away the exit status. What else the caller ignores (nohup) is not for the container.
  const uint64_t byDefault[4] = {};
  syscall(SYS_rt_sigaction, SIGCHLD, byDefault, nullptr, kMaskBytes);
  return static_cast<int>(syscall(SYS_signalfd4, -1, &mask, kMaskBytes, SFD_CLOEXEC | SFD_NONBLOCK));
}

void forwardSignals(int signals, int init, bool& resized) {
  signalfd_siginfo arrived;
  while (read(signals, &arrived, sizeof arrived) == static_cast<ssize_t>(sizeof arrived)) {
    if (arrived.ssi_signo == SIGWINCH) resized = true;
    if (!isOurs(arrived)) sys::pidfdSendSignal(init, static_cast<int>(arrived.ssi_signo));
  }
}

}  // namespace caisson::supervisor
