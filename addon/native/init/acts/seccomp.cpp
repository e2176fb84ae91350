// The filter on system calls. It binds init itself from here on: behind it stand at most capget(2), capset(2) and execve(2).
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../init.h"

namespace caisson::init {

Outcome noNewPrivileges(Init&, const wire::NoNewPrivileges&) {
  return prctl(PR_SET_NO_NEW_PRIVS, 1UL, 0, 0, 0) == 0 ? kDone : failed(wire::Call::kPrctl);
}

Outcome seccomp(Init& init, const wire::Seccomp& act) {
  const size_t count = act.filter.length / sizeof(sock_filter);
  // The count has 16 bits: a longer filter would be installed in part.
  const bool whole = act.filter.length % sizeof(sock_filter) == 0 && count > 0 && count <= BPF_MAXINSNS;
  if (!whole) return refused(EINVAL, wire::Call::kSeccomp);
  sock_fprog program{};
  program.len = static_cast<unsigned short>(count);
  program.filter = reinterpret_cast<sock_filter*>(const_cast<uint8_t*>(init.plan.bytes(act.filter)));
  const long set = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, act.flags, &program);
  return set == 0 ? kDone : failed(wire::Call::kSeccomp);
}

}  // namespace caisson::init
