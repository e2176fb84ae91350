// What the container's process may use up.
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../../files.h"
#include "../init.h"

namespace caisson::init {

Outcome oomScore(Init& init, const wire::OomScore& act) {
  constexpr const char* kPath = "/proc/self/oom_score_adj";
  if (!init.procSelf.valid()) return refused(ENOENT, wire::Call::kOpen, kPath);
  return writeFileAt(init.procSelf.get(), "oom_score_adj", init.plan.text(act.value), act.value.length,
                     kPath);
}

Outcome rlimit(Init&, const wire::Rlimit& act) {
  const uint64_t limit[2] = {act.soft, act.hard};  // struct rlimit64 of the kernel
  const long set = syscall(SYS_prlimit64, 0, static_cast<unsigned>(act.resource), limit, nullptr);
  return set == 0 ? kDone : failed(wire::Call::kPrlimit64);
}

Outcome umask(Init&, const wire::Umask& act) {
  ::umask(static_cast<mode_t>(act.mask));
  return kDone;
}

}  // namespace caisson::init
