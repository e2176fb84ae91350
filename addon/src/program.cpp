#include "program.h"

#include <algorithm>
#include <cstring>

#include "caller.h"
#include "launch.h"

namespace caisson::addon {

ActFailure programFailure(const char* program, const Failure& failure) {
  ActFailure told{"failed", program};
  told.act = failure.act;
  told.error = failure.error;
  told.syscall = callName(static_cast<uint32_t>(failure.call));
  told.path = failure.path;
  told.detail = failure.detail;
  return told;
}

uint32_t actsOf(const std::vector<uint8_t>& program) {
  wire::Header header{};
  memcpy(&header, program.data(), std::min(program.size(), sizeof header));
  return std::min<uint32_t>(header.acts, static_cast<uint32_t>(program.size() / sizeof(wire::Record)));
}

void runHostProgram(const std::vector<uint8_t>& program, Slots& slots) {
  Failure failure;
  if (!runHost(program.data(), program.size(), slots, failure)) throw programFailure("host", failure);
}

void attend(const Launched& launched, const std::vector<uint8_t>& program) {
  Failure failure;
  const Child child{launched.pid, launched.pidfd};
  const CallersSurroundings around;
  if (!runParent(program.data(), program.size(), child, around.get(), failure))
    throw programFailure("parent", failure);
}

std::vector<ActFailure> teardown(const std::vector<uint8_t>& program) {
  Failure failure;
  std::vector<ActFailure> hooks;
  const auto hookFailed = [](void* listener, const Failure& ofHook) {
    static_cast<std::vector<ActFailure>*>(listener)->push_back(programFailure("teardown", ofHook));
  };
  const CallersSurroundings around;
  if (!runTeardown(program.data(), program.size(), around.get(), failure, hookFailed, &hooks))
    throw programFailure("teardown", failure);
  return hooks;
}

}  // namespace caisson::addon
