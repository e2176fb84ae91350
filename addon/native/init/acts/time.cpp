// Time namespaces (time_namespaces(7), Linux 5.6).
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <unistd.h>

#include "../../files.h"
#include "../init.h"

namespace caisson::init {
namespace {

constexpr const char* kOffsets = "/proc/self/timens_offsets";
constexpr const char* kForChildren = "/proc/self/ns/time_for_children";

}  // namespace

Outcome enterTime(Init& init, int space) {
  const int64_t before = monotonic();
  if (setns(space, CLONE_NEWTIME) != 0) return failed(wire::Call::kSetns);
  init.clockShift += monotonic() - before;
  return kDone;
}

// unshare(2) makes it for children, and the offsets can be set until somebody is in it. A single-threaded process may
// join it then: no second fork, and no reliance on execve(2), which enters it since Linux 6.3 only.
Outcome newTime(Init& init, const wire::NewTime& act) {
  if (::unshare(CLONE_NEWTIME) != 0) return failed(wire::Call::kUnshare);
  if (!init.procSelf.valid()) return refused(ENOENT, wire::Call::kOpen, kOffsets);
  if (act.offsets.length > 0) {
    const char* offsets = init.plan.text(act.offsets);
    const Outcome o =
        writeFileAt(init.procSelf.get(), "timens_offsets", offsets, act.offsets.length, kOffsets);
    if (o.failed()) return o;
  }
  const OwnFd space(openat(init.procSelf.get(), "ns/time_for_children", O_RDONLY | O_CLOEXEC));
  if (!space.valid()) return failed(wire::Call::kOpen, kForChildren);
  return enterTime(init, space.get());
}

}  // namespace caisson::init
