// Stands between caisson's addon and the C library, in the engine as it is shipped: counts the calls that the addon makes, and
// strikes at one of them. Preloaded by test/support/faults.ts, which also sees that no call is missing here.
//
//   CAISSON_SHIM=AT:DEED:REPORT   DEED: count; fail=ERRNO (by number); kill=engine; kill=front
//
// What the engine itself calls goes through untouched. The raw calls of the child that becomes init are for tracer.c.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static long at, seen;
static int failure, victim;
static FILE *report;

__attribute__((constructor)) static void prepare(void) {
  const char *order = getenv("CAISSON_SHIM");
  char deed[64], path[512];
  if (order == NULL || sscanf(order, "%ld:%63[^:]:%511s", &at, deed, path) != 3) return;
  if (strncmp(deed, "fail=", 5) == 0) failure = atoi(deed + 5);
  if (strcmp(deed, "kill=engine") == 0) victim = getpid();
  if (strcmp(deed, "kill=front") == 0) victim = getppid();
  report = fopen(path, "ae");
  // Neither hooks nor a supervisor: they get our environment.
  unsetenv("LD_PRELOAD");
  unsetenv("CAISSON_SHIM");
}

static int isAddons(void *caller) {
  struct dl_find_object found;
  return report != NULL && _dl_find_object(caller, &found) == 0 &&
         strstr(found.dlfo_link_map->l_name, "/caisson.node") != NULL;
}

// Whether this call is to fail.
static int strike(const char *name, void *caller) {
  if (!isAddons(caller)) return 0;
  seen++;
  fprintf(report, "call %ld %s\n", seen, name);
  fflush(report);
  if (seen != at) return 0;
  fprintf(report, "struck %ld %s\n", seen, name);
  fflush(report);
  if (victim != 0) {
    kill(victim, SIGKILL);
    for (;;) pause();
  }
  errno = failure;
  return failure != 0;
}

// Every argument is in a register, as all of these have them; more than one of them takes makes no difference to it. Under a
// name of our own in C, since the headers know these with other types.
#define STAND_BEFORE(name, failed)                                                \
  long before_##name(long, long, long, long, long, long, long) __asm__(#name);    \
  long before_##name(long a, long b, long c, long d, long e, long f, long g) {    \
    static long (*real)(long, long, long, long, long, long, long);                \
    if (real == NULL) *(void **)&real = dlsym(RTLD_NEXT, #name);                  \
    if (strike(#name, __builtin_return_address(0))) return failed;                \
    return real(a, b, c, d, e, f, g);                                             \
  }

#define CALL(name) STAND_BEFORE(name, -1)
// Those that give a pointer.
#define POINTER(name) STAND_BEFORE(name, 0)
// Those that give the errno itself.
#define ERROR(name) STAND_BEFORE(name, failure)

#include "calls.h"
