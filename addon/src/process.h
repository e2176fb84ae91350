// Processes, held by pidfds: a number alone may name another process a moment later.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "deadline.h"

namespace caisson::addon {

// Fields of /proc/PID/stat that tell one process from the next with the same number.
struct ProcessStat {
  double startTime;
  std::string state;
  double exitCode;
};

// As in lib/native/surface.ts.
int openProcess(int pid);
std::optional<ProcessStat> processStat(int pid);
double pidfdInode(int pidfd);
void signalProcess(int pidfd, int signal);
bool awaitEnd(int pidfd, double wait);
std::optional<double> exitOfProcess(int pidfd);

// Whether the process has ended, without waiting.
bool hasEnded(int pidfd);
// Waits for the end of a process and reaps it; its wait status, 0 when it is neither ours nor the front's child, or
// doesn't end.
int reap(int pidfd, const Deadline& deadline);
// SIGKILL, then reap.
int killAndReap(int pidfd);

}  // namespace caisson::addon
