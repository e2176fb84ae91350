// Small dances with files of the host that several acts need. No state, no heap.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "fd.h"
#include "outcome.h"

namespace caisson {

// Writes length bytes in one write(2) to an existing file. Never waits for a reader (FIFO), never follows a link in the
// last component.
Outcome writeFile(const char* path, const char* value, size_t length);

// The same, with the path's directory given; the outcome blames `path`.
Outcome writeFileAt(int directory, const char* name, const char* value, size_t length, const char* path);

// Reads the beginning of a file of the host with one read(2); -1 and errno on failure.
ssize_t readSome(const char* path, char* buffer, size_t size);

// The entries of an open directory, in the order that the kernel gives. A name is valid until the next one is asked for.
class Listing {
 public:
  explicit Listing(int directory) : directory_(directory) {}

  // The next name but "." and ".."; null at the end or on failure (error() tells).
  const char* next();
  // What the entry just given is: DT_DIR, DT_REG, ...
  unsigned char kind() const { return kind_; }
  uint64_t inode() const { return inode_; }
  // Where to go on behind that entry, for lseek(2).
  int64_t behind() const { return behind_; }
  int error() const { return error_; }

 private:
  int directory_;
  alignas(8) char entries_[2048];
  size_t filled_ = 0;
  size_t at_ = 0;
  uint64_t inode_ = 0;
  int64_t behind_ = 0;
  unsigned char kind_ = 0;
  int error_ = 0;
};

// Sleeps that begin short and grow, until so many milliseconds have passed.
class Patience {
 public:
  explicit Patience(uint64_t milliseconds);

  // Sleeps a little; false when the time is over.
  [[nodiscard]] bool wait();

 private:
  int64_t end_;  // CLOCK_MONOTONIC, ns
  int64_t pause_ = 200'000;
};

// Whether the same call may go well in a moment: a signal came, or there was no memory, descriptor or space left.
bool passes(int error);

// Makes a call again, for a second, where it failed with an errno that passes. For those after whom nobody comes who could.
template <typename Call>
bool insist(Call succeeds) {
  constexpr uint64_t kLong = 1000;
  Patience patience(kLong);
  while (!succeeds()) {
    if (!passes(errno) || !patience.wait()) return false;
  }
  return true;
}

// CLOCK_MONOTONIC in nanoseconds.
int64_t monotonic();

}  // namespace caisson
