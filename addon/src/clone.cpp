// Not vfork: CLONE_VFORK would hold the calling thread until the exec, and for good when the child is cloned
// into a frozen cgroup. CLONE_VM alone copies no page tables either (the engine maps hundreds of MB), and the
// caller goes on to wait for the first message with its deadline.
#include "clone.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <linux/sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <algorithm>
#include <csignal>

#include "failure.h"
#include "native/rawcall.h"
#include "process.h"

#ifndef CLONE_CLEAR_SIGHAND
#define CLONE_CLEAR_SIGHAND 0x100000000ULL
#endif
#ifndef CLONE_INTO_CGROUP
#define CLONE_INTO_CGROUP 0x200000000ULL
#endif
#ifndef AT_EMPTY_PATH
#define AT_EMPTY_PATH 0x1000
#endif

namespace caisson::addon {

namespace {

constexpr int kFirstFd = 3;
constexpr size_t kSignalSetBytes = 8;  // the kernel's, not libc's
constexpr int kMostCapabilities = 64;

// clone_args as of Linux 5.7, which is what CLONE_INTO_CGROUP needs.
struct CloneArgs {
  uint64_t flags, pidfd, childTid, parentTid, exitSignal, stack, stackSize, tls, setTid, setTidSize, cgroup;
};

long address(const void* pointer) { return reinterpret_cast<long>(pointer); }

}  // namespace

// What the child reads, and its stack.
struct Clone::Start {
  explicit Start(CloneRequest wanted) : request(std::move(wanted)) {}

  CloneRequest request;
  rlimit nofile{};
  int firstFree = 0;  // one more than the highest target
  volatile int execError = 0;
  alignas(16) char stack[32 << 10];

  // From here on, in the child: raw system calls only, no libc, no destructors.
  [[noreturn]] static void run(void* self);
  long prepareFds();
  long liftAbove(int& fd) const;
  long closeBetween();
  static long carryCapabilities();
  long exec();
};

// Moves a source that lies where a target will be out of the way.
long Clone::Start::liftAbove(int& fd) const {
  if (fd >= firstFree) return 0;
  fd = static_cast<int>(rawCall(SYS_fcntl, fd, F_DUPFD_CLOEXEC, firstFree));
  return fd < 0 ? fd : 0;
}

long Clone::Start::closeBetween() {
  int next = kFirstFd;
  for (const FdPlace& place : request.places) {
    if (place.target > next) rawCall(SYS_close_range, next, place.target - 1, 0);
    next = place.target + 1;
  }
  const int image = request.image;
  if (image > firstFree) rawCall(SYS_close_range, firstFree, image - 1, 0);
  return rawCall(SYS_close_range, image + 1, ~0U, 0);
}

long Clone::Start::prepareFds() {
  if (const long error = liftAbove(request.image)) return error;
  for (FdPlace& place : request.places) {
    if (const long error = liftAbove(place.source)) return error;
  }
  // Node makes its own close-on-exec.
  for (int fd = 0; fd < kFirstFd; fd++) rawCall(SYS_fcntl, fd, F_SETFD, 0);
  for (const FdPlace& place : request.places) {
    if (const long error = rawCall(SYS_dup3, place.source, place.target, 0); error < 0) return error;
  }
  return closeBetween();
}

// Nobody is mapped into the new user namespace yet, not even its root: an execution drops every capability that is not
// ambient. Init gives them back when it has become somebody (the act `become`).
long Clone::Start::carryCapabilities() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct parts[2] = {};
  if (const long error = rawCall(SYS_capget, address(&header), address(parts))) return error;
  for (auto& part : parts) part.inheritable = part.permitted;
  if (const long error = rawCall(SYS_capset, address(&header), address(parts))) return error;
  for (int capability = 0; capability < kMostCapabilities; capability++) {
    if ((parts[capability / 32].permitted >> capability % 32 & 1) == 0) continue;
    if (const long error = rawCall(SYS_prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability)) return error;
  }
  return 0;
}

long Clone::Start::exec() {
  if (const long error = prepareFds()) return error;
  if ((request.flags & CLONE_NEWUSER) != 0) {
    if (const long error = carryCapabilities()) return error;
  }
  // After the descriptors have their numbers: a lower limit forbids the high ones.
  if (const long error = rawCall(SYS_prlimit64, 0, RLIMIT_NOFILE, address(&nofile))) return error;
  const uint64_t none = 0;
  rawCall(SYS_rt_sigprocmask, SIG_SETMASK, address(&none), 0, kSignalSetBytes);
  const char* const args[] = {request.name, nullptr};
  const char* const environment[] = {nullptr};
  return rawCall(SYS_execveat, request.image, address(""), address(args), address(environment),
                 AT_EMPTY_PATH);
}

void Clone::Start::run(void* self) {
  auto* start = static_cast<Start*>(self);
  start->execError = static_cast<int>(-start->exec());
  for (;;) rawCall(SYS_exit_group, 127);
}

Clone::Clone(CloneRequest request) : start_(new Start(std::move(request))) {
  Start& start = *start_;
  auto& places = start.request.places;
  std::sort(places.begin(), places.end(), [](FdPlace a, FdPlace b) { return a.target < b.target; });
  start.firstFree = places.empty() ? kFirstFd : places.back().target + 1;
  checked(getrlimit(RLIMIT_NOFILE, &start.nofile), "getrlimit");
  start.nofile.rlim_cur = std::min<rlim_t>(start.request.nofileSoft, start.nofile.rlim_max);

  int pidfd = -1;
  CloneArgs args{};
  args.flags = start.request.flags | CLONE_VM | CLONE_PIDFD | CLONE_CLEAR_SIGHAND;
  args.pidfd = reinterpret_cast<uint64_t>(&pidfd);
  // The front's child, like us: it stays when we are gone. Its exit signal is ours then, and must not be named.
  args.flags |= start.request.sibling ? CLONE_PARENT : 0;
  args.exitSignal = start.request.sibling ? 0 : SIGCHLD;
  args.stack = reinterpret_cast<uint64_t>(start.stack);
  args.stackSize = sizeof start.stack;
  if (start.request.cgroup >= 0) {
    args.flags |= CLONE_INTO_CGROUP;
    args.cgroup = static_cast<uint64_t>(start.request.cgroup);
  }

  // No signal may run one of the engine's handlers in the child; it unblocks them when there are none left.
  const uint64_t all = ~0ULL;
  uint64_t before = 0;
  rawCall(SYS_rt_sigprocmask, SIG_SETMASK, address(&all), address(&before), kSignalSetBytes);
  const long pid = rawClone(&args, sizeof args, Start::run, &start);
  rawCall(SYS_rt_sigprocmask, SIG_SETMASK, address(&before), 0, kSignalSetBytes);
  if (pid < 0) fail(static_cast<int>(-pid), "clone3");
  pid_ = static_cast<int>(pid);
  pidfd_.reset(pidfd);
}

Clone::Clone(Clone&&) noexcept = default;
Clone::~Clone() {
  if (pidfd_.valid()) end();
}

int Clone::end() {
  const int status = killAndReap(pidfd_.get());
  pidfd_.reset();
  return status;
}

int Clone::execError() const { return start_->execError; }

}  // namespace caisson::addon
