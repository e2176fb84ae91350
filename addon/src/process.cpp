#include "process.h"

#include <linux/ioctl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <charconv>
#include <csignal>
#include <vector>

#include "failure.h"
#include "files.h"
#include "front.h"

#ifndef P_PIDFD
#define P_PIDFD 3
#endif

namespace caisson::addon {

namespace {

// proc_pid_stat(5) counts from 1; after the command's closing parenthesis comes field 3.
constexpr size_t kStateField = 3;
constexpr size_t kStartTimeField = 22;
constexpr size_t kExitCodeField = 52;

// A process in the kernel's hands (a dead NFS server, a frozen v1 cgroup) doesn't end when killed.
constexpr double kEndMilliseconds = 10'000;

std::vector<std::string_view> fieldsAfterCommand(std::string_view stat) {
  std::vector<std::string_view> fields;
  // The command may hold parentheses and spaces of its own; the last one ends it.
  stat.remove_prefix(std::min(stat.rfind(')') + 2, stat.size()));
  while (!stat.empty() && fields.size() <= kExitCodeField - kStateField) {
    const size_t space = std::min(stat.find(' '), stat.size());
    fields.push_back(stat.substr(0, space));
    stat.remove_prefix(std::min(space + 1, stat.size()));
  }
  return fields;
}

// linux/pidfd.h of Linux 6.15; this project is built with older headers.
struct PidfdInfo {
  uint64_t mask, cgroup;
  uint32_t pid, threadGroup, parent, ids[8];
  int32_t exitCode;
};
static_assert(sizeof(PidfdInfo) == 64);
constexpr uint64_t kInfoExit = 1U << 3;
constexpr unsigned long kGetInfo = _IOWR(0xff, 11, PidfdInfo);

// A field that is a decimal number, whole.
double numberIn(std::string_view field, const Path& path) {
  unsigned long long number = 0;
  const char* const last = field.data() + field.size();
  const auto [end, error] = std::from_chars(field.data(), last, number);
  if (error != std::errc() || end != last) fail(EBADMSG, "read", path);
  return static_cast<double>(number);
}

int waitStatus(const siginfo_t& ended) {
  switch (ended.si_code) {
    case CLD_EXITED: return (ended.si_status & 0xff) << 8;
    case CLD_DUMPED: return ended.si_status | 0x80;
    default: return ended.si_status;
  }
}

}  // namespace

int openProcess(int pid) {
  return static_cast<int>(checked(syscall(SYS_pidfd_open, pid, 0), "pidfd_open", std::to_string(pid)));
}

std::optional<ProcessStat> processStat(int pid) {
  std::string text;
  const Path path{"/proc/" + std::to_string(pid) + "/stat"};
  try {
    text = readKernelText(path);
  } catch (const SystemFailure& failure) {
    if (failure.error == ENOENT || failure.error == ESRCH) return std::nullopt;
    throw;
  }
  const auto fields = fieldsAfterCommand(text);
  if (fields.size() <= kExitCodeField - kStateField) fail(EBADMSG, "read", path);
  std::string_view exitCode = fields[kExitCodeField - kStateField];
  exitCode = exitCode.substr(0, exitCode.find('\n'));
  return ProcessStat{numberIn(fields[kStartTimeField - kStateField], path), std::string(fields[0]),
                     numberIn(exitCode, path)};
}

double pidfdInode(int pidfd) {
  struct stat status;
  checked(fstat(pidfd, &status), "fstat");
  return static_cast<double>(status.st_ino);
}

void signalProcess(int pidfd, int signal) {
  checked(syscall(SYS_pidfd_send_signal, pidfd, signal, nullptr, 0), "pidfd_send_signal");
}

bool awaitEnd(int pidfd, double wait) {
  pollfd fds[] = {{pidfd, POLLIN, 0}};
  if (!pollUntil(fds, Deadline(wait))) return false;
  if ((fds[0].revents & POLLNVAL) != 0) fail(EBADF, "poll");
  return true;
}

std::optional<double> exitOfProcess(int pidfd) {
  PidfdInfo info{};
  info.mask = kInfoExit;
  if (ioctl(pidfd, kGetInfo, &info) < 0 || (info.mask & kInfoExit) == 0) return std::nullopt;
  return info.exitCode;
}

bool hasEnded(int pidfd) { return awaitEnd(pidfd, 0); }

int reap(int pidfd, const Deadline& deadline) {
  if (!awaitEnd(pidfd, deadline.left())) return 0;
  siginfo_t ended{};
  const int result =
      waitid(static_cast<idtype_t>(P_PIDFD), static_cast<id_t>(pidfd), &ended, WEXITED | WNOHANG);
  if (result != 0 && errno == ECHILD && hasFront()) return reapByFront(pidfd);
  return result == 0 && ended.si_pid != 0 ? waitStatus(ended) : 0;
}

int killAndReap(int pidfd) {
  syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, nullptr, 0);
  return reap(pidfd, Deadline(kEndMilliseconds));
}

}  // namespace caisson::addon
