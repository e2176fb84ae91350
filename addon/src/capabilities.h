// What this process may do, and so can let a container do: capabilities(7).
#pragma once

#include <cstdint>

namespace caisson::addon {

// A bit for each capability.
struct HeldCapabilities {
  uint64_t permitted;
  uint64_t bounding;
};

HeldCapabilities heldCapabilities();

}  // namespace caisson::addon
