// Meaning as in config-linux.md#seccomp; lib/plan/seccomp.ts has made rules of it that libseccomp takes as
// they are. Names that nobody knows are left out, as runc does: profiles are written for newer kernels than
// this one.
#include <linux/seccomp.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "failure.h"
#include "image.h"
#include "profile.h"
#include "seccomp_join.h"
#include "seccomp_words.h"

namespace caisson::addon {

namespace {

constexpr int kWholeProfile = -1;

struct Release {
  void operator()(void* filter) const { seccomp_release(filter); }
};
using Filter = std::unique_ptr<void, Release>;
using Conditions = std::vector<scmp_arg_cmp>;

[[noreturn]] void refuse(int rule, const std::string& text) { throw RuleFailure{rule, text}; }

// libseccomp gives back a negative errno.
void check(int result, int rule, const std::string& doing) {
  if (result == -EEXIST) refuse(rule, doing + ": an earlier rule gives it another action");
  if (result < 0) refuse(rule, doing + ": " + errnoName(-result));
}

// A rule whose words are numbers.
struct Rule {
  int index;
  uint32_t action;
  Conditions conditions;
  const std::vector<std::string>& names;
};

Conditions conditionsOf(const SeccompRule& rule, int index) {
  Conditions conditions;
  for (const SeccompArg& arg : rule.args) {
    const auto comparison = comparisonOf(arg.op);
    if (!comparison) refuse(index, "unknown comparison " + arg.op);
    if (arg.index > 5) refuse(index, "argument index " + std::to_string(arg.index) + " is above 5");
    conditions.push_back({arg.index, *comparison, arg.value, arg.valueTwo});
  }
  return conditions;
}

std::vector<Rule> rulesOf(const SeccompProfile& profile) {
  std::vector<Rule> rules;
  for (const SeccompRule& rule : profile.rules) {
    const int index = static_cast<int>(rules.size());
    const auto action = actionOf(rule.action, rule.number);
    if (!action) refuse(index, "unknown action or errno: " + rule.action + " " + std::to_string(rule.number));
    rules.push_back({index, *action, conditionsOf(rule, index), rule.names});
  }
  return rules;
}

// libseccomp has an export to memory only since 2.6.
Program exported(void* filter) {
  const OwnFd memory = newMemory("caisson-filter");
  check(seccomp_export_bpf(filter, memory.get()), kWholeProfile, "generate the filter");
  struct stat status;
  checked(fstat(memory.get(), &status), "fstat");
  Program program(static_cast<size_t>(status.st_size) / sizeof(sock_filter));
  checked(pread(memory.get(), program.data(), program.size() * sizeof(sock_filter), 0), "read");
  return program;
}

// Compiles the rules for one architecture. Each has a filter of its own: the time that libseccomp takes grows faster than
// what it compiles (1 ms for one of the size of docker's, 14 ms for three in one).
class Compiler {
 public:
  Compiler(const Architecture& architecture, uint32_t defaultAction)
      : defaultAction_(defaultAction), architecture_(architecture), filter_(seccomp_init(defaultAction)) {
    if (!filter_) refuse(kWholeProfile, "the default action is not supported by this kernel");
    if (isNative()) return;
    check(seccomp_arch_remove(filter_.get(), SCMP_ARCH_NATIVE), kWholeProfile, "remove an architecture");
    check(seccomp_arch_add(filter_.get(), architecture.token), kWholeProfile, "add an architecture");
  }

  void add(const Rule& rule) {
    // Two words can mean one action (KILL, KILL_THREAD), and libseccomp refuses a rule that says what the
    // default says.
    if (rule.action == defaultAction_) return;
    for (const std::string& name : rule.names) addCall(rule, name);
  }

  ArchitectureFilter finished() {
    return {.audit = architecture_.audit,
            .first = architecture_.first,
            .last = architecture_.last,
            .program = exported(filter_.get()),
            .added = std::move(added_)};
  }

 private:
  [[nodiscard]] bool isNative() const { return architecture_.token == seccomp_arch_native(); }

  void addCall(const Rule& rule, const std::string& name) {
    const auto number = syscallOf(name);
    if (!number) return;
    if (isNewer(name) && !isNative()) {
      if (rule.conditions.empty()) added_.emplace_back(*syscallOf(name, architecture_), rule.action);
      return;
    }
    const auto count = static_cast<unsigned>(rule.conditions.size());
    check(seccomp_rule_add_array(filter_.get(), rule.action, *number, count, rule.conditions.data()),
          rule.index, name);
  }

  uint32_t defaultAction_;
  const Architecture& architecture_;
  Filter filter_;
  std::vector<std::pair<uint32_t, uint32_t>> added_;
};

// The highest number of the profile: what is above, its author did not know.
uint32_t newestOf(const std::vector<Rule>& rules, const Architecture& architecture) {
  uint32_t newest = 0;
  for (const Rule& rule : rules) {
    for (const std::string& name : rule.names) {
      const auto number = syscallOf(name, architecture);
      if (number && *number <= architecture.lastOrdinary) newest = std::max(newest, *number);
    }
  }
  return newest;
}

ArchitectureFilter compileFor(const Architecture& architecture, const SeccompProfile& profile,
                              uint32_t defaultAction, const std::vector<Rule>& rules) {
  Compiler compiler(architecture, defaultAction);
  for (const Rule& rule : rules) compiler.add(rule);
  ArchitectureFilter filter = compiler.finished();
  const uint32_t newest = profile.unknownFails ? newestOf(rules, architecture) : 0;
  if (newest != 0) filter.unknownFrom = newest + 1, filter.unknownTo = architecture.lastOrdinary;
  return filter;
}

std::string listed(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
  return list;
}

// What of a rule does not get into the filter.
void note(const Rule& rule, bool onlyNative, std::vector<SeccompNote>& notes) {
  std::vector<std::string> unknown;
  std::vector<std::string> untranslated;
  for (const std::string& name : rule.names) {
    if (!syscallOf(name)) unknown.push_back(name);
    if (!onlyNative && !rule.conditions.empty() && isNewer(name)) untranslated.push_back(name);
  }
  if (!unknown.empty()) notes.push_back({rule.index, "unknown system calls, left out: " + listed(unknown)});
  if (untranslated.empty()) return;
  notes.push_back({rule.index, "left out on architectures that are not the machine's own, where libseccomp " +
                                   seccompVersion() + " doesn't know them: " + listed(untranslated)});
}

std::vector<uint8_t> bytesOf(const Program& program) {
  if (program.size() > BPF_MAXINSNS) refuse(kWholeProfile, "the filter has more than 4096 instructions");
  std::vector<uint8_t> bytes(program.size() * sizeof(sock_filter));
  memcpy(bytes.data(), program.data(), bytes.size());
  return bytes;
}

}  // namespace

SeccompFilter compileSeccomp(const SeccompProfile& profile) {
  const auto action = actionOf(profile.defaultAction, profile.defaultErrno);
  if (!action) refuse(kWholeProfile, "unknown default action or errno: " + profile.defaultAction);
  const std::vector<Rule> rules = rulesOf(profile);
  const std::vector<Architecture> architectures = architecturesOf(profile.architectures);
  if (architectures.empty()) refuse(kWholeProfile, "this machine's architecture is not supported");
  std::vector<ArchitectureFilter> filters;
  for (const Architecture& architecture : architectures) {
    filters.push_back(compileFor(architecture, profile, *action, rules));
  }
  SeccompFilter filter{bytesOf(joined(filters)), {}};
  for (const Rule& rule : rules) note(rule, architectures.size() == 1, filter.notes);
  return filter;
}

// Flags are looked at before the filter, and there is none at no address (seccomp(2)).
bool knowsSeccompFlags(uint32_t flags) {
  return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, nullptr) < 0 && errno == EFAULT;
}

std::string seccompVersion() {
  const scmp_version* version = seccomp_version();
  return std::to_string(version->major) + "." + std::to_string(version->minor) + "." +
         std::to_string(version->micro);
}

}  // namespace caisson::addon
