// How the kernel gives the container's process its processors, disks and memory.
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../init.h"

namespace caisson::init {
namespace {

constexpr int kWhoProcess = 1;  // IOPRIO_WHO_PROCESS
constexpr int kClassShift = 13;
constexpr uint64_t kMostLevels = 8;
constexpr uint64_t kDefaultPolicy = 0;  // MPOL_DEFAULT

// The kernel's struct sched_attr. config.json has flags for the clamps of Linux 5.3 and no values: they stay 0.
struct SchedulingAttributes {
  uint32_t size;
  uint32_t policy;
  uint64_t flags;
  int32_t nice;
  uint32_t priority;
  uint64_t runtime, deadline, period;
  uint32_t utilMin, utilMax;
};

}  // namespace

// Since Linux 6.2 an affinity that somebody chose stays over the entry into a cgroup: without this, a container would
// be kept on the processors of whoever started it. All bits, also of processors that the cgroup gets later.
Outcome resetAffinity(Init&, const wire::ResetAffinity&) {
  uint64_t every[1024];  // 65,536 processors; the kernel takes as many as it knows
  memset(every, 0xff, sizeof every);
  syscall(SYS_sched_setaffinity, 0, sizeof every, every);
  return kDone;
}

Outcome affinity(Init& init, const wire::Affinity& act) {
  const long set = syscall(SYS_sched_setaffinity, 0, act.cpus.length, init.plan.bytes(act.cpus));
  return set == 0 ? kDone : failed(wire::Call::kSchedSetaffinity);
}

Outcome scheduler(Init&, const wire::Scheduler& act) {
  SchedulingAttributes attributes{};
  attributes.size = sizeof attributes;
  attributes.policy = static_cast<uint32_t>(act.policy);
  attributes.flags = act.flags;
  attributes.nice = static_cast<int32_t>(act.nice);
  attributes.priority = static_cast<uint32_t>(act.priority);
  attributes.runtime = act.runtime;
  attributes.deadline = act.deadline;
  attributes.period = act.period;
  return syscall(SYS_sched_setattr, 0, &attributes, 0) == 0 ? kDone : failed(wire::Call::kSchedSetattr);
}

Outcome ioPriority(Init&, const wire::IoPriority& act) {
  // Beyond, the number would be read as another class or as a hint.
  if (act.priority >= kMostLevels) return refused(EINVAL, wire::Call::kIoprioSet);
  const auto value = static_cast<int>(act.ioClass << kClassShift | act.priority);
  return syscall(SYS_ioprio_set, kWhoProcess, 0, value) == 0 ? kDone : failed(wire::Call::kIoprioSet);
}

Outcome personality(Init&, const wire::Personality& act) {
  return syscall(SYS_personality, static_cast<unsigned long>(act.domain)) >= 0
             ? kDone
             : failed(wire::Call::kPersonality);
}

Outcome memoryPolicy(Init& init, const wire::MemoryPolicy& act) {
  if (act.nodes.length % sizeof(uint64_t) != 0) return refused(EINVAL, wire::Call::kSetMempolicy);
  // The kernel counts one bit less than it is told (set_mempolicy(2), "BUGS" of get_nodes).
  const unsigned long bits = act.nodes.length == 0 ? 0 : act.nodes.length * 8UL + 1;
  const void* nodes = bits == 0 ? nullptr : init.plan.bytes(act.nodes);
  if (syscall(SYS_set_mempolicy, static_cast<int>(act.policy | act.flags), nodes, bits) == 0) return kDone;
  if (errno == ENOSYS && act.policy == kDefaultPolicy) return kDone;
  return failed(wire::Call::kSetMempolicy);
}

}  // namespace caisson::init
