// The programs that the addon runs itself, by the acts of addon/native.
#pragma once

#include <cstdint>
#include <vector>

#include "failure.h"
#include "native/run.h"

namespace caisson::addon {

// What an act said, for JavaScript.
ActFailure programFailure(const char* program, const Failure& failure);
// How many acts a program has that was not checked yet.
uint32_t actsOf(const std::vector<uint8_t>& program);

// Fills slots; throws ActFailure.
void runHostProgram(const std::vector<uint8_t>& program, Slots& slots);

}  // namespace caisson::addon
