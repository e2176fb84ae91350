// The moment at which waiting ends. Every wait of the addon has one.
#pragma once

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <chrono>

#include "failure.h"

namespace caisson::addon {

class Deadline {
 public:
  explicit Deadline(double milliseconds)
      : end_(Clock::now() +
             std::chrono::duration_cast<Clock::duration>(
                 std::chrono::duration<double, std::milli>(std::clamp(milliseconds, 0.0, kLongest)))) {}

  // What is left, in milliseconds, rounded up so that a poll never ends early and spins.
  [[nodiscard]] int left() const {
    const auto rest = std::chrono::ceil<std::chrono::milliseconds>(end_ - Clock::now()).count();
    return static_cast<int>(std::max<decltype(rest)>(rest, 0));
  }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr double kLongest = 1e9;  // 11 days: fits poll(2)'s int
  Clock::time_point end_;
};

// poll(2) until something is ready; false when the deadline passed first. Throws what else goes wrong: nobody may take that
// for a deadline.
template <size_t count>
bool pollUntil(pollfd (&fds)[count], const Deadline& deadline) {
  for (;;) {
    const int ready = poll(fds, count, deadline.left());
    if (ready > 0) return true;
    if (ready == 0) return false;
    if (errno != EINTR) fail(errno, "poll");
  }
}

}  // namespace caisson::addon
