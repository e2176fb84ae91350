// Seccomp profiles to BPF, by libseccomp.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace caisson::addon {

// As in lib/native/surface.ts.
struct SeccompArg {
  uint32_t index;
  uint64_t value;
  uint64_t valueTwo;
  std::string op;
};

struct SeccompRule {
  std::vector<std::string> names;
  std::string action;
  uint32_t number;  // the rule's `errno`, which is a macro here
  std::vector<SeccompArg> args;
};

struct SeccompProfile {
  std::string defaultAction;
  uint32_t defaultErrno;
  std::vector<std::string> architectures;
  std::vector<SeccompRule> rules;
  bool unknownFails;  // system calls newer than every one that is named fail with ENOSYS
};

struct SeccompNote {
  int rule;
  std::string text;
};

struct SeccompFilter {
  std::vector<uint8_t> program;
  std::vector<SeccompNote> notes;
};

// Throws RuleFailure.
SeccompFilter compileSeccomp(const SeccompProfile& profile);
std::string seccompVersion();
// Whether this kernel takes a filter with these SECCOMP_FILTER_FLAG_*.
bool knowsSeccompFlags(uint32_t flags);

}  // namespace caisson::addon
