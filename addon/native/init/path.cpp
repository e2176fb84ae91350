#include "path.h"

#include <string.h>
#include <sys/stat.h>

#include "../sys.h"
#include "../text.h"

namespace caisson::init {
namespace {

constexpr uint64_t kBeneath = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
constexpr int kRetries = 64;       // openat2(2): EAGAIN when a rename anywhere was in the way of ".."
constexpr int kLongestChain = 40;  // links, as the kernel counts them

int openIn(int root, const char* path, uint64_t flags, Links links) {
  const uint64_t resolve = kBeneath | (links == Links::kRefuse ? RESOLVE_NO_SYMLINKS : 0U);
  int fd = -1;
  for (int i = 0; i < kRetries; ++i) {
    fd = sys::openat2(root, path, flags, resolve);
    if (fd >= 0 || errno != EAGAIN) break;
  }
  return fd;
}

// Makes one name in a directory that is held. Somebody else may have been faster.
Outcome makeName(int parent, const char* name, Make make, const char* path) {
  // The umask is the caller's until the umask act.
  const mode_t caller = ::umask(0);
  const int made =
      make == Make::kDirectory ? mkdirat(parent, name, 0755) : mknodat(parent, name, S_IFREG | 0644, 0);
  const int error = errno;
  ::umask(caller);
  if (made == 0 || error == EEXIST) return kDone;
  return refused(error, make == Make::kDirectory ? wire::Call::kMkdirat : wire::Call::kMknodat, path);
}

// A path taken component by component from the root, with links resolved here instead of by the kernel, so that what
// they lead to can be made. A component is opened alone and without following it, which cannot leave the root.
class Walk {
 public:
  Walk(const Init& init, const char* path, Links links) : root_(init.root.get()), path_(path), links_(links) {
    Text(rest_, sizeof rest_).add(path);
  }

  Outcome to(Make make, OwnFd& out);

 private:
  const char* next();
  bool last() const { return rest_[strspn(rest_ + at_, "/") + at_] == '\0'; }
  Outcome reopen();
  Outcome up();
  Outcome enter(const char* name, Make make);
  Outcome follow(int link);

  int root_;
  const char* path_;  // as the plan has it
  Links links_;
  OwnFd directory_;
  int chain_ = 0;
  size_t at_ = 0;
  char rest_[wire::kLongestPath];
  char name_[256];
  char done_[wire::kLongestPath];  // where directory_ is, without links
  Text doneText_{done_, sizeof done_};
};

// The next component; null at the end, an empty one when it is longer than any name can be.
const char* Walk::next() {
  at_ += strspn(rest_ + at_, "/");
  const size_t length = strcspn(rest_ + at_, "/");
  if (length == 0) return nullptr;
  Text name(name_, sizeof name_);
  for (size_t i = 0; i < length; ++i) name.add(rest_[at_ + i]);
  at_ += length;
  return name.cut() ? "" : name_;
}

Outcome Walk::reopen() {
  const char* path = doneText_.length() == 0 ? "/" : doneText_.get();
  directory_.reset(openIn(root_, path, O_PATH | O_DIRECTORY, Links::kRefuse));
  return directory_.valid() ? kDone : failed(wire::Call::kOpenat2, path_);
}

Outcome Walk::up() {
  size_t length = doneText_.length();
  while (length > 0 && done_[length - 1] != '/') --length;
  doneText_.shorten(length == 0 ? 0 : length - 1);
  return reopen();
}

// The image owns what a link says: it is text to be walked from the root or from here.
Outcome Walk::follow(int link) {
  if (links_ == Links::kRefuse || ++chain_ > kLongestChain)
    return refused(ELOOP, wire::Call::kOpenat2, path_);
  char rest[wire::kLongestPath];
  copyText(rest, sizeof rest, rest_ + at_);
  const ssize_t length = readlinkat(link, "", rest_, sizeof rest_ - 1);
  if (length < 0) return failed(wire::Call::kOpenat2, path_);
  rest_[length] = '\0';
  Text joined(rest_ + length, sizeof rest_ - static_cast<size_t>(length));
  joined.add('/').add(rest);
  if (joined.cut()) return refused(ENAMETOOLONG, wire::Call::kOpenat2, path_);
  at_ = 0;
  if (rest_[0] != '/') return kDone;
  doneText_.clear();
  return reopen();
}

Outcome Walk::enter(const char* name, Make make) {
  OwnFd child(openat(directory_.get(), name, O_PATH | O_NOFOLLOW | O_CLOEXEC));
  if (!child.valid() && errno == ENOENT) {
    if (Outcome o = makeName(directory_.get(), name, make, path_); o.failed()) return o;
    child.reset(openat(directory_.get(), name, O_PATH | O_NOFOLLOW | O_CLOEXEC));
  }
  if (!child.valid()) return failed(wire::Call::kOpenat2, path_);
  struct stat status {};
  if (fstat(child.get(), &status) != 0) return failed(wire::Call::kFstat, path_);
  if (S_ISLNK(status.st_mode)) return follow(child.get());
  directory_ = static_cast<OwnFd&&>(child);
  doneText_.add('/').add(name);
  return doneText_.cut() ? refused(ENAMETOOLONG, wire::Call::kOpenat2, path_) : kDone;
}

Outcome Walk::to(Make make, OwnFd& out) {
  Outcome step = reopen();
  while (!step.failed()) {
    const char* name = next();
    if (name == nullptr) break;
    if (name[0] == '\0') return refused(ENAMETOOLONG, wire::Call::kOpenat2, path_);
    if (strcmp(name, ".") == 0) continue;
    step = strcmp(name, "..") == 0 ? up() : enter(name, last() ? make : Make::kDirectory);
  }
  if (!step.failed()) out = static_cast<OwnFd&&>(directory_);
  return step;
}

bool isWithin(const char* path, const char* directory) {
  const size_t length = strlen(directory);
  return strncmp(path, directory, length) == 0 && (path[length] == '\0' || path[length] == '/');
}

// Links that the image may have on the way are followed, but for the places of the kernel's filesystems.
Links linksOf(const char* path, Links links) {
  return isWithin(path, "/proc") || strcmp(path, "/sys") == 0 ? Links::kRefuse : links;
}

// Where a link of the image must not have led a mount.
const char* straying(const Init& init, const char* path, int target) {
  const Identity found = identityOf(target);
  if (found == init.rootPlace && strcmp(path, "/") != 0) return "a link of the image leads to its root";
  const bool inProc = init.procMount != 0 && found.mount == init.procMount;
  return inProc && !isWithin(path, "/proc") ? "a link of the image leads into /proc" : nullptr;
}

}  // namespace

Identity identityOf(int fd) {
  sys::Statx status;
  const bool known = sys::statx(fd, sys::kStatxInode | sys::kStatxMount, status) == 0;
  return known ? Identity{status.mount, status.inode} : Identity{};
}

Outcome openBeneath(const Init& init, const char* path, Links links, OwnFd& out) {
  out.reset(openIn(init.root.get(), path, O_PATH, links));
  return out.valid() ? kDone : failed(wire::Call::kOpenat2, path);
}

Outcome openOrMake(const Init& init, const char* path, Make make, Links links, OwnFd& out) {
  const uint64_t kind = make == Make::kDirectory ? O_DIRECTORY : 0;
  out.reset(openIn(init.root.get(), path, O_PATH | kind, links));
  if (out.valid()) return kDone;
  if (errno != ENOENT) return failed(wire::Call::kOpenat2, path);
  return Walk(init, path, links).to(make, out);
}

Outcome openTarget(const Init& init, const char* path, Make make, Links links, Target& out) {
  const uint64_t kind = make == Make::kDirectory ? O_DIRECTORY : 0;
  const Links allowed = linksOf(path, links);
  out.fd.reset(openIn(init.root.get(), path, O_PATH | kind, allowed));
  out.made = !out.fd.valid() && errno == ENOENT;
  if (!out.fd.valid() && !out.made) return failed(wire::Call::kOpenat2, path);
  if (out.made) {
    if (Outcome o = Walk(init, path, allowed).to(make, out.fd); o.failed()) return o;
  }
  const char* strayed = straying(init, path, out.fd.get());
  return strayed == nullptr ? kDone : refused(EPERM, wire::Call::kOpenat2, path, strayed);
}

Outcome openParent(const Init& init, const char* path, OwnFd& parent, const char*& name) {
  char directory[wire::kLongestPath];
  Text text(directory, sizeof directory);
  const char* slash = strrchr(path, '/');
  name = slash == nullptr ? path : slash + 1;
  for (const char* at = path; at < name; ++at) text.add(*at);
  const bool named = name[0] != '\0' && strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
  if (!named || text.cut()) return refused(EINVAL, wire::Call::kOpenat2, path);
  Outcome o =
      openOrMake(init, text.length() == 0 ? "/" : directory, Make::kDirectory, Links::kFollow, parent);
  o.path = path;  // directory ends with this function
  return o;
}

Outcome propagate(int fd, uint64_t propagation, const char* path) {
  if (propagation == 0) return kDone;
  mount_attr attributes{};
  attributes.propagation = propagation & ~static_cast<uint64_t>(MS_REC);
  const unsigned flags = AT_EMPTY_PATH | ((propagation & MS_REC) != 0 ? AT_RECURSIVE : 0U);
  return sys::mountSetattr(fd, "", flags, attributes) == 0 ? kDone : failed(wire::Call::kMountSetattr, path);
}

Outcome attach(int tree, int target, uint64_t propagation, const char* path) {
  if (sys::moveMount(tree, target) != 0) return failed(wire::Call::kMoveMount, path);
  return propagate(tree, propagation, path);
}

void remember(Init& init, OwnFd mount, const char* path) {
  init.devices.reset();
  init.last = static_cast<OwnFd&&>(mount);
  if (strcmp(path, "/proc") == 0) init.procMount = identityOf(init.last.get()).mount;
}

Outcome place(Init& init, OwnFd tree, int target, uint64_t propagation, const char* path) {
  if (strcmp(path, "/") != 0) {
    if (Outcome o = attach(tree.get(), target, propagation, path); o.failed()) return o;
  } else {
    OwnFd root(fcntl(tree.get(), F_DUPFD_CLOEXEC, 0));
    if (!root.valid()) return failed(wire::Call::kFcntl, path);
    if (Outcome o = adoptRoot(init, static_cast<OwnFd&&>(root)); o.failed()) return o;
    if (Outcome o = propagate(tree.get(), propagation, path); o.failed()) return o;
  }
  remember(init, static_cast<OwnFd&&>(tree), path);
  return kDone;
}

Outcome openNull(const Init& init, OwnFd& out) {
  out.reset(openIn(init.root.get(), "/dev/null", O_PATH | O_NOFOLLOW, Links::kFollow));
  if (!out.valid()) return failed(wire::Call::kOpenat2, "/dev/null");
  struct stat status {};
  if (fstat(out.get(), &status) != 0) return failed(wire::Call::kFstat, "/dev/null");
  return sys::isNull(status) ? kDone : refused(ENODEV, wire::Call::kFstat, "/dev/null");
}

}  // namespace caisson::init
