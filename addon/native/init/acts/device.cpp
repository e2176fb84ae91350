// Device nodes and links. The image may have made /dev a link out of the way: the directory is opened once, beneath the
// root, and everything is done relative to it (CVE-2026-41579).
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "../../sys.h"
#include "../path.h"

namespace caisson::init {
namespace {

bool isAsked(const struct stat& status, const wire::Device& act) {
  if ((status.st_mode & S_IFMT) != (act.mode & S_IFMT)) return false;
  return S_ISFIFO(status.st_mode) || status.st_rdev == makedev(act.major, act.minor);
}

// Makes the node, or finds an equal one; anything else that is there stays, and is an error.
Outcome makeNode(int parent, const char* name, const wire::Device& act, const char* path) {
  const mode_t caller = ::umask(0);
  const int made = mknodat(parent, name, static_cast<mode_t>(act.mode), makedev(act.major, act.minor));
  const int error = errno;
  ::umask(caller);
  return made == 0 || error == EEXIST ? kDone : refused(error, wire::Call::kMknodat, path);
}

}  // namespace

Outcome device(Init& init, const wire::Device& act) {
  const char* path = init.plan.text(act.path);
  OwnFd parent;
  const char* name = nullptr;
  if (Outcome o = openParent(init, path, parent, name); o.failed()) return o;
  if (Outcome o = makeNode(parent.get(), name, act, path); o.failed()) return o;

  // Held before its owner is changed: the name may mean another file by now.
  const OwnFd node(openat(parent.get(), name, O_PATH | O_NOFOLLOW | O_CLOEXEC));
  struct stat status {};
  if (!node.valid() || fstat(node.get(), &status) != 0) return failed(wire::Call::kFstat, path);
  if (!isAsked(status, act)) return refused(EEXIST, wire::Call::kMknodat, path);
  if (status.st_uid == act.uid && status.st_gid == act.gid) return kDone;
  const auto uid = static_cast<uid_t>(act.uid);
  const auto gid = static_cast<gid_t>(act.gid);
  return fchownat(node.get(), "", uid, gid, AT_EMPTY_PATH) == 0 ? kDone : failed(wire::Call::kFchownat, path);
}

Outcome symlink(Init& init, const wire::Symlink& act) {
  const char* path = init.plan.text(act.path);
  const char* target = init.plan.text(act.target);
  OwnFd parent;
  const char* name = nullptr;
  if (Outcome o = openParent(init, path, parent, name); o.failed()) return o;
  if (symlinkat(target, parent.get(), name) == 0) return kDone;
  if (errno != EEXIST) return failed(wire::Call::kSymlinkat, path);

  char there[wire::kLongestPath];
  const ssize_t length = readlinkat(parent.get(), name, there, sizeof there);
  const bool same =
      length == static_cast<ssize_t>(act.target.length) && memcmp(there, target, act.target.length) == 0;
  return same ? kDone : refused(EEXIST, wire::Call::kSymlinkat, path);
}

}  // namespace caisson::init
