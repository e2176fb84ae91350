// Sets of signals as the kernel has them. libc's functions leave out those that it keeps for itself.
#pragma once

#include <stdint.h>

namespace caisson {

constexpr int kLastSignal = 64;

constexpr uint64_t signalBit(int signal) { return 1ULL << (signal - 1); }

// Those that this process ignores.
uint64_t ignoredSignals();
// Those that this thread blocks.
uint64_t blockedSignals();
void blockSignals(uint64_t mask);
// Default action instead of the handler, or of being ignored.
void resetSignal(int signal);
// A signalfd(2) that does not wait; -1 and errno.
[[nodiscard]] int openSignals(uint64_t mask);

}  // namespace caisson
