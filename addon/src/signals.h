// Which thread gets signals; and those that arrive while a foreground run is still the engine's, kept for the supervisor.
#pragma once

#include <csignal>
#include <cstdint>

namespace caisson::addon {

// While one lives, new threads begin with every signal blocked: signals are for the engine's.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_;
};

// Blocks every signal in this thread and makes those that were held pending on it, where the next program
// finds them.
void handOverHeld();

// Makes ignored what the caller ignored (bit signal - 1), and not what only the engine did. Handlers go with
// the exec.
void restoreIgnored(uint64_t ignored);

}  // namespace caisson::addon
