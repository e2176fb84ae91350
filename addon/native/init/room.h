// The container's limit on descriptors is set before init starts, and init may need more of them for a while.
#pragma once

#include <sys/resource.h>

namespace caisson::init {

// Raises the soft limit to the hard one as long as it lives. Descriptors that are open stay open.
class RoomForDescriptors {
 public:
  RoomForDescriptors() {
    if (getrlimit(RLIMIT_NOFILE, &limit_) != 0) return;
    const struct ::rlimit raised { limit_.rlim_max, limit_.rlim_max };
    setrlimit(RLIMIT_NOFILE, &raised);
  }
  ~RoomForDescriptors() { setrlimit(RLIMIT_NOFILE, &limit_); }
  RoomForDescriptors(const RoomForDescriptors&) = delete;
  RoomForDescriptors& operator=(const RoomForDescriptors&) = delete;

 private:
  struct ::rlimit limit_ {};
};

}  // namespace caisson::init
