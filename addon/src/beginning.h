// The first part of a host program, run on a thread of its own while JavaScript compiles the rest: the kernel takes
// milliseconds to make a cgroup in each of ten hierarchies.
#pragma once

#include <cstdint>
#include <vector>

#include "native/run.h"

namespace caisson::addon {

// As in lib/native/surface.ts. The number stays good until abandon() or finishBeginning().
int begin(const std::vector<uint8_t>& program);
int abandon(int begun);

// Waits for what begin() started and takes over what it opened. Gives the number of its acts; throws ActFailure.
int finishBeginning(int begun, Slots& slots);

}  // namespace caisson::addon
