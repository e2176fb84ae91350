// Messages to the parent (at the gate: to whoever runs `start`): a meeting point that was reached, or what failed.
#pragma once

#include "../outcome.h"
#include "wire.gen.h"

namespace caisson::init {

// The descriptor of the channel to the parent.
int channel();

// Moves the channel to the lowest free number from least on; false with errno.
bool moveChannel(int least);

// Tells which act failed and why. Nobody may be there to hear it.
void reportFailure(uint32_t act, const Outcome& outcome);

// Tells that a meeting point is reached; passed is a descriptor that goes with it, or -1.
Outcome reportMet(uint32_t point, int passed);

// Hands up the twin that takes our place: its pid where we are, and its pidfd.
Outcome reportForked(int pid, int pidfd);

// Waits for go. When the parent hangs up instead, init ends: nobody would know of this container.
Outcome awaitGo();

}  // namespace caisson::init
