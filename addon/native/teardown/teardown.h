// The acts of a teardown program: what takes a container away. Run by the addon (delete) on one of its threads, and by
// the supervisor; they change nothing of the process.
#pragma once

#include "../outcome.h"
#include "../plan.h"
#include "wire.gen.h"

namespace caisson::teardown {

Outcome endCgroup(Plan plan, const wire::EndCgroup& act);
Outcome removeCgroup(Plan plan, const wire::RemoveCgroup& act);
Outcome removeState(Plan plan, const wire::RemoveState& act);

}  // namespace caisson::teardown
