// The words of a seccomp profile as numbers.
#pragma once

#include <seccomp.h>

#include <optional>
#include <string>
#include <vector>

namespace caisson::addon {

// SCMP_ACT_* with its errno or message; nothing for a word that is unknown, or a number out of range.
std::optional<uint32_t> actionOf(const std::string& word, uint32_t number);
// SCMP_CMP_*.
std::optional<scmp_compare> comparisonOf(const std::string& word);

// An architecture whose system calls can be made on this machine.
struct Architecture {
  uint32_t token;  // SCMP_ARCH_*
  uint32_t audit;  // AUDIT_ARCH_*, as the kernel tells it
  // The numbers that are its own: x86-64 and x32 share theirs.
  uint32_t first;
  uint32_t last;
  // The end of the range in which a number that nobody knows is a system call to come.
  uint32_t lastOrdinary;
};
// The machine's own first, then those of these words (SCMP_ARCH_*) that it runs as well. The others are left out: no
// filter will ever be asked about them.
std::vector<Architecture> architecturesOf(const std::vector<std::string>& words);

// A system call as libseccomp counts: negative for one that this machine's architecture doesn't have and another one
// does.
std::optional<int> syscallOf(const std::string& name);
// The number on an architecture; nothing when it doesn't have it.
std::optional<uint32_t> syscallOf(const std::string& name, const Architecture& architecture);
// Whether a system call is newer than libseccomp, which therefore cannot translate it from one architecture to another.
bool isNewer(const std::string& name);

}  // namespace caisson::addon
