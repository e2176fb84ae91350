// The device rules of cgroup v2: an eBPF program that the kernel asks before each open and mknod.
#include <fcntl.h>
#include <linux/bpf.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../fd.h"
#include "../text.h"
#include "host.h"

namespace caisson::host {
namespace {

int bpf(int command, bpf_attr& attributes) {
  return static_cast<int>(syscall(SYS_bpf, command, &attributes, sizeof attributes));
}

int loadProgram(const uint8_t* program, uint32_t length, char* log, uint32_t logSize) {
  bpf_attr load{};
  load.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
  load.insns = reinterpret_cast<uint64_t>(program);
  load.insn_cnt = length / sizeof(bpf_insn);
  load.license = reinterpret_cast<uint64_t>("Apache-2.0");
  if (logSize > 0)
    load.log_level = 1, load.log_buf = reinterpret_cast<uint64_t>(log), load.log_size = logSize;
  return bpf(BPF_PROG_LOAD, load);
}

// The end of the verifier's log says why; it is one line in ours.
void keepLastLine(const char* log, Text detail) {
  const char* last = log;
  for (const char* at = log; *at != '\0'; ++at) {
    if (at[0] == '\n' && at[1] != '\0') last = at + 1;
  }
  for (; *last != '\0' && *last != '\n'; ++last) detail.add(*last);
}

Outcome explain(Run& run, const wire::DeviceProgram& act, const Outcome& refusal) {
  char log[8192] = {};
  const OwnFd again(loadProgram(run.plan.bytes(act.program), act.program.length, log, sizeof log));
  keepLastLine(log, Text(run.detail, sizeof run.detail));
  return refused(refusal.error, refusal.call, refusal.path, run.detail);
}

}  // namespace

Outcome deviceProgram(Run& run, const wire::DeviceProgram& act) {
  const char* path = run.plan.text(act.cgroup);
  const OwnFd cgroup(open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!cgroup.valid()) return failed(wire::Call::kOpen, path);
  const OwnFd program(loadProgram(run.plan.bytes(act.program), act.program.length, nullptr, 0));
  if (!program.valid()) return explain(run, act, failed(wire::Call::kBpf, path));

  bpf_attr attach{};
  attach.target_fd = static_cast<uint32_t>(cgroup.get());
  attach.attach_bpf_fd = static_cast<uint32_t>(program.get());
  attach.attach_type = BPF_CGROUP_DEVICE;
  attach.attach_flags = BPF_F_ALLOW_MULTI;  // a service manager may have one of its own there
  return bpf(BPF_PROG_ATTACH, attach) == 0 ? kDone : failed(wire::Call::kBpf, path);
}

}  // namespace caisson::host
