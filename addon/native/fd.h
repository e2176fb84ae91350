// A file descriptor that closes itself. Closing keeps errno, so that it can stand between a failure and its report.
#pragma once

#include <errno.h>
#include <unistd.h>

namespace caisson {

class OwnFd {
 public:
  explicit OwnFd(int fd = -1) : fd_(fd) {}
  ~OwnFd() { reset(); }
  OwnFd(const OwnFd&) = delete;
  OwnFd& operator=(const OwnFd&) = delete;
  OwnFd(OwnFd&& other) noexcept : fd_(other.release()) {}
  OwnFd& operator=(OwnFd&& other) noexcept {
    if (this != &other) reset(other.release());
    return *this;
  }

  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }

  int release() {
    const int fd = fd_;
    fd_ = -1;
    return fd;
  }

  void reset(int fd = -1) {
    const int error = errno;
    if (fd_ >= 0) close(fd_);
    errno = error;
    fd_ = fd;
  }

 private:
  int fd_;
};

}  // namespace caisson
