#include "signals.h"

#include <signal.h>
#include <stddef.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace caisson {
namespace {

constexpr size_t kMaskBytes = sizeof(uint64_t);

struct KernelAction {
  void* handler;
  unsigned long flags;
  void* restorer;
  uint64_t mask;
};

}  // namespace

uint64_t ignoredSignals() {
  KernelAction action{};
  uint64_t ignored = 0;
  for (int signal = 1; signal <= kLastSignal; ++signal) {
    if (syscall(SYS_rt_sigaction, signal, nullptr, &action, kMaskBytes) != 0) continue;
    if (action.handler == reinterpret_cast<void*>(1)) ignored |= signalBit(signal);  // SIG_IGN
  }
  return ignored;
}

uint64_t blockedSignals() {
  uint64_t mask = 0;
  syscall(SYS_rt_sigprocmask, 0, nullptr, &mask, kMaskBytes);
  return mask;
}

void blockSignals(uint64_t mask) { syscall(SYS_rt_sigprocmask, SIG_SETMASK, &mask, nullptr, kMaskBytes); }

void resetSignal(int signal) {
  const KernelAction byDefault{};
  syscall(SYS_rt_sigaction, signal, &byDefault, nullptr, kMaskBytes);
}

int openSignals(uint64_t mask) {
  return static_cast<int>(syscall(SYS_signalfd4, -1, &mask, kMaskBytes, SFD_CLOEXEC | SFD_NONBLOCK));
}

}  // namespace caisson
