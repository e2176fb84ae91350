// Files, directories and mount trees of the host, written or opened for init. Their paths come from the caller of
// caisson and from its own state directory, not from the image.
#include "../files.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "../tree.h"
#include "host.h"

namespace caisson::host {
namespace {

constexpr int kFirstOurs = 3;
constexpr uint64_t kHighestFd = 0x7fff'ffff;

}  // namespace

Outcome writeValue(Run& run, const wire::Write& act) {
  return writeFile(run.plan.text(act.path), run.plan.text(act.value), act.value.length);
}

namespace {

bool lacksFile(const Outcome& outcome) {
  return outcome.error == ENOENT && outcome.call == wire::Call::kOpen;
}

}  // namespace

Outcome writePresent(Run& run, const wire::WritePresent& act) {
  const Outcome outcome = writeFile(run.plan.text(act.path), run.plan.text(act.value), act.value.length);
  return lacksFile(outcome) ? kDone : outcome;
}

// Where both are missing, the first is the one that was meant.
Outcome writeEither(Run& run, const wire::WriteEither& act) {
  const Outcome first = writeFile(run.plan.text(act.path), run.plan.text(act.value), act.value.length);
  if (!lacksFile(first)) return first;
  const Outcome other =
      writeFile(run.plan.text(act.otherPath), run.plan.text(act.otherValue), act.otherValue.length);
  return lacksFile(other) ? first : other;
}

Outcome openWrite(Run& run, const wire::OpenWrite& act) {
  const char* path = run.plan.text(act.path);
  const int fd = open(path, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  return fd < 0 ? failed(wire::Call::kOpen, path) : keep(run, act.slot, fd);
}

Outcome openDirectory(Run& run, const wire::OpenDirectory& act) {
  const char* path = run.plan.text(act.path);
  const int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  return fd < 0 ? failed(wire::Call::kOpen, path) : keep(run, act.slot, fd);
}

Outcome openTree(Run& run, const wire::OpenTree& act) {
  OwnFd tree;
  const Outcome o = copyTree(run.plan.text(act.path), act.recursive != 0, act.directory != 0, tree);
  return o.failed() ? o : keep(run, act.slot, tree.release());
}

Outcome takeDescriptor(Run& run, const wire::TakeDescriptor& act) {
  if (act.fd > kHighestFd) return refused(EBADF, wire::Call::kFcntl);
  const int copy = fcntl(static_cast<int>(act.fd), F_DUPFD_CLOEXEC, kFirstOurs);
  return copy < 0 ? failed(wire::Call::kFcntl) : keep(run, act.slot, copy);
}

}  // namespace caisson::host
