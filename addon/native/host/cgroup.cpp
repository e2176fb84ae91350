// Cgroups before there is anybody in them: made level by level, controllers switched on, never shared by accident.
// Cgroup filesystems have no symbolic links and belong to root; a delegated one's owner can only fool himself here,
// since nothing but directories and the kernel's own files can stand in it.
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "../files.h"
#include "../teardown/cgroup_tree.h"
#include "../text.h"
#include "host.h"

namespace caisson::host {
namespace {

// Takes path apart by its levels: after each next(), text holds mount and one level more. ".." has no place here.
class Levels {
 public:
  Levels(Text& text, const char* mount, const char* path) : text_(text), rest_(path) { text_.add(mount); }

  bool next() {
    while (*rest_ == '/') ++rest_;
    if (*rest_ == '\0') return false;
    text_.add('/');
    while (*rest_ != '\0' && *rest_ != '/') text_.add(*rest_++);
    return true;
  }
  // Whether the level just given is the last.
  bool last() const {
    const char* rest = rest_;
    while (*rest == '/') ++rest;
    return *rest == '\0';
  }

 private:
  Text& text_;
  const char* rest_;
};

bool climbs(const char* path) {
  for (const char* at = path; *at != '\0'; ++at) {
    const bool starts = at == path || at[-1] == '/';
    if (starts && at[0] == '.' && at[1] == '.' && (at[2] == '/' || at[2] == '\0')) return true;
  }
  return false;
}

Outcome makeLevel(const char* path) {
  if (mkdir(path, 0755) != 0 && errno != EEXIST) return failed(wire::Call::kMkdirat, path);
  return kDone;
}

// Reads name in the directory that the first `parent` bytes of level are.
ssize_t readAbove(const Text& level, size_t parent, const char* name, char* value, size_t size) {
  char buffer[wire::kLongestPath];
  Text path(buffer, sizeof buffer);
  path.add(level.get());
  path.shorten(parent);
  path.add('/').add(name);
  return readSome(path.get(), value, size);
}

// Copies a cpuset file from the level above when this level's is empty: the kernel lets nobody into a cgroup without
// processors or memory nodes (cgroup v1 only). A failure leaves the file's path in level.
Outcome inheritCpuset(Text& level, size_t parent, const char* name) {
  char value[4096];
  const size_t own = level.length();
  level.add('/').add(name);
  ssize_t length = readSome(level.get(), value, sizeof value);
  if (length < 0) return failed(wire::Call::kRead, level.get());
  if (length == 0 || value[0] == '\n') {
    length = readAbove(level, parent, name, value, sizeof value);
    if (length < 0) return failed(wire::Call::kRead, level.get());
    if (Outcome o = writeFile(level.get(), value, static_cast<size_t>(length)); o.failed()) return o;
  }
  level.shorten(own);
  return kDone;
}

Outcome makeEachLevel(Run& run, const wire::MakeCgroup& act) {
  Text level(run.path, sizeof run.path);
  Levels levels(level, run.plan.text(act.mount), run.plan.text(act.path));
  size_t parent = level.length();
  for (; levels.next(); parent = level.length()) {
    if (level.cut()) return refused(ENAMETOOLONG, wire::Call::kMkdirat, run.plan.text(act.path));
    if (Outcome made = makeLevel(level.get()); made.failed()) return made;
    if (act.cpuset == 0) continue;
    if (Outcome copied = inheritCpuset(level, parent, "cpuset.cpus"); copied.failed()) return copied;
    if (Outcome copied = inheritCpuset(level, parent, "cpuset.mems"); copied.failed()) return copied;
  }
  return kDone;
}

// Bytes of the list of processes, one at most; -1 and errno on failure. A threaded cgroup of v2 has no list of its own:
// its processes are listed above it.
ssize_t processesIn(int cgroup) {
  char one;
  const OwnFd file(openat(cgroup, "cgroup.procs", O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!file.valid()) return -1;
  const ssize_t length = read(file.get(), &one, sizeof one);
  return length < 0 && errno == EOPNOTSUPP ? 0 : length;
}

}  // namespace

Outcome makeCgroup(Run& run, const wire::MakeCgroup& act) {
  const char* path = run.plan.text(act.path);
  if (climbs(path)) return refused(EINVAL, wire::Call::kMkdirat, path);
  if (act.cpuset != 0) return makeEachLevel(run, act);

  // Mostly only the last level is missing: one call then.
  Text whole(run.path, sizeof run.path);
  whole.add(run.plan.text(act.mount)).add('/').add(path);
  if (whole.cut()) return refused(ENAMETOOLONG, wire::Call::kMkdirat, path);
  const Outcome outcome = makeLevel(run.path);
  return outcome.error == ENOENT ? makeEachLevel(run, act) : outcome;
}

Outcome enableControllers(Run& run, const wire::EnableControllers& act) {
  const char* path = run.plan.text(act.path);
  const char* controllers = run.plan.text(act.controllers);
  if (climbs(path)) return refused(EINVAL, wire::Call::kOpen, path);
  Text level(run.path, sizeof run.path);
  Levels levels(level, run.plan.text(act.mount), path);
  do {
    const size_t length = level.length();
    level.add("/cgroup.subtree_control");
    if (level.cut()) return refused(ENAMETOOLONG, wire::Call::kOpen, path);
    const Outcome outcome = writeFile(level.get(), controllers, act.controllers.length);
    if (outcome.failed()) return outcome;
    level.shorten(length);
  } while (levels.next() && !levels.last());
  return kDone;
}

// Below it as well: limits would fall on those processes, and the end of the container would be theirs.
Outcome requireEmptyCgroup(Run& run, const wire::RequireEmptyCgroup& act) {
  const char* path = run.plan.text(act.path);
  teardown::CgroupTree tree(OwnFd(teardown::openCgroup(AT_FDCWD, path)));
  // What is not there holds nobody; why it cannot be there, make-cgroup says.
  if (tree.get() < 0) return errno == ENOENT || errno == ENOTDIR ? kDone : failed(wire::Call::kOpen, path);
  do {
    const ssize_t length = processesIn(tree.get());
    if (length < 0) return failed(wire::Call::kRead, path);
    if (length > 0) return refused(EBUSY, wire::Call::kRead, path);
  } while (tree.next());
  return kDone;
}

Outcome requireThawed(Run& run, const wire::RequireThawed& act) {
  const char* path = run.plan.text(act.path);
  char told[256];
  const ssize_t length = readSome(path, told, sizeof told - 1);
  if (length < 0) return errno == ENOENT ? kDone : failed(wire::Call::kRead, path);
  told[length] = '\0';
  // One that is freezing has somebody in it who is not frozen yet; a new one below a frozen one has nobody.
  constexpr const char* kFrozen[] = {"FROZEN", "FREEZING", "frozen 1"};
  for (const char* word : kFrozen) {
    if (strstr(told, word) != nullptr) return refused(EBUSY, wire::Call::kRead, path);
  }
  return kDone;
}

namespace {

constexpr char kDelegateFile[] = "/sys/kernel/cgroup/delegate";
// What the specification has for kernels without that file.
constexpr char kDelegated[] = "cgroup.procs\ncgroup.subtree_control\ncgroup.threads\n";
constexpr gid_t kSameGroup = static_cast<gid_t>(-1);

// Gives away what stands in a list, a name in each line. Not every cgroup has every file of the kernel's.
Outcome giveFiles(int cgroup, uid_t uid, char* list, const char* path) {
  for (char* name = list; *name != '\0';) {
    char* end = strchrnul(name, '\n');
    const bool last = *end == '\0';
    *end = '\0';
    if (*name != '\0' && fchownat(cgroup, name, uid, kSameGroup, AT_SYMLINK_NOFOLLOW) != 0 && errno != ENOENT)
      return failed(wire::Call::kFchownat, path);
    name = last ? end : end + 1;
  }
  return kDone;
}

}  // namespace

// Nothing else: its limits stay with who has set them.
Outcome giveCgroup(Run& run, const wire::GiveCgroup& act) {
  const char* path = run.plan.text(act.path);
  const auto uid = static_cast<uid_t>(act.uid);
  const OwnFd cgroup(open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!cgroup.valid()) return failed(wire::Call::kOpen, path);
  if (fchown(cgroup.get(), uid, kSameGroup) != 0) return failed(wire::Call::kFchown, path);
  char list[4096];
  const ssize_t length = readSome(kDelegateFile, list, sizeof list - 1);
  if (length < 0 && errno != ENOENT) return failed(wire::Call::kRead, kDelegateFile);
  if (length < 0) {
    memcpy(list, kDelegated, sizeof kDelegated);
  } else {
    list[length] = '\0';
  }
  return giveFiles(cgroup.get(), uid, list, path);
}

}  // namespace caisson::host
