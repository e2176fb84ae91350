// The stopwatch of the bench: starts programs and says how long they took. bench/timer.ts starts one of
// it and asks it line by line; it never decides what is run, and knows nothing of containers.
//
// A small static program and not the engine's spawn, because
// - its posix_spawn (vfork-like) and wait4 add the same fraction of a millisecond to everybody,
// - wait4's ru_maxrss counts what the child's memory was before its exec too, and that is the parent's:
//   of a JavaScript engine it would be tens of MB, of this program it is some hundred kB.
//
// Requests on stdin, one a line, words parted by tabs; one line of answer each on stdout:
//   time PROGRAM ARG...    "NANOSECONDS STATUS MAXRSS_KB"   from before the spawn until after the wait
//   start PROGRAM ARG...   "PID"                            not waited for
//   reap PID               "STATUS"                         waits until that process is gone, 5 s at most
// STATUS is the exit status, or 128 + the signal's number. Anything that fails: "error WORD ERRNO".
// At the end of stdin it ends.
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern "C" char** environ;

namespace {

constexpr int kMaxWords = 64;
constexpr int kReapSeconds = 5;

int64_t nanoseconds() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

int exitStatus(int status) { return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status); }

void answerError(FILE* answers, const char* word, int error) {
  fprintf(answers, "error %s %d\n", word, error);
}

void timeProgram(FILE* answers, char** argv) {
  // What the last program wrote to stderr is of no interest any more.
  if (ftruncate(STDERR_FILENO, 0) != 0) return answerError(answers, "ftruncate", errno);
  pid_t pid = 0;
  int status = 0;
  rusage usage{};
  const int64_t begin = nanoseconds();
  const int error = posix_spawn(&pid, argv[0], nullptr, nullptr, argv, environ);
  if (error != 0) return answerError(answers, "posix_spawn", error);
  if (wait4(pid, &status, 0, &usage) != pid) return answerError(answers, "wait4", errno);
  const int64_t end = nanoseconds();
  fprintf(answers, "%lld %d %ld\n", static_cast<long long>(end - begin), exitStatus(status), usage.ru_maxrss);
}

void startProgram(FILE* answers, char** argv) {
  pid_t pid = 0;
  const int error = posix_spawn(&pid, argv[0], nullptr, nullptr, argv, environ);
  if (error != 0) return answerError(answers, "posix_spawn", error);
  fprintf(answers, "%d\n", pid);
}

void reap(FILE* answers, const char* word) {
  const pid_t pid = atoi(word);
  const int64_t deadline = nanoseconds() + kReapSeconds * int64_t{1'000'000'000};
  while (nanoseconds() < deadline) {
    int status = 0;
    const pid_t found = waitpid(pid, &status, WNOHANG);
    if (found == pid) {
      fprintf(answers, "%d\n", exitStatus(status));
      return;
    }
    if (found < 0) return answerError(answers, "waitpid", errno);
    usleep(500);
  }
  answerError(answers, "deadline", ETIMEDOUT);
}

void answer(FILE* answers, char* line) {
  char* words[kMaxWords + 1] = {};
  int count = 0;
  char* rest = nullptr;
  for (char* word = strtok_r(line, "\t\n", &rest); word != nullptr; word = strtok_r(nullptr, "\t\n", &rest)) {
    if (count == kMaxWords) return answerError(answers, "words", E2BIG);
    words[count++] = word;
  }
  if (count < 2) return answerError(answers, "words", EINVAL);
  if (strcmp(words[0], "time") == 0) return timeProgram(answers, words + 1);
  if (strcmp(words[0], "start") == 0) return startProgram(answers, words + 1);
  if (strcmp(words[0], "reap") == 0) return reap(answers, words[1]);
  answerError(answers, "verb", EINVAL);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  // Out of the terminal's foreground group: ^C ends the bench between two requests, not a runtime halfway.
  setsid();
  // Containers that a `create` left behind become children of this program, so that it can wait for them.
  if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0) return 1;
  // The pipes go out of the way once, so that a spawn has no file actions: a program gets /dev/null and a
  // file.
  FILE* requests = fdopen(fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3), "r");
  FILE* answers = fdopen(fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3), "w");
  const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  const int errors = open(argv[1], O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (requests == nullptr || answers == nullptr || null < 0 || errors < 0) return 1;
  dup2(null, STDIN_FILENO);
  dup2(null, STDOUT_FILENO);
  dup2(errors, STDERR_FILENO);
  char* line = nullptr;
  size_t size = 0;
  while (getline(&line, &size, requests) > 0) {
    answer(answers, line);
    fflush(answers);
  }
  return 0;
}
