// Entry into cgroups of version 1. By the child itself and by `tasks`: a parent that moves a child, or a write to
// cgroup.procs, waits for an RCU grace period (measured: 12 ms against 0.2).
#include <unistd.h>

#include "../init.h"

namespace caisson::init {

Outcome enterCgroup(Init&, const wire::EnterCgroup& act) {
  const OwnFd tasks = Init::take(act.slot);
  return write(tasks.get(), "0", 1) == 1 ? kDone : failed(wire::Call::kWrite);
}

}  // namespace caisson::init
