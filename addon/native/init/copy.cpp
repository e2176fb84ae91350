#include "copy.h"

#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include "../files.h"
#include "../sys.h"
#include "../text.h"
#include "room.h"

namespace caisson::init {
namespace {

constexpr unsigned kDeepest = 128;  // directories in each other; each holds two descriptors and a listing
constexpr size_t kLargestAttribute = 65536;  // XATTR_SIZE_MAX
constexpr size_t kLargestPiece = 1UL << 30;  // for one sendfile(2)
char attribute[kLargestAttribute];

timespec timeOf(const sys::Statx::Time& time) { return {time.seconds, static_cast<long>(time.nanoseconds)}; }

bool startsWith(const char* text, const char* start) { return strncmp(text, start, strlen(start)) == 0; }

// Labels of a security module belong to the place, not to the file.
bool isCopied(const char* name) {
  return startsWith(name, "user.") || strcmp(name, "security.capability") == 0 ||
         startsWith(name, "system.posix_acl_");
}

class Copy {
 public:
  Copy(Init& init, const char* path) : init_(init), path_(path) {}
  Outcome contents(int from, int to, unsigned depth);
  bool begin(int from) {
    sys::Statx status;
    const bool known = describe(from, status);
    if (known) mount_ = status.mount;
    return known;
  }

 private:
  static bool describe(int fd, sys::Statx& status) {
    return sys::statx(fd, sys::kStatxBasic | sys::kStatxMount, status) == 0;
  }
  Outcome entry(int from, int to, const char* name, unsigned depth);
  Outcome content(int file, int to, const char* name, const sys::Statx& status, unsigned depth);
  Outcome directory(int file, int to, const char* name, unsigned depth, bool descend);
  Outcome regular(int file, int to, const char* name, const sys::Statx& status);
  Outcome link(int file, int to, const char* name);
  Outcome data(int from, int to, int64_t size);
  Outcome attributes(int from, int to);
  Outcome dress(int to, const char* name, const sys::Statx& status);
  Outcome failedAt(const char* name, const Outcome& o);
  Outcome failedHere(wire::Call call) const { return failed(call, path_); }

  Init& init_;
  const char* path_;
  uint64_t mount_ = 0;  // what is on another one is not copied
};

// The innermost name first: each level puts its own before it.
Outcome Copy::failedAt(const char* name, const Outcome& o) {
  char below[wire::kLongestDetail];
  copyText(below, sizeof below, o.detail);
  Text detail(init_.detail, sizeof init_.detail);
  detail.add(name);
  if (below[0] != '\0') detail.add('/').add(below);
  return refused(o.error, o.call, path_, init_.detail);
}

Outcome Copy::contents(int from, int to, unsigned depth) {
  if (depth > kDeepest) return refused(ELOOP, wire::Call::kOpen, path_);
  Listing names(from);
  while (const char* name = names.next()) {
    if (Outcome o = entry(from, to, name, depth); o.failed()) return failedAt(name, o);
  }
  return names.error() == 0 ? kDone : refused(names.error(), wire::Call::kGetdents64, path_);
}

// Held before it is looked at: the name may mean another file a moment later.
Outcome Copy::entry(int from, int to, const char* name, unsigned depth) {
  const OwnFd file(openat(from, name, O_PATH | O_NOFOLLOW | O_CLOEXEC));
  if (!file.valid()) return errno == ENOENT ? kDone : failedHere(wire::Call::kOpen);
  sys::Statx status;
  if (!describe(file.get(), status)) return failedHere(wire::Call::kStatx);
  if (status.mount != mount_ && !S_ISDIR(status.mode)) return kDone;
  if (Outcome o = content(file.get(), to, name, status, depth); o.failed()) return o;
  return dress(to, name, status);
}

Outcome Copy::content(int file, int to, const char* name, const sys::Statx& status, unsigned depth) {
  switch (status.mode & S_IFMT) {
    case S_IFDIR: return directory(file, to, name, depth, status.mount == mount_);
    case S_IFREG: return regular(file, to, name, status);
    case S_IFLNK: return link(file, to, name);
    default: break;
  }
  const dev_t device = makedev(status.deviceMajor, status.deviceMinor);
  return mknodat(to, name, status.mode, device) == 0 ? kDone : failedHere(wire::Call::kMknodat);
}

Outcome Copy::directory(int file, int to, const char* name, unsigned depth, bool descend) {
  if (mkdirat(to, name, 0700) != 0) return failedHere(wire::Call::kMkdirat);
  if (!descend) return kDone;
  const OwnFd source(openat(file, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const OwnFd copy(openat(to, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!source.valid() || !copy.valid()) return failedHere(wire::Call::kOpen);
  if (Outcome o = contents(source.get(), copy.get(), depth + 1); o.failed()) return o;
  return attributes(source.get(), copy.get());
}

// By way of our own procfs: the very file that was looked at, which is a regular one.
Outcome Copy::regular(int file, int to, const char* name, const sys::Statx& status) {
  char self[32];
  Text(self, sizeof self).add("fd/").addNumber(static_cast<uint64_t>(file));
  const OwnFd source(openat(init_.procSelf.get(), self, O_RDONLY | O_NOCTTY | O_CLOEXEC));
  if (!source.valid()) return failedHere(wire::Call::kOpen);
  const OwnFd copy(openat(to, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!copy.valid()) return failedHere(wire::Call::kOpen);
  if (Outcome o = data(source.get(), copy.get(), static_cast<int64_t>(status.size)); o.failed()) return o;
  const int owned = fchown(copy.get(), status.uid, status.gid);  // later it would take a capability away
  return owned == 0 ? attributes(source.get(), copy.get()) : failedHere(wire::Call::kFchown);
}

Outcome Copy::link(int file, int to, const char* name) {
  char target[wire::kLongestPath];
  const ssize_t length = readlinkat(file, "", target, sizeof target - 1);
  if (length < 0) return failedHere(wire::Call::kReadlinkat);
  target[length] = '\0';
  return symlinkat(target, to, name) == 0 ? kDone : failedHere(wire::Call::kSymlinkat);
}

// Holes stay holes: a file may be larger than all memory.
Outcome Copy::data(int from, int to, int64_t size) {
  off_t at = lseek(from, 0, SEEK_DATA);
  while (at >= 0 && at < size) {
    off_t end = lseek(from, at, SEEK_HOLE);
    if (end < 0) return failedHere(wire::Call::kRead);
    if (end > size) end = size;
    if (lseek(to, at, SEEK_SET) < 0) return failedHere(wire::Call::kWrite);
    while (at < end) {
      const auto left = static_cast<size_t>(end - at);
      const ssize_t sent = sendfile(to, from, &at, left < kLargestPiece ? left : kLargestPiece);
      if (sent < 0) return failedHere(wire::Call::kWrite);
      if (sent == 0) break;  // it was cut meanwhile
    }
    if (at < end) break;
    at = lseek(from, end, SEEK_DATA);
  }
  return ftruncate(to, size) == 0 ? kDone : failedHere(wire::Call::kWrite);
}

Outcome Copy::attributes(int from, int to) {
  char names[4096];
  const ssize_t length = flistxattr(from, names, sizeof names);
  if (length < 0) return errno == ENOTSUP ? kDone : failedHere(wire::Call::kSetxattr);
  for (const char* name = names; name < names + length; name += strlen(name) + 1) {
    if (!isCopied(name)) continue;
    const ssize_t size = fgetxattr(from, name, attribute, sizeof attribute);
    if (size < 0) return failedHere(wire::Call::kSetxattr);
    const int set = fsetxattr(to, name, attribute, static_cast<size_t>(size), 0);
    // A tmpfs has no user attributes before Linux 6.6.
    if (set != 0 && errno != ENOTSUP) return failedHere(wire::Call::kSetxattr);
  }
  return kDone;
}

// The owner first: a change of it takes the setuid bit away.
Outcome Copy::dress(int to, const char* name, const sys::Statx& status) {
  const bool owned =
      S_ISREG(status.mode) || fchownat(to, name, status.uid, status.gid, AT_SYMLINK_NOFOLLOW) == 0;
  if (!owned) return failedHere(wire::Call::kFchownat);
  if (!S_ISLNK(status.mode) && fchmodat(to, name, status.mode & 07777, 0) != 0)
    return failedHere(wire::Call::kFchmod);
  const timespec times[] = {timeOf(status.accessed), timeOf(status.modified)};
  const int dated = utimensat(to, name, times, AT_SYMLINK_NOFOLLOW);
  return dated == 0 ? kDone : failedHere(wire::Call::kUtimensat);
}

}  // namespace

Outcome copyDirectory(Init& init, int from, int to, const char* path) {
  if (!init.procSelf.valid()) return refused(ENOENT, wire::Call::kOpen, "/proc");
  const RoomForDescriptors room;
  Copy copy(init, path);
  if (!copy.begin(from)) return failed(wire::Call::kStatx, path);
  const mode_t caller = ::umask(0);
  const Outcome o = copy.contents(from, to, 0);
  ::umask(caller);
  return o;
}

}  // namespace caisson::init
