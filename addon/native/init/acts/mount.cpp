// New filesystems, by the mount API of Linux 5.2: option by option, so that the kernel can say which one is wrong.
#include <string.h>

#include "../../sys.h"
#include "../../text.h"
#include "../path.h"

namespace caisson::init {
namespace {

constexpr size_t kLongestValue = 255;  // fsconfig(2)

// What the kernel says about a refused option or filesystem: lines like "e tmpfs: Unknown parameter 'sizee'".
void readLog(int fs, Text detail) {
  char line[256];
  for (ssize_t length = read(fs, line, sizeof line); length > 0; length = read(fs, line, sizeof line)) {
    if (detail.length() > 0) detail.add("; ");
    for (ssize_t i = length > 2 && line[1] == ' ' ? 2 : 0; i < length; ++i) {
      if (line[i] != '\n') detail.add(line[i]);
    }
  }
}

Outcome explained(Init& init, int fs, const Outcome& refusal) {
  readLog(fs, Text(init.detail, sizeof init.detail));
  return refused(refusal.error, refusal.call, refusal.path, init.detail);
}

// One option: a flag, or a key with a value.
int configure(int fs, char* option) {
  char* equals = strchr(option, '=');
  if (equals == nullptr) return sys::fsconfig(fs, FSCONFIG_SET_FLAG, option, nullptr);
  *equals = '\0';
  const int set = sys::fsconfig(fs, FSCONFIG_SET_STRING, option, equals + 1);
  *equals = '=';
  return set;
}

bool hasLongValue(const Init& init, wire::Strings options) {
  const wire::String* references = init.plan.references(options);
  for (uint32_t i = 0; i < options.count; ++i) {
    if (references[i].length > kLongestValue) return true;
  }
  return false;
}

Outcome configureAll(Init& init, const wire::Mount& act, int fs, const char* target) {
  const char* source = init.plan.text(act.source);
  if (sys::fsconfig(fs, FSCONFIG_SET_STRING, "source", source) != 0)
    return failed(wire::Call::kFsconfig, target);
  char** options = init.plan.array(act.options);
  if (options == nullptr) return refused(EINVAL, wire::Call::kPlan, target);
  for (uint32_t i = 0; i < act.options.count; ++i) {
    if (configure(fs, options[i]) != 0) return failed(wire::Call::kFsconfig, target);
  }
  if (sys::fsconfig(fs, FSCONFIG_CMD_CREATE, nullptr, nullptr) != 0)
    return failed(wire::Call::kFsconfig, target);
  return kDone;
}

Outcome makeTree(Init& init, const wire::Mount& act, const char* target, OwnFd& tree) {
  const OwnFd fs(sys::fsopen(init.plan.text(act.type)));
  if (!fs.valid()) return failed(wire::Call::kFsopen, target);
  if (Outcome o = configureAll(init, act, fs.get(), target); o.failed()) return explained(init, fs.get(), o);
  tree.reset(sys::fsmount(fs.get(), act.attributes));
  return tree.valid() ? kDone : explained(init, fs.get(), failed(wire::Call::kFsmount, target));
}

// The image owns the target's path. For proc and sysfs not even links inside the root are followed: a runtime that can
// be made to mount them elsewhere masks and protects the wrong place (CVE-2019-19921, CVE-2023-27561).
Outcome openTarget(Init& init, const wire::Mount& act, OwnFd& target) {
  const char* type = init.plan.text(act.type);
  const bool kernel = strcmp(type, "proc") == 0 || strcmp(type, "sysfs") == 0;
  const Links links = kernel ? Links::kRefuse : Links::kFollow;
  return openOrMake(init, init.plan.text(act.target), Make::kDirectory, links, target);
}

}  // namespace

Outcome mount(Init& init, const wire::Mount& act) {
  const char* path = init.plan.text(act.target);
  OwnFd target;
  if (Outcome o = openTarget(init, act, target); o.failed()) return o;
  if (act.plain != 0 || hasLongValue(init, act.options)) return mountPlain(init, act, target.get());
  OwnFd tree;
  if (Outcome o = makeTree(init, act, path, tree); o.failed()) return o;
  return attach(tree.get(), target.get(), act.propagation, path);
}

}  // namespace caisson::init
