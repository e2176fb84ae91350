// The supervisor: what a foreground run becomes while the container runs, so that no engine stays in memory. It waits
// for init, passes signals on, copies the terminal, takes the container away at the end, and exits with its status.
#pragma once

#include <stdint.h>

#include "../fd.h"
#include "../plan.h"
#include "wire.gen.h"

namespace caisson::supervisor {

// What was before this process became the supervisor.
struct Before {
  uint64_t signals = 0;  // that arrived for the container, a bit for each
  int engine = -1;       // a child that is about to end, or -1
};

// How init has ended.
struct Ending {
  int status = 255;  // its own, or 128 and the signal that ended it; 255 where nobody can say
  int signal = 0;
};

// Runs on the descriptors that wire.json names; gives the exit status.
int run(const Before& before);

// Where there can be no supervisor: a container that nobody looks after must not run. Ends its process and says why; what is
// left is for `caisson delete`. Gives the exit status.
int abandon(int pidfd, int error);

// signals.cpp

// The signals of this process: blocked, and read here instead.
class Signals {
 public:
  // With a terminal, SIGTTIN and SIGTTOU keep stopping us as they stop any program of a background job.
  Signals(bool terminal, const Before& before);

  int get() const { return file_.get(); }
  // Passes on what has arrived. True when the terminal's size changed.
  bool forward();

 private:
  OwnFd file_;
  int engine_;
};

// terminal.cpp

// The caller's terminal in raw mode, as long as the object lives; nothing where there is none.
class RawMode {
 public:
  RawMode();
  ~RawMode();
  RawMode(const RawMode&) = delete;
  RawMode& operator=(const RawMode&) = delete;

 private:
  int fd_ = -1;
};

// Gives the console the size of the caller's terminal, if there is one.
void copySize(int console);

// account.cpp

// Tells what the container has come to, and leaves it for those who wait.
void account(Plan plan, const wire::Account& act, const Ending& ending);

// copy.cpp

// One direction: what was read and not yet written stays in the buffer, and nothing more is read until it is gone.
class Copy {
 public:
  Copy(OwnFd from, OwnFd to) : from_(static_cast<OwnFd&&>(from)), to_(static_cast<OwnFd&&>(to)) {}

  // What poll(2) is to wait for: the reading end, or -1; the writing end, or -1.
  int reading() const { return filled_ == 0 && !ended_ ? from_.get() : -1; }
  int writing() const { return filled_ > 0 ? to_.get() : -1; }
  bool ended() const { return ended_ && filled_ == 0; }

  // Reads or writes once; false when there was nothing to do.
  bool step();
  // Puts a byte behind the last one when the source has ended.
  void append(char letter);

 private:
  bool readSome();
  bool writeSome();

  OwnFd from_;
  OwnFd to_;
  char buffer_[4096];  // PIPE_BUF: a pipe that poll(2) calls writable takes so much at once
  size_t at_ = 0;
  size_t filled_ = 0;
  bool ended_ = false;
};

// A descriptor of our own for the file behind fd, that never makes us wait. The caller's stays as it is: O_NONBLOCK
// would be set for everybody who shares it.
OwnFd openPatiently(int fd, int flags);

}  // namespace caisson::supervisor
