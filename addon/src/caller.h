// Who called caisson: what the front noted before the engine disturbed it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "files.h"
#include "native/hook.h"

namespace caisson::addon {

struct Caller {
  uint64_t nofileSoft;  // soft RLIMIT_NOFILE
  int closedStdio;      // a bit for each of fds 0 to 2
  int passed;  // how many descriptors are open from 3 on without a gap; a front counts no further than it must
  uint64_t ignored;  // bit signal - 1 for each ignored signal
  int link;          // the socket to the front, or -1
  int pid;           // of the process that the caller has started: the front, or this one
};

// What hooks get of the caller: its environment without the front's words to the engine, and its limit.
class CallersSurroundings {
 public:
  CallersSurroundings();

  [[nodiscard]] const Surroundings& get() const { return around_; }

 private:
  std::vector<const char*> environment_;
  Surroundings around_;
};

// As in lib/native/surface.ts. Throws EINVAL when CAISSON_CALLER is not what the front writes.
Caller caller();
int userId();
int groupId();
bool inInitialUserNamespace();
bool mayCopyMounts();
// The time in RFC 3339, UTC, with nanoseconds. An engine's Date would read the time zone's files first.
std::string timestamp();
std::string environment(const Path& name);

}  // namespace caisson::addon
