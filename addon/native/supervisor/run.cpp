// The supervisor's program is a teardown program that begins with a supervise act.
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../files.h"
#include "../run.h"
#include "../sys.h"
#include "../text.h"
#include "supervise.h"
#include "supervisor.h"

namespace caisson::supervisor {
namespace {

constexpr int kDamaged = 255;
constexpr unsigned kLastOurs = wire::kSupervisorFdConsole;

void complain(const char* what, const char* path, int error) {
  char buffer[wire::kLongestPath + 256];
  Text line(buffer, sizeof buffer);
  line.add("caisson: error: ").add(what).add(path).add(": ").add(strerror(error)).add('\n');
  (void)!write(2, line.get(), line.length());
}

bool isControl(char letter) { return static_cast<unsigned char>(letter) < ' ' || letter == 0x7f; }

const char* describe(wire::Op op) {
  switch (op) {
    case wire::Op::kEndCgroup: return "cannot end the processes of ";
    case wire::Op::kRemoveCgroup: return "cannot remove the cgroup ";
    default: return "cannot remove ";
  }
}

wire::Op opOf(Plan plan, int32_t act) {
  const wire::Record* record = plan.first();
  for (int32_t i = 0; i < act; ++i) record = Plan::next(record);
  return static_cast<wire::Op>(record->op);
}

// How many hooks stand before an act: its place in config.json.
uint64_t hooksBefore(Plan plan, int32_t act) {
  uint64_t hooks = 0;
  for (int32_t i = 0; i < act; ++i) hooks += opOf(plan, i) == wire::Op::kPoststopHook ? 1 : 0;
  return hooks;
}

// listener: the program's bytes.
void warnOfHook(void* listener, const Failure& failure) {
  const Plan plan(static_cast<uint8_t*>(listener));
  char buffer[wire::kLongestPath + wire::kLongestDetail + 256];
  Text line(buffer, sizeof buffer - 1);
  line.add("caisson: warning: hooks/poststop/").addNumber(hooksBefore(plan, failure.act)).add(": ");
  if (failure.call == wire::Call::kWaitid) {
    for (const char* at = failure.detail; *at != '\0'; ++at) line.add(isControl(*at) ? '?' : *at);
  } else {
    line.add("run the hook: ").add(failure.path).add(": ").add(strerror(failure.error));
  }
  const size_t length = line.length();
  buffer[length] = '\n';
  (void)!write(2, buffer, length + 1);
}

// A container that could not be taken away whole keeps its exit status: the caller asked for that.
void tearDown(const uint8_t* bytes, size_t size) {
  Failure failure;
  const Surroundings around{environ, 0};
  if (runTeardown(bytes, size, around, failure, warnOfHook, const_cast<uint8_t*>(bytes))) return;
  const Plan plan(const_cast<uint8_t*>(bytes));
  complain(describe(opOf(plan, failure.act)), failure.path, failure.error);
}

// Null and errno where that fails.
const uint8_t* mapProgram(size_t& size) {
  const OwnFd file(wire::kSupervisorFdPlan);
  struct stat status {};
  if (!insist([&] { return fstat(file.get(), &status) == 0; })) return nullptr;
  size = static_cast<size_t>(status.st_size);
  void* bytes = MAP_FAILED;
  if (!insist([&] {
        bytes = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.get(), 0);
        return bytes != MAP_FAILED;
      }))
    return nullptr;
  if (validate(static_cast<uint8_t*>(bytes), size, Program::kTeardown)) return static_cast<uint8_t*>(bytes);
  errno = EINVAL;
  return nullptr;
}

}  // namespace

int abandon(int pidfd, int error) {
  sys::pidfdSendSignal(pidfd, SIGKILL);
  complain("the container was ended, because it cannot be supervised (caisson delete removes it)", "", error);
  return kDamaged;
}

int run(const Before& before) {
  size_t size = 0;
  const uint8_t* bytes = mapProgram(size);
  if (bytes == nullptr) return abandon(wire::kSupervisorFdInit, errno);
  sys::closeRange(kLastOurs + 1, ~0U, 0);
  const Plan plan(const_cast<uint8_t*>(bytes));
  Ending ending;
  const wire::Record* record = plan.first();
  for (uint32_t act = 0; act < plan.acts(); ++act, record = Plan::next(record)) {
    const auto op = static_cast<wire::Op>(record->op);
    if (op == wire::Op::kSupervise) ending = supervise(fields<wire::Supervise>(*record), before);
    if (op == wire::Op::kAccount) account(plan, fields<wire::Account>(*record), ending);
  }
  tearDown(bytes, size);
  return ending.status;
}

}  // namespace caisson::supervisor
