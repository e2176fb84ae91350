// The filter on system calls. It binds init itself from here on: behind it stands execve(2) alone.
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "../../rawcall.h"
#include "../init.h"
#include "../report.h"

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

// The thread that speaks for init once a filter binds it: any system call of init might be one that waits for the listener,
// whose descriptor nobody has yet. A thread has its own filters, shares the descriptors, and leaves no zombie.
class Speaker {
 public:
  // 0, or the errno of the clone.
  int start();
  // Tells what seccomp(2) gave: a listener, or kNone when there is nothing to be spoken of.
  void tell(int listener) { __atomic_store_n(&listener_, listener, __ATOMIC_RELEASE); }
  // Until the listener is handed over. When it cannot be, this process ends.
  void awaitDone() const {
    while (!__atomic_load_n(&done_, __ATOMIC_ACQUIRE)) relax();
  }

  static constexpr int kNone = -1;

 private:
  static constexpr int kNotYet = -2;

  static void run(void* self);
  void handOver(int listener);

  // Shared by the two. (libstdc++'s <atomic> wants more of a libc than musl's headers give it here.)
  int listener_ = kNotYet;
  bool done_ = false;
};

Speaker speaker;
alignas(16) char speakerStack[16 << 10];

int Speaker::start() {
  clone_args args{};
  // What clone(2) demands of a thread. Without CLONE_SETTLS, errno is init's: one of the two is always waiting.
  args.flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM;
  args.stack = reinterpret_cast<uint64_t>(speakerStack);
  args.stack_size = sizeof speakerStack;
  const long thread = rawClone(&args, CLONE_ARGS_SIZE_VER0, run, this);
  return thread < 0 ? static_cast<int>(-thread) : 0;
}

void Speaker::run(void* self) {
  auto& speaker = *static_cast<Speaker*>(self);
  // Not by a futex: waking us would be a system call of init.
  const timespec pause{0, 20'000};
  int listener = kNotYet;
  while ((listener = __atomic_load_n(&speaker.listener_, __ATOMIC_ACQUIRE)) == kNotYet) {
    rawCall(SYS_nanosleep, reinterpret_cast<long>(&pause));
  }
  if (listener != kNone) speaker.handOver(listener);
  for (;;) rawCall(SYS_exit, 0);
}

void Speaker::handOver(int listener) {
  Outcome outcome = reportMet(wire::kPointFilter, listener);
  if (!outcome.failed()) outcome = awaitGo();
  constexpr int kEnd = 127;
  // For both threads: init could not even say so.
  if (outcome.failed()) rawCall(SYS_exit_group, kEnd);
  rawCall(SYS_close, listener);
  __atomic_store_n(&done_, true, __ATOMIC_RELEASE);
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

Outcome seccompListener(Init& init, const wire::SeccompListener& act) {
  sock_fprog program{};
  if (!take(init, act.filter, program)) return refused(EINVAL, wire::Call::kSeccomp);
  if (const int error = speaker.start()) return refused(error, wire::Call::kClone3);
  const long listener = install(program, {act.flags | SECCOMP_FILTER_FLAG_NEW_LISTENER, act.optional});
  // From here to the end of the wait: no system call.
  const int error = errno;
  speaker.tell(listener < 0 ? Speaker::kNone : static_cast<int>(listener));
  if (listener < 0) return refused(error, wire::Call::kSeccomp);
  speaker.awaitDone();
  return kDone;
}

// Of the flags, the kernel refuses with EINVAL one that speaks of a wait for the listener.
Outcome seccompWithoutListener(Init& init, const wire::SeccompListener& act) {
  constexpr uint64_t kOfListener = SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
  return seccomp(init, {act.filter, act.flags & ~kOfListener, act.optional & ~kOfListener});
}

}  // namespace caisson::init
