#include "process.h"

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

// A process in the kernel's hands (a dead NFS server, a frozen v1 cgroup) doesn't end when killed.
constexpr double kEndMilliseconds = 10'000;

std::vector<std::string_view> fieldsAfterCommand(std::string_view stat) {
  std::vector<std::string_view> fields;
  // The command may hold parentheses and spaces of its own; the last one ends it.
  stat.remove_prefix(std::min(stat.rfind(')') + 2, stat.size()));
  while (!stat.empty() && fields.size() <= kStartTimeField - kStateField) {
    const size_t space = std::min(stat.find(' '), stat.size());
    fields.push_back(stat.substr(0, space));
    stat.remove_prefix(std::min(space + 1, stat.size()));
  }
  return fields;
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
  unsigned long long ticks = 0;
  if (fields.size() <= kStartTimeField - kStateField) fail(EBADMSG, "read", path);
  const std::string_view start = fields[kStartTimeField - kStateField];
  const auto [end, error] = std::from_chars(start.data(), start.data() + start.size(), ticks);
  if (error != std::errc() || end != start.data() + start.size()) fail(EBADMSG, "read", path);
  return ProcessStat{static_cast<double>(ticks), std::string(fields[0])};
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
