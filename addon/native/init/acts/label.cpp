// Labels of security modules: of what is executed next, of keys that are made, of a mount.
#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "../../sys.h"
#include "../init.h"

namespace caisson::init {
namespace {

constexpr const char* kSelf = "/proc/self/";
constexpr const char* kAttributes = "/proc/self/attr/";
// Nothing that is mounted in the procfs takes the label in its place (CVE-2019-16884, CVE-2025-52881).
constexpr uint64_t kResolve = RESOLVE_BENEATH | RESOLVE_NO_XDEV | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS;

// An open attribute, with the path that a report names.
struct Attribute {
  OwnFd file;
  const char* path;
};

Attribute openAttribute(const Init& init, const char* name) {
  static char path[64];
  if (strlen(kAttributes) + strlen(name) >= sizeof path) {
    errno = ENAMETOOLONG;
    return {OwnFd(), kAttributes};
  }
  strcat(strcpy(path, kAttributes), name);
  return {OwnFd(sys::openat2(init.procSelf.get(), path + strlen(kSelf), O_WRONLY | O_NOCTTY, kResolve)),
          path};
}

}  // namespace

Outcome label(Init& init, const wire::Label& act) {
  if (!init.procSelf.valid()) return refused(ENOENT, wire::Call::kOpenat2, kAttributes);
  Attribute attribute = openAttribute(init, init.plan.text(act.name));
  if (!attribute.file.valid() && errno == ENOENT && act.other.length > 0) {
    attribute = openAttribute(init, init.plan.text(act.other));
  }
  if (!attribute.file.valid()) return failed(wire::Call::kOpenat2, attribute.path);
  const ssize_t written = write(attribute.file.get(), init.plan.text(act.value), act.value.length);
  if (written < 0) return failed(wire::Call::kWrite, attribute.path);
  return written == static_cast<ssize_t>(act.value.length) ? kDone
                                                           : refused(EIO, wire::Call::kWrite, attribute.path);
}

// The mount is a new one: nobody else has a path to it.
Outcome labelMount(Init& init, const wire::LabelMount& act) {
  if (!init.last.valid()) return refused(EINVAL, wire::Call::kPlan);
  const OwnFd root(openat(init.last.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!root.valid()) return failed(wire::Call::kOpen);
  const int set =
      fsetxattr(root.get(), "security.selinux", init.plan.text(act.value), act.value.length + 1, 0);
  return set == 0 ? kDone : failed(wire::Call::kSetxattr);
}

}  // namespace caisson::init
