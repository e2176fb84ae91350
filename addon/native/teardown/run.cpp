// The teardown program: each act is tried, whatever became of the ones before it; only the state stays as long as there
// is something left that it tells of.
#include "../run.h"
#include "../files.h"
#include "teardown.h"

namespace caisson {
namespace {

using wire::Op;

Op opOf(const wire::Record& record) { return static_cast<Op>(record.op); }

// Who holds one hierarchy's cgroup holds those of the others as well: waiting for each would take minutes.
Outcome removeCgroup(const teardown::Run& run, wire::RemoveCgroup act) {
  if (run.failed) act.deadline = 0;
  return teardown::removeCgroup(run.plan, act);
}

Outcome carryOut(teardown::Run& run, const wire::Record& record) {
  switch (opOf(record)) {
    case Op::kEndCgroup: return teardown::endCgroup(run.plan, fields<wire::EndCgroup>(record));
    case Op::kRemoveCgroup: return removeCgroup(run, fields<wire::RemoveCgroup>(record));
    case Op::kRemoveResctrlGroup:
      return teardown::removeResctrlGroup(run.plan, fields<wire::RemoveResctrlGroup>(record));
    case Op::kAwaitRemoval: return teardown::awaitRemoval(run.plan, fields<wire::AwaitRemoval>(record));
    case Op::kUnmount: return teardown::unmount(run.plan, fields<wire::Unmount>(record));
    case Op::kRemoveState: return teardown::removeState(run, fields<wire::RemoveState>(record));
    case Op::kPoststopHook: return teardown::poststopHook(run, fields<wire::PoststopHook>(record));
    case Op::kSupervise:  // the supervisor's own
    case Op::kAccount: return kDone;
    default: return refused(ENOSYS, wire::Call::kPlan);
  }
}

// Whoever was called to take the container away may be the last: an act is tried again where that may help, which does no harm,
// because what is gone is no failure. But a hook was run.
Outcome insistOn(teardown::Run& run, const wire::Record& record) {
  constexpr uint64_t kLong = 1000;
  Patience patience(kLong);
  Outcome outcome = carryOut(run, record);
  while (outcome.failed() && passes(outcome.error) && opOf(record) != Op::kPoststopHook && patience.wait())
    outcome = carryOut(run, record);
  return outcome;
}

// Whether it is not the moment for an act.
bool isLeftOut(const teardown::Run& run, const wire::Record& record) {
  return opOf(record) == Op::kPoststopHook ? !run.removed : opOf(record) == Op::kRemoveState && run.failed;
}

}  // namespace

bool runTeardown(const uint8_t* bytes, size_t size, const Surroundings& around, Failure& failure,
                 void (*hookFailed)(void* listener, const Failure& failure), void* listener) {
  if (!validate(bytes, size, Program::kTeardown))
    return blame(failure, -1, refused(EINVAL, wire::Call::kPlan));
  teardown::Run run{Plan(const_cast<uint8_t*>(bytes)), around};  // teardown acts only read it
  const wire::Record* record = run.plan.first();
  for (uint32_t act = 0; act < run.plan.acts(); ++act, record = Plan::next(record)) {
    if (isLeftOut(run, *record)) continue;
    const Outcome outcome = insistOn(run, *record);
    if (!outcome.failed()) continue;
    if (opOf(*record) == Op::kPoststopHook) {
      Failure ofHook;
      blame(ofHook, static_cast<int32_t>(act), outcome);
      hookFailed(listener, ofHook);
    } else if (!run.failed) {
      run.failed = !blame(failure, static_cast<int32_t>(act), outcome);
    }
  }
  return !run.failed;
}

}  // namespace caisson
