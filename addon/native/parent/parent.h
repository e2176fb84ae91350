// The acts of a parent program: what is done to init from outside while it waits at a meeting point. Run by the addon,
// on one of its threads, in the host's namespaces.
#pragma once

#include "../fd.h"
#include "../outcome.h"
#include "../plan.h"
#include "../run.h"
#include "wire.gen.h"

namespace caisson::parent {

struct Run {
  Plan plan;
  Child child;
  char path[wire::kLongestPath] = {};  // for outcomes that blame a path which no plan holds
};

Outcome writeProcess(Run& run, const wire::WriteProcess& act);

}  // namespace caisson::parent
