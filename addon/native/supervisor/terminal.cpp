#include <signal.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "supervisor.h"

namespace caisson::supervisor {
namespace {

// What was found; there is one terminal, and one supervisor.
termios before;

// The first of the three that is a terminal: any of them may be redirected.
int findTerminal() {
  for (int fd = 0; fd <= 2; ++fd) {
    if (isatty(fd)) return fd;
  }
  return -1;
}

}  // namespace

RawMode::RawMode() {
  if (!isatty(0) || tcgetattr(0, &before) != 0) return;
  termios raw = before;
  cfmakeraw(&raw);
  if (tcsetattr(0, TCSANOW, &raw) == 0) fd_ = 0;
}

// From the background as well: a blocked SIGTTOU lets the change through.
RawMode::~RawMode() {
  if (fd_ < 0) return;
  sigset_t output;
  sigemptyset(&output);
  sigaddset(&output, SIGTTOU);
  sigprocmask(SIG_BLOCK, &output, nullptr);
  tcsetattr(fd_, TCSANOW, &before);
}

void copySize(int console) {
  const int terminal = findTerminal();
  winsize size{};
  if (console < 0 || terminal < 0 || ioctl(terminal, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return;
  ioctl(console, TIOCSWINSZ, &size);
}

}  // namespace caisson::supervisor
