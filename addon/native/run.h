// What the addon links of the native program: the programs that it runs itself, in the calling thread.
// Sources for it: plan.cpp, files.cpp, hook.cpp, run.cpp, host/*.cpp, parent/*.cpp, teardown/*.cpp. They keep no state between calls, use no
// heap, and change nothing of the process (no chdir, no umask; but while a hook runs, an ignored SIGCHLD is not), so that
// any thread can call them.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "hook.h"
#include "plan.h"
#include "wire.gen.h"

namespace caisson {

// Why a program ended early. Strings are NUL-terminated and cut to size.
struct Failure {
  int32_t act = -1;  // index in its program; -1: the plan itself is damaged
  int error = 0;     // errno
  wire::Call call = wire::Call::kNone;
  char path[wire::kLongestPath] = {};
  char detail[wire::kLongestDetail] = {};
};

// What a host program opened: fds[k] is slot k, close-on-exec, or -1. The caller owns them.
struct Slots {
  int fds[wire::kFdSlots];

  Slots() {
    for (int& fd : fds) fd = -1;
  }
};

// Closes every slot and sets it to -1.
void closeSlots(Slots& slots);

struct Outcome;

// Fills failure from what an act said; always false, for the callers of this file's functions.
bool blame(Failure& failure, int32_t act, const Outcome& outcome);

// Validates and runs a host program; stops at the first act that fails and fills failure. Slots filled until then stay
// open: closeSlots. plan must be 8-aligned.
[[nodiscard]] bool runHost(const uint8_t* plan, size_t size, Slots& slots, Failure& failure);

// Who a parent program is about: a process that waits at a meeting point. Its pidfd tells whether the pid is still its.
struct Child {
  int pid;
  int pidfd;
};

// A network device that was given to a process: what it takes to have it back.
struct Loan {
  int network;    // its network namespace: a descriptor, of whoever was told of the loan
  int index;      // the number of the device in there
  bool up;        // whether it was up before
  char name[16];  // its name before
};

// Who is told of loans.
struct Lender {
  void (*note)(void* list, const Loan& loan);
  void* list;
};

// Validates and runs a parent program; stops at the first act that fails and fills failure. plan must be 8-aligned.
// The lender is told of every network device that was given away, also when a later act fails.
[[nodiscard]] bool runParent(const uint8_t* plan, size_t size, Child child, const Surroundings& around,
                             const Lender& lender, Failure& failure);

// Takes a network device back, with its name, its state and the addresses that it has; closes the descriptor of the loan.
[[nodiscard]] bool giveBack(const Loan& loan, Failure& failure);

// Validates and runs a teardown program. An act that fails does not stop the ones after it; failure is the first one.
// A `supervise` act is passed over: the supervisor does that before. plan must be 8-aligned.
// Hooks are run when this program, and nobody beside it, has removed the state. One that fails is told to `hookFailed`, and
// is no failure of the program: the container is gone all the same.
[[nodiscard]] bool runTeardown(const uint8_t* plan, size_t size, const Surroundings& around, Failure& failure,
                               void (*hookFailed)(void* listener, const Failure& failure), void* listener);

}  // namespace caisson
