#include "program.h"

#include <algorithm>
#include <cstring>

#include "caller.h"
#include "launch.h"
#include "process.h"

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

namespace {

// The last one first: that may have taken the name of an earlier one.
std::vector<ActFailure> takeBack(const std::vector<Loan>& loans) {
  std::vector<ActFailure> failures;
  for (auto loan = loans.rbegin(); loan != loans.rend(); ++loan) {
    Failure failure;
    if (!giveBack(*loan, failure)) failures.push_back(programFailure("parent", failure));
  }
  return failures;
}

}  // namespace

uint32_t actsOf(const std::vector<uint8_t>& program) {
  wire::Header header{};
  memcpy(&header, program.data(), std::min(program.size(), sizeof header));
  return std::min<uint32_t>(header.acts, static_cast<uint32_t>(program.size() / sizeof(wire::Record)));
}

void runHostProgram(const std::vector<uint8_t>& program, Slots& slots) {
  Failure failure;
  if (!runHost(program.data(), program.size(), slots, failure)) throw programFailure("host", failure);
}

std::vector<Loan> attend(const Launched& launched, const std::vector<uint8_t>& program) {
  Failure failure;
  std::vector<Loan> loans;
  const auto note = [](void* list, const Loan& loan) {
    static_cast<std::vector<Loan>*>(list)->push_back(loan);
  };
  const Child child{launched.pid, launched.pidfd};
  const CallersSurroundings around;
  if (runParent(program.data(), program.size(), child, around.get(), {note, &loans}, failure)) return loans;
  takeBack(loans);
  throw programFailure("parent", failure);
}

std::vector<ActFailure> endInit(const Launched& launched, const std::vector<Loan>& loans) {
  killAndReap(launched.pidfd);
  return takeBack(loans);
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
