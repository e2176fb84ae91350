// How an act tells what went wrong: the errno, the system call that gave it, and the path it was about.
#pragma once

#include <errno.h>

#include "wire.gen.h"

namespace caisson {

// path and detail outlive the act: they lie in the plan, in static storage or in a buffer of the run.
struct [[nodiscard]] Outcome {
  int error = 0;
  wire::Call call = wire::Call::kNone;
  const char* path = "";
  const char* detail = "";

  bool failed() const { return error != 0; }
};

inline constexpr Outcome kDone{};

// What the system call that has just failed left in errno; never success.
inline Outcome failed(wire::Call call, const char* path = "") {
  return {errno != 0 ? errno : EIO, call, path, ""};
}

// A refusal of our own, in the words of an errno.
inline Outcome refused(int error, wire::Call call, const char* path = "", const char* detail = "") {
  return {error, call, path, detail};
}

}  // namespace caisson
