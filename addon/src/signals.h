// Signals that arrive while a foreground run is still the engine's, kept for the supervisor.
#pragma once

#include <cstdint>

namespace caisson::addon {

// Blocks every signal in this thread and makes those that were held pending on it, where the next program
// finds them.
void handOverHeld();

// Makes ignored what the caller ignored (bit signal - 1), and not what only the engine did. Handlers go with
// the exec.
void restoreIgnored(uint64_t ignored);

}  // namespace caisson::addon
