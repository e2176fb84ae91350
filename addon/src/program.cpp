#include "program.h"

#include "failure.h"
#include "launch.h"

namespace caisson::addon {

namespace {

ActFailure programFailure(const char* program, const Failure& failure) {
  ActFailure told{"failed", program};
  told.act = failure.act;
  told.error = failure.error;
  told.syscall = callName(static_cast<uint32_t>(failure.call));
  told.path = failure.path;
  told.detail = failure.detail;
  return told;
}

}  // namespace

void runHostProgram(const std::vector<uint8_t>& program, Slots& slots) {
  Failure failure;
  if (!runHost(program.data(), program.size(), slots, failure)) throw programFailure("host", failure);
}

void attend(const Launched& launched, const std::vector<uint8_t>& program) {
  Failure failure;
  const Child child{launched.pid, launched.pidfd};
  if (!runParent(program.data(), program.size(), child, failure)) throw programFailure("parent", failure);
}

void teardown(const std::vector<uint8_t>& program) {
  Failure failure;
  if (!runTeardown(program.data(), program.size(), failure)) throw programFailure("teardown", failure);
}

}  // namespace caisson::addon
