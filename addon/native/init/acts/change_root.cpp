// The way into the root where pivot_root(2) is refused: an initial ramdisk cannot be pivoted away. The root was attached
// over that of the host already; chroot(2) leads there. What is below stays mounted, and with it the host's procfs and
// sysfs: as long as they are seen whole in the namespace, a user namespace of the container may mount new ones, with
// nothing masked. So they go first.
#include <linux/magic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "../../sys.h"
#include "../../text.h"
#include "../path.h"

namespace caisson::init {
namespace {

constexpr int kDetach = 2;  // MNT_DETACH; the header that has it quarrels with linux/mount.h

// The mount points of procfs and sysfs in /proc/self/mountinfo, one after the other. Lines have no longest length.
class KernelMounts {
 public:
  explicit KernelMounts(int table) : table_(table) {}

  // The next mount point; null at the end.
  const char* next();
  bool failed() const { return failed_; }

 private:
  int letter();
  int word(Text text);
  bool line();

  int table_;
  bool failed_ = false;
  bool behindType_ = false;
  char buffer_[4096];
  size_t filled_ = 0;
  size_t at_ = 0;
  char path_[wire::kLongestPath];
};

int KernelMounts::letter() {
  if (at_ == filled_) {
    const ssize_t got = read(table_, buffer_, sizeof buffer_);
    failed_ = failed_ || got < 0;
    filled_ = got > 0 ? static_cast<size_t>(got) : 0, at_ = 0;
    if (filled_ == 0) return -1;
  }
  return static_cast<unsigned char>(buffer_[at_++]);
}

// A word, with \040 and its like undone; gives what ended it.
int KernelMounts::word(Text text) {
  int next = letter();
  for (; next >= 0 && next != ' ' && next != '\n'; next = letter()) {
    if (next == '\\') {
      next = 0;
      for (int digits = 0; digits < 3; ++digits) next = next * 8 + (letter() - '0');
    }
    text.add(static_cast<char>(next));
  }
  return next;
}

// One line: its fifth word into path_, and what stands behind the lone dash into type.
bool KernelMounts::line() {
  char type[16] = {};
  char other[16];
  bool dash = false;
  int end = ' ';
  for (int number = 1; end == ' '; ++number) {
    if (number == 5) {
      end = word(Text(path_, sizeof path_));
    } else if (dash && type[0] == '\0') {
      end = word(Text(type, sizeof type));
    } else {
      end = word(Text(other, sizeof other));
      dash = dash || (number > 6 && strcmp(other, "-") == 0);
    }
  }
  behindType_ = strcmp(type, "proc") == 0 || strcmp(type, "sysfs") == 0;
  return end >= 0;
}

const char* KernelMounts::next() {
  while (line()) {
    if (behindType_) return path_;
  }
  return nullptr;
}

bool isKernel(const char* path) {
  struct statfs status {};
  if (statfs(path, &status) != 0) return false;
  return status.f_type == PROC_SUPER_MAGIC || status.f_type == SYSFS_MAGIC;
}

// A mount of another user namespace is locked in its place: then something lies over it.
Outcome hide(Init& init, const char* path) {
  if (sys::umount2(path, kDetach) == 0) return kDone;
  if (sys::mount("tmpfs", path, "tmpfs", MS_RDONLY, "size=0,nr_inodes=1,mode=000") == 0) return kDone;
  copyText(init.detail, sizeof init.detail, path);
  return refused(errno, wire::Call::kUmount2, "/", init.detail);
}

// Paths are the host's: the root of this process is still below the container's, so that it finds nothing of that.
// Of two mounts with the same path the upper one goes first.
Outcome hideKernel(Init& init) {
  const OwnFd table(openat(init.procSelf.get(), "mountinfo", O_RDONLY | O_CLOEXEC));
  if (!table.valid()) return failed(wire::Call::kOpen, "/proc/self/mountinfo");
  KernelMounts mounts(table.get());
  while (const char* path = mounts.next()) {
    if (!isKernel(path)) continue;
    if (Outcome o = hide(init, path); o.failed()) return o;
  }
  return mounts.failed() ? failed(wire::Call::kRead, "/proc/self/mountinfo") : kDone;
}

// Where hooks looked for it, ".." of who gets out of the chroot leads to the host: CAP_SYS_CHROOT is enough for that.
// Over the host's root it leads nowhere.
Outcome coverHost(const Init& init) {
  if (strcmp(init.rootAt, "/") == 0) return kDone;
  const OwnFd host(open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!host.valid()) return failed(wire::Call::kOpen, "/");
  return attach(init.root.get(), host.get(), 0, "/");
}

}  // namespace

Outcome changeRoot(Init& init, const wire::ChangeRoot&) {
  // It would be everybody's procfs that goes.
  if (!init.detached) return refused(EINVAL, wire::Call::kPlan, "/");
  if (Outcome o = keepHostNull(init); o.failed()) return o;
  if (Outcome o = coverHost(init); o.failed()) return o;
  if (Outcome o = hideKernel(init); o.failed()) return o;
  if (fchdir(init.root.get()) != 0) return failed(wire::Call::kFchdir, "/");
  if (chroot(".") != 0) return failed(wire::Call::kChroot, "/");
  if (::chdir("/") != 0) return failed(wire::Call::kChdir, "/");
  leaveHost(init);
  return kDone;
}

}  // namespace caisson::init
