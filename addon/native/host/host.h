// The acts of a host program: what is done in the host's namespaces before the container's first process exists.
// Run by the addon, on one of its threads: nothing of the process is changed but the descriptors in the slots.
#pragma once

#include "../fd.h"
#include "../outcome.h"
#include "../plan.h"
#include "../run.h"
#include "wire.gen.h"

namespace caisson::host {

struct Run {
  Plan plan;
  Slots& slots;
  OwnFd queue;                             // where queue-trees sends; the other end is in a slot
  char path[wire::kLongestPath] = {};      // for outcomes that blame a path which no plan holds
  char detail[wire::kLongestDetail] = {};  // what the kernel said beyond the errno
};

// Gives a descriptor to a slot. A slot is filled once.
Outcome keep(Run& run, uint64_t slot, int fd);

Outcome makeCgroup(Run& run, const wire::MakeCgroup& act);
Outcome enableControllers(Run& run, const wire::EnableControllers& act);
Outcome requireEmptyCgroup(Run& run, const wire::RequireEmptyCgroup& act);
Outcome requireThawed(Run& run, const wire::RequireThawed& act);
Outcome giveCgroup(Run& run, const wire::GiveCgroup& act);
Outcome writeValue(Run& run, const wire::Write& act);
Outcome writePresent(Run& run, const wire::WritePresent& act);
Outcome writeEither(Run& run, const wire::WriteEither& act);
Outcome deviceProgram(Run& run, const wire::DeviceProgram& act);
Outcome openWrite(Run& run, const wire::OpenWrite& act);
Outcome openDirectory(Run& run, const wire::OpenDirectory& act);
Outcome openTree(Run& run, const wire::OpenTree& act);
Outcome openFallback(Run& run, const wire::OpenFallback& act);
Outcome idmapTree(Run& run, const wire::IdmapTree& act);
Outcome makeUserNamespace(Run& run, const wire::MakeUserNamespace& act);
Outcome makeResctrlGroup(Run& run, const wire::MakeResctrlGroup& act);
Outcome writeSchemata(Run& run, const wire::WriteSchemata& act);
Outcome queueTrees(Run& run, const wire::QueueTrees& act);
Outcome listen(Run& run, const wire::Listen& act);
Outcome openNamespace(Run& run, const wire::OpenNamespace& act);
Outcome openProcess(Run& run, const wire::OpenProcess& act);
Outcome takeDescriptor(Run& run, const wire::TakeDescriptor& act);

}  // namespace caisson::host
