// A hook: a program that the configuration names, run at a point of the container's life with the container's state on
// its standard input. Run by init, by the addon for a parent and a teardown program, and by the supervisor.
#pragma once

#include <stdint.h>

#include "outcome.h"
#include "plan.h"

namespace caisson {

// What a hook of the runtime's namespaces takes over from whoever called caisson.
struct Surroundings {
  const char* const* environment = nullptr;  // for hooks that have none of their own; ends with a null
  uint64_t files = 0;                        // soft RLIMIT_NOFILE; 0: that of this process
};

struct Hook {
  Plan plan;
  wire::String path;
  wire::Strings args;
  wire::Strings env;
  const char* home = nullptr;  // an entry that takes the place of the one for HOME in env
  bool inherit = false;        // the environment of the surroundings instead of env
  uint64_t timeout = 0;        // ms; 0: none
  // Standard input: before, the pid unless it is 0, after.
  wire::String before{};
  int pid = 0;
  wire::String after{};
  int argument = 0;    // the place of the pid among args, whose own is not used; 0: none
  int directory = -1;  // an open one to start in; -1: ours
  int lifeline = -1;   // the hook is ended when this can be read; -1: nothing
  // Called in the hook's process before it executes. Without one, that process shares our memory until it has executed.
  Outcome (*prepare)(void* preparer) = nullptr;
  void* preparer = nullptr;
};

// Runs a hook to its end. Descendants that it leaves behind go on; those of its process group are killed with it when its
// time is over or its lifeline says so. What it wrote last to its standard error is put into detail.
// An outcome of waitid means that it ran and failed: its detail says how, and its errno nothing more.
Outcome runHook(const Hook& hook, const Surroundings& around, char (&detail)[wire::kLongestDetail]);

}  // namespace caisson
