// init never runs from the host's own file: a container that gets hold of /proc/self/exe could write to it
// (CVE-2019-5736). A sealed memfd has nothing to write to, and no path.
#include "image.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <mutex>

#include "failure.h"
#include "files.h"

#ifndef MFD_EXEC
#define MFD_EXEC 0x0010U
#endif
#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U
#endif

extern "C" const uint8_t caissonImageStart[];
extern "C" const uint8_t caissonImageEnd[];

namespace caisson::addon {

namespace {

const Bytes kImage(caissonImageStart, caissonImageEnd);
struct {
  std::mutex mutex;
  std::string path;
} lastDirectory;

constexpr int kSeals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;

std::string_view textOf(Bytes bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

// executable: MFD_EXEC or MFD_NOEXEC_SEAL, one of which a kernel with vm.memfd_noexec demands. Before Linux 6.3 both are
// unknown, and every memfd can be executed.
OwnFd memory(const char* name, unsigned executable) {
  constexpr unsigned flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
  OwnFd fd(static_cast<int>(syscall(SYS_memfd_create, name, flags | executable)));
  if (!fd.valid() && errno == EINVAL) fd.reset(static_cast<int>(syscall(SYS_memfd_create, name, flags)));
  return fd;
}

OwnFd sealed(OwnFd fd, const char* name, Bytes bytes) {
  checked(fd.get(), "memfd_create", name);
  writeAll(fd.get(), textOf(bytes), name);
  checked(fcntl(fd.get(), F_ADD_SEALS, kSeals), "fcntl", name);
  return fd;
}

// For hosts with vm.memfd_noexec = 2: a file without a name, which nobody has open for writing.
OwnFd unnamedFile(const std::string& directory) {
  const OwnFd writer(
      checked(open(directory.c_str(), O_TMPFILE | O_EXCL | O_RDWR | O_CLOEXEC, 0500), "open", directory));
  writeAll(writer.get(), textOf(kImage), directory);
  const std::string again = "/proc/self/fd/" + std::to_string(writer.get());
  return OwnFd(checked(open(again.c_str(), O_RDONLY | O_CLOEXEC), "open", again));
}

// Not valid where memfds cannot be executed.
OwnFd sealedImage() {
  OwnFd fd = memory("caisson-init", MFD_EXEC);
  if (!fd.valid() && errno == EACCES) return fd;
  return sealed(std::move(fd), "caisson-init", kImage);
}

}  // namespace

OwnFd newMemory(const char* name) {
  OwnFd fd = memory(name, MFD_NOEXEC_SEAL);
  checked(fd.get(), "memfd_create", name);
  return fd;
}

OwnFd sealedMemory(const char* name, Bytes bytes) { return sealed(newMemory(name), name, bytes); }

OwnFd openImage(const std::string& directory) {
  // One for all children of this process, since none of them can write to it.
  static const OwnFd shared = sealedImage();
  if (shared.valid()) return OwnFd(checked(fcntl(shared.get(), F_DUPFD_CLOEXEC, 0), "fcntl"));
  const std::lock_guard guard(lastDirectory.mutex);
  lastDirectory.path = directory;
  return unnamedFile(directory);
}

OwnFd openImageAgain() {
  std::unique_lock lock(lastDirectory.mutex);
  const std::string directory = lastDirectory.path;
  lock.unlock();
  return openImage(directory);
}

}  // namespace caisson::addon
