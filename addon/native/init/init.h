// Init: the container's first process, between its clone and the execution of the container's program. It carries out
// the acts of a plan, decides nothing, and has no heap. addon/wire/wire.json says what each act means.
#pragma once

#include "../fd.h"
#include "../outcome.h"
#include "../plan.h"
#include "wire.gen.h"

namespace caisson::init {

// A mount that hides something: attached where it is needed first, cloned from there for all further places.
struct Cover {
  OwnFd mount;
  bool attached = false;
};

// A file, by the mount it is seen through.
struct Identity {
  uint64_t mount = 0;
  uint64_t inode = 0;

  bool operator==(const Identity&) const = default;
};

// What one act leaves for the ones after it.
struct Init {
  Plan plan;
  OwnFd root;                // the container's root; every path of an act is resolved beneath it
  OwnFd procSelf;            // /proc/self of the host's procfs, until the pivot
  OwnFd procOwn;             // a procfs of our namespaces, where that of the host did not do; until the pivot
  OwnFd console;             // the master of the pty, until it is sent
  Identity rootPlace;        // of root
  uint64_t procMount = 0;    // what is mounted on /proc
  OwnFd last;                // the mount made last, until the pivot
  OwnFd stagedDirectory;     // on which the next tree is staged; until the pivot
  OwnFd stagedFile;          // the same for trees of a file
  OwnFd devices;             // /dev, from the first device on until something is mounted
  Cover emptyDirectory;      // what masked directories show
  Cover hostNull;            // the host's /dev/null, for masked files of a container that has none
  bool detached = false;     // no mount made here reaches the host
  bool shared = false;       // we are in the mount namespace of the host
  const char* rootAt = "/";  // the directory of the host that root is attached on
  bool pivoted = false;
  int64_t clockShift = 0;                    // by how much a time namespace has moved CLOCK_MONOTONIC, ns
  bool inDirectory = false;                  // try-chdir was let in
  char executable[wire::kLongestPath] = {};  // what find-executable found
  char home[wire::kLongestPath] = {};        // what home found, as an entry of an environment
  char detail[wire::kLongestDetail] = {};    // for an outcome's detail

  // The descriptor that the host program left in a slot.
  static int slot(uint64_t slot) { return wire::kFdSlotBase + static_cast<int>(slot); }
  // The same, now owned: it is closed with its owner.
  static OwnFd take(uint64_t number) { return OwnFd(slot(number)); }
};

// /proc/self of the host's procfs into init.procSelf; before anything of the image is mounted.
void openProcSelf(Init& init);

// Runs init on the descriptors that wire.json names. Never returns: the container's program, or an end with a report.
[[noreturn]] void run();

// Closes what init holds and needs for no act behind the gate.
void letGo(Init& init);

// acts/cgroup.cpp
Outcome enterCgroup(Init& init, const wire::EnterCgroup& act);
// acts/limits.cpp
Outcome oomScore(Init& init, const wire::OomScore& act);
Outcome rlimit(Init& init, const wire::Rlimit& act);
Outcome umask(Init& init, const wire::Umask& act);
// acts/label.cpp
Outcome label(Init& init, const wire::Label& act);
Outcome labelMount(Init& init, const wire::LabelMount& act);
// acts/process.cpp
Outcome signals(Init& init, const wire::Signals& act);
Outcome newSession(Init& init, const wire::NewSession& act);
Outcome sessionKeyring(Init& init, const wire::SessionKeyring& act);
Outcome dumpable(Init& init, const wire::Dumpable& act);
// acts/namespaces.cpp
Outcome unshare(Init& init, const wire::Unshare& act);
Outcome join(Init& init, const wire::Join& act);
Outcome joinProcess(Init& init, const wire::JoinProcess& act);
Outcome loopback(Init& init, const wire::Loopback& act);
Outcome hostname(Init& init, const wire::Hostname& act);
Outcome domainname(Init& init, const wire::Domainname& act);
// acts/fork.cpp
Outcome fork(Init& init, const wire::Fork& act);
// acts/time.cpp
Outcome newTime(Init& init, const wire::NewTime& act);
Outcome enterTime(Init& init, int space);
// acts/sysctl.cpp
Outcome sysctl(Init& init, const wire::Sysctl& act);
// acts/mappings.cpp
Outcome requireMapping(Init& init, const wire::RequireMapping& act);
// acts/root.cpp
// Makes a detached tree the root. What is under the root's place is that of the host alone.
Outcome adoptRoot(Init& init, OwnFd tree);
Outcome detachPropagation(Init& init, const wire::DetachPropagation& act);
Outcome attachRoot(Init& init, const wire::AttachRoot& act);
Outcome attachRootAt(Init& init, const wire::AttachRootAt& act);
Outcome pivot(Init& init, const wire::Pivot& act);
Outcome enterRoot(Init& init, const wire::EnterRoot& act);
Outcome holdRoot(Init& init, const wire::HoldRoot& act);
void leaveHost(Init& init);
// acts/change_root.cpp
Outcome changeRoot(Init& init, const wire::ChangeRoot& act);
// acts/mount.cpp, acts/mount_copied.cpp
Outcome mount(Init& init, const wire::Mount& act);
Outcome mountOrBind(Init& init, const wire::MountOrBind& act);
Outcome mountCopied(Init& init, const wire::MountCopied& act);
// acts/remount.cpp
Outcome remount(Init& init, const wire::Remount& act);
// acts/bind.cpp
Outcome stage(Init& init, const wire::Stage& act);
Outcome bind(Init& init, const wire::Bind& act);
Outcome mountAttributes(Init& init, const wire::MountAttributes& act);
Outcome propagate(Init& init, const wire::Propagate& act);
// acts/trees.cpp
Outcome receiveTrees(Init& init, const wire::ReceiveTrees& act);
Outcome takeTree(Init& init, const wire::TakeTree& act);
Outcome takeFallback(Init& init, const wire::TakeFallback& act);
// acts/readonly.cpp
Outcome readOnly(Init& init, const wire::ReadOnly& act);
Outcome readOnlyPath(Init& init, const wire::ReadOnlyPath& act);
// acts/mask.cpp
Outcome mask(Init& init, const wire::Mask& act);
Outcome keepHostNull(Init& init);
// acts/device.cpp
Outcome device(Init& init, const wire::Device& act);
Outcome symlink(Init& init, const wire::Symlink& act);
// acts/console.cpp
Outcome console(Init& init, const wire::Console& act);
Outcome terminal(Init& init, const wire::Terminal& act);
// acts/stdio.cpp
Outcome reopenNull(Init& init, const wire::ReopenNull& act);
Outcome stdioOwner(Init& init, const wire::StdioOwner& act);
// acts/descriptors.cpp
Outcome passDescriptor(Init& init, const wire::PassDescriptor& act);
// acts/cwd.cpp
Outcome makeCwd(Init& init, const wire::MakeCwd& act);
Outcome tryChdir(Init& init, const wire::TryChdir& act);
Outcome chdir(Init& init, const wire::Chdir& act);
// acts/home.cpp
Outcome home(Init& init, const wire::Home& act);
// acts/identity.cpp
Outcome identity(Init& init, const wire::Identity& act);
Outcome become(Init& init, const wire::Become& act);
// acts/capabilities.cpp
Outcome bounding(Init& init, const wire::Bounding& act);
Outcome capabilities(Init& init, const wire::Capabilities& act);
// acts/scheduling.cpp
Outcome resetAffinity(Init& init, const wire::ResetAffinity& act);
Outcome affinity(Init& init, const wire::Affinity& act);
Outcome scheduler(Init& init, const wire::Scheduler& act);
Outcome ioPriority(Init& init, const wire::IoPriority& act);
Outcome personality(Init& init, const wire::Personality& act);
Outcome memoryPolicy(Init& init, const wire::MemoryPolicy& act);
// acts/seccomp.cpp
Outcome noNewPrivileges(Init& init, const wire::NoNewPrivileges& act);
Outcome seccomp(Init& init, const wire::Seccomp& act);
Outcome seccompListener(Init& init, const wire::SeccompListener& act);
Outcome seccompWithoutListener(Init& init, const wire::SeccompListener& act);
// acts/hook.cpp
Outcome createContainerHook(Init& init, const wire::CreateContainerHook& act);
Outcome startContainerHook(Init& init, const wire::StartContainerHook& act);
// acts/meet.cpp
Outcome meet(Init& init, const wire::Meet& act);
Outcome gate(Init& init, const wire::Gate& act);
// acts/executable.cpp
Outcome findExecutable(Init& init, const wire::FindExecutable& act);
Outcome exec(Init& init, const wire::Exec& act);

}  // namespace caisson::init
