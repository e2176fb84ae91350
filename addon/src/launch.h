// A container's process, from the plan to the exec.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "failure.h"
#include "files.h"
#include "native/run.h"

namespace caisson::addon {

// As in lib/native/surface.ts.
struct LaunchRequest {
  std::vector<uint8_t> host;
  std::vector<uint8_t> init;
  uint64_t cloneFlags;
  int cgroupSlot;
  double deadline;
  Path imageDirectory;
  bool trace;
  int image;
  int begun;  // see beginning.h, or -1
};

struct Launched {
  int pid;
  int pidfd;
  int channel;
  int console;
};

Launched launch(const LaunchRequest& request);
// The next meeting point, or that the container's program is executed. console as in Launched.
struct Met {
  std::string point;
  int console;
};

// Who gets the listener of a seccomp filter: a connected socket, its path, what is said with it, and how long that may take.
struct FilterReceiver {
  int socket;
  Path path;
  std::string message;
  double deadline;
};

Met proceed(const Launched& launched, double deadline, const std::optional<FilterReceiver>& receiver);
std::vector<Loan> attend(const Launched& launched, const std::vector<uint8_t>& program);
void release(const Launched& launched);
std::vector<double> traceTimes();
std::vector<ActFailure> endInit(const Launched& launched, const std::vector<Loan>& loans);
std::string openGate(const Path& directory, int pidfd, double milliseconds,
                     const std::optional<FilterReceiver>& receiver);
int connectStream(const Path& path, double deadline);
std::vector<ActFailure> teardown(const std::vector<uint8_t>& program);
void holdSignals();
void supervise(const std::vector<uint8_t>& program, const Launched& launched);
void sendDescriptor(const Path& socket, int fd, const std::string& name, double deadline);

}  // namespace caisson::addon
