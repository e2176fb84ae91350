#include "signals.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>

#include "launch.h"

namespace caisson::addon {

namespace {

constexpr int kLastSignal = 64;

// Faults are the engine's own business, and so are the end of a child and SIGPWR, by which JavaScriptCore (as
// Bun builds it) stops its threads for the garbage collector.
constexpr int kEngines[] = {SIGKILL, SIGSTOP, SIGCHLD, SIGSEGV, SIGBUS, SIGFPE,
                            SIGILL,  SIGTRAP, SIGABRT, SIGSYS,  SIGPWR};

// What engines ignore for themselves, whatever the caller did.
constexpr int kEnginesIgnore[] = {SIGPIPE, SIGXFSZ};

std::atomic<uint64_t> held;
std::atomic<int> successor;  // the thread that is about to exec, or 0
static_assert(std::atomic<uint64_t>::is_always_lock_free && std::atomic<int>::is_always_lock_free);

uint64_t bitOf(int signal) { return uint64_t{1} << (signal - 1); }

void sendToThread(int thread, int signal) { syscall(SYS_tgkill, getpid(), thread, signal); }

// On any thread. The order of the two accesses, with handOverHeld's, lets no signal fall between.
void hold(int signal) {
  held.fetch_or(bitOf(signal));
  if (const int thread = successor.load()) sendToThread(thread, signal);
}

bool isEngines(int signal) {
  return std::find(std::begin(kEngines), std::end(kEngines), signal) != std::end(kEngines);
}

using Disposition = void (*)(int);

// Gives back the disposition before.
Disposition setDisposition(int signal, Disposition disposition) {
  struct sigaction action {
  }, before{};
  action.sa_handler = disposition;
  action.sa_flags = SA_RESTART;
  sigfillset(&action.sa_mask);
  // SIGKILL, SIGSTOP and libc's own two are refused.
  return sigaction(signal, &action, &before) == 0 ? before.sa_handler : SIG_DFL;
}

}  // namespace

void holdSignals() {
  for (int signal = 1; signal <= kLastSignal; signal++) {
    // One that is ignored stays so: nohup means it.
    if (!isEngines(signal) && setDisposition(signal, hold) == SIG_IGN) setDisposition(signal, SIG_IGN);
  }
}

void handOverHeld() {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, nullptr);
  const int thread = static_cast<int>(syscall(SYS_gettid));
  successor.store(thread);
  const uint64_t signals = held.load();
  for (int signal = 1; signal <= kLastSignal; signal++) {
    if ((signals & bitOf(signal)) != 0) sendToThread(thread, signal);
  }
}

void restoreIgnored(uint64_t ignored) {
  for (const int signal : kEnginesIgnore) setDisposition(signal, SIG_DFL);
  for (int signal = 1; signal <= kLastSignal; signal++) {
    if ((ignored & bitOf(signal)) != 0) setDisposition(signal, SIG_IGN);
  }
}

}  // namespace caisson::addon
