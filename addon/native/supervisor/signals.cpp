#include "../signals.h"

#include <signal.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../sys.h"
#include "supervisor.h"
#include "wire.gen.h"

namespace caisson::supervisor {
namespace {

constexpr int kInit = wire::kSupervisorFdInit;

// Not the container's business: the end of our own children, what Go's runtime sends its threads to interrupt them, and
// what we bring upon ourselves (SIGPIPE).
bool isOurs(const signalfd_siginfo& arrived) {
  const bool self = arrived.ssi_code == SI_USER && arrived.ssi_pid == static_cast<uint32_t>(getpid());
  return self || arrived.ssi_signo == SIGCHLD || arrived.ssi_signo == SIGURG;
}

void reap(int child) {
  siginfo_t ended{};
  if (child > 0) waitid(P_PID, static_cast<id_t>(child), &ended, WEXITED | WNOHANG);
}

}  // namespace

// What the caller ignores (nohup) is not for the container either: blocked, it would arrive all the same.
Signals::Signals(bool terminal, const Before& before) : engine_(before.engine) {
  resetSignal(SIGCHLD);  // ignored, it would take the exit status away
  uint64_t mask = ~ignoredSignals();
  if (terminal) mask &= ~(signalBit(SIGTTIN) | signalBit(SIGTTOU));
  blockSignals(mask);
  file_.reset(openSignals(mask));
  const uint64_t late = before.signals & ~signalBit(SIGURG);
  for (int signal = 1; signal <= kLastSignal; ++signal) {
    if ((late & signalBit(signal)) != 0) sys::pidfdSendSignal(kInit, signal);
  }
  reap(engine_);
}

bool Signals::forward() {
  bool resized = false;
  signalfd_siginfo arrived;
  while (read(file_.get(), &arrived, sizeof arrived) == static_cast<ssize_t>(sizeof arrived)) {
    if (arrived.ssi_signo == SIGWINCH) resized = true;
    if (arrived.ssi_signo == SIGCHLD) reap(engine_);
    if (!isOurs(arrived)) sys::pidfdSendSignal(kInit, static_cast<int>(arrived.ssi_signo));
  }
  return resized;
}

}  // namespace caisson::supervisor
