// The life of init: take the plan, carry out its acts one after the other, report the one that fails.
#include <linux/magic.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "../sys.h"
#include "init.h"
#include "report.h"
#include "run.h"
#include "trace.h"

namespace caisson::init {
namespace {

constexpr int kEnd = 127;
constexpr uint32_t kNoAct = ~0U;
constexpr unsigned kFirstOurs = 3;

[[noreturn]] void end(uint32_t act, const Outcome& outcome) {
  reportFailure(act, outcome);
  _exit(kEnd);
}

// Private and writable: lists of strings become arrays of pointers in place.
Plan mapPlan() {
  const OwnFd file(wire::kFdPlan);
  struct stat status {};
  if (fstat(file.get(), &status) != 0) end(kNoAct, failed(wire::Call::kFstat));
  const auto size = static_cast<size_t>(status.st_size);
  void* bytes = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE, file.get(), 0);
  if (bytes == MAP_FAILED) end(kNoAct, failed(wire::Call::kMmap));
  auto* plan = static_cast<uint8_t*>(bytes);
  if (!validate(plan, size, Program::kInit)) end(kNoAct, refused(EINVAL, wire::Call::kPlan));
  return Plan(plan);
}

// Nothing of the parent's stays open but what an act speaks of, and nothing of that gets into the container
// (CVE-2024-21626).
void closeOthers(const Plan& plan) {
  bool named[wire::kFdSlots] = {};
  const int slots = plan.slots(named);
  bool closed = sys::closeRange(static_cast<unsigned>(wire::kFdSlotBase + slots), ~0U, 0) == 0;
  for (int slot = 0; slot < slots; ++slot) {
    if (!named[slot]) close(wire::kFdSlotBase + slot);
  }
  closed = sys::closeRange(kFirstOurs, ~0U, CLOSE_RANGE_CLOEXEC) == 0 && closed;
  if (!closed) end(kNoAct, failed(wire::Call::kClose));
}

template <typename Act, Outcome (*perform)(Init&, const Act&)>
Outcome with(Init& init, const wire::Record& record) {
  return perform(init, fields<Act>(record));
}

}  // namespace

Outcome carryOut(Init& init, const wire::Record& record) {
  using wire::Op;
  switch (static_cast<Op>(record.op)) {
    case Op::kSignals: return with<wire::Signals, signals>(init, record);
    case Op::kDumpable: return with<wire::Dumpable, dumpable>(init, record);
    case Op::kOomScore: return with<wire::OomScore, oomScore>(init, record);
    case Op::kEnterCgroup: return with<wire::EnterCgroup, enterCgroup>(init, record);
    case Op::kUnshare: return with<wire::Unshare, unshare>(init, record);
    case Op::kJoin: return with<wire::Join, join>(init, record);
    case Op::kJoinProcess: return with<wire::JoinProcess, joinProcess>(init, record);
    case Op::kFork: return with<wire::Fork, fork>(init, record);
    case Op::kNewTime: return with<wire::NewTime, newTime>(init, record);
    case Op::kRequireMapping: return with<wire::RequireMapping, requireMapping>(init, record);
    case Op::kSysctl: return with<wire::Sysctl, sysctl>(init, record);
    case Op::kBecome: return with<wire::Become, become>(init, record);
    case Op::kNewSession: return with<wire::NewSession, newSession>(init, record);
    case Op::kSessionKeyring: return with<wire::SessionKeyring, sessionKeyring>(init, record);
    case Op::kLoopback: return with<wire::Loopback, loopback>(init, record);
    case Op::kHostname: return with<wire::Hostname, hostname>(init, record);
    case Op::kDomainname: return with<wire::Domainname, domainname>(init, record);

    case Op::kDetachPropagation: return with<wire::DetachPropagation, detachPropagation>(init, record);
    case Op::kAttachRoot: return with<wire::AttachRoot, attachRoot>(init, record);
    case Op::kAttachRootAt: return with<wire::AttachRootAt, attachRootAt>(init, record);
    case Op::kMount: return with<wire::Mount, mount>(init, record);
    case Op::kBind: return with<wire::Bind, bind>(init, record);
    case Op::kStage: return with<wire::Stage, stage>(init, record);
    case Op::kDevice: return with<wire::Device, device>(init, record);
    case Op::kSymlink: return with<wire::Symlink, symlink>(init, record);
    case Op::kConsole: return with<wire::Console, console>(init, record);
    case Op::kTerminal: return with<wire::Terminal, terminal>(init, record);
    case Op::kMakeCwd: return with<wire::MakeCwd, makeCwd>(init, record);
    case Op::kEnterRoot: return with<wire::EnterRoot, enterRoot>(init, record);
    case Op::kHoldRoot: return with<wire::HoldRoot, holdRoot>(init, record);
    case Op::kPivot: return with<wire::Pivot, pivot>(init, record);
    case Op::kReadOnly: return with<wire::ReadOnly, readOnly>(init, record);
    case Op::kReadOnlyPath: return with<wire::ReadOnlyPath, readOnlyPath>(init, record);
    case Op::kMask: return with<wire::Mask, mask>(init, record);
    case Op::kReopenNull: return with<wire::ReopenNull, reopenNull>(init, record);
    case Op::kPassDescriptor: return with<wire::PassDescriptor, passDescriptor>(init, record);
    case Op::kStdioOwner: return with<wire::StdioOwner, stdioOwner>(init, record);

    case Op::kRlimit: return with<wire::Rlimit, rlimit>(init, record);
    case Op::kResetAffinity: return with<wire::ResetAffinity, resetAffinity>(init, record);
    case Op::kAffinity: return with<wire::Affinity, affinity>(init, record);
    case Op::kScheduler: return with<wire::Scheduler, scheduler>(init, record);
    case Op::kIoPriority: return with<wire::IoPriority, ioPriority>(init, record);
    case Op::kPersonality: return with<wire::Personality, personality>(init, record);
    case Op::kMemoryPolicy: return with<wire::MemoryPolicy, memoryPolicy>(init, record);
    case Op::kUmask: return with<wire::Umask, umask>(init, record);
    case Op::kTryChdir: return with<wire::TryChdir, tryChdir>(init, record);
    case Op::kChdir: return with<wire::Chdir, chdir>(init, record);
    case Op::kBounding: return with<wire::Bounding, bounding>(init, record);
    case Op::kIdentity: return with<wire::Identity, identity>(init, record);
    case Op::kCapabilities: return with<wire::Capabilities, capabilities>(init, record);
    case Op::kNoNewPrivileges: return with<wire::NoNewPrivileges, noNewPrivileges>(init, record);
    case Op::kHome: return with<wire::Home, home>(init, record);
    case Op::kFindExecutable: return with<wire::FindExecutable, findExecutable>(init, record);
    case Op::kCreateContainerHook: return with<wire::CreateContainerHook, createContainerHook>(init, record);
    case Op::kStartContainerHook: return with<wire::StartContainerHook, startContainerHook>(init, record);
    case Op::kMeet: return with<wire::Meet, meet>(init, record);
    case Op::kGate: return with<wire::Gate, gate>(init, record);
    case Op::kSeccomp: return with<wire::Seccomp, seccomp>(init, record);
    case Op::kSeccompListener: return with<wire::SeccompListener, seccompListener>(init, record);
    case Op::kExec: return with<wire::Exec, exec>(init, record);
    case Op::kPropagate: return with<wire::Propagate, propagate>(init, record);
    case Op::kMountAttributes: return with<wire::MountAttributes, mountAttributes>(init, record);
    case Op::kRemount: return with<wire::Remount, remount>(init, record);
    case Op::kMountCopied: return with<wire::MountCopied, mountCopied>(init, record);
    case Op::kMountOrBind: return with<wire::MountOrBind, mountOrBind>(init, record);
    case Op::kLabel: return with<wire::Label, label>(init, record);
    case Op::kLabelMount: return with<wire::LabelMount, labelMount>(init, record);
    case Op::kChangeRoot: return with<wire::ChangeRoot, changeRoot>(init, record);
    case Op::kReceiveTrees: return with<wire::ReceiveTrees, receiveTrees>(init, record);
    case Op::kTakeTree: return with<wire::TakeTree, takeTree>(init, record);
    case Op::kTakeFallback: return with<wire::TakeFallback, takeFallback>(init, record);
    default: return refused(ENOSYS, wire::Call::kPlan);
  }
}

// Later there may be a forged one at /proc (CVE-2019-16884).
void openProcSelf(Init& init) {
  OwnFd self(open("/proc/self", O_PATH | O_DIRECTORY | O_CLOEXEC));
  struct statfs status {};
  if (!self.valid() || fstatfs(self.get(), &status) != 0 || status.f_type != PROC_SUPER_MAGIC) return;
  init.procSelf = static_cast<OwnFd&&>(self);
}

void run() {
  Init init;
  init.plan = mapPlan();
  Trace trace(init.plan);
  closeOthers(init.plan);
  openProcSelf(init);

  const wire::Record* record = init.plan.first();
  for (uint32_t act = 0; act < init.plan.acts(); ++act, record = Plan::next(record)) {
    if (const Outcome o = carryOut(init, *record); o.failed()) end(act, o);
    trace.mark(init.clockShift);
  }
  // A plan of init ends with exec, which does not come back.
  end(kNoAct, refused(ENOEXEC, wire::Call::kPlan));
}

}  // namespace caisson::init
