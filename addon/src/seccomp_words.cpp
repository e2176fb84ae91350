#include "seccomp_words.h"

#include <linux/audit.h>

#include <algorithm>
#include <array>
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
    {"SCMP_ACT_NOTIFY", SCMP_ACT_NOTIFY},
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

// System calls that Linux got after libseccomp 2.5.4 (2022); distributions have added some of them to theirs. Since Linux 5.1 a new one has the same number on
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
    {"listns", 470},
};

constexpr uint32_t kEveryNumber = ~0U;
constexpr uint32_t kX32 = 1U << 30;         // __X32_SYSCALL_BIT of asm/unistd.h
constexpr uint32_t kArmPrivate = 0x0f0000;  // __ARM_NR_BASE: cacheflush and others, which are not new

struct Member {
  std::string_view word;
  Architecture architecture;
};

// What a kernel runs beside its own, in the order of the numbers; the machines that this addon is written for.
struct Family {
  uint32_t native;
  std::array<Member, 3> members;
};

constexpr Family kFamilies[] = {
    {SCMP_ARCH_X86_64,
     {{{"SCMP_ARCH_X86_64", {SCMP_ARCH_X86_64, AUDIT_ARCH_X86_64, 0, kX32 - 1, kX32 - 1}},
       {"SCMP_ARCH_X86", {SCMP_ARCH_X86, AUDIT_ARCH_I386, 0, kEveryNumber, kEveryNumber}},
       {"SCMP_ARCH_X32", {SCMP_ARCH_X32, AUDIT_ARCH_X86_64, kX32, kEveryNumber, kEveryNumber}}}}},
    {SCMP_ARCH_AARCH64,
     {{{"SCMP_ARCH_AARCH64", {SCMP_ARCH_AARCH64, AUDIT_ARCH_AARCH64, 0, kEveryNumber, kEveryNumber}},
       {"SCMP_ARCH_ARM", {SCMP_ARCH_ARM, AUDIT_ARCH_ARM, 0, kEveryNumber, kArmPrivate - 1}}}}},
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

std::vector<Architecture> architecturesOf(const std::vector<std::string>& words) {
  const uint32_t own = seccomp_arch_native();
  std::vector<Architecture> found;
  for (const Family& family : kFamilies) {
    if (family.native != own) continue;
    for (const Member& member : family.members) {
      const uint32_t token = member.architecture.token;
      const bool wanted = std::find(words.begin(), words.end(), member.word) != words.end();
      if (token == own || (token != 0 && wanted)) found.push_back(member.architecture);
    }
  }
  // x32 shares the numbers with x86-64: without it, they are all of x86-64's filter, which kills what is x32's.
  if (!found.empty() && found.back().token != SCMP_ARCH_X32) found.front().last = kEveryNumber;
  return found;
}

std::optional<int> syscallOf(const std::string& name) {
  const int number = seccomp_syscall_resolve_name(name.c_str());
  if (number != __NR_SCMP_ERROR) return number;
  const auto newer = find(kNewer, name);
  return newer ? std::optional(static_cast<int>(*newer)) : std::nullopt;
}

std::optional<uint32_t> syscallOf(const std::string& name, const Architecture& architecture) {
  const int number = seccomp_syscall_resolve_name_arch(architecture.token, name.c_str());
  if (number >= 0) return static_cast<uint32_t>(number);
  if (number != __NR_SCMP_ERROR) return std::nullopt;
  const auto newer = find(kNewer, name);
  return newer ? std::optional(architecture.first + *newer) : std::nullopt;
}

bool isNewer(const std::string& name) {
  return seccomp_syscall_resolve_name(name.c_str()) == __NR_SCMP_ERROR && find(kNewer, name);
}

}  // namespace caisson::addon
