#include "cgroup_tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

namespace caisson::teardown {
namespace {

uint64_t inodeOf(int directory) {
  struct stat status {};
  return fstat(directory, &status) == 0 ? status.st_ino : 0;
}

// The next directory that the listing gives, open; invalid at the end. One that has just gone is passed over.
OwnFd nextDirectory(int parent, Listing& listing) {
  while (const char* name = listing.next()) {
    if (listing.kind() != DT_DIR) continue;
    OwnFd child(openCgroup(parent, name));
    if (child.valid()) return child;
  }
  return OwnFd();
}

enum class Removal { kDone, kResisted, kFailed };

// Removes the children up to one that resists, which is opened. Those that come first are gone then: whoever comes back here
// begins with it, however many there were.
Removal removeChildren(int parent, OwnFd& resisting) {
  Listing listing(parent);
  while (const char* name = listing.next()) {
    if (listing.kind() != DT_DIR || unlinkat(parent, name, AT_REMOVEDIR) == 0 || errno == ENOENT) continue;
    resisting.reset(openCgroup(parent, name));
    return resisting.valid() ? Removal::kResisted : Removal::kFailed;
  }
  return listing.error() == 0 ? Removal::kDone : Removal::kFailed;
}

bool hasChildren(int directory) {
  Listing listing(directory);
  const bool has = nextDirectory(directory, listing).valid();
  lseek(directory, 0, SEEK_SET);
  return has;
}

}  // namespace

int openCgroup(int directory, const char* path) {
  return openat(directory, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

bool CgroupTree::enter(Listing& children) {
  OwnFd child = nextDirectory(at_.get(), children);
  if (!child.valid()) return false;
  if (depth_ < kRemembered) behind_[depth_] = children.behind();
  at_ = static_cast<OwnFd&&>(child);
  ++depth_;
  return true;
}

bool CgroupTree::enterFirst() {
  Listing listing(at_.get());
  return enter(listing);
}

// Deep down it finds its own place among the parent's children by inode. Where it is gone from there, the rest is left out:
// whoever walks does so again until nothing is left to do.
bool CgroupTree::enterNextSibling() {
  const uint64_t own = inodeOf(at_.get());
  at_ = OwnFd(openCgroup(at_.get(), ".."));
  --depth_;
  if (!at_.valid()) return false;
  Listing listing(at_.get());
  if (depth_ < kRemembered) {
    lseek(at_.get(), behind_[depth_], SEEK_SET);
  } else {
    while (listing.next() != nullptr && listing.inode() != own) continue;
  }
  return enter(listing);
}

bool CgroupTree::next() {
  if (enterFirst()) return true;
  while (at_.valid() && depth_ > 0) {
    if (enterNextSibling()) return true;
  }
  return false;
}

// Down to one that has no children, and up again: each is looked at once for each of its children, and no more.
bool removeBelow(int top) {
  OwnFd at(openCgroup(top, "."));
  unsigned depth = 0;
  while (at.valid()) {
    OwnFd resisting;
    switch (removeChildren(at.get(), resisting)) {
      case Removal::kFailed: return false;
      case Removal::kResisted:
        if (!hasChildren(resisting.get())) return false;  // it has processes
        at = static_cast<OwnFd&&>(resisting);
        ++depth;
        break;
      case Removal::kDone:
        if (depth == 0) return true;
        at = OwnFd(openCgroup(at.get(), ".."));
        --depth;
    }
  }
  return false;
}

}  // namespace caisson::teardown
