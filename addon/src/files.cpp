// Files that caisson writes: state, pid files, logs. Each appears whole or not at all.
#include "files.h"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>

#include <cstdio>

#include "failure.h"

namespace caisson::addon {

namespace {

// A name beside base that nobody else makes: a crash leaves it, so it says whose it is.
std::string temporaryName(const std::string& base) {
  unsigned long long random = 0;
  checked(getrandom(&random, sizeof random, 0), "getrandom");
  char suffix[24];
  snprintf(suffix, sizeof suffix, "%016llx", random);
  return "." + base.substr(0, 200) + "." + suffix;
}

OwnFd makeFile(int directory, const char* name, int mode, std::string_view path) {
  constexpr int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  return OwnFd(checked(openat(directory, name, flags, mode), "openat", path));
}

}  // namespace

std::string Path::directory() const {
  const size_t slash = rfind('/');
  if (slash == npos) return ".";
  return slash == 0 ? "/" : substr(0, slash);
}

std::string Path::base() const { return substr(rfind('/') + 1); }

void replaceFile(const Path& path, const std::string& text, int mode) {
  const std::string directory = path.directory();
  const OwnFd parent(checked(open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC), "open", directory));
  const std::string base = path.base();
  const std::string temporary = temporaryName(base);
  try {
    const OwnFd fd = makeFile(parent.get(), temporary.c_str(), mode, path);
    writeAll(fd.get(), text, path);
    checked(renameat(parent.get(), temporary.c_str(), parent.get(), base.c_str()), "rename", path);
  } catch (...) {
    unlinkat(parent.get(), temporary.c_str(), 0);
    throw;
  }
}

void createFile(const Path& path, const std::string& text, int mode) {
  const OwnFd fd = makeFile(AT_FDCWD, path.c_str(), mode, path);
  try {
    writeAll(fd.get(), text, path);
  } catch (...) {
    unlink(path.c_str());
    throw;
  }
}

void appendFile(const Path& path, const std::string& text, int mode) {
  // O_NONBLOCK: a log may be a FIFO that nobody reads; that is ENXIO then, not a wait without end.
  constexpr int flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
  const OwnFd fd(checked(open(path.c_str(), flags, mode), "open", path));
  writeAll(fd.get(), text, path);
}

int holdFile(const Path& path, int mode) {
  constexpr int flags = O_RDONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
  return static_cast<int>(checked(open(path.c_str(), flags, mode), "open", path));
}

std::string readLink(const Path& path) {
  std::string target(4096, '\0');
  target.resize(
      static_cast<size_t>(checked(readlink(path.c_str(), target.data(), target.size()), "readlink", path)));
  return target;
}

void unlinkFile(const Path& path) { checked(unlink(path.c_str()), "unlink", path); }

int owner(const Path& path) {
  struct stat status;
  checked(stat(path.c_str(), &status), "stat", path);
  return static_cast<int>(status.st_uid);
}

bool isForeign(const Path& path) {
  struct stat status;
  if (stat(path.c_str(), &status) < 0) {
    if (errno == ENOENT || errno == ENOTDIR) return false;
    fail(errno, "stat", path);
  }
  const bool trusted = status.st_uid == geteuid() || status.st_uid == 0;
  const bool everybodys = (status.st_mode & S_IWOTH) != 0 && (status.st_mode & S_ISVTX) == 0;
  return !trusted || everybodys;
}

bool mayWrite(const Path& path) { return faccessat(AT_FDCWD, path.c_str(), W_OK, AT_EACCESS) == 0; }

std::string fileKind(const Path& path) {
  struct stat status;
  if (lstat(path.c_str(), &status) < 0) {
    if (errno == ENOENT || errno == ENOTDIR) return "missing";
    fail(errno, "lstat", path);
  }
  switch (status.st_mode & S_IFMT) {
    case S_IFDIR: return "directory";
    case S_IFLNK: return "link";
    case S_IFSOCK: return "socket";
    case S_IFIFO: return "fifo";
    case S_IFCHR: return "character";
    case S_IFBLK: return "block";
    default: return "file";
  }
}

void closeFd(int fd) { checked(close(fd), "close"); }

}  // namespace caisson::addon
