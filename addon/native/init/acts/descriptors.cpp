// Descriptors that the caller of caisson gives to the container's program: sockets that somebody listens on for it.
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "../init.h"
#include "../report.h"

namespace caisson::init {
namespace {

constexpr uint64_t kLowest = 3;

}  // namespace

// The numbers from 3 on are init's own until now: the channel moves up, one number at a time, since the program may have no
// more than a few; the rest is closed.
Outcome passDescriptor(Init& init, const wire::PassDescriptor& act) {
  const int source = Init::slot(act.slot);
  if (act.fd < kLowest || act.fd >= static_cast<uint64_t>(source)) return refused(EINVAL, wire::Call::kPlan);
  const int target = static_cast<int>(act.fd);
  letGo(init);
  if (target == channel() && !moveChannel(target + 1)) return failed(wire::Call::kFcntl);
  if (dup2(source, target) < 0) return failed(wire::Call::kDup2);
  close(source);
  return kDone;
}

}  // namespace caisson::init
