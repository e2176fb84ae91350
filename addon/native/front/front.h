// The front: what bin/caisson is. It notes what the engine is about to disturb, cleans the environment of what the
// engine would obey, and starts the engine as its child. It ends when the engine says that it is done, and becomes the
// supervisor when the engine says so: docs/decisions/0007-front-stays.md.
#pragma once

#include <stdint.h>

#include "../text.h"
#include "link.h"

namespace caisson::front {

// Gives the exit status of caisson.
int run(char** argv, char** env);

// caller.cpp

// What the engine will have changed by the time that somebody asks.
struct Caller {
  uint64_t nofile;   // soft RLIMIT_NOFILE
  unsigned closed;   // a bit for each of fds 0 to 2
  unsigned passed;   // descriptors from 3 on, without a gap
  uint64_t ignored;  // signals
  uint64_t blocked;
};

// Also opens /dev/null for each of fds 0 to 2 that is closed.
Caller lookAtCaller();

// The variable that addon/src/caller.cpp reads. link: the engine's end.
void describe(const Caller& caller, int link, Text note);

// The environment without what the engine would obey, with our settings and the note; null where there is no memory.
char** cleanEnvironment(char** env, char* note);

// engine.cpp

// Executes the engine in a child that is killed when this process ends; gives its pid, or -1 and errno.
int startEngine(const char* path, char** argv, char** env, int link, uint64_t blocked);

// serve.cpp

struct Engine {
  int pid;
  int link;  // our end
};

// Waits for the engine's word or end, with the signals passed on to it. Gives the exit status of caisson.
int serve(const Engine& engine, const Caller& caller);

// Blocks all that serve() passes on. Before the engine is there: none is lost, and none ends us alone.
void holdSignals(const Caller& caller);

}  // namespace caisson::front
