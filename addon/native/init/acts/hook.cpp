// Hooks in the container's namespaces.
#include "../../hook.h"

#include <unistd.h>

#include "../init.h"
#include "../run.h"

namespace caisson::init {
namespace {

template <typename Act>
Hook hookOf(const Init& init, const Act& act) {
  Hook hook{init.plan, act.path, act.args, act.env};
  hook.timeout = act.timeout;
  hook.before = act.before;
  hook.pid = getpid();
  hook.after = act.after;
  return hook;
}

// What a hook of startContainer has to know in its own process.
struct Binding {
  Init& init;
  const wire::Record* hook;
};

// Other hooks, and what the program alone is given.
bool isForOthers(const wire::Record& record) {
  const auto op = static_cast<wire::Op>(record.op);
  return op == wire::Op::kStartContainerHook || op == wire::Op::kPassDescriptor;
}

Outcome bindBy(Init& init, const wire::Record& record) {
  if (static_cast<wire::Op>(record.op) != wire::Op::kSeccompListener) return carryOut(init, record);
  return seccompWithoutListener(init, *reinterpret_cast<const wire::SeccompListener*>(&record + 1));
}

// The image owns the hook's program: it gets no more than the container's would. The listener is for the container's program;
// what waits for one fails with ENOSYS in a hook (seccomp(2)).
Outcome bindLikeProgram(void* preparer) {
  auto& [init, hook] = *static_cast<Binding*>(preparer);
  const wire::Record* record = init.plan.first();
  bool behind = false;
  for (uint32_t act = 0; act < init.plan.acts(); ++act, record = Plan::next(record)) {
    if (static_cast<wire::Op>(record->op) == wire::Op::kExec) break;
    if (behind && !isForOthers(*record)) {
      if (Outcome o = bindBy(init, *record); o.failed()) return o;
    }
    behind = behind || record == hook;
  }
  return kDone;
}

}  // namespace

// The host's root is still ours: the path is looked up there. From its working directory the hook sees the container's.
Outcome createContainerHook(Init& init, const wire::CreateContainerHook& act) {
  if (init.pivoted || !init.root.valid()) return refused(EINVAL, wire::Call::kPlan);
  Hook hook = hookOf(init, act);
  hook.directory = init.root.get();
  hook.lifeline = wire::kFdChannel;  // a parent that hangs up gives the container up
  return runHook(hook, {}, init.detail);
}

Outcome startContainerHook(Init& init, const wire::StartContainerHook& act) {
  if (!init.pivoted) return refused(EINVAL, wire::Call::kPlan);
  Hook hook = hookOf(init, act);
  if (act.home != 0 && init.home[0] != '\0') hook.home = init.home;
  Binding binding{init, reinterpret_cast<const wire::Record*>(&act) - 1};
  hook.prepare = bindLikeProgram;
  hook.preparer = &binding;
  return runHook(hook, {}, init.detail);
}

}  // namespace caisson::init
