// Names for the numbers in a failure.
#include "failure.h"

#include <cstring>
#include <iterator>

namespace caisson::addon {

namespace {

// What the kernel answers when BPF or a filter finds no memory for its code: not in any header for programs.
constexpr int kErrorNotSupported = 524;

}  // namespace

std::string errnoName(int error) {
  if (error == kErrorNotSupported) return "ENOTSUPP";
  const char* name = strerrorname_np(error);
  return name != nullptr ? name : "E" + std::to_string(error);
}

const char* callName(uint32_t call) {
  return wire::kCallNames[call < std::size(wire::kCallNames) ? call : 0];
}

}  // namespace caisson::addon
