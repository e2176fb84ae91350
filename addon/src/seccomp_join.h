// Several filters of libseccomp, one for each architecture, as one short program.
#pragma once

#include <linux/filter.h>

#include <cstdint>
#include <utility>
#include <vector>

namespace caisson::addon {

using Program = std::vector<sock_filter>;

// The filter of one architecture, and what it is to know beyond libseccomp.
struct ArchitectureFilter {
  uint32_t audit;  // AUDIT_ARCH_*, which the kernel tells a filter; x32 shares that of x86-64
  // The numbers that are this architecture's.
  uint32_t first;
  uint32_t last;
  Program program;
  // Verdicts on system calls that libseccomp has no number for, by their number.
  std::vector<std::pair<uint32_t, uint32_t>> added;
  // System calls in between did not exist when the profile was written: ENOSYS, after which a libc tries an older one.
  // None when `unknownFrom` is above `unknownTo`.
  uint32_t unknownFrom = 1;
  uint32_t unknownTo = 0;
};

// The program that gives, for every system call, the verdict of its architecture's filter. What is of no architecture
// here is killed, as libseccomp does.
Program joined(const std::vector<ArchitectureFilter>& filters);

}  // namespace caisson::addon
