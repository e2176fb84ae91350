// The hook's process is cloned, not forked: an engine maps hundreds of megabytes, whose page tables a fork would copy. It
// is hostile to nobody, but may be badly written: it may never read its input, hang, or leave children that hold its pipes.
#include "hook.h"

#include <linux/sched.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fd.h"
#include "files.h"
#include "rawcall.h"
#include "sys.h"
#include "text.h"

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U
#endif

namespace caisson {
namespace {

constexpr int kFirstFree = 3;
constexpr int kLastSignal = 64;
constexpr int kNotExecuted = 127;
constexpr size_t kSignalSetBytes = 8;  // the kernel's, not libc's
constexpr int64_t kMillisecond = 1'000'000;
constexpr uint64_t kLongestTimeout = 1ULL << 40;  // ms; keeps the nanoseconds in range
constexpr int kLongestPoll = 1 << 30;
constexpr int kEndPatience = 10'000;  // ms for a killed process to end

// What the hook's process reads: in memory that both see, with its stack. The arrays of pointers follow.
struct Start {
  const Hook* hook;
  const char* path;
  const char** args;
  const char* const* env;
  int input;
  int output;
  int errors;
  int parent;
  rlimit files;
  char pid[16];
  // What it could not do.
  volatile int error;
  volatile uint32_t call;
  alignas(16) char stack[64 << 10];
};

long address(const void* pointer) { return reinterpret_cast<long>(pointer); }

// From here to run(): in the hook's process, which may share our memory and our errno. Raw system calls only.

void resetSignals() {
  const uint64_t byDefault[4] = {};
  for (int signal = 1; signal <= kLastSignal; ++signal) {
    rawCall(SYS_rt_sigaction, signal, address(byDefault), 0, kSignalSetBytes);
  }
  rawCall(SYS_rt_sigprocmask, SIG_SETMASK, address(byDefault), 0, kSignalSetBytes);
}

long placeStdio(const Start& start) {
  const int sources[] = {start.input, start.output, start.errors};
  for (int fd = 0; fd < kFirstFree; ++fd) {
    if (const long error = rawCall(SYS_dup3, sources[fd], fd, 0); error < 0) return error;
  }
  return rawCall(SYS_close_range, kFirstFree, ~0U, CLOSE_RANGE_CLOEXEC);
}

// A session of its own: no terminal of the caller, and one group with its children. It ends with whoever runs it.
long prepare(Start& start) {
  start.call = static_cast<uint32_t>(wire::Call::kPrctl);
  rawCall(SYS_setsid);
  if (const long error = rawCall(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL)) return error;
  if (rawCall(SYS_getppid) != start.parent) return -ESRCH;
  start.call = static_cast<uint32_t>(wire::Call::kDup3);
  if (const long error = placeStdio(start)) return error;
  start.call = static_cast<uint32_t>(wire::Call::kFchdir);
  const int directory = start.hook->directory;
  if (directory >= 0) {
    if (const long error = rawCall(SYS_fchdir, directory)) return error;
  }
  start.call = static_cast<uint32_t>(wire::Call::kPrlimit64);
  if (start.files.rlim_cur == 0) return 0;
  return rawCall(SYS_prlimit64, 0, RLIMIT_NOFILE, address(&start.files));
}

long execute(Start& start) {
  if (const long error = prepare(start)) return error;
  resetSignals();
  if (start.hook->prepare != nullptr) {
    const Outcome prepared = start.hook->prepare(start.hook->preparer);
    start.call = static_cast<uint32_t>(prepared.call);
    if (prepared.failed()) return -prepared.error;
  }
  start.call = static_cast<uint32_t>(wire::Call::kExecve);
  return rawCall(SYS_execve, address(start.path), address(start.args), address(start.env));
}

void run(void* argument) {
  auto& start = *static_cast<Start*>(argument);
  start.error = static_cast<int>(-execute(start));
  for (;;) rawCall(SYS_exit_group, kNotExecuted);
}

// The memory of a Start and its arrays, until the hook has ended.
class StartMemory {
 public:
  StartMemory(const Hook& hook, const Surroundings& around);
  ~StartMemory() {
    if (memory_ != nullptr) munmap(memory_, size_);
  }
  StartMemory(const StartMemory&) = delete;
  StartMemory& operator=(const StartMemory&) = delete;

  // Null where there is no memory, or the lists of the plan are damaged.
  Start* get() const { return whole_ ? static_cast<Start*>(memory_) : nullptr; }
  // A process that does not die goes on to use it.
  void forget() { memory_ = nullptr; }

 private:
  void* memory_ = nullptr;
  size_t size_;
  bool whole_ = false;
};

StartMemory::StartMemory(const Hook& hook, const Surroundings& around)
    : size_(sizeof(Start) + (static_cast<size_t>(hook.args.count) + hook.env.count + 2) * sizeof(char*)) {
  void* memory = mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return;
  memory_ = memory;
  auto& start = *static_cast<Start*>(memory);
  start.hook = &hook;
  start.path = hook.plan.text(hook.path);
  start.args = reinterpret_cast<const char**>(&start + 1);
  const char** env = start.args + hook.args.count + 1;
  start.env = hook.inherit ? around.environment : env;
  whole_ = hook.plan.pointers(hook.args, start.args) && hook.plan.pointers(hook.env, env);
  for (uint32_t i = 0; whole_ && hook.home != nullptr && i < hook.env.count; ++i) {
    if (strncmp(env[i], kHome, strlen(kHome)) == 0) env[i] = hook.home;
  }
  if (hook.argument <= 0 || static_cast<uint32_t>(hook.argument) >= hook.args.count) return;
  Text(start.pid, sizeof start.pid).addNumber(static_cast<uint64_t>(hook.pid));
  start.args[hook.argument] = start.pid;
}

// The lowest three numbers are where the hook's own will be.
OwnFd lifted(OwnFd fd) {
  if (!fd.valid() || fd.get() >= kFirstFree) return fd;
  return OwnFd(fcntl(fd.get(), F_DUPFD_CLOEXEC, kFirstFree));
}

// What a hook finds on its standard input.
struct State {
  explicit State(const Hook& hook)
      : pid(static_cast<uint64_t>(hook.pid)),
        parts{part(hook.plan, hook.before),
              {const_cast<char*>(pid.get()), hook.pid == 0 ? 0 : strlen(pid.get())},
              part(hook.plan, hook.after)},
        length(parts[0].iov_len + parts[1].iov_len + parts[2].iov_len) {}

  static iovec part(Plan plan, wire::String text) {
    return {const_cast<char*>(plan.text(text)), text.length};
  }
  bool isWrittenTo(int fd) const { return writev(fd, parts, 3) == static_cast<ssize_t>(length); }

  Digits pid;
  iovec parts[3];
  size_t length;
};

// All of it is in the pipe before the hook is there: whether it reads is its own affair. Invalid when it does not fit.
OwnFd statePipe(const State& state) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return OwnFd();
  OwnFd reading(ends[0]);
  const OwnFd writing(ends[1]);
  if (!state.isWrittenTo(writing.get())) return OwnFd();
  fcntl(reading.get(), F_SETFL, 0);
  return reading;
}

// Not always: a container's limit on the size of files would meet init here.
OwnFd stateFile(const State& state) {
  OwnFd file(memfd_create("caisson-state", MFD_CLOEXEC | MFD_NOEXEC_SEAL));
  // Before Linux 6.3 there is no MFD_NOEXEC_SEAL; since then vm.memfd_noexec may demand it.
  if (!file.valid() && errno == EINVAL) file.reset(memfd_create("caisson-state", MFD_CLOEXEC));
  if (!file.valid() || !state.isWrittenTo(file.get())) return OwnFd();
  lseek(file.get(), 0, SEEK_SET);
  return file;
}

OwnFd openState(const Hook& hook) {
  const State state(hook);
  OwnFd pipe = statePipe(state);
  return lifted(pipe.valid() ? static_cast<OwnFd&&>(pipe) : stateFile(state));
}

// In a container, the image owns this path: anything may be there.
OwnFd openNull() {
  OwnFd null(open("/dev/null", O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  struct stat status {};
  if (null.valid() && (fstat(null.get(), &status) != 0 || !sys::isNull(status))) null.reset();
  return lifted(static_cast<OwnFd&&>(null));
}

// The end of what is written to a pipe. All of it is read, or the writer would have to wait.
class Tail {
 public:
  explicit Tail(OwnFd from) : from_(static_cast<OwnFd&&>(from)) {}

  // What poll(2) is to wait for; -1 at the end.
  int source() const { return from_.get(); }
  void take();
  // What is in the pipe now, but not what somebody goes on to write for ever.
  void takeRest();
  // The last line that is not empty.
  const char* lastLine();

 private:
  void keep(const char* bytes, size_t length);

  OwnFd from_;
  char text_[wire::kLongestDetail] = {};
  size_t length_ = 0;
};

void Tail::take() {
  char buffer[4096];
  const ssize_t length = read(from_.get(), buffer, sizeof buffer);
  if (length > 0) keep(buffer, static_cast<size_t>(length));
  if (length == 0 || (length < 0 && errno != EAGAIN && errno != EINTR)) from_.reset();
}

void Tail::takeRest() {
  constexpr int kPipe = 16;  // pages that a pipe holds
  for (int i = 0; i < kPipe && from_.valid(); ++i) take();
  from_.reset();
}

void Tail::keep(const char* bytes, size_t length) {
  constexpr size_t kRoom = sizeof text_ - 1;
  if (length > kRoom) bytes += length - kRoom, length = kRoom;
  const size_t kept = length_ + length > kRoom ? kRoom - length : length_;
  memmove(text_, text_ + length_ - kept, kept);
  memcpy(text_ + kept, bytes, length);
  length_ = kept + length;
}

bool isBlank(char letter) { return letter == '\n' || letter == '\r' || letter == ' ' || letter == '\0'; }

const char* Tail::lastLine() {
  size_t end = length_;
  while (end > 0 && isBlank(text_[end - 1])) --end;
  text_[end] = '\0';
  for (size_t i = 0; i < end; ++i) {
    if (text_[i] == '\0') text_[i] = ' ';
  }
  const char* newline = strrchr(text_, '\n');
  return newline == nullptr ? text_ : newline + 1;
}

// As long as it lives, the end of a child leaves its status, even to a caller that ignores SIGCHLD.
class StatusKept {
 public:
  StatusKept() {
    sigaction(SIGCHLD, nullptr, &before_);
    ignored_ = before_.sa_handler == SIG_IGN || (before_.sa_flags & SA_NOCLDWAIT) != 0;
    struct sigaction byDefault {};
    byDefault.sa_handler = SIG_DFL;
    if (ignored_) sigaction(SIGCHLD, &byDefault, nullptr);
  }
  ~StatusKept() {
    if (ignored_) sigaction(SIGCHLD, &before_, nullptr);
  }
  StatusKept(const StatusKept&) = delete;
  StatusKept& operator=(const StatusKept&) = delete;

 private:
  struct sigaction before_ {};
  bool ignored_;
};

struct Child {
  int pid;
  OwnFd pidfd;
};

// clone_args as of Linux 5.5.
struct CloneArgs {
  uint64_t flags, pidfd, childTid, parentTid, exitSignal, stack, stackSize, tls;
};

// No signal may run one of our handlers in the child.
Child cloneHook(Start& start) {
  int pidfd = -1;
  CloneArgs args{};
  args.flags = CLONE_PIDFD | (start.hook->prepare == nullptr ? CLONE_VM : 0U);
  args.pidfd = reinterpret_cast<uint64_t>(&pidfd);
  args.exitSignal = SIGCHLD;
  args.stack = reinterpret_cast<uint64_t>(start.stack);
  args.stackSize = sizeof start.stack;
  const uint64_t all = ~0ULL;
  uint64_t before = 0;
  rawCall(SYS_rt_sigprocmask, SIG_SETMASK, address(&all), address(&before), kSignalSetBytes);
  const long pid = rawClone(&args, sizeof args, run, &start);
  rawCall(SYS_rt_sigprocmask, SIG_SETMASK, address(&before), 0, kSignalSetBytes);
  if (pid < 0) errno = static_cast<int>(-pid);
  return {static_cast<int>(pid), OwnFd(pidfd)};
}

enum class End { kOwn, kTimeout, kCut };

// Milliseconds for poll(2), rounded up.
int left(int64_t end) {
  const int64_t rest = (end - monotonic() + kMillisecond - 1) / kMillisecond;
  if (rest < 0) return 0;
  return rest > kLongestPoll ? kLongestPoll : static_cast<int>(rest);
}

End follow(const Child& child, const Hook& hook, Tail& tail) {
  const uint64_t time = hook.timeout < kLongestTimeout ? hook.timeout : kLongestTimeout;
  const int64_t end = monotonic() + static_cast<int64_t>(time) * kMillisecond;
  for (;;) {
    pollfd waits[] = {{child.pidfd.get(), POLLIN, 0}, {tail.source(), POLLIN, 0}, {hook.lifeline, POLLIN, 0}};
    poll(waits, 3, hook.timeout == 0 ? -1 : left(end));
    if (waits[0].revents != 0) return End::kOwn;
    if (waits[2].revents != 0) return End::kCut;
    if (waits[1].revents != 0) tail.take();
    if (hook.timeout != 0 && monotonic() >= end) return End::kTimeout;
  }
}

// The group as well as the process, which may not have come to make one. It is not reaped: neither number is another's.
[[nodiscard]] bool endGroup(const Child& child) {
  kill(-child.pid, SIGKILL);
  sys::pidfdSendSignal(child.pidfd.get(), SIGKILL);
  pollfd wait{child.pidfd.get(), POLLIN, 0};
  int ready = 0;
  do {
    ready = poll(&wait, 1, kEndPatience);
  } while (ready < 0 && errno == EINTR);
  return ready > 0;
}

siginfo_t reap(const Child& child) {
  siginfo_t ended{};
  int waited = 0;
  do {
    waited = waitid(static_cast<idtype_t>(P_PIDFD), static_cast<id_t>(child.pidfd.get()), &ended, WEXITED);
  } while (waited != 0 && errno == EINTR);
  return ended;
}

// One sentence about a hook that ran and failed, and what it said itself.
Outcome ranAndFailed(int error, Text sentence, const char* last) {
  if (*last != '\0') sentence.add(": ").add(last);
  return {error, wire::Call::kWaitid, "", sentence.get()};
}

Outcome judge(const Start& start, const siginfo_t& ended, Text sentence, const char* last) {
  if (start.error != 0) return {start.error, static_cast<wire::Call>(start.call), start.path, ""};
  const bool exited = ended.si_code == CLD_EXITED;
  if (exited && ended.si_status == 0) return kDone;
  sentence.add(exited ? "it ended with status " : "it was killed by signal ");
  sentence.addNumber(static_cast<uint64_t>(ended.si_status));
  return ranAndFailed(ECANCELED, sentence, last);
}

Outcome cutShort(End end, const Hook& hook, Text sentence, const char* last) {
  if (end == End::kCut) {
    sentence.add("the container ended meanwhile");
    return ranAndFailed(ECANCELED, sentence, last);
  }
  sentence.add("it did not end within ").addNumber(hook.timeout / 1000).add(" s");
  return ranAndFailed(ETIMEDOUT, sentence, last);
}

}  // namespace

Outcome runHook(const Hook& hook, const Surroundings& around, char (&detail)[wire::kLongestDetail]) {
  if (hook.args.count == 0) return refused(EINVAL, wire::Call::kPlan);
  StartMemory memory(hook, around);
  if (memory.get() == nullptr) return refused(ENOMEM, wire::Call::kMmap);
  Start& start = *memory.get();
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return failed(wire::Call::kPipe2);
  Tail tail{OwnFd(ends[0])};
  OwnFd errors = lifted(OwnFd(ends[1]));
  fcntl(tail.source(), F_SETFL, O_NONBLOCK);
  const OwnFd input = openState(hook);
  if (!input.valid()) return failed(wire::Call::kMemfdCreate);
  const OwnFd null = openNull();
  start.input = input.get(), start.errors = errors.get();
  start.output = null.valid() ? null.get() : errors.get();
  start.parent = getpid();
  getrlimit(RLIMIT_NOFILE, &start.files);
  start.files.rlim_cur = around.files < start.files.rlim_max ? around.files : start.files.rlim_max;

  const StatusKept kept;
  const Child child = cloneHook(start);
  if (child.pid < 0) return failed(wire::Call::kClone3);
  errors.reset();
  const End end = follow(child, hook, tail);
  if (end != End::kOwn && !endGroup(child)) {
    memory.forget();
    return refused(EBUSY, wire::Call::kKill, start.path);
  }
  const siginfo_t ended = reap(child);
  tail.takeRest();
  const Text sentence(detail, sizeof detail);
  return end == End::kOwn ? judge(start, ended, sentence, tail.lastLine())
                          : cutShort(end, hook, sentence, tail.lastLine());
}

}  // namespace caisson
