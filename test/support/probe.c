// Makes system calls inside of a container and tells how they end, one line a call. Each argument of the command line is
//   NUMBER[:ARG...]     the call; prints its result, or -errno
//   old:NUMBER[:ARG...] the same by the 32-bit entry of x86-64
//   FROM..TO            every call of that range, with the first argument -1; prints NUMBER=RESULT
//   trap:NUMBER         expects SIGSYS; prints the number and architecture that it came with
//   trace:NUMBER        lets a child make the call under a tracer; prints the message of the filter
//   wait:FILE           until the file is there
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static sigjmp_buf back;
static int trapped, trappedArch;

static void onTrap(int signal, siginfo_t *info, void *context) {
  (void)signal, (void)context;
  trapped = info->si_syscall;
  trappedArch = (int)info->si_arch;
  siglongjmp(back, 1);
}

static long result(long value) { return value < 0 ? -errno : value; }

static long call(const long *words) {
  return result(syscall(words[0], words[1], words[2], words[3], words[4], words[5], words[6]));
}

static long oldCall(const long *words) {
#ifdef __x86_64__
  int value;
  __asm__ volatile("int $0x80"
                   : "=a"(value)
                   : "0"((int)words[0]), "b"((int)words[1]), "c"((int)words[2]), "d"((int)words[3])
                   : "memory", "r8", "r9", "r10", "r11");
  return value;
#else
  (void)words;
  return -ENOSYS;
#endif
}

static void parse(char *text, long *words) {
  int count = 0;
  for (char *word = strtok(text, ":"); word != NULL && count < 7; word = strtok(NULL, ":")) {
    words[count++] = (long)strtoull(word, NULL, 0);
  }
}

static void trap(long number) {
  struct sigaction action = {.sa_sigaction = onTrap, .sa_flags = SA_SIGINFO};
  sigaction(SIGSYS, &action, NULL);
  if (sigsetjmp(back, 1) == 0) {
    printf("no trap: %ld\n", result(syscall(number)));
  } else {
    printf("trapped %d on %08x\n", trapped, (unsigned)trappedArch);
  }
}

static void trace(long number) {
  int status;
  const int pid = fork();
  if (pid == 0) {
    raise(SIGSTOP);
    _exit((int)-result(syscall(number)));
  }
  waitpid(pid, &status, WUNTRACED);
  if (ptrace(PTRACE_SEIZE, pid, 0, PTRACE_O_TRACESECCOMP) != 0) perror("seize");
  kill(pid, SIGCONT);
  unsigned long message = 0;
  int seen = 0;
  while (waitpid(pid, &status, __WALL) == pid && WIFSTOPPED(status)) {
    if (status >> 8 == (SIGTRAP | PTRACE_EVENT_SECCOMP << 8)) {
      seen++;
      ptrace(PTRACE_GETEVENTMSG, pid, 0, &message);
    }
    ptrace(PTRACE_CONT, pid, 0, 0);
  }
  printf("traced %d with %lu\n", seen, message);
}

static void await(const char *path) {
  const struct timespec pause = {0, 5000000};
  while (access(path, F_OK) != 0) nanosleep(&pause, NULL);
}

int main(int count, char **words) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  for (int i = 1; i < count; i++) {
    char *word = words[i];
    long numbers[7] = {0};
    char *range = strstr(word, "..");
    if (strncmp(word, "trap:", 5) == 0) {
      trap(atol(word + 5));
    } else if (strncmp(word, "trace:", 6) == 0) {
      trace(atol(word + 6));
    } else if (strncmp(word, "wait:", 5) == 0) {
      await(word + 5);
    } else if (strncmp(word, "old:", 4) == 0) {
      parse(word + 4, numbers);
      printf("%ld\n", oldCall(numbers));
    } else if (range != NULL) {
      for (long number = atol(word); number <= atol(range + 2); number++) {
        printf("%ld=%ld\n", number, result(syscall(number, -1, -1, -1, -1, -1, -1)));
      }
    } else {
      parse(word, numbers);
      printf("%ld\n", call(numbers));
    }
  }
  return 0;
}
