// From a plan to an init that waits at its first meeting point. Called on a thread of its own, or in place: see job.h.
#include "launch.h"

#include <sys/socket.h>

#include "beginning.h"
#include "caller.h"
#include "channel.h"
#include "clone.h"
#include "front.h"
#include "image.h"
#include "process.h"
#include "program.h"
#include "trace.h"

namespace caisson::addon {

namespace {

// Slots of the host program, closed when init has its copies.
struct OpenSlots : Slots {
  OpenSlots() = default;
  OpenSlots(const OpenSlots&) = delete;
  OpenSlots& operator=(const OpenSlots&) = delete;
  ~OpenSlots() { closeSlots(*this); }
};

struct ChannelEnds {
  OwnFd ours;
  OwnFd theirs;
};

ChannelEnds openChannel() {
  int ends[2];
  checked(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), "socket");
  return {OwnFd(ends[0]), OwnFd(ends[1])};
}

std::vector<FdPlace> placesOf(int plan, int channel, int trace, const Slots& slots) {
  std::vector<FdPlace> places{{plan, wire::kFdPlan}, {channel, wire::kFdChannel}};
  if (trace >= 0) places.push_back({trace, wire::kFdTrace});
  for (int slot = 0; slot < wire::kFdSlots; slot++) {
    if (slots.fds[slot] >= 0) places.push_back({slots.fds[slot], wire::kFdSlotBase + slot});
  }
  return places;
}

int cgroupOf(const LaunchRequest& request, const Slots& slots) {
  if (request.cgroupSlot < 0) return -1;
  if (request.cgroupSlot >= wire::kFdSlots) fail(EBADF, "clone3");
  const int cgroup = slots.fds[request.cgroupSlot];
  if (cgroup < 0) fail(EBADF, "clone3");  // never outside of its cgroup
  return cgroup;
}

// Everything of the parent's that the child needs is open only while this runs.
Clone cloneInit(const LaunchRequest& request, const Slots& slots, OwnFd channel) {
  const OwnFd plan = sealedMemory("caisson-plan", request.init);
  const int trace = request.trace ? newTrace(actsOf(request.init)) : -1;
  const OwnFd embedded(request.image >= 0 ? -1 : openImage(request.imageDirectory).release());
  return Clone({.flags = request.cloneFlags,
                .cgroup = cgroupOf(request, slots),
                .image = embedded.valid() ? embedded.get() : request.image,
                .name = "caisson-init",
                .places = placesOf(plan.get(), channel.get(), trace, slots),
                .nofileSoft = caller().nofileSoft,
                .sibling = hasFront()});
}

bool isReport(Heard heard, const Report& report, uint32_t kind) {
  return heard == Heard::kReport && report.kind == kind;
}

// Why init has not come to its first meeting point. Nothing of it is left by now.
[[noreturn]] void giveUp(Heard heard, const Report& report, int status) {
  if (heard == Heard::kReport) throw failureOf(report);
  if (heard == Heard::kTimeout) throw timeoutFailure();
  throw diedFailure(status);
}

// From the fork on, init is another process, which waits until we hold it.
Launched followTwin(Clone& clone, Report& forked, int channel, const Deadline& deadline) {
  const int pid = static_cast<int>(forked.act);
  OwnFd pidfd = std::move(forked.passed);
  if (!pidfd.valid()) fail(EPROTO, "recvmsg");
  clone.end();
  sendGo(channel);
  Report report;
  const Heard heard = hear(channel, pidfd.get(), deadline, report);
  if (!isReport(heard, report, wire::kReportMet)) giveUp(heard, report, killAndReap(pidfd.get()));
  return {pid, pidfd.release(), channel, report.passed.release()};
}

// The acts of both parts are numbered as one program.
void runHost(const LaunchRequest& request, Slots& slots) {
  const int before = request.begun < 0 ? 0 : finishBeginning(request.begun, slots);
  try {
    runHostProgram(request.host, slots);
  } catch (ActFailure& failure) {
    if (failure.act >= 0) failure.act += before;
    throw;
  }
}

Launched launchOnce(const LaunchRequest& request) {
  OpenSlots slots;
  runHost(request, slots);
  ChannelEnds channel = openChannel();
  Clone clone = cloneInit(request, slots, std::move(channel.theirs));
  closeSlots(slots);
  Report report;
  const Deadline deadline(request.deadline);
  const Heard heard = hear(channel.ours.get(), clone.pidfd(), deadline, report);
  if (isReport(heard, report, wire::kReportForked)) {
    const Launched launched = followTwin(clone, report, channel.ours.get(), deadline);
    channel.ours.release();
    return launched;
  }
  if (!isReport(heard, report, wire::kReportMet)) {
    const int status = clone.end();
    if (heard == Heard::kHangUp && clone.execError() != 0)
      fail(clone.execError(), "execveat", "caisson-init");
    giveUp(heard, report, status);
  }
  return {clone.pid(), clone.letGo(), channel.ours.release(), report.passed.release()};
}

}  // namespace

Launched launch(const LaunchRequest& request) {
  try {
    return launchOnce(request);
  } catch (const SystemFailure& failure) {
    // What failed between the two programs: no act, but to a caller it is init that could not be started.
    throw ActFailure{.kind = "failed",
                     .program = "init",
                     .error = failure.error,
                     .syscall = failure.syscall,
                     .path = failure.path};
  }
}

}  // namespace caisson::addon
