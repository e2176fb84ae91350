// The clone: a child that shares our memory until it execs, and does nothing but raw system calls until then.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "native/fd.h"

namespace caisson::addon {

// A descriptor of ours and its number in the child. Everything else but 0 to 2 is closed there.
struct FdPlace {
  int source;
  int target;
};

struct CloneRequest {
  uint64_t flags;  // CLONE_NEW*
  int cgroup;      // directory of a v2 cgroup, or -1
  int image;
  const char* name;  // argv[0]
  std::vector<FdPlace> places;
  uint64_t nofileSoft;
  bool sibling;  // a child of our parent
};

// A child under way. Holds the memory that the child uses until it has exec'd; a child that is not let go
// before this ends is killed.
class Clone {
 public:
  // Throws SystemFailure when the clone itself fails.
  explicit Clone(CloneRequest request);
  Clone(Clone&&) noexcept;
  ~Clone();

  [[nodiscard]] int pid() const { return pid_; }
  [[nodiscard]] int pidfd() const { return pidfd_.get(); }
  // Gives the pidfd away. Only once the child is known to have exec'd: by a message of the new program.
  [[nodiscard]] int letGo() { return pidfd_.release(); }
  // Kills the child and waits for it; its wait status.
  int end();
  // Why the child could not exec (errno), or 0. Only once it has ended.
  [[nodiscard]] int execError() const;

 private:
  struct Start;
  std::unique_ptr<Start> start_;
  int pid_ = -1;
  OwnFd pidfd_;
};

}  // namespace caisson::addon
