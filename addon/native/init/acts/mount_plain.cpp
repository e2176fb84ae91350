// The same by mount(2): for filesystems that want their options in one string, and for options that fsconfig(2) has no
// room for. The target is named through the host's procfs, which is gone after the pivot.
#include <string.h>
#include <unistd.h>

#include "../../sys.h"
#include "../../text.h"
#include "filesystem.h"

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

bool joinOptions(const Init& init, wire::Strings options, const char* mode, Text joined) {
  const wire::String* references = init.plan.references(options);
  if (mode[0] != '\0') joined.add("mode=").add(mode);
  for (uint32_t i = 0; i < options.count; ++i) {
    if (joined.length() > 0) joined.add(',');
    joined.add(init.plan.text(references[i]));
  }
  return !joined.cut();
}

// What mount(2) has put over the root is found by "..", and nowhere else. It becomes a detached tree, as other roots are.
Outcome moveToRoot(Init& init, const wire::Mount& act) {
  constexpr int kDetach = 2;  // MNT_DETACH; the header that has it quarrels with linux/mount.h
  OwnFd over;
  if (Outcome o = openBeneath(init, "/..", Links::kFollow, over); o.failed()) return o;
  OwnFd tree(sys::openTree(over.get(), "", OPEN_TREE_CLONE | AT_EMPTY_PATH));
  if (!tree.valid()) return failed(wire::Call::kOpenTree, "/");
  if (fchdir(over.get()) != 0) return failed(wire::Call::kFchdir, "/");
  if (sys::umount2(".", kDetach) != 0) return failed(wire::Call::kUmount2, "/");
  return place(init, static_cast<OwnFd&&>(tree), -1, act.propagation, "/");
}

}  // namespace

Outcome mountPlain(Init& init, const wire::Mount& act, const Filesystem& filesystem, const Target& target) {
  const char* path = init.plan.text(act.target);
  char options[kOptionBytes];
  const CoveredMode mode(init, filesystem, target);
  if (!joinOptions(init, act.options, mode.get(), Text(options, sizeof options)))
    return refused(E2BIG, wire::Call::kMount, path);
  if (!init.procSelf.valid() || fchdir(init.procSelf.get()) != 0)
    return refused(ENOENT, wire::Call::kFchdir, "/proc");

  char name[32];
  Text(name, sizeof name).add("fd/").addNumber(static_cast<uint64_t>(target.fd.get()));
  const char* type = init.plan.text(act.type);
  const unsigned long flags = flagsOf(act.attributes) | act.flags;
  if (sys::mount(init.plan.text(act.source), name, type, flags, options) != 0)
    return failed(wire::Call::kMount, path);
  if (strcmp(path, "/") == 0) return moveToRoot(init, act);
  // The descriptor is below the new mount: its path leads to it.
  OwnFd mounted;
  if (Outcome o = openBeneath(init, path, Links::kFollow, mounted); o.failed()) return o;
  if (Outcome o = propagate(mounted.get(), act.propagation, path); o.failed()) return o;
  remember(init, static_cast<OwnFd&&>(mounted), path);
  return kDone;
}

}  // namespace caisson::init
