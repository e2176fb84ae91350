// The acts of a parent program: what is done to init from outside while it waits at a meeting point. Run by the addon,
// on one of its threads, in the host's namespaces.
#pragma once

#include "../fd.h"
#include "../hook.h"
#include "../outcome.h"
#include "../plan.h"
#include "../run.h"
#include "wire.gen.h"

namespace caisson::parent {

struct Run {
  Plan plan;
  Child child;
  const Surroundings& around;
  const Lender& lender;
  char path[wire::kLongestPath] = {};  // for outcomes that blame a path which no plan holds
  char detail[wire::kLongestDetail] = {};
};

// Whether init has ended: from then on its pid may be another process's.
bool hasEnded(const Child& child);

Outcome runtimeHook(Run& run, const wire::RuntimeHook& act);
Outcome writeProcess(Run& run, const wire::WriteProcess& act);
Outcome mapIds(Run& run, const wire::MapIds& act);
Outcome limit(Run& run, const wire::Limit& act);
Outcome moveNetworkDevice(Run& run, const wire::MoveNetworkDevice& act);

}  // namespace caisson::parent
