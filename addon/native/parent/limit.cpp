// Resource limits that only a process of the host may give.
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "parent.h"

namespace caisson::parent {

Outcome limit(Run& run, const wire::Limit& act) {
  if (hasEnded(run.child)) return refused(ESRCH, wire::Call::kPrlimit64);
  const uint64_t limit[2] = {act.soft, act.hard};  // struct rlimit64 of the kernel
  const long set = syscall(SYS_prlimit64, run.child.pid, static_cast<unsigned>(act.resource), limit, nullptr);
  return set == 0 ? kDone : failed(wire::Call::kPrlimit64);
}

}  // namespace caisson::parent
