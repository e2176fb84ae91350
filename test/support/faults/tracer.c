// Runs caisson as it is shipped and strikes at one system call of one of its processes: lets it fail, or kills somebody there.
// A debugger's view (ptrace(2)) needs nothing in the program itself. Started by test/support/faults.ts.
//
//   tracer WHOSE AT DEED REPORT [pid=PID] -- COMMAND...
//
// WHOSE   front (and the supervisor that it becomes), init (from its clone to its end), or nobody: only watch
// AT      number of the call, counted from 1; 0: no deed
// DEED    count; fail=ERRNO (by number); kill=WHO[,WHO...] of front, engine, init
// REPORT  a file: a line `call AT NUMBER` for each counted call, with `never-fails` where that is so, `struck NUMBER` where
//         the deed was done, `process PID WHO` for each process that was seen
// pid=PID this process is init as well: one that was made by another call of caisson and waits
//
// The calls of the engine are for shim.c: only there it can be told which of them are the addon's. Exit status: that of COMMAND.
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

enum { kMost = 4096 };
enum Who { kNobody, kFront, kEngine, kInit, kOther };
static const char *const kNames[] = {"nobody", "front", "engine", "init", "other"};

struct Thread {
  int tid, process;
  enum Who who;
  int inCall;    // between the entry and the exit of a call
  int failing;   // this call is to fail
  int stopped;   // has come, and nobody has said yet who it is
};
static struct Thread threads[kMost];
static int count;

static enum Who whose;
static long at, seen;
static int failure;
static int victims[5];
static FILE *report;
static int front;

static void die(const char *what) {
  perror(what);
  exit(99);
}

static struct Thread *find(int tid) {
  for (int i = 0; i < count; i++) {
    if (threads[i].tid == tid) return &threads[i];
  }
  return NULL;
}

static struct Thread *add(int tid, int process, enum Who who) {
  struct Thread *thread = find(tid);
  if (thread == NULL) {
    if (count == kMost) exit(98);
    thread = &threads[count++];
    memset(thread, 0, sizeof *thread);
  }
  thread->tid = tid, thread->process = process, thread->who = who;
  if (who != kNobody && tid == process) fprintf(report, "process %d %s\n", tid, kNames[who]);
  return thread;
}

static void forget(int tid) {
  struct Thread *thread = find(tid);
  if (thread != NULL) *thread = threads[--count];
}

static int groupOf(int tid) {
  char path[64], line[256];
  int group = tid;
  snprintf(path, sizeof path, "/proc/%d/status", tid);
  FILE *file = fopen(path, "re");
  if (file == NULL) return tid;
  while (fgets(line, sizeof line, file) != NULL && sscanf(line, "Tgid: %d", &group) != 1) continue;
  fclose(file);
  return group;
}

// Whether what a process executes has this in its path.
static int executes(int pid, const char *part) {
  char path[64], target[4096];
  snprintf(path, sizeof path, "/proc/%d/exe", pid);
  const ssize_t length = readlink(path, target, sizeof target - 1);
  if (length <= 0) return 0;
  target[length] = '\0';
  return strstr(target, part) != NULL;
}

// By who made it and how: the engine clones init without a signal at its end, and so does init its twin; hooks have one.
static enum Who childOf(const struct Thread *parent, int tid, int event) {
  if (groupOf(tid) == parent->process) return parent->who;
  if (parent->who == kFront) return kOther;  // becomes the engine by its execution
  const int clone = event == PTRACE_EVENT_CLONE;
  return clone && (parent->who == kEngine || parent->who == kInit) ? kInit : kOther;
}

static void resume(struct Thread *thread, int signal) {
  const int counted = thread->who == whose || thread->inCall;
  ptrace(counted ? PTRACE_SYSCALL : PTRACE_CONT, thread->tid, 0, (long)signal);
}

static void killVictims(void) {
  for (int i = 0; i < count; i++) {
    if (victims[threads[i].who] && threads[i].tid == threads[i].process) kill(threads[i].process, SIGKILL);
  }
}

#if defined(__x86_64__)
static void leaveOut(int tid) {
  ptrace(PTRACE_POKEUSER, tid, offsetof(struct user_regs_struct, orig_rax), -1L);
}
static void setResult(int tid, long result) {
  ptrace(PTRACE_POKEUSER, tid, offsetof(struct user_regs_struct, rax), result);
}
#elif defined(__aarch64__)
static void leaveOut(int tid) {
  int none = -1;
  struct iovec part = {&none, sizeof none};
  ptrace(PTRACE_SETREGSET, tid, NT_ARM_SYSTEM_CALL, &part);
}
static void setResult(int tid, long result) {
  struct user_regs_struct registers;
  struct iovec part = {&registers, sizeof registers};
  ptrace(PTRACE_GETREGSET, tid, NT_PRSTATUS, &part);
  registers.regs[0] = (uint64_t)result;
  ptrace(PTRACE_SETREGSET, tid, NT_PRSTATUS, &part);
}
#endif

// Those that never fail, or do not come back.
static int isExempt(long call) {
  switch (call) {
    case SYS_exit: case SYS_exit_group: case SYS_rt_sigreturn: case SYS_getpid: case SYS_getppid: case SYS_gettid:
    case SYS_getuid: case SYS_geteuid: case SYS_getgid: case SYS_getegid: case SYS_umask: case SYS_set_tid_address:
    case SYS_close:
#ifdef SYS_arch_prctl
    case SYS_arch_prctl:
#endif
      return 1;
    default: return 0;
  }
}

static void enter(struct Thread *thread) {
  struct __ptrace_syscall_info call;
  if (ptrace(PTRACE_GET_SYSCALL_INFO, thread->tid, sizeof call, &call) <= 0) return;
  thread->inCall = call.op == PTRACE_SYSCALL_INFO_ENTRY;
  if (call.op == PTRACE_SYSCALL_INFO_EXIT) {
    if (thread->failing) setResult(thread->tid, -failure);
    thread->failing = 0;
    return;
  }
  const long number = (long)call.entry.nr;
  if (thread->who != whose) return;
  seen++;
  fprintf(report, "call %ld %ld%s\n", seen, number, isExempt(number) ? " never-fails" : "");
  if (seen != at) return;
  fprintf(report, "struck %ld\n", number);
  thread->failing = failure != 0;
  if (thread->failing) leaveOut(thread->tid);
  killVictims();
}

static void onEvent(struct Thread *thread, int event) {
  unsigned long message = 0;
  if (event == PTRACE_EVENT_EXEC) {
    thread->process = thread->tid;
    if (thread->who == kOther && executes(thread->tid, "/libexec/caisson/engine"))
      add(thread->tid, thread->tid, kEngine);
    // The container's program is nobody's business here.
    if (thread->who == kInit && !executes(thread->tid, "caisson-init")) thread->who = kOther;
  }
  if (event != PTRACE_EVENT_CLONE && event != PTRACE_EVENT_FORK && event != PTRACE_EVENT_VFORK) return;
  if (ptrace(PTRACE_GETEVENTMSG, thread->tid, 0, &message) != 0) return;
  const int tid = (int)message;
  const struct Thread *known = find(tid);
  const int stopped = known != NULL && known->stopped;
  const enum Who who = childOf(thread, tid, event);
  struct Thread *child = add(tid, groupOf(tid), who);
  if (stopped) child->stopped = 0, resume(child, 0);
}

static void onStop(int tid, int status) {
  struct Thread *thread = find(tid);
  const int event = status >> 16, signal = WSTOPSIG(status);
  if (thread == NULL || (thread->who == kNobody && event == PTRACE_EVENT_STOP)) {
    // A child whose birth its parent has yet to tell.
    add(tid, tid, kNobody)->stopped = 1;
    return;
  }
  if (signal == (SIGTRAP | 0x80)) {
    enter(thread);
    resume(thread, 0);
  } else if (event != 0) {
    onEvent(thread, event);
    thread = find(tid);  // the list may have moved
    if (event == PTRACE_EVENT_STOP && signal != SIGTRAP) ptrace(PTRACE_LISTEN, tid, 0, 0);
    else resume(thread, 0);
  } else {
    resume(thread, signal);
  }
}

static void seize(int pid, enum Who who) {
  const long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
                       PTRACE_O_TRACEEXEC;
  if (ptrace(PTRACE_SEIZE, pid, 0, options) != 0) die("PTRACE_SEIZE");
  add(pid, pid, who);
  // One that runs has to be stopped once, to be asked for its calls from then on.
  if (who == kInit && ptrace(PTRACE_INTERRUPT, pid, 0, 0) != 0) die("PTRACE_INTERRUPT");
}

static void start(char **command) {
  int gate[2];
  if (pipe(gate) != 0) die("pipe");
  front = fork();
  if (front == 0) {
    char letter;
    close(gate[1]);
    if (read(gate[0], &letter, 1) != 0) _exit(97);
    close(gate[0]);
    execv(command[0], command);
    _exit(127);
  }
  seize(front, kFront);
  close(gate[0]), close(gate[1]);
}

static enum Who whoIs(const char *name) {
  for (int who = 0; who < 5; who++) {
    if (strcmp(name, kNames[who]) == 0) return (enum Who)who;
  }
  exit(96);
}

static void readDeed(char *deed) {
  if (strncmp(deed, "fail=", 5) == 0) failure = atoi(deed + 5);
  if (strncmp(deed, "kill=", 5) != 0) return;
  for (char *name = strtok(deed + 5, ","); name != NULL; name = strtok(NULL, ",")) victims[whoIs(name)] = 1;
}

int main(int argc, char **argv) {
  if (argc < 7) return 96;
  whose = whoIs(argv[1]), at = atol(argv[2]);
  readDeed(argv[3]);
  report = fopen(argv[4], "we");
  if (report == NULL) die(argv[4]);
  int word = 5;
  if (strncmp(argv[word], "pid=", 4) == 0) seize(atoi(argv[word++] + 4), kInit);
  start(argv + word + 1);

  int status, ended = 0, tid;
  while ((tid = waitpid(-1, &status, __WALL)) > 0) {
    if (WIFSTOPPED(status)) {
      onStop(tid, status);
      continue;
    }
    forget(tid);
    if (tid != front) continue;
    ended = status;
    break;
  }
  fclose(report);
  if (WIFEXITED(ended)) return WEXITSTATUS(ended);
  prctl(PR_SET_DUMPABLE, 0);
  signal(WTERMSIG(ended), SIG_DFL);
  raise(WTERMSIG(ended));
  return 128 + WTERMSIG(ended);
}
