#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "../signals.h"
#include "front.h"

namespace caisson::front {
namespace {

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

// Or the engine's own files would land there and be the container's.
unsigned fillStdio() {
  unsigned closed = 0;
  for (int fd = 0; fd <= 2; ++fd) {
    if (fcntl(fd, F_GETFD) >= 0) continue;
    closed |= 1U << fd;
    open("/dev/null", O_RDWR);  // the lowest free number: this one
  }
  return closed;
}

// Those that --preserve-fds and LISTEN_FDS may speak of: the engine makes all of them close-on-exec when it starts.
unsigned countPassed() {
  constexpr unsigned kFirst = 3;
  constexpr unsigned kMost = 128;
  unsigned passed = 0;
  while (passed < kMost && fcntl(static_cast<int>(kFirst + passed), F_GETFD) >= 0) ++passed;
  return passed;
}

}  // namespace

Caller lookAtCaller() {
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  return {files.rlim_cur, fillStdio(), countPassed(), ignoredSignals(), blockedSignals()};
}

void describe(const Caller& caller, int link, Text note) {
  note.add(kCaller).add("nofile=").addNumber(caller.nofile);
  note.add(";closed=").addNumber(caller.closed);
  note.add(";passed=").addNumber(caller.passed);
  note.add(";ignored=").addNumber(caller.ignored, 16);
  note.add(";mask=").addNumber(caller.blocked, 16);
  note.add(";link=").addNumber(static_cast<uint64_t>(link));
}

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

}  // namespace caisson::front
