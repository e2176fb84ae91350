// Ending every process of a cgroup and of those below it. The processes are hostile: they fork while we kill, and make
// cgroups while we walk; so it is done again until nobody is there.
#include <fcntl.h>
#include <signal.h>

#include "../files.h"
#include "../sys.h"
#include "cgroup_tree.h"
#include "teardown.h"

namespace caisson::teardown {
namespace {

constexpr int kBatch = 64;

// The numbers in a cgroup.procs file, whatever size it has.
class Processes {
 public:
  explicit Processes(int cgroup) : file_(openat(cgroup, "cgroup.procs", O_RDONLY | O_NOFOLLOW | O_CLOEXEC)) {}

  // The next process id, as we see it; 0 at the end. A process of a pid namespace that we don't see reads as 0, too.
  int next();

 private:
  int letter();

  OwnFd file_;
  char buffer_[1024];
  ssize_t filled_ = 0;
  ssize_t at_ = 0;
};

int Processes::letter() {
  if (at_ == filled_) {
    filled_ = file_.valid() ? read(file_.get(), buffer_, sizeof buffer_) : 0;
    at_ = 0;
  }
  return filled_ > 0 ? buffer_[at_++] : -1;
}

int Processes::next() {
  int pid = 0;
  int digit = letter();
  for (; digit >= '0' && digit <= '9'; digit = letter()) pid = pid * 10 + (digit - '0');
  return pid;
}

bool contains(int cgroup, int pid) {
  Processes processes(cgroup);
  int other = processes.next();
  while (other != 0 && other != pid) other = processes.next();
  return other == pid;
}

// Signals by pidfds that were open while the number was still listed: a number that was given to another process
// meanwhile cannot hit that one.
bool killIn(int cgroup) {
  Processes processes(cgroup);
  bool any = false;
  int left = kBatch;
  for (int pid = processes.next(); pid != 0 && left > 0; pid = processes.next(), --left) {
    any = true;
    const OwnFd process(sys::pidfdOpen(pid));
    if (process.valid() && contains(cgroup, pid)) sys::pidfdSendSignal(process.get(), SIGKILL);
  }
  // Frozen processes of cgroup v1 die only when they are thawed.
  if (any) (void)writeFileAt(cgroup, "freezer.state", "THAWED", 6, "").failed();
  return any;
}

// Whether anybody was there; each has got SIGKILL.
bool killBelow(const char* path) {
  CgroupTree tree(OwnFd(openCgroup(AT_FDCWD, path)));
  if (tree.get() < 0) return false;
  bool any = killIn(tree.get());
  while (tree.next()) any = killIn(tree.get()) || any;
  return any;
}

}  // namespace

Outcome endCgroup(Plan plan, const wire::EndCgroup& act) {
  const char* path = plan.text(act.path);
  const OwnFd top(openCgroup(AT_FDCWD, path));
  if (!top.valid()) return isMissing(errno) ? kDone : failed(wire::Call::kOpen, path);
  // cgroup.kill is there since Linux 5.14, on v2 only; it takes the tree at once.
  Patience patience(act.deadline);
  (void)writeFileAt(top.get(), "cgroup.kill", "1", 1, path).failed();
  while (killBelow(path)) {
    if (!patience.wait()) return refused(EBUSY, wire::Call::kKill, path);
  }
  return kDone;
}

}  // namespace caisson::teardown
