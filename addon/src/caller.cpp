// The front's note is one variable: nofile=SOFT;closed=BITS;passed=COUNT;ignored=HEX;mask=HEX;link=FD
// (addon/native/front).
// Without a front — Node, tests — the process's own values stand in, which the engine may have changed
// already.
#include "caller.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <charconv>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "failure.h"
#include "native/sys.h"

namespace caisson::addon {

namespace {

constexpr const char* kVariable = "CAISSON_CALLER";
constexpr uint64_t kHighestFd = INT_MAX;
constexpr int kFirstPassed = 3;

// What the front adds to the environment; it has dropped what else an engine would obey.
bool isForEngine(std::string_view variable) {
  return variable.starts_with("CAISSON_CALLER=") || variable.starts_with("BUN_JSC_");
}

// Takes `name=number` and the separator behind it off the front of note.
uint64_t takeNumber(std::string_view& note, std::string_view name, int base, bool last) {
  uint64_t number = 0;
  const bool named = note.starts_with(name) && note.substr(name.size()).starts_with('=');
  if (!named) fail(EINVAL, "getenv", kVariable);
  note.remove_prefix(name.size() + 1);
  const auto [end, error] = std::from_chars(note.data(), note.data() + note.size(), number, base);
  if (error != std::errc()) fail(EINVAL, "getenv", kVariable);
  note.remove_prefix(static_cast<size_t>(end - note.data()));
  if (last ? !note.empty() : !note.starts_with(';')) fail(EINVAL, "getenv", kVariable);
  if (!last) note.remove_prefix(1);
  return number;
}

Caller noted(std::string_view note) {
  Caller caller{};
  caller.nofileSoft = takeNumber(note, "nofile", 10, false);
  caller.closedStdio = static_cast<int>(takeNumber(note, "closed", 10, false));
  caller.passed = static_cast<int>(takeNumber(note, "passed", 10, false));
  caller.ignored = takeNumber(note, "ignored", 16, false);
  takeNumber(note, "mask", 16, false);
  const uint64_t link = takeNumber(note, "link", 10, true);
  if (caller.closedStdio > 7 || caller.passed < 0 || link > kHighestFd) fail(EINVAL, "getenv", kVariable);
  caller.link = static_cast<int>(link);
  caller.pid = getppid();
  return caller;
}

Caller own() {
  Caller caller{};
  caller.link = -1;
  caller.pid = getpid();
  rlimit limit;
  checked(getrlimit(RLIMIT_NOFILE, &limit), "getrlimit");
  caller.nofileSoft = limit.rlim_cur;
  for (int fd = 0; fd <= 2; fd++) {
    if (fcntl(fd, F_GETFD) < 0) caller.closedStdio |= 1 << fd;
  }
  // An engine's own are among them: only a front can tell.
  while (fcntl(kFirstPassed + caller.passed, F_GETFD) >= 0) caller.passed++;
  return caller;
}

}  // namespace

Caller caller() {
  // Read where nobody writes: the engine never calls setenv(3).
  const char* note = getenv(kVariable);  // NOLINT(concurrency-mt-unsafe)
  return note != nullptr ? noted(note) : own();
}

CallersSurroundings::CallersSurroundings() {
  for (char** variable = environ; *variable != nullptr; variable++) {
    if (!isForEngine(*variable)) environment_.push_back(*variable);
  }
  environment_.push_back(nullptr);
  around_ = {environment_.data(), caller().nofileSoft};
}

std::string timestamp() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  tm parts{};
  gmtime_r(&now.tv_sec, &parts);
  char text[40];
  const size_t length = strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
  snprintf(text + length, sizeof text - length, ".%09ldZ", now.tv_nsec);
  return text;
}

int userId() { return static_cast<int>(geteuid()); }

int groupId() { return static_cast<int>(getegid()); }

bool inInitialUserNamespace() {
  constexpr ino_t kInitial = 0xEFFFFFFDU;  // USER_NS_INIT_INO of linux/nsfs.h: the same since Linux 3.8
  struct stat status;
  return stat("/proc/self/ns/user", &status) == 0 && status.st_ino == kInitial;
}

bool mayCopyMounts() { return OwnFd(sys::openTree(AT_FDCWD, "/", OPEN_TREE_CLONE)).valid(); }

std::string environment(const Path& name) {
  const char* value = getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe)
  return value != nullptr ? value : "";
}

}  // namespace caisson::addon
