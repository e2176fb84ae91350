// Names for the numbers in a failure.
#include "failure.h"

#include <cstring>
#include <iterator>

namespace caisson::addon {

namespace {

// In the order of "calls" in addon/wire/wire.json.
constexpr const char* kCallNames[] = {"none",         "open",          "openat2",   "read",
                                      "write",        "close",         "mkdirat",   "mknodat",
                                      "symlinkat",    "fchmod",        "fchownat",  "fchown",
                                      "unlinkat",     "rmdir",         "statx",     "fstat",
                                      "fsopen",       "fsconfig",      "fsmount",   "move_mount",
                                      "open_tree",    "mount_setattr", "mount",     "umount2",
                                      "pivot_root",   "chdir",         "fchdir",    "getcwd",
                                      "unshare",      "setsid",        "keyctl",    "socket",
                                      "bind",         "listen",        "accept4",   "connect",
                                      "sendmsg",      "recvmsg",       "poll",      "ioctl",
                                      "sethostname",  "setdomainname", "prlimit64", "prctl",
                                      "setgroups",    "setresgid",     "setresuid", "capset",
                                      "capget",       "seccomp",       "execve",    "execveat",
                                      "clone3",       "bpf",           "kill",      "pidfd_send_signal",
                                      "pidfd_open",   "waitid",        "signalfd4", "mmap",
                                      "memfd_create", "fcntl",         "dup3",      "dup2",
                                      "flock",        "rename",        "chroot",    "access",
                                      "getdents64",   "plan"};
static_assert(std::size(kCallNames) == static_cast<size_t>(wire::Call::kPlan) + 1);

// What the kernel answers when BPF or a filter finds no memory for its code: not in any header for programs.
constexpr int kErrorNotSupported = 524;

}  // namespace

std::string errnoName(int error) {
  if (error == kErrorNotSupported) return "ENOTSUPP";
  const char* name = strerrorname_np(error);
  return name != nullptr ? name : "E" + std::to_string(error);
}

const char* callName(uint32_t call) { return call < std::size(kCallNames) ? kCallNames[call] : "none"; }

}  // namespace caisson::addon
