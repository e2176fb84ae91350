// A parent program: which function does which act.
#include "parent.h"

#include <poll.h>

namespace caisson {
namespace parent {

bool hasEnded(const Child& child) {
  pollfd wait{child.pidfd, POLLIN, 0};
  return poll(&wait, 1, 0) != 0;
}

namespace {

Outcome carryOut(Run& run, const wire::Record& record) {
  switch (static_cast<wire::Op>(record.op)) {
    case wire::Op::kRuntimeHook: return runtimeHook(run, fields<wire::RuntimeHook>(record));
    case wire::Op::kWriteProcess: return writeProcess(run, fields<wire::WriteProcess>(record));
    case wire::Op::kMapIds: return mapIds(run, fields<wire::MapIds>(record));
    case wire::Op::kLimit: return limit(run, fields<wire::Limit>(record));
    case wire::Op::kMoveNetworkDevice: return moveNetworkDevice(run, fields<wire::MoveNetworkDevice>(record));
    default: return refused(ENOSYS, wire::Call::kPlan);
  }
}

}  // namespace
}  // namespace parent

bool runParent(const uint8_t* plan, size_t size, Child child, const Surroundings& around,
               const Lender& lender, Failure& failure) {
  if (!validate(plan, size, Program::kParent)) return blame(failure, -1, refused(EINVAL, wire::Call::kPlan));
  // Parent acts only read the plan.
  parent::Run run{Plan(const_cast<uint8_t*>(plan)), child, around, lender};
  const wire::Record* record = run.plan.first();
  for (uint32_t act = 0; act < run.plan.acts(); ++act, record = Plan::next(record)) {
    const Outcome outcome = parent::carryOut(run, *record);
    if (outcome.failed()) return blame(failure, static_cast<int32_t>(act), outcome);
  }
  return true;
}

}  // namespace caisson
