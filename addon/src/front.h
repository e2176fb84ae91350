// The front that started this engine, is its parent, and waits for its word (addon/native/front/link.h). Under Node
// there is none.
#pragma once

#include <cstdint>
#include <vector>

#include "launch.h"

namespace caisson::addon {

// Whether there is a front: then it is the parent of init too.
bool hasFront();

// Tells the front what the exit status is and ends; as in lib/native/surface.ts.
[[noreturn]] void exitNow(int status);

// The wait status of a child of the front that has ended; 0 when it cannot be had.
int reapByFront(int pidfd);

// Makes the front the supervisor, and ends.
[[noreturn]] void superviseByFront(const std::vector<uint8_t>& program, const Launched& launched);

}  // namespace caisson::addon
