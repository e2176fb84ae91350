// A process of a container that runs, by the number and the time of its start: numbers are given out again.
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../fd.h"
#include "../files.h"
#include "../text.h"
#include "host.h"

namespace caisson::host {
namespace {

// proc_pid_stat(5) counts from 1; after the last parenthesis, which ends the command, comes field 3.
constexpr int kStartTimeField = 22;
constexpr int kFirstField = 3;

// False for a text that is none of the kernel's.
bool readStartTime(const char* stat, uint64_t& ticks) {
  const char* at = strrchr(stat, ')');
  for (int field = kFirstField; at != nullptr && field <= kStartTimeField; ++field) at = strchr(at + 1, ' ');
  if (at == nullptr) return false;
  const char* digit = at + 1;
  for (ticks = 0; *digit >= '0' && *digit <= '9'; ++digit)
    ticks = ticks * 10 + static_cast<uint64_t>(*digit - '0');
  return digit != at + 1 && *digit == ' ';
}

}  // namespace

// Looked at after it was opened: from then on the descriptor cannot become another process's.
Outcome openProcess(Run& run, const wire::OpenProcess& act) {
  Text path(run.path, sizeof run.path);
  path.add("/proc/").addNumber(act.pid).add("/stat");
  OwnFd process(static_cast<int>(syscall(SYS_pidfd_open, static_cast<pid_t>(act.pid), 0)));
  if (!process.valid()) return failed(wire::Call::kPidfdOpen, run.path);
  char stat[1024];
  const ssize_t length = readSome(run.path, stat, sizeof stat - 1);
  if (length < 0)
    return errno == ENOENT ? refused(ESRCH, wire::Call::kRead, run.path)
                           : failed(wire::Call::kRead, run.path);
  stat[length] = '\0';
  uint64_t ticks = 0;
  if (!readStartTime(stat, ticks)) return refused(EBADMSG, wire::Call::kRead, run.path);
  if (ticks != act.startTime) return refused(ESRCH, wire::Call::kPidfdOpen, run.path);
  return keep(run, act.slot, process.release());
}

}  // namespace caisson::host
