// Walking a cgroup and what is below it without recursion: a container that may make cgroups could make them deeper
// than our stack, our descriptors or PATH_MAX.
#pragma once

#include <errno.h>

#include "../fd.h"
#include "../files.h"

namespace caisson::teardown {

// One directory at a time, parents before children. Cgroups cannot be moved to another parent, so ".." leads back.
class CgroupTree {
 public:
  explicit CgroupTree(OwnFd top) : at_(static_cast<OwnFd&&>(top)) {}

  int get() const { return at_.get(); }
  // Goes to the next one; false at the end.
  [[nodiscard]] bool next();

 private:
  static constexpr unsigned kRemembered = 64;

  [[nodiscard]] bool enterFirst();
  [[nodiscard]] bool enterNextSibling();
  [[nodiscard]] bool enter(Listing& children);

  OwnFd at_;
  unsigned depth_ = 0;
  // Where to go on in the listing of each one above, as far down as anybody needs: what is deeper looks for its place.
  int64_t behind_[kRemembered] = {};
};

// Whether an errno says that a path is not there: nothing can be below a file, so nothing is.
inline bool isMissing(int error) { return error == ENOENT || error == ENOTDIR; }

// Opens a cgroup's directory; -1 and errno on failure.
int openCgroup(int directory, const char* path);

// Removes every cgroup below a directory that can be removed now; false when one resists.
[[nodiscard]] bool removeBelow(int top);

}  // namespace caisson::teardown
