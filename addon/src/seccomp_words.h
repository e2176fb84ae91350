// The words of a seccomp profile as numbers.
#pragma once

#include <seccomp.h>

#include <optional>
#include <string>

namespace caisson::addon {

// SCMP_ACT_* with its errno or message; nothing for a word that is unknown, or a number out of range.
std::optional<uint32_t> actionOf(const std::string& word, uint32_t number);
// SCMP_CMP_*.
std::optional<scmp_compare> comparisonOf(const std::string& word);
// SCMP_ARCH_*; 0 when libseccomp doesn't know it.
uint32_t architectureOf(const std::string& word);

// A system call as libseccomp counts: negative for one that this architecture doesn't have and another one
// does.
struct SyscallNumber {
  int number;
  bool onlyNative;  // newer than libseccomp, which can therefore not translate it for other architectures
};
std::optional<SyscallNumber> syscallOf(const std::string& name);

}  // namespace caisson::addon
