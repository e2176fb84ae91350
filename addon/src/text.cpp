// Text in and out: whole files, standard input, standard output. A path may lead anywhere (a bundle is not
// ours), so nothing here waits for a FIFO, opens a device's side effects, or believes a size.
#include <fcntl.h>
#include <sys/stat.h>

#include <array>
#include <limits>

#include "deadline.h"
#include "failure.h"
#include "files.h"

namespace caisson::addon {

namespace {

constexpr size_t kKernelTextLimit = size_t{64} << 20;

// How many bytes a UTF-8 sequence has that begins with lead, and the range of its second byte: RFC 3629,
// table of section 4. That range is what keeps out overlong forms, surrogates and what lies beyond U+10FFFF.
struct Sequence {
  int length;
  unsigned char low, high;
};

Sequence sequenceOf(unsigned char lead) {
  if (lead < 0x80) return {1, 0, 0};
  if (lead >= 0xc2 && lead <= 0xdf) return {2, 0x80, 0xbf};
  if (lead >= 0xe0 && lead <= 0xef) {
    return {3, static_cast<unsigned char>(lead == 0xe0 ? 0xa0 : 0x80),
            static_cast<unsigned char>(lead == 0xed ? 0x9f : 0xbf)};
  }
  if (lead >= 0xf0 && lead <= 0xf4) {
    return {4, static_cast<unsigned char>(lead == 0xf0 ? 0x90 : 0x80),
            static_cast<unsigned char>(lead == 0xf4 ? 0x8f : 0xbf)};
  }
  return {0, 0, 0};
}

// Opened without waiting, and only if it is a file with an end.
OwnFd openRegular(const Path& path) {
  OwnFd fd(checked(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY), "open", path));
  struct stat status;
  checked(fstat(fd.get(), &status), "fstat", path);
  if (S_ISDIR(status.st_mode)) fail(EISDIR, "open", path);
  if (!S_ISREG(status.st_mode)) fail(ENXIO, "open", path);
  return fd;
}

// Waits until fd can be read or written again: its other side made it non-blocking.
void awaitReady(int fd, short events) {
  pollfd fds[] = {{fd, events, 0}};
  pollUntil(fds, Deadline(std::numeric_limits<int>::max()));
}

// One read(2); 0 at the end.
size_t readSome(int fd, char* to, size_t size, const std::string& path) {
  for (;;) {
    const ssize_t got = read(fd, to, size);
    if (got >= 0) return static_cast<size_t>(got);
    if (errno == EAGAIN) {
      awaitReady(fd, POLLIN);
    } else if (errno != EINTR) {
      fail(errno, "read", path);
    }
  }
}

std::string utf8(std::string bytes, const std::string& path) {
  if (!isUtf8(bytes)) fail(EILSEQ, "read", path);
  return bytes;
}

}  // namespace

bool isUtf8(const std::string& bytes) {
  for (size_t at = 0; at < bytes.size();) {
    const auto byte = [&](size_t offset) { return static_cast<unsigned char>(bytes[at + offset]); };
    const Sequence sequence = sequenceOf(byte(0));
    if (sequence.length == 0 || bytes.size() - at < static_cast<size_t>(sequence.length)) return false;
    if (sequence.length > 1 && (byte(1) < sequence.low || byte(1) > sequence.high)) return false;
    for (int index = 2; index < sequence.length; index++) {
      if ((byte(index) & 0xc0) != 0x80) return false;
    }
    at += sequence.length;
  }
  return true;
}

std::string readAll(int fd, size_t limit, const std::string& path) {
  std::string text;
  std::array<char, 16384> piece;
  while (const size_t got = readSome(fd, piece.data(), piece.size(), path)) {
    if (text.size() + got > limit) fail(EFBIG, "read", path);
    text.append(piece.data(), got);
  }
  return text;
}

void writeAll(int fd, std::string_view text, std::string_view path) {
  while (!text.empty()) {
    const ssize_t put = write(fd, text.data(), text.size());
    if (put >= 0) {
      text.remove_prefix(static_cast<size_t>(put));
    } else if (errno == EAGAIN) {
      awaitReady(fd, POLLOUT);
    } else if (errno != EINTR) {
      fail(errno, "write", path);
    }
  }
}

std::string readText(const Path& path, double limit) {
  const OwnFd fd = openRegular(path);
  return utf8(readAll(fd.get(), static_cast<size_t>(limit), path), path);
}

std::string readKernelText(const Path& path) {
  const OwnFd fd(checked(open(path.c_str(), O_RDONLY | O_CLOEXEC), "open", path));
  return readAll(fd.get(), kKernelTextLimit, path);
}

// In one write: the kernel takes each as a value of its own.
void writeKernelText(const Path& path, const std::string& text) {
  const OwnFd fd(checked(open(path.c_str(), O_WRONLY | O_NOFOLLOW | O_CLOEXEC), "open", path));
  const ssize_t put = checked(write(fd.get(), text.data(), text.size()), "write", path);
  if (static_cast<size_t>(put) != text.size()) fail(EIO, "write", path);
}

std::string readInput(double limit) {
  return utf8(readAll(STDIN_FILENO, static_cast<size_t>(limit), "standard input"), "standard input");
}

void print(int fd, const std::string& text) {
  writeAll(fd, text, fd == STDERR_FILENO ? "standard error" : "standard output");
}

}  // namespace caisson::addon
