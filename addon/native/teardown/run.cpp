// The teardown program: each act is tried, whatever became of the ones before it; only the state stays as long as there
// is something left that it tells of.
#include "../run.h"
#include "teardown.h"

namespace caisson {
namespace {

Outcome carryOut(Plan plan, const wire::Record& record) {
  switch (static_cast<wire::Op>(record.op)) {
    case wire::Op::kEndCgroup: return teardown::endCgroup(plan, fields<wire::EndCgroup>(record));
    case wire::Op::kRemoveCgroup: return teardown::removeCgroup(plan, fields<wire::RemoveCgroup>(record));
    case wire::Op::kRemoveState: return teardown::removeState(plan, fields<wire::RemoveState>(record));
    case wire::Op::kSupervise:  // the supervisor's own
      return kDone;
    default: return refused(ENOSYS, wire::Call::kPlan);
  }
}

}  // namespace

bool runTeardown(const uint8_t* bytes, size_t size, Failure& failure) {
  if (!validate(bytes, size, Program::kTeardown))
    return blame(failure, -1, refused(EINVAL, wire::Call::kPlan));
  const Plan plan(const_cast<uint8_t*>(bytes));  // teardown acts only read it
  bool good = true;
  const wire::Record* record = plan.first();
  for (uint32_t act = 0; act < plan.acts(); ++act, record = Plan::next(record)) {
    if (!good && record->op == static_cast<uint32_t>(wire::Op::kRemoveState)) continue;
    const Outcome outcome = carryOut(plan, *record);
    if (outcome.failed() && good) good = blame(failure, static_cast<int32_t>(act), outcome);
  }
  return good;
}

}  // namespace caisson
