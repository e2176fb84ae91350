// The acts of a teardown program: what takes a container away. Run by the addon (delete) on one of its threads, and by
// the supervisor; they change nothing of the process.
#pragma once

#include "../hook.h"
#include "../outcome.h"
#include "../plan.h"
#include "wire.gen.h"

namespace caisson::teardown {

struct Run {
  Plan plan;
  const Surroundings& around;
  bool removed = false;  // the state, by us
  bool failed = false;   // an act before: the others are tried once, and nobody waits any more
  char detail[wire::kLongestDetail] = {};
};

Outcome endCgroup(Plan plan, const wire::EndCgroup& act);
Outcome removeCgroup(Plan plan, const wire::RemoveCgroup& act);
Outcome removeResctrlGroup(Plan plan, const wire::RemoveResctrlGroup& act);
Outcome awaitRemoval(Plan plan, const wire::AwaitRemoval& act);
Outcome unmount(Plan plan, const wire::Unmount& act);
Outcome removeState(Run& run, const wire::RemoveState& act);
Outcome poststopHook(Run& run, const wire::PoststopHook& act);

}  // namespace caisson::teardown
