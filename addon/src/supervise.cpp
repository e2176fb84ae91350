// The front becomes the supervisor: same process, so that whoever waits for caisson waits for the container, but
// without an engine in memory. Where there is none, the engine executes the supervisor in its own place.
#include <fcntl.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>

#include "caller.h"
#include "failure.h"
#include "front.h"
#include "image.h"
#include "launch.h"
#include "signals.h"

#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC (1U << 2)
#endif
#ifndef AT_EMPTY_PATH
#define AT_EMPTY_PATH 0x1000
#endif

namespace caisson::addon {

namespace {

constexpr int kFirstFree = wire::kSupervisorFdConsole + 1;

int lift(int fd) { return checked(fcntl(fd, F_DUPFD_CLOEXEC, kFirstFree), "fcntl"); }

// Only 0 to 2 and these survive the exec. This thread's table is its own by now: others of the engine still
// use theirs.
void placeFds(int program, const Launched& launched) {
  program = lift(program);
  const int pidfd = lift(launched.pidfd);
  const int console = launched.console >= 0 ? lift(launched.console) : -1;
  checked(syscall(SYS_close_range, STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC), "close_range");
  // Node makes its own close-on-exec; one that is closed is none of our business.
  for (int fd = 0; fd <= STDERR_FILENO; fd++) fcntl(fd, F_SETFD, 0);
  checked(dup2(program, wire::kSupervisorFdPlan), "dup2");
  checked(dup2(pidfd, wire::kSupervisorFdInit), "dup2");
  if (console >= 0) checked(dup2(console, wire::kSupervisorFdConsole), "dup2");
}

void restoreLimit(uint64_t soft) {
  rlimit limit;
  checked(getrlimit(RLIMIT_NOFILE, &limit), "getrlimit");
  limit.rlim_cur = std::min<rlim_t>(soft, limit.rlim_max);
  checked(setrlimit(RLIMIT_NOFILE, &limit), "setrlimit");
}

}  // namespace

void supervise(const std::vector<uint8_t>& program, const Launched& launched) {
  if (hasFront()) superviseByFront(program, launched);
  const Caller before = caller();
  checked(unshare(CLONE_FILES), "unshare");
  const int image = lift(openImageAgain().release());
  placeFds(sealedMemory("caisson-plan", program).get(), launched);
  restoreLimit(before.nofileSoft);
  handOverHeld();
  restoreIgnored(before.ignored);
  const char* const args[] = {"caisson-supervisor", nullptr};
  const CallersSurroundings around;  // for the hooks at the end
  checked(syscall(SYS_execveat, image, "", args, around.get().environment, AT_EMPTY_PATH), "execveat",
          "caisson-supervisor");
}

}  // namespace caisson::addon
