// A new filesystem that begins with what the directory under it has: tmpcopyup.
#include <sys/stat.h>

#include "../../sys.h"
#include "../copy.h"
#include "filesystem.h"

namespace caisson::init {
namespace {

// An owner that the options name was given to the filesystem.
Outcome copyOwner(const struct stat& from, int to, const char* path) {
  struct stat status {};
  if (fstat(to, &status) != 0) return failed(wire::Call::kFstat, path);
  const bool owned = status.st_uid == from.st_uid && status.st_gid == from.st_gid;
  if (owned || status.st_uid != 0 || status.st_gid != 0) return kDone;
  return fchownat(to, "", from.st_uid, from.st_gid, AT_EMPTY_PATH) == 0 ? kDone
                                                                        : failed(wire::Call::kFchownat, path);
}

// Before the tree can be seen by anybody else.
Outcome fill(Init& init, int covered, int tree, const char* path) {
  const OwnFd source(openat(covered, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  struct stat status {};
  if (!source.valid() || fstat(source.get(), &status) != 0) return failed(wire::Call::kOpen, path);
  if (Outcome o = copyDirectory(init, source.get(), tree, path); o.failed()) return o;
  return copyOwner(status, tree, path);
}

}  // namespace

Outcome mountCopied(Init& init, const wire::MountCopied& act) {
  const char* path = init.plan.text(act.target);
  const Filesystem filesystem{act.type, act.source, act.options, act.flags, act.attributes};
  Target target;
  OwnFd tree;
  if (Outcome o = openMountPoint(init, filesystem, path, target); o.failed()) return o;
  if (Outcome o = makeTree(init, filesystem, target, path, tree); o.failed()) return o;
  if (Outcome o = fill(init, target.fd.get(), tree.get(), path); o.failed()) return o;
  return place(init, static_cast<OwnFd&&>(tree), target.fd.get(), act.propagation, path);
}

}  // namespace caisson::init
