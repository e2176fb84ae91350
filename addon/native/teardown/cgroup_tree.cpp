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

// Removes the children that can be removed, and opens one that cannot.
OwnFd removeChildren(int parent) {
  Listing listing(parent);
  OwnFd resisting;
  while (const char* name = listing.next()) {
    if (listing.kind() != DT_DIR || unlinkat(parent, name, AT_REMOVEDIR) == 0) continue;
    if (!resisting.valid()) resisting.reset(openCgroup(parent, name));
  }
  return resisting;
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

bool CgroupTree::enterFirst() {
  Listing listing(at_.get());
  OwnFd child = nextDirectory(at_.get(), listing);
  if (!child.valid()) return false;
  at_ = static_cast<OwnFd&&>(child);
  ++depth_;
  return true;
}

// Finds its own place among the parent's children by inode. Where it is gone from there, the rest is left out: whoever
// walks does so again until nothing is left to do.
bool CgroupTree::enterNextSibling() {
  const uint64_t own = inodeOf(at_.get());
  at_ = OwnFd(openCgroup(at_.get(), ".."));
  --depth_;
  if (!at_.valid()) return false;
  Listing listing(at_.get());
  while (listing.next() != nullptr && listing.inode() != own) continue;
  OwnFd sibling = nextDirectory(at_.get(), listing);
  if (!sibling.valid()) return false;
  at_ = static_cast<OwnFd&&>(sibling);
  ++depth_;
  return true;
}

bool CgroupTree::next() {
  if (enterFirst()) return true;
  while (at_.valid() && depth_ > 0) {
    if (enterNextSibling()) return true;
  }
  return false;
}

bool removeBelow(int top) {
  OwnFd at(openCgroup(top, "."));
  // From the top anew after each branch: the way up may have become removable.
  while (at.valid()) {
    OwnFd resisting = removeChildren(at.get());
    if (resisting.valid() && !hasChildren(resisting.get())) return false;  // it has processes
    if (!resisting.valid() && inodeOf(at.get()) == inodeOf(top)) return true;
    at = resisting.valid() ? static_cast<OwnFd&&>(resisting) : OwnFd(openCgroup(top, "."));
  }
  return false;
}

}  // namespace caisson::teardown
