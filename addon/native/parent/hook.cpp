#include "../hook.h"

#include "parent.h"

namespace caisson::parent {

Outcome runtimeHook(Run& run, const wire::RuntimeHook& act) {
  Hook hook{run.plan, act.path, act.args, act.env};
  hook.inherit = act.inherit != 0;
  hook.timeout = act.timeout;
  hook.before = act.before;
  hook.pid = run.child.pid;
  hook.after = act.after;
  if (act.tied != 0) hook.lifeline = run.child.pidfd;
  return runHook(hook, run.around, run.detail);
}

}  // namespace caisson::parent
