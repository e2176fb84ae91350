#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../text.h"
#include "supervisor.h"

namespace caisson::supervisor {
namespace {

bool isPassing() { return errno == EAGAIN || errno == EINTR; }

}  // namespace

bool Copy::readSome() {
  const ssize_t length = read(from_.get(), buffer_, sizeof buffer_);
  if (length < 0 && isPassing()) return false;
  // EIO: the other side of a terminal is gone.
  if (length <= 0) ended_ = true;
  at_ = 0, filled_ = length > 0 ? static_cast<size_t>(length) : 0;
  return length > 0;
}

bool Copy::writeSome() {
  const ssize_t length = write(to_.get(), buffer_ + at_, filled_);
  if (length < 0 && isPassing()) return false;
  // Nobody reads any more. The container goes on, and what it writes is lost, as with any closed terminal.
  const size_t done = length < 0 ? filled_ : static_cast<size_t>(length);
  at_ += done, filled_ -= done;
  return true;
}

bool Copy::step() {
  if (filled_ > 0) return writeSome();
  return !ended_ && readSome();
}

void Copy::append(char letter) {
  if (filled_ > 0) return;
  buffer_[0] = letter;
  at_ = 0, filled_ = 1;
}

// Terminals and pipes can be opened anew. Another file would get another position: it never waits, and is shared.
OwnFd openPatiently(int fd, int flags) {
  struct stat status {};
  const bool waits = fstat(fd, &status) == 0 && (S_ISFIFO(status.st_mode) || isatty(fd));
  if (waits) {
    char path[32];
    Text(path, sizeof path).add("/proc/self/fd/").addNumber(static_cast<uint64_t>(fd));
    OwnFd own(open(path, flags | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    if (own.valid()) return own;
  }
  return OwnFd(fcntl(fd, F_DUPFD_CLOEXEC, 3));
}

}  // namespace caisson::supervisor
