// The host program: which function does which act.
#include "host.h"

#include <unistd.h>

#include "../text.h"

namespace caisson {
namespace host {

Outcome keep(Run& run, uint64_t slot, int fd) {
  if (run.slots.fds[slot] >= 0) {
    close(fd);
    return refused(EEXIST, wire::Call::kPlan);
  }
  run.slots.fds[slot] = fd;
  return kDone;
}

namespace {

Outcome carryOut(Run& run, const wire::Record& record) {
  switch (static_cast<wire::Op>(record.op)) {
    case wire::Op::kMakeCgroup: return makeCgroup(run, fields<wire::MakeCgroup>(record));
    case wire::Op::kEnableControllers: return enableControllers(run, fields<wire::EnableControllers>(record));
    case wire::Op::kRequireEmptyCgroup:
      return requireEmptyCgroup(run, fields<wire::RequireEmptyCgroup>(record));
    case wire::Op::kRequireThawed: return requireThawed(run, fields<wire::RequireThawed>(record));
    case wire::Op::kGiveCgroup: return giveCgroup(run, fields<wire::GiveCgroup>(record));
    case wire::Op::kWrite: return writeValue(run, fields<wire::Write>(record));
    case wire::Op::kWritePresent: return writePresent(run, fields<wire::WritePresent>(record));
    case wire::Op::kWriteEither: return writeEither(run, fields<wire::WriteEither>(record));
    case wire::Op::kDeviceProgram: return deviceProgram(run, fields<wire::DeviceProgram>(record));
    case wire::Op::kOpenWrite: return openWrite(run, fields<wire::OpenWrite>(record));
    case wire::Op::kOpenDirectory: return openDirectory(run, fields<wire::OpenDirectory>(record));
    case wire::Op::kOpenTree: return openTree(run, fields<wire::OpenTree>(record));
    case wire::Op::kOpenFallback: return openFallback(run, fields<wire::OpenFallback>(record));
    case wire::Op::kIdmapTree: return idmapTree(run, fields<wire::IdmapTree>(record));
    case wire::Op::kMakeUserNamespace: return makeUserNamespace(run, fields<wire::MakeUserNamespace>(record));
    case wire::Op::kMakeResctrlGroup: return makeResctrlGroup(run, fields<wire::MakeResctrlGroup>(record));
    case wire::Op::kWriteSchemata: return writeSchemata(run, fields<wire::WriteSchemata>(record));
    case wire::Op::kQueueTrees: return queueTrees(run, fields<wire::QueueTrees>(record));
    case wire::Op::kListen: return listen(run, fields<wire::Listen>(record));
    case wire::Op::kOpenNamespace: return openNamespace(run, fields<wire::OpenNamespace>(record));
    case wire::Op::kOpenProcess: return openProcess(run, fields<wire::OpenProcess>(record));
    case wire::Op::kTakeDescriptor: return takeDescriptor(run, fields<wire::TakeDescriptor>(record));
    default: return refused(ENOSYS, wire::Call::kPlan);
  }
}

}  // namespace
}  // namespace host

void closeSlots(Slots& slots) {
  for (int& fd : slots.fds) {
    if (fd >= 0) close(fd);
    fd = -1;
  }
}

bool runHost(const uint8_t* plan, size_t size, Slots& slots, Failure& failure) {
  if (!validate(plan, size, Program::kHost)) return blame(failure, -1, refused(EINVAL, wire::Call::kPlan));
  // Host acts only read the plan.
  host::Run run{Plan(const_cast<uint8_t*>(plan)), slots, OwnFd()};
  const wire::Record* record = run.plan.first();
  for (uint32_t act = 0; act < run.plan.acts(); ++act, record = Plan::next(record)) {
    const Outcome outcome = host::carryOut(run, *record);
    if (outcome.failed()) return blame(failure, static_cast<int32_t>(act), outcome);
  }
  return true;
}

}  // namespace caisson
