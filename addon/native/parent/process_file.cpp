// Files of init in the host's procfs.
#include <fcntl.h>

#include "../files.h"
#include "../text.h"
#include "parent.h"

namespace caisson::parent {
// The directory is opened before the question whether init lives: a pid that became another process's is seen.
Outcome writeProcess(Run& run, const wire::WriteProcess& act) {
  Text path(run.path, sizeof run.path);
  path.add("/proc/").addNumber(static_cast<uint64_t>(run.child.pid));
  const OwnFd directory(open(path.get(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!directory.valid()) return failed(wire::Call::kOpen, path.get());
  if (hasEnded(run.child)) return refused(ESRCH, wire::Call::kOpen, path.get());
  const char* name = run.plan.text(act.name);
  path.add("/").add(name);
  return writeFileAt(directory.get(), name, run.plan.text(act.value), act.value.length, path.get());
}

}  // namespace caisson::parent
