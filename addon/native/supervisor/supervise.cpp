#include "supervise.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../files.h"
#include "supervisor.h"

namespace caisson::supervisor {
namespace {

constexpr int kInit = wire::kSupervisorFdInit;
constexpr int kConsole = wire::kSupervisorFdConsole;
constexpr char kEndOfInput = 4;  // ^D, which a terminal turns into an end of file

Ending waitForStatus() {
  siginfo_t ended{};
  const bool waited =
      insist([&] { return waitid(static_cast<idtype_t>(P_PIDFD), kInit, &ended, WEXITED) == 0; });
  if (!waited) return {};
  if (ended.si_code == CLD_EXITED) return {ended.si_status, 0};
  return {128 + ended.si_status, ended.si_status};
}

// Waits for init alone.
void waitForInit(Signals& signals) {
  pollfd waits[] = {{kInit, POLLIN, 0}, {signals.get(), POLLIN, 0}};
  while (poll(waits, 2, -1) < 0 || waits[0].revents == 0) signals.forward();
}

// The container's terminal on one side, our standard input and output on the other.
class Terminal {
 public:
  Terminal()
      : input_(openPatiently(0, O_RDONLY), OwnFd(fcntl(kConsole, F_DUPFD_CLOEXEC, 3))),
        output_(OwnFd(fcntl(kConsole, F_DUPFD_CLOEXEC, 3)), openPatiently(1, O_WRONLY)) {
    fcntl(kConsole, F_SETFL, O_RDWR | O_NONBLOCK);  // ours alone: init has sent it and closed its own
    copySize(kConsole);
  }

  void waitForInit(Signals& signals);
  void drain();

 private:
  void copyInput(short events);

  Copy input_;
  Copy output_;
  bool endSent_ = isatty(0) != 0;  // a real terminal that hangs up has nothing to say to the container
};

void Terminal::copyInput(short events) {
  if (events != 0) input_.step();
  if (!input_.ended() || endSent_) return;
  endSent_ = true;
  input_.append(kEndOfInput);
}

void Terminal::waitForInit(Signals& signals) {
  for (;;) {
    pollfd waits[] = {{kInit, POLLIN, 0},
                      {signals.get(), POLLIN, 0},
                      {input_.reading(), POLLIN, 0},
                      {input_.writing(), POLLOUT, 0},
                      {output_.reading(), POLLIN, 0},
                      {output_.writing(), POLLOUT, 0}};
    if (poll(waits, 6, -1) < 0) continue;
    if (waits[1].revents != 0 && signals.forward()) copySize(kConsole);
    copyInput(waits[2].revents | waits[3].revents);
    if ((waits[4].revents | waits[5].revents) != 0) output_.step();
    if (waits[0].revents != 0) return;
  }
}

// Milliseconds for which a reader may leave the last output alone, before the container is taken away all the same.
constexpr int kDrainPatience = 5000;

// What the container wrote last is still in the terminal: until it is empty.
void Terminal::drain() {
  while (!output_.ended()) {
    if (output_.step()) continue;
    if (output_.writing() < 0) return;
    pollfd wait{output_.writing(), POLLOUT, 0};
    if (poll(&wait, 1, kDrainPatience) <= 0) return;
  }
}

void superviseTerminal(Signals& signals) {
  const RawMode raw;
  Terminal terminal;
  terminal.waitForInit(signals);
  terminal.drain();
}

}  // namespace

Ending supervise(const wire::Supervise& act, const Before& before) {
  const bool terminal = act.terminal != 0;
  Signals signals(terminal, before);
  if (terminal) {
    superviseTerminal(signals);
  } else {
    waitForInit(signals);
  }
  return waitForStatus();
}

}  // namespace caisson::supervisor
