#include "seccomp_words.h"

#include <algorithm>
#include <cctype>
#include <string_view>

namespace caisson::addon {

namespace {

constexpr uint32_t kLargestErrno = 4095;  // MAX_ERRNO: the kernel cuts what is above
constexpr uint32_t kLargestMessage = 0xffff;

struct Word {
  std::string_view name;
  uint32_t value;
};

constexpr Word kActions[] = {
    {"SCMP_ACT_KILL", SCMP_ACT_KILL},
    {"SCMP_ACT_KILL_THREAD", SCMP_ACT_KILL_THREAD},
    {"SCMP_ACT_KILL_PROCESS", SCMP_ACT_KILL_PROCESS},
    {"SCMP_ACT_TRAP", SCMP_ACT_TRAP},
    {"SCMP_ACT_ALLOW", SCMP_ACT_ALLOW},
    {"SCMP_ACT_LOG", SCMP_ACT_LOG},
};

constexpr Word kComparisons[] = {
    {"SCMP_CMP_NE", SCMP_CMP_NE},
    {"SCMP_CMP_LT", SCMP_CMP_LT},
    {"SCMP_CMP_LE", SCMP_CMP_LE},
    {"SCMP_CMP_EQ", SCMP_CMP_EQ},
    {"SCMP_CMP_GE", SCMP_CMP_GE},
    {"SCMP_CMP_GT", SCMP_CMP_GT},
    {"SCMP_CMP_MASKED_EQ", SCMP_CMP_MASKED_EQ},
};

// System calls that Linux got after libseccomp 2.5.4 (2022). Since Linux 5.1 a new one has the same number on
// every architecture, but for an offset on MIPS and x32. A profile that allows fchmodat2 must allow it on an
// old library too: denied with EPERM, which glibc does not expect, chmod fails.
constexpr Word kNewer[] = {
    {"set_mempolicy_home_node", 450},
    {"cachestat", 451},
    {"fchmodat2", 452},
    {"map_shadow_stack", 453},
    {"futex_wake", 454},
    {"futex_wait", 455},
    {"futex_requeue", 456},
    {"statmount", 457},
    {"listmount", 458},
    {"lsm_get_self_attr", 459},
    {"lsm_set_self_attr", 460},
    {"lsm_list_modules", 461},
    {"mseal", 462},
    {"setxattrat", 463},
    {"getxattrat", 464},
    {"listxattrat", 465},
    {"removexattrat", 466},
    {"open_tree_attr", 467},
    {"file_getattr", 468},
    {"file_setattr", 469},
};

template <size_t count>
std::optional<uint32_t> find(const Word (&words)[count], std::string_view name) {
  const auto* word =
      std::find_if(std::begin(words), std::end(words), [&](const Word& w) { return w.name == name; });
  return word == std::end(words) ? std::nullopt : std::optional(word->value);
}

}  // namespace

std::optional<uint32_t> actionOf(const std::string& word, uint32_t number) {
  if (word == "SCMP_ACT_ERRNO")
    return number <= kLargestErrno ? std::optional(SCMP_ACT_ERRNO(number)) : std::nullopt;
  if (word == "SCMP_ACT_TRACE")
    return number <= kLargestMessage ? std::optional(SCMP_ACT_TRACE(number)) : std::nullopt;
  return find(kActions, word);
}

std::optional<scmp_compare> comparisonOf(const std::string& word) {
  const auto value = find(kComparisons, word);
  return value ? std::optional(static_cast<scmp_compare>(*value)) : std::nullopt;
}

uint32_t architectureOf(const std::string& word) {
  constexpr std::string_view prefix = "SCMP_ARCH_";
  if (!word.starts_with(prefix)) return 0;
  std::string name = word.substr(prefix.size());
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char letter) { return std::tolower(letter); });
  return seccomp_arch_resolve_name(name.c_str());
}

std::optional<SyscallNumber> syscallOf(const std::string& name) {
  const int number = seccomp_syscall_resolve_name(name.c_str());
  if (number != __NR_SCMP_ERROR) return SyscallNumber{number, false};
  const auto newer = find(kNewer, name);
  return newer ? std::optional(SyscallNumber{static_cast<int>(*newer), true}) : std::nullopt;
}

}  // namespace caisson::addon
