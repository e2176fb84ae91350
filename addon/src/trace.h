// The times that init notes with --trace.
#pragma once

#include <cstdint>

namespace caisson::addon {

// Makes the file that the next init writes its times to, with room for so many acts; kept for traceTimes().
int newTrace(uint32_t acts);

}  // namespace caisson::addon
