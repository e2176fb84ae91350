// The container's user. By system call: libc's functions speak to threads that we don't have.
#include <grp.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../init.h"

namespace caisson::init {
namespace {

// What carried the capabilities over the execution of init must not carry them over the next one.
Outcome dropInheritable() {
  if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0) return failed(wire::Call::kPrctl);
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct parts[2] = {};
  if (syscall(SYS_capget, &header, parts) != 0) return failed(wire::Call::kCapget);
  parts[0].inheritable = parts[1].inheritable = 0;
  return syscall(SYS_capset, &header, parts) == 0 ? kDone : failed(wire::Call::kCapset);
}

bool holdsSetgid() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct parts[2] = {};
  return syscall(SYS_capget, &header, parts) == 0 && (parts[0].effective >> CAP_SETGID & 1) != 0;
}

// Where the user namespace denies setgroups(2), who has the capability may not either. To ask for none is no error then: the
// groups of a caller without privilege stay, nobody's inside; a privileged one's ended before it was joined. To ask for some is.
Outcome setGroups(const uint8_t* groups, size_t count) {
  if (syscall(SYS_setgroups, count, groups) == 0) return kDone;
  const Outcome refusal = failed(wire::Call::kSetgroups);
  return refusal.error == EPERM && count == 0 && holdsSetgid() ? kDone : refusal;
}

}  // namespace

Outcome identity(Init& init, const wire::Identity& act) {
  const uint8_t* groups = init.plan.bytes(act.groups);
  if (act.groups.length % sizeof(uint32_t) != 0) return refused(EINVAL, wire::Call::kSetgroups);
  if (Outcome o = setGroups(groups, act.groups.length / sizeof(uint32_t)); o.failed()) return o;
  if (syscall(SYS_setresgid, act.gid, act.gid, act.gid) != 0) return failed(wire::Call::kSetresgid);
  // Leaving uid 0 drops every capability; which ones are to stay, the capabilities act says.
  if (act.uid != 0 && prctl(PR_SET_KEEPCAPS, 1UL, 0, 0, 0) != 0) return failed(wire::Call::kPrctl);
  if (syscall(SYS_setresuid, act.uid, act.uid, act.uid) != 0) return failed(wire::Call::kSetresuid);
  return kDone;
}

// Until here, init is a stranger in its user namespace: the id of the host that it has may mean nobody there.
Outcome become(Init&, const wire::Become& act) {
  // Where groups may not be set, the act that needs some tells.
  (void)syscall(SYS_setgroups, 0, nullptr);
  if (syscall(SYS_setresgid, act.gid, act.gid, act.gid) != 0) return failed(wire::Call::kSetresgid);
  if (syscall(SYS_setresuid, act.uid, act.uid, act.uid) != 0) return failed(wire::Call::kSetresuid);
  return dropInheritable();
}

}  // namespace caisson::init
