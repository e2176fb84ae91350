#include "filesystem.h"

#include <string.h>
#include <sys/stat.h>

#include "../../sys.h"
#include "../../text.h"

namespace caisson::init {
namespace {

constexpr size_t kLongestValue = 255;  // fsconfig(2)

struct Flag {
  uint64_t flag;
  const char* set;
  const char* unset;
};

// fs/fs_context.c. The others of mount(2) can be said by mount(2) only.
constexpr Flag kFlags[] = {{MS_RDONLY, "ro", "rw"},
                           {MS_SYNCHRONOUS, "sync", "async"},
                           {MS_DIRSYNC, "dirsync", nullptr},
                           {MS_MANDLOCK, "mand", "nomand"},
                           {MS_LAZYTIME, "lazytime", "nolazytime"}};

// What the kernel says about a refused option or filesystem: lines like "e tmpfs: Unknown parameter 'sizee'".
void readLog(int context, Text detail) {
  char line[256];
  for (ssize_t length = read(context, line, sizeof line); length > 0;
       length = read(context, line, sizeof line)) {
    if (detail.length() > 0) detail.add("; ");
    for (ssize_t i = length > 2 && line[1] == ' ' ? 2 : 0; i < length; ++i) {
      if (line[i] != '\n') detail.add(line[i]);
    }
  }
}

// One option: a flag, or a key with a value.
int configure(int context, char* option) {
  char* equals = strchr(option, '=');
  if (equals == nullptr) return sys::fsconfig(context, FSCONFIG_SET_FLAG, option, nullptr);
  *equals = '\0';
  const int set = sys::fsconfig(context, FSCONFIG_SET_STRING, option, equals + 1);
  *equals = '=';
  return set;
}

bool is(const Init& init, const Filesystem& filesystem, const char* type) {
  return strcmp(init.plan.text(filesystem.type), type) == 0;
}

bool hasMode(const Init& init, wire::Strings options) {
  const wire::String* references = init.plan.references(options);
  for (uint32_t i = 0; i < options.count; ++i) {
    if (strncmp(init.plan.text(references[i]), "mode=", 5) == 0) return true;
  }
  return false;
}

Outcome configureAll(Init& init, const Filesystem& filesystem, const Target& target, int context,
                     const char* path) {
  const char* source = init.plan.text(filesystem.source);
  if (sys::fsconfig(context, FSCONFIG_SET_STRING, "source", source) != 0)
    return failed(wire::Call::kFsconfig, path);
  const CoveredMode mode(init, filesystem, target);
  if (mode.get()[0] != '\0' && sys::fsconfig(context, FSCONFIG_SET_STRING, "mode", mode.get()) != 0)
    return failed(wire::Call::kFsconfig, path);
  if (Outcome o = configureFlags(context, filesystem.flags, true, path); o.failed()) return o;
  if (Outcome o = configureOptions(init, context, filesystem.options, path); o.failed()) return o;
  if (sys::fsconfig(context, FSCONFIG_CMD_CREATE, nullptr, nullptr) != 0)
    return failed(wire::Call::kFsconfig, path);
  return kDone;
}

}  // namespace

CoveredMode::CoveredMode(const Init& init, const Filesystem& filesystem, const Target& target) {
  struct stat status {};
  if (target.made || !is(init, filesystem, "tmpfs") || hasMode(init, filesystem.options)) return;
  if (fstat(target.fd.get(), &status) == 0) Text(mode_, sizeof mode_).addNumber(status.st_mode & 07777U, 8);
}

Outcome configureFlags(int context, uint64_t flags, bool set, const char* path) {
  for (const Flag& flag : kFlags) {
    const char* name = set ? flag.set : flag.unset;
    if ((flags & flag.flag) == 0 || name == nullptr) continue;
    if (sys::fsconfig(context, FSCONFIG_SET_FLAG, name, nullptr) != 0)
      return failed(wire::Call::kFsconfig, path);
  }
  return kDone;
}

Outcome configureOptions(Init& init, int context, wire::Strings options, const char* path) {
  char** list = init.plan.array(options);
  if (list == nullptr) return refused(EINVAL, wire::Call::kPlan, path);
  for (uint32_t i = 0; i < options.count; ++i) {
    if (configure(context, list[i]) != 0) return failed(wire::Call::kFsconfig, path);
  }
  return kDone;
}

Outcome explained(Init& init, int context, const Outcome& refusal) {
  readLog(context, Text(init.detail, sizeof init.detail));
  return refused(refusal.error, refusal.call, refusal.path, init.detail);
}

bool isLong(const Init& init, const Filesystem& filesystem) {
  if (filesystem.source.length > kLongestValue) return true;
  const wire::String* references = init.plan.references(filesystem.options);
  for (uint32_t i = 0; i < filesystem.options.count; ++i) {
    if (references[i].length > kLongestValue) return true;
  }
  return false;
}

Outcome openMountPoint(Init& init, const Filesystem& filesystem, const char* path, Target& target) {
  const bool kernel = is(init, filesystem, "proc") || is(init, filesystem, "sysfs");
  return openTarget(init, path, Make::kDirectory, kernel ? Links::kRefuse : Links::kFollow, target);
}

Outcome makeTree(Init& init, const Filesystem& filesystem, const Target& target, const char* path,
                 OwnFd& tree) {
  const OwnFd context(sys::fsopen(init.plan.text(filesystem.type)));
  if (!context.valid()) return failed(wire::Call::kFsopen, path);
  const Outcome o = configureAll(init, filesystem, target, context.get(), path);
  if (o.failed()) return explained(init, context.get(), o);
  tree.reset(sys::fsmount(context.get(), filesystem.attributes));
  return tree.valid() ? kDone : explained(init, context.get(), failed(wire::Call::kFsmount, path));
}

}  // namespace caisson::init
