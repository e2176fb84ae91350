#include "files.h"

#include <fcntl.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

namespace caisson {
namespace {

constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kLongestPause = 20'000'000;
constexpr uint64_t kLongestWait = 86'400'000;  // ms; keeps the sum below in range

// What getdents64(2) writes; libc's headers give it no name.
struct Entry {
  uint64_t inode;
  int64_t offset;
  uint16_t bytes;
  uint8_t kind;
  char name[];
};

bool isDots(const char* name) {
  return name[0] == '.' && (name[1] == '\0' || (name[1] == '.' && name[2] == '\0'));
}

}  // namespace

Outcome writeFile(const char* path, const char* value, size_t length) {
  return writeFileAt(AT_FDCWD, path, value, length, path);
}

Outcome writeFileAt(int directory, const char* name, const char* value, size_t length, const char* path) {
  const OwnFd file(openat(directory, name, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!file.valid()) return failed(wire::Call::kOpen, path);
  const ssize_t written = write(file.get(), value, length);
  if (written < 0) return failed(wire::Call::kWrite, path);
  if (static_cast<size_t>(written) != length) return refused(EIO, wire::Call::kWrite, path);
  return kDone;
}

ssize_t readSome(const char* path, char* buffer, size_t size) {
  const OwnFd file(open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  return file.valid() ? read(file.get(), buffer, size) : -1;
}

const char* Listing::next() {
  for (;;) {
    if (at_ == filled_) {
      const long got = syscall(SYS_getdents64, directory_, entries_, sizeof entries_);
      if (got < 0) error_ = errno;
      if (got <= 0) return nullptr;
      filled_ = static_cast<size_t>(got), at_ = 0;
    }
    const auto* entry = reinterpret_cast<const Entry*>(entries_ + at_);
    at_ += entry->bytes;
    kind_ = entry->kind, inode_ = entry->inode, behind_ = entry->offset;
    if (!isDots(entry->name)) return entry->name;
  }
}

bool passes(int error) {
  switch (error) {
    case EINTR:
    case ENOMEM:
    case ENOBUFS:
    case EMFILE:
    case ENFILE:
    case ENOSPC: return true;
    default: return false;
  }
}

int64_t monotonic() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<int64_t>(time.tv_sec) * kSecond + time.tv_nsec;
}

Patience::Patience(uint64_t milliseconds)
    : end_(monotonic() +
           static_cast<int64_t>(milliseconds < kLongestWait ? milliseconds : kLongestWait) * 1'000'000) {}

bool Patience::wait() {
  const int64_t left = end_ - monotonic();
  if (left <= 0) return false;
  const int64_t pause = pause_ < left ? pause_ : left;
  const timespec time{0, static_cast<long>(pause)};
  nanosleep(&time, nullptr);
  pause_ = pause_ * 3 / 2 < kLongestPause ? pause_ * 3 / 2 : kLongestPause;
  return true;
}

}  // namespace caisson
