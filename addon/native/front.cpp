#include "front.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "text.h"

namespace caisson::front {
namespace {

constexpr int kNotExecuted = 127;
constexpr int kLastSignal = 64;
constexpr const char* kEngine = "/../libexec/caisson/engine";
constexpr const char* kCaller = "CAISSON_CALLER=";

// The engine obeys these: BUN_OPTIONS=--preload=X runs X, BUN_BE_BUN=1 makes it another program. NODE_ and LD_ are for
// Node and the loader. A CAISSON_CALLER that was inherited would be somebody else's word for ours.
constexpr const char* kDropped[] = {"BUN_", "JSC_", "MIMALLOC_", "NODE_", "LD_", kCaller};

// The engine lives for milliseconds: what a compiler of hot code or a second marker of garbage costs is never earned
// back (measured: a fifth of the processor time of a run).
constexpr const char* kSettings[] = {"BUN_JSC_useJIT=0", "BUN_JSC_numberOfGCMarkers=1"};

bool isDropped(const char* variable) {
  for (const char* prefix : kDropped) {
    if (strncmp(variable, prefix, strlen(prefix)) == 0) return true;
  }
  return false;
}

// Opens /dev/null for each of fds 0 to 2 that is closed, or the engine's own files would land there and be the
// container's. A bit for each.
unsigned fillStdio() {
  unsigned closed = 0;
  for (int fd = 0; fd <= 2; ++fd) {
    if (fcntl(fd, F_GETFD) >= 0) continue;
    closed |= 1U << fd;
    open("/dev/null", O_RDWR);  // the lowest free number: this one
  }
  return closed;
}

uint64_t ignoredSignals() {
  struct {
    void* handler;
    unsigned long flags;
    void* restorer;
    uint64_t mask;
  } action{};
  uint64_t ignored = 0;
  for (int signal = 1; signal <= kLastSignal; ++signal) {
    if (syscall(SYS_rt_sigaction, signal, nullptr, &action, sizeof action.mask) != 0) continue;
    if (action.handler == reinterpret_cast<void*>(1)) ignored |= 1ULL << (signal - 1);  // SIG_IGN
  }
  return ignored;
}

uint64_t blockedSignals() {
  uint64_t mask = 0;
  syscall(SYS_rt_sigprocmask, 0, nullptr, &mask, sizeof mask);
  return mask;
}

// addon/src/caller.cpp reads it.
void describeCaller(Text note) {
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  note.add(kCaller).add("nofile=").addNumber(files.rlim_cur);
  note.add(";closed=").addNumber(fillStdio());
  note.add(";ignored=").addNumber(ignoredSignals(), 16);
  note.add(";mask=").addNumber(blockedSignals(), 16);
}

// The environment without what is dropped, with the settings and the note; null where there is no memory for it.
char** cleanEnvironment(char** env, char* note) {
  size_t count = 0;
  while (env[count] != nullptr) ++count;
  void* room = mmap(nullptr, (count + 2 + sizeof kSettings / sizeof *kSettings) * sizeof(char*),
                    PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (room == MAP_FAILED) return nullptr;
  char** clean = static_cast<char**>(room);
  size_t kept = 0;
  for (size_t i = 0; i < count; ++i) {
    if (!isDropped(env[i])) clean[kept++] = env[i];
  }
  for (const char* setting : kSettings) clean[kept++] = const_cast<char*>(setting);
  clean[kept] = note;
  return clean;
}

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

int giveUp(const char* what, const char* why, const char* hint) {
  char buffer[4600];
  Text line(buffer, sizeof buffer);
  line.add("caisson: error: ").add(what).add(": ").add(why).add(hint).add('\n');
  (void)!write(2, line.get(), line.length());
  return kNotExecuted;
}

}  // namespace

int run(char** argv, char** env) {
  char note[128];
  describeCaller(Text(note, sizeof note));
  char engine[4096];
  if (!locateEngine(engine)) return giveUp("/proc/self/exe", strerror(errno), " (is /proc mounted?)");
  char** clean = cleanEnvironment(env, note);
  if (clean == nullptr) return giveUp("the environment", strerror(errno), "");
  execve(engine, argv, clean);
  return giveUp(engine, strerror(errno), " (the engine belongs beside bin, in libexec/caisson)");
}

}  // namespace caisson::front
