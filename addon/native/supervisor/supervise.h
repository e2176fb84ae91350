// The time from here to the container's end.
#pragma once

#include "supervisor.h"
#include "wire.gen.h"

namespace caisson::supervisor {

// Waits until init has ended, with signals passed on and the terminal copied.
Ending supervise(const wire::Supervise& act, const Before& before);

}  // namespace caisson::supervisor
