#include "../hook.h"

#include "teardown.h"

namespace caisson::teardown {

Outcome poststopHook(Run& run, const wire::PoststopHook& act) {
  Hook hook{run.plan, act.path, act.args, act.env};
  hook.inherit = act.inherit != 0;
  hook.timeout = act.timeout;
  hook.before = act.state;
  return runHook(hook, run.around, run.detail);
}

}  // namespace caisson::teardown
