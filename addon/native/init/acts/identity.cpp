// The container's user. By system call: libc's functions speak to threads that we don't have.
#include <grp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../init.h"

namespace caisson::init {

Outcome identity(Init& init, const wire::Identity& act) {
  const uint8_t* groups = init.plan.bytes(act.groups);
  if (act.groups.length % sizeof(uint32_t) != 0) return refused(EINVAL, wire::Call::kSetgroups);
  if (syscall(SYS_setgroups, act.groups.length / sizeof(uint32_t), groups) != 0)
    return failed(wire::Call::kSetgroups);
  if (syscall(SYS_setresgid, act.gid, act.gid, act.gid) != 0) return failed(wire::Call::kSetresgid);
  // Leaving uid 0 drops every capability; which ones are to stay, the capabilities act says.
  if (act.uid != 0 && prctl(PR_SET_KEEPCAPS, 1UL, 0, 0, 0) != 0) return failed(wire::Call::kPrctl);
  if (syscall(SYS_setresuid, act.uid, act.uid, act.uid) != 0) return failed(wire::Call::kSetresuid);
  return kDone;
}

}  // namespace caisson::init
