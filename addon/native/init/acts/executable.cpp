// The container's program: found as the shell would, as the container's user, and executed.
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../../sys.h"
#include "../../text.h"
#include "../init.h"

namespace caisson::init {
namespace {

constexpr const char* kDefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

// 0, or why path cannot be executed. A directory or a file without the right to it: EACCES.
int lookAt(const char* path) {
  struct stat status {};
  if (fstatat(AT_FDCWD, path, &status, 0) != 0) return errno;
  if (!S_ISREG(status.st_mode)) return EACCES;
  return syscall(SYS_faccessat2, AT_FDCWD, path, X_OK, AT_EACCESS) == 0 ? 0 : errno;
}

// Puts the next element of a search path and the name behind it into candidate; false at the end. An empty element is
// the working directory.
bool nextCandidate(const char*& rest, const char* name, Text candidate) {
  if (rest == nullptr) return false;
  const char* colon = strchr(rest, ':');
  const char* end = colon == nullptr ? rest + strlen(rest) : colon;
  if (end == rest) candidate.add('.');
  while (rest < end) candidate.add(*rest++);
  candidate.add('/').add(name);
  if (candidate.cut()) candidate.clear();
  rest = colon == nullptr ? nullptr : colon + 1;
  return true;
}

int search(const char* name, const char* searchPath, char (&found)[wire::kLongestPath]) {
  int worst = ENOENT;
  const char* rest = searchPath[0] == '\0' ? kDefaultPath : searchPath;
  while (nextCandidate(rest, name, Text(found, sizeof found))) {
    const int error = lookAt(found);
    if (error == 0) return 0;
    if (error == EACCES) worst = EACCES;
  }
  return worst;
}

// Puts what the home act found in the place of HOME.
void putHome(Init& init, char** env) {
  if (init.home[0] == '\0') return;
  for (; *env != nullptr; ++env) {
    if (strncmp(*env, kHome, strlen(kHome)) == 0) *env = init.home;
  }
}

// Whoever is passed sockets compares it with his own pid (sd_listen_fds(3)), which nobody knows before he is there: an entry
// without a value waits for it.
void putListenPid(char** env) {
  constexpr const char* kListenPid = "LISTEN_PID=";
  static char entry[32];
  for (; *env != nullptr; ++env) {
    if (strcmp(*env, kListenPid) != 0) continue;
    Text(entry, sizeof entry).add(kListenPid).addNumber(static_cast<uint64_t>(getpid()));
    *env = entry;
  }
}

}  // namespace

Outcome findExecutable(Init& init, const wire::FindExecutable& act) {
  const char* name = init.plan.text(act.name);
  int error = ENOENT;
  if (strchr(name, '/') != nullptr) {
    copyText(init.executable, sizeof init.executable, name);
    error = act.name.length < sizeof init.executable ? lookAt(name) : ENAMETOOLONG;
  } else if (name[0] != '\0') {
    error = search(name, init.plan.text(act.searchPath), init.executable);
  }
  return error == 0 ? kDone : refused(error, wire::Call::kAccess, name);
}

Outcome exec(Init& init, const wire::Exec& act) {
  if (act.args.count == 0) return refused(EINVAL, wire::Call::kPlan);
  char** args = init.plan.array(act.args);
  char** env = init.plan.array(act.env);
  if (args == nullptr || env == nullptr) return refused(EINVAL, wire::Call::kPlan);
  putHome(init, env);
  putListenPid(env);
  const char* path = init.executable[0] != '\0' ? init.executable : args[0];
  syscall(SYS_execve, path, args, env);
  return failed(wire::Call::kExecve, path);
}

}  // namespace caisson::init
