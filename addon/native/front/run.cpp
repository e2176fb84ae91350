#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../sys.h"
#include "front.h"

namespace caisson::front {
namespace {

constexpr int kNotExecuted = 127;
constexpr const char* kEngine = "/../libexec/caisson/engine";
constexpr rlim_t kEnoughFiles = 64;
constexpr unsigned kFirstOthers = 3;

// The engine beside the place where this file really is, whatever link led here.
bool locateEngine(char (&path)[4096]) {
  const ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
  if (length <= 0) return false;
  path[length] = '\0';
  char* slash = strrchr(path, '/');
  if (slash == nullptr) return false;
  const auto directory = static_cast<size_t>(slash - path);
  Text engine(slash, sizeof path - directory);
  engine.add(kEngine);
  return !engine.cut();
}

// What the engine hands over must have room.
void wantFiles(uint64_t soft) {
  rlimit files{};
  if (soft >= kEnoughFiles || getrlimit(RLIMIT_NOFILE, &files) != 0) return;
  files.rlim_cur = files.rlim_max < kEnoughFiles ? files.rlim_max : kEnoughFiles;
  setrlimit(RLIMIT_NOFILE, &files);
}

// The engine refuses to start in a directory that was removed; a bundle is, by the time that some callers clean up. In this
// one, nothing is found by a relative name either, and nothing can be made.
void leaveRemovedDirectory(char (&path)[4096]) {
  if (getcwd(path, sizeof path) == nullptr && errno == ENOENT) (void)!chdir("/proc/self/ns");
}

int giveUp(const char* what, const char* why, const char* hint) {
  char buffer[4600];
  Text line(buffer, sizeof buffer);
  line.add("caisson: error: ").add(what).add(": ").add(why).add(hint).add('\n');
  (void)!write(2, line.get(), line.length());
  return kNotExecuted;
}

}  // namespace

int run(char** argv, char** env) {
  const Caller caller = lookAtCaller();
  wantFiles(caller.nofile);
  char path[4096];
  leaveRemovedDirectory(path);
  if (!locateEngine(path)) return giveUp("/proc/self/exe", strerror(errno), " (is /proc mounted?)");
  // We are a file of the host, and may stay as long as a container: not to be opened through /proc/PID/exe by anybody
  // who may not trace all processes of the host (CVE-2019-5736).
  prctl(PR_SET_DUMPABLE, 0);
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
    return giveUp("a socket for the engine", strerror(errno), "");
  char note[192];
  describe(caller, ends[1], Text(note, sizeof note));
  char** clean = cleanEnvironment(env, note);
  if (clean == nullptr) return giveUp("the environment", strerror(errno), "");
  holdSignals(caller);
  const int pid = startEngine(path, argv, clean, ends[1], caller.blocked);
  if (pid < 0) return giveUp(path, strerror(errno), " (the engine belongs beside bin, in libexec/caisson)");
  // Whatever the caller has opened for others: the engine has it now, and whoever waits for its end waits for the engine.
  sys::closeRange(kFirstOthers, static_cast<unsigned>(ends[0] - 1), 0);
  sys::closeRange(static_cast<unsigned>(ends[0] + 1), ~0U, 0);
  return serve({pid, ends[0]}, caller);
}

}  // namespace caisson::front
