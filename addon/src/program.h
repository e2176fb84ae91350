// The programs that the addon runs itself, by the acts of addon/native.
#pragma once

#include <cstdint>
#include <vector>

#include "native/run.h"

namespace caisson::addon {

// Fills slots; throws ActFailure.
void runHostProgram(const std::vector<uint8_t>& program, Slots& slots);

}  // namespace caisson::addon
