// Talking with init: reports come, `go` goes. The format is addon/wire/wire.json's "report".
#pragma once

#include <string>

#include "deadline.h"
#include "failure.h"
#include "native/fd.h"

namespace caisson::addon {

// One message of init.
struct Report {
  uint32_t kind = 0;  // wire::kReport*
  uint32_t act = 0;   // or the meeting point, or the pid of a twin
  int error = 0;
  uint32_t call = 0;
  std::string path;
  std::string detail;
  OwnFd passed;  // the console at a meeting point, the pidfd of a twin; or not valid
};

enum class Heard { kReport, kHangUp, kTimeout };

// Waits for a report, for the end of the channel or of the process (whose death also ends the channel, unless
// a child of its own holds it), or for the deadline.
Heard hear(int channel, int pidfd, const Deadline& deadline, Report& report);

// Lets init go on. One that has ended is not an error here: the next hear() tells.
void sendGo(int channel);

// The failure that a report tells of.
ActFailure failureOf(const Report& report);
// The failure of an init that ended without a report (status: how), or didn't come in time.
ActFailure diedFailure(int status);
ActFailure timeoutFailure();

}  // namespace caisson::addon
