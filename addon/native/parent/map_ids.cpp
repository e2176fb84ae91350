// Ids that the caller of caisson does not have, and may give all the same: the file /etc/subuid says which, and programs
// with the rights of root look it up. They see to it that init is the caller's own.
#include "../hook.h"
#include "parent.h"

namespace caisson::parent {

Outcome mapIds(Run& run, const wire::MapIds& act) {
  constexpr uint64_t kPatience = 30'000;  // ms; names of users may come from a network
  if (hasEnded(run.child)) return refused(ESRCH, wire::Call::kExecve, run.plan.text(act.path));
  Hook hook{run.plan, act.path, act.args, {}};
  hook.timeout = kPatience;
  hook.pid = run.child.pid;
  hook.argument = 1;
  hook.lifeline = run.child.pidfd;
  return runHook(hook, run.around, run.detail);
}

}  // namespace caisson::parent
