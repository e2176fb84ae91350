// Device nodes and links. The image may have made /dev a link out of the way: the directory is opened once, beneath the
// root, and everything is done relative to it (CVE-2026-41579).
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "../../sys.h"
#include "../path.h"

namespace caisson::init {
namespace {

constexpr char kDevices[] = "/dev";

bool isName(const char* name) { return name[0] != '\0' && strcmp(name, ".") != 0 && strcmp(name, "..") != 0; }

bool isAsked(const struct stat& status, const wire::Device& act) {
  if ((status.st_mode & S_IFMT) != (act.mode & S_IFMT)) return false;
  return S_ISFIFO(status.st_mode) || status.st_rdev == makedev(act.major, act.minor);
}

// The directory of a path, which is nearly always /dev itself: opened once, so that whoever may exchange it meanwhile
// gets all of it or nothing.
Outcome openDirectory(Init& init, const char* path, OwnFd& other, int& parent, const char*& name) {
  name = path + sizeof kDevices;
  if (strncmp(path, kDevices, sizeof kDevices - 1) != 0 || path[sizeof kDevices - 1] != '/' ||
      strchr(name, '/') != nullptr || !isName(name)) {
    const Outcome o = openParent(init, path, other, name);
    parent = other.get();
    return o;
  }
  if (!init.devices.valid()) {
    Outcome o = openOrMake(init, kDevices, Make::kDirectory, Links::kFollow, init.devices);
    if (o.failed()) return o;
  }
  parent = init.devices.get();
  return kDone;
}

// 0, or the errno of mknod(2).
int makeNode(int parent, const char* name, mode_t mode, dev_t number) {
  const mode_t caller = ::umask(0);
  const int made = mknodat(parent, name, mode, number);
  const int error = errno;
  ::umask(caller);
  return made == 0 ? 0 : error;
}

// A device may be made by root of the host only. Elsewhere the host's own is bound, when it is that very device: the
// host's /dev is read by nobody but its root, yet a path of the configuration may lead anywhere.
Outcome openHostNode(Init& init, const wire::Device& act, const char* path, OwnFd& tree) {
  const Outcome forbidden = refused(EPERM, wire::Call::kMknodat, path);
  if (init.pivoted) return forbidden;
  const OwnFd node(open(path, O_PATH | O_CLOEXEC));
  struct stat status {};
  if (!node.valid() || fstat(node.get(), &status) != 0)
    return refused(EPERM, wire::Call::kMknodat, path, "and the host has no such device to bind");
  if (!isAsked(status, act))
    return refused(EPERM, wire::Call::kMknodat, path, "and what the host has there is another file");
  tree.reset(sys::openTree(node.get(), "", OPEN_TREE_CLONE | AT_EMPTY_PATH));
  return tree.valid() ? kDone : failed(wire::Call::kOpenTree, path);
}

// Owner and mode stay the host's. What is there already must be an empty place for it.
Outcome bindNode(Init& init, const wire::Device& act, int parent, const char* name, const char* path) {
  OwnFd tree;
  if (Outcome o = openHostNode(init, act, path, tree); o.failed()) return o;
  const int error = makeNode(parent, name, S_IFREG | 0644, 0);
  if (error != 0) return refused(error, wire::Call::kMknodat, path);
  const OwnFd target(openat(parent, name, O_PATH | O_NOFOLLOW | O_CLOEXEC));
  struct stat status {};
  if (!target.valid() || fstat(target.get(), &status) != 0) return failed(wire::Call::kFstat, path);
  if (!S_ISREG(status.st_mode)) return refused(EEXIST, wire::Call::kMknodat, path);
  return attach(tree.get(), target.get(), MS_PRIVATE, path);
}

}  // namespace

// An equal node that is there already is fine; anything else stays, and is an error.
Outcome device(Init& init, const wire::Device& act) {
  const char* path = init.plan.text(act.path);
  OwnFd other;
  int parent = -1;
  const char* name = nullptr;
  if (Outcome o = openDirectory(init, path, other, parent, name); o.failed()) return o;
  const int error = makeNode(parent, name, static_cast<mode_t>(act.mode), makedev(act.major, act.minor));
  if (error == EPERM && !S_ISFIFO(act.mode)) return bindNode(init, act, parent, name, path);
  if (error != 0 && error != EEXIST) return refused(error, wire::Call::kMknodat, path);

  // Held before its owner is changed: the name may mean another file by now.
  const OwnFd node(openat(parent, name, O_PATH | O_NOFOLLOW | O_CLOEXEC));
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
  OwnFd other;
  int parent = -1;
  const char* name = nullptr;
  if (Outcome o = openDirectory(init, path, other, parent, name); o.failed()) return o;
  if (symlinkat(target, parent, name) == 0) return kDone;
  if (errno != EEXIST) return failed(wire::Call::kSymlinkat, path);

  char there[wire::kLongestPath];
  const ssize_t length = readlinkat(parent, name, there, sizeof there);
  const bool same =
      length == static_cast<ssize_t>(act.target.length) && memcmp(there, target, act.target.length) == 0;
  return same ? kDone : refused(EEXIST, wire::Call::kSymlinkat, path);
}

}  // namespace caisson::init
