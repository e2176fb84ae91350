// The filter on system calls. It binds init itself from here on: behind it stands execve(2) alone.
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../init.h"

namespace caisson::init {

namespace {

// How a filter is installed: flags, and those that an older kernel may not know.
struct Manner {
  uint64_t flags;
  uint64_t optional;
};

long install(sock_fprog& program, const Manner& manner) {
  const long set = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, manner.flags | manner.optional, &program);
  if (set >= 0 || errno != EINVAL || manner.optional == 0) return set;
  return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, manner.flags, &program);
}

// The count has 16 bits: a longer filter would be installed in part.
bool take(const Init& init, wire::Bytes filter, sock_fprog& program) {
  const size_t count = filter.length / sizeof(sock_filter);
  if (filter.length % sizeof(sock_filter) != 0 || count == 0 || count > BPF_MAXINSNS) return false;
  program.len = static_cast<unsigned short>(count);
  program.filter = reinterpret_cast<sock_filter*>(const_cast<uint8_t*>(init.plan.bytes(filter)));
  return true;
}

}  // namespace

Outcome noNewPrivileges(Init&, const wire::NoNewPrivileges&) {
  return prctl(PR_SET_NO_NEW_PRIVS, 1UL, 0, 0, 0) == 0 ? kDone : failed(wire::Call::kPrctl);
}

Outcome seccomp(Init& init, const wire::Seccomp& act) {
  sock_fprog program{};
  if (!take(init, act.filter, program)) return refused(EINVAL, wire::Call::kSeccomp);
  return install(program, {act.flags, act.optional}) == 0 ? kDone : failed(wire::Call::kSeccomp);
}

}  // namespace caisson::init
