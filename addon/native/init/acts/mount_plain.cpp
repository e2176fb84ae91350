// The same by mount(2): for filesystems that want their options in one string, and for options that fsconfig(2) has no
// room for. The target is named through the host's procfs, which is gone after the pivot.
#include <unistd.h>

#include "../../sys.h"
#include "../../text.h"
#include "../path.h"

namespace caisson::init {
namespace {

constexpr size_t kOptionBytes = 4096;  // a page: more is cut by mount(2) without a word

struct Pair {
  uint64_t attribute;
  unsigned long flag;
};

constexpr Pair kPairs[] = {
    {MOUNT_ATTR_RDONLY, MS_RDONLY},         {MOUNT_ATTR_NOSUID, MS_NOSUID},
    {MOUNT_ATTR_NODEV, MS_NODEV},           {MOUNT_ATTR_NOEXEC, MS_NOEXEC},
    {MOUNT_ATTR_NOATIME, MS_NOATIME},       {MOUNT_ATTR_STRICTATIME, MS_STRICTATIME},
    {MOUNT_ATTR_NODIRATIME, MS_NODIRATIME}, {MOUNT_ATTR_NOSYMFOLLOW, 256},  // MS_NOSYMFOLLOW, Linux 5.10
};

unsigned long flagsOf(uint64_t attributes) {
  unsigned long flags = 0;
  for (const Pair& pair : kPairs) {
    if ((attributes & pair.attribute) != 0) flags |= pair.flag;
  }
  return flags;
}

bool joinOptions(const Init& init, wire::Strings options, Text joined) {
  const wire::String* references = init.plan.references(options);
  for (uint32_t i = 0; i < options.count; ++i) {
    if (i > 0) joined.add(',');
    joined.add(init.plan.text(references[i]));
  }
  return !joined.cut();
}

}  // namespace

Outcome mountPlain(Init& init, const wire::Mount& act, int target) {
  const char* path = init.plan.text(act.target);
  char options[kOptionBytes];
  if (!joinOptions(init, act.options, Text(options, sizeof options)))
    return refused(E2BIG, wire::Call::kMount, path);
  if (!init.procSelf.valid() || fchdir(init.procSelf.get()) != 0)
    return refused(ENOENT, wire::Call::kFchdir, "/proc");

  char name[32];
  Text(name, sizeof name).add("fd/").addNumber(static_cast<uint64_t>(target));
  const char* type = init.plan.text(act.type);
  if (sys::mount(init.plan.text(act.source), name, type, flagsOf(act.attributes), options) != 0) {
    return failed(wire::Call::kMount, path);
  }
  if (act.propagation == 0) return kDone;
  // The descriptor is below the new mount: its path leads to it.
  OwnFd mounted;
  if (Outcome o = openBeneath(init, path, Links::kFollow, mounted); o.failed()) return o;
  return propagate(mounted.get(), act.propagation, path);
}

}  // namespace caisson::init
