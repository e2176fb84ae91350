// Directories: made, listed, resolved, locked.
#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <climits>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <thread>

#include "deadline.h"
#include "failure.h"
#include "files.h"

namespace caisson::addon {

namespace {

bool isDirectory(const std::string& path) {
  struct stat status;
  return stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

void makeMissing(const std::string& path, int mode) {
  if (mkdir(path.c_str(), mode) == 0) return;
  // A file system that is read-only, or not ours, answers other than EEXIST for what is there.
  const int error = errno;
  if (!isDirectory(path)) fail(error == EEXIST ? ENOTDIR : error, "mkdir", path);
}

}  // namespace

void makeDirectory(const Path& path, int mode) { checked(mkdir(path.c_str(), mode), "mkdir", path); }

void ensureDirectory(const Path& path, int mode) {
  if (isDirectory(path)) return;
  for (size_t slash = path.find('/', 1); slash != std::string::npos; slash = path.find('/', slash + 1)) {
    makeMissing(path.substr(0, slash), mode);
  }
  makeMissing(path, mode);
}

std::vector<std::string> listDirectory(const Path& path) {
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(opendir(path.c_str()), closedir);
  if (!directory) fail(errno, "opendir", path);
  std::vector<std::string> names;
  errno = 0;
  // The stream is this call's own, so readdir(3) is safe.
  while (const dirent* entry = readdir(directory.get())) {  // NOLINT(concurrency-mt-unsafe)
    if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
      names.emplace_back(entry->d_name);
    errno = 0;
  }
  if (errno != 0) fail(errno, "readdir", path);
  return names;
}

std::string realPath(const Path& path) {
  const std::unique_ptr<char, void (*)(void*)> resolved(realpath(path.c_str(), nullptr), free);
  if (!resolved) fail(errno, "realpath", path);
  return resolved.get();
}

std::string workingDirectory() {
  char path[PATH_MAX];
  if (getcwd(path, sizeof path) == nullptr) fail(errno, "getcwd");
  return path;
}

int lockDirectory(const Path& path, double wait) {
  OwnFd fd(checked(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC), "open", path));
  const Deadline deadline(wait);
  while (flock(fd.get(), LOCK_EX | LOCK_NB) < 0) {
    if (errno != EINTR && (errno != EWOULDBLOCK || deadline.left() == 0)) fail(errno, "flock", path);
    // flock(2) has no deadline of its own, and an alarm would be the engine's.
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return fd.release();
}

}  // namespace caisson::addon
