// What a process inherits and must not: dispositions, sessions, keys.
#include <linux/keyctl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../init.h"

namespace caisson::init {
namespace {

constexpr int kLastSignal = 64;

// The kernel's struct sigaction. By system call, because libc keeps some signals for itself.
struct KernelAction {
  void (*handler)(int);
  unsigned long flags;
  void (*restorer)();
  uint64_t mask;
};

}  // namespace

Outcome signals(Init&, const wire::Signals&) {
  const KernelAction byDefault{};
  for (int signal = 1; signal <= kLastSignal; ++signal) {
    // KILL and STOP refuse, and need nothing.
    syscall(SYS_rt_sigaction, signal, &byDefault, nullptr, sizeof byDefault.mask);
  }
  const uint64_t none = 0;
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &none, nullptr, sizeof none);
  return kDone;
}

Outcome newSession(Init&, const wire::NewSession&) {
  return setsid() < 0 ? failed(wire::Call::kSetsid) : kDone;
}

// By a name, a container could have made the keyring of the next one before it, and read its keys.
Outcome sessionKeyring(Init&, const wire::SessionKeyring&) {
  const long keyring = syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, nullptr);
  return keyring < 0 && errno != ENOSYS ? failed(wire::Call::kKeyctl) : kDone;
}

Outcome dumpable(Init&, const wire::Dumpable& act) {
  return prctl(PR_SET_DUMPABLE, static_cast<unsigned long>(act.value), 0, 0, 0) == 0
             ? kDone
             : failed(wire::Call::kPrctl);
}

}  // namespace caisson::init
