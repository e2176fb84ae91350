// A new filesystem by the mount API of Linux 5.2: option by option, so that the kernel can say which one is wrong.
#pragma once

#include "../path.h"

namespace caisson::init {

// What the acts that mount one have in common.
struct Filesystem {
  wire::String type, source;
  wire::Strings options;
  uint64_t flags;       // MS_* of the filesystem itself
  uint64_t attributes;  // MOUNT_ATTR_* of the mount
};

// Opens the directory to mount on. For proc and sysfs no link is followed at all.
Outcome openMountPoint(Init& init, const Filesystem& filesystem, const char* path, Target& target);

// Makes the filesystem and a detached mount of it. A tmpfs takes the mode of the directory it covers.
Outcome makeTree(Init& init, const Filesystem& filesystem, const Target& target, const char* path,
                 OwnFd& tree);

// Gives flags to a filesystem context, set or unset; and options, which are a flag or key=value.
Outcome configureFlags(int context, uint64_t flags, bool set, const char* path);
Outcome configureOptions(Init& init, int context, wire::Strings options, const char* path);

// The refusal, with what the kernel wrote to the log of the context.
Outcome explained(Init& init, int context, const Outcome& refusal);

// The option that gives a tmpfs the mode of the directory it covers: an image's /tmp is anybody's, its /run is root's.
// Empty where the options name a mode, the directory was made just now, or the filesystem is another one. To be asked
// before configureOptions, which turns the list into another one.
class CoveredMode {
 public:
  CoveredMode(const Init& init, const Filesystem& filesystem, const Target& target);
  const char* get() const { return mode_; }

 private:
  char mode_[16] = {};
};

// Whether fsconfig(2) has no room for one of them.
bool isLong(const Init& init, const Filesystem& filesystem);

// acts/mount_plain.cpp: the mount act by mount(2).
Outcome mountPlain(Init& init, const wire::Mount& act, const Filesystem& filesystem, const Target& target);

}  // namespace caisson::init
