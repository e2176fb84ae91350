// Meaning as in config-linux.md#seccomp; lib/plan/seccomp.ts has made rules of it that libseccomp takes as
// they are. Names that nobody knows are left out, as runc does: profiles are written for newer kernels than
// this one.
#include "profile.h"

#include <sys/stat.h>

#include <memory>

#include "failure.h"
#include "image.h"
#include "seccomp_words.h"

namespace caisson::addon {

namespace {

constexpr int kWholeProfile = -1;
constexpr size_t kLongestFilter = size_t{4096} * 8;  // BPF_MAXINSNS of struct sock_filter

struct Release {
  void operator()(void* filter) const { seccomp_release(filter); }
};
using Filter = std::unique_ptr<void, Release>;

[[noreturn]] void refuse(int rule, const std::string& text) { throw RuleFailure{rule, text}; }

// libseccomp gives back a negative errno.
void check(int result, int rule, const std::string& doing) {
  if (result < 0) refuse(rule, doing + ": " + errnoName(-result));
}

Filter newFilter(uint32_t action) {
  Filter filter(seccomp_init(action));
  if (!filter) refuse(kWholeProfile, "the default action is not supported by this kernel");
  // Not SCMP_FLTATR_CTL_OPTIMIZE: its search tree takes half again as long to compile, and since Linux 5.11 the kernel
  // answers calls that are always allowed from a bitmap, without running the filter.
  return filter;
}

std::vector<scmp_arg_cmp> conditionsOf(const SeccompRule& rule, int index) {
  std::vector<scmp_arg_cmp> conditions;
  for (const SeccompArg& arg : rule.args) {
    const auto comparison = comparisonOf(arg.op);
    if (!comparison) refuse(index, "unknown comparison " + arg.op);
    if (arg.index > 5) refuse(index, "argument index " + std::to_string(arg.index) + " is above 5");
    conditions.push_back({arg.index, *comparison, arg.value, arg.valueTwo});
  }
  return conditions;
}

// A filter under construction: native is for this machine's architecture, others for those it also runs. They
// are apart because libseccomp translates numbers by its own list of names, which ends in 2022.
class Builder {
 public:
  Builder(uint32_t defaultAction, const std::vector<std::string>& architectures)
      : defaultAction_(defaultAction), native_(newFilter(defaultAction)) {
    for (const std::string& word : architectures) addArchitecture(word);
  }

  void addRule(const SeccompRule& rule, int index) {
    const auto action = actionOf(rule.action, rule.number);
    if (!action) refuse(index, "unknown action or errno: " + rule.action + " " + std::to_string(rule.number));
    // Two words can mean one action (KILL, KILL_THREAD), and libseccomp refuses a rule that says what the
    // default says.
    if (*action == defaultAction_) return;
    const auto conditions = conditionsOf(rule, index);
    for (const std::string& name : rule.names) {
      if (const auto call = syscallOf(name)) addCall(*call, *action, conditions, {index, name});
    }
  }

  // The whole, as one filter.
  void* finish() {
    if (others_) check(seccomp_merge(native_.get(), others_.release()), kWholeProfile, "merge architectures");
    return native_.get();
  }

 private:
  struct Place {
    int rule;
    const std::string& name;
  };

  void addArchitecture(const std::string& word) {
    const uint32_t token = architectureOf(word);
    if (token == 0) refuse(kWholeProfile, "architecture " + word + " is not known to libseccomp");
    if (token == seccomp_arch_native()) return;
    if (!others_) {
      others_ = newFilter(defaultAction_);
      check(seccomp_arch_remove(others_.get(), SCMP_ARCH_NATIVE), kWholeProfile, word);
    }
    const int result = seccomp_arch_add(others_.get(), token);
    if (result != -EEXIST) check(result, kWholeProfile, "add architecture " + word);
  }

  void addCall(SyscallNumber call, uint32_t action, const std::vector<scmp_arg_cmp>& conditions,
               Place place) {
    for (void* filter : {native_.get(), call.onlyNative ? nullptr : others_.get()}) {
      if (filter == nullptr) continue;
      const auto count = static_cast<unsigned>(conditions.size());
      check(seccomp_rule_add_array(filter, action, call.number, count, conditions.data()), place.rule,
            place.name);
    }
  }

  uint32_t defaultAction_;
  Filter native_;
  Filter others_;
};

// libseccomp has an export to memory only since 2.6.
std::vector<uint8_t> exported(void* filter) {
  const OwnFd memory = newMemory("caisson-filter");
  check(seccomp_export_bpf(filter, memory.get()), kWholeProfile, "generate the filter");
  struct stat status;
  checked(fstat(memory.get(), &status), "fstat");
  std::vector<uint8_t> program(static_cast<size_t>(status.st_size));
  checked(pread(memory.get(), program.data(), program.size(), 0), "read");
  if (program.size() > kLongestFilter) refuse(kWholeProfile, "the filter has more than 4096 instructions");
  return program;
}

}  // namespace

std::vector<uint8_t> compileSeccomp(const SeccompProfile& profile) {
  const auto action = actionOf(profile.defaultAction, profile.defaultErrno);
  if (!action) refuse(kWholeProfile, "unknown default action or errno: " + profile.defaultAction);
  Builder builder(*action, profile.architectures);
  for (size_t index = 0; index < profile.rules.size(); index++) {
    builder.addRule(profile.rules[index], static_cast<int>(index));
  }
  return exported(builder.finish());
}

std::string seccompVersion() {
  const scmp_version* version = seccomp_version();
  return std::to_string(version->major) + "." + std::to_string(version->minor) + "." +
         std::to_string(version->micro);
}

}  // namespace caisson::addon
