// Namespaces that the container joins. Their paths come from the caller of caisson; what lies there may be anything, and
// may be exchanged: everything is asked of the one file that was opened.
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/nsfs.h>
#include <linux/sched.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "../fd.h"
#include "../text.h"
#include "host.h"

namespace caisson::host {
namespace {

struct Kind {
  uint64_t type;
  const char* name;  // as the specification has it
  const char* file;  // in /proc/self/ns
};

constexpr Kind kKinds[] = {
    {CLONE_NEWNS, "mount", "mnt"},    {CLONE_NEWCGROUP, "cgroup", "cgroup"}, {CLONE_NEWUTS, "uts", "uts"},
    {CLONE_NEWIPC, "ipc", "ipc"},     {CLONE_NEWUSER, "user", "user"},       {CLONE_NEWPID, "pid", "pid"},
    {CLONE_NEWNET, "network", "net"}, {CLONE_NEWTIME, "time", "time"},
};

const Kind* kindOf(uint64_t type) {
  for (const Kind& kind : kKinds) {
    if (kind.type == type) return &kind;
  }
  return nullptr;
}

// By its place first, which opens nothing: a FIFO would wait, a device would begin to work.
Outcome openAsNamespace(Run& run, const char* path, OwnFd& space) {
  const OwnFd place(open(path, O_PATH | O_CLOEXEC));
  if (!place.valid()) return failed(wire::Call::kOpen, path);
  struct statfs status {};
  if (fstatfs(place.get(), &status) != 0) return failed(wire::Call::kFstatfs, path);
  if (status.f_type != NSFS_MAGIC) return refused(EINVAL, wire::Call::kFstatfs, path, "it is no namespace");
  Text again(run.path, sizeof run.path);
  again.add("/proc/self/fd/").addNumber(static_cast<uint64_t>(place.get()));
  space.reset(open(again.get(), O_RDONLY | O_CLOEXEC));
  return space.valid() ? kDone : failed(wire::Call::kOpen, path);
}

Outcome requireType(Run& run, int space, const Kind& wanted, const char* path) {
  const int type = ioctl(space, NS_GET_NSTYPE);
  if (type < 0) return failed(wire::Call::kIoctl, path);
  if (static_cast<uint64_t>(type) == wanted.type) return kDone;
  const Kind* found = kindOf(static_cast<uint64_t>(type));
  Text detail(run.detail, sizeof run.detail);
  detail.add("it is a ").add(found != nullptr ? found->name : "unknown").add(" namespace, not a ");
  detail.add(wanted.name).add(" namespace");
  return refused(EINVAL, wire::Call::kIoctl, path, run.detail);
}

Outcome requireForeign(Run& run, int space, const Kind& kind, const char* path) {
  Text own(run.path, sizeof run.path);
  own.add("/proc/self/ns/").add(kind.file);
  struct stat ours {
  }, theirs{};
  if (stat(own.get(), &ours) != 0) return failed(wire::Call::kFstat, own.get());
  if (fstat(space, &theirs) != 0) return failed(wire::Call::kFstat, path);
  if (ours.st_ino != theirs.st_ino || ours.st_dev != theirs.st_dev) return kDone;
  Text detail(run.detail, sizeof run.detail);
  detail.add("it is the ").add(kind.name).add(" namespace of caisson itself");
  return refused(EINVAL, wire::Call::kFstat, path, run.detail);
}

}  // namespace

Outcome openNamespace(Run& run, const wire::OpenNamespace& act) {
  const char* path = run.plan.text(act.path);
  const Kind* kind = kindOf(act.type);
  if (kind == nullptr) return refused(EINVAL, wire::Call::kPlan, path);
  OwnFd space;
  if (Outcome o = openAsNamespace(run, path, space); o.failed()) return o;
  if (Outcome o = requireType(run, space.get(), *kind, path); o.failed()) return o;
  if (act.foreign != 0) {
    if (Outcome o = requireForeign(run, space.get(), *kind, path); o.failed()) return o;
  }
  return keep(run, act.slot, space.release());
}

}  // namespace caisson::host
