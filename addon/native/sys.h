// System calls that musl or glibc has no function for, or whose headers quarrel with the kernel's.
// Each returns what the kernel returns, -1 and errno on failure.
#pragma once

#include <fcntl.h>
#include <linux/close_range.h>
#include <linux/mount.h>
#include <linux/openat2.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#ifndef AT_RECURSIVE
#define AT_RECURSIVE 0x8000
#endif
#ifndef AT_EMPTY_PATH
#define AT_EMPTY_PATH 0x1000
#endif

namespace caisson::sys {

// struct statx of the kernel, of which musl's stops before the mount.
struct Statx {
  uint32_t mask, blockSize;
  uint64_t attributes;
  uint32_t links, uid, gid;
  uint16_t mode, spare0;
  uint64_t inode, size, blocks, attributesMask;
  struct Time {
    int64_t seconds;
    uint32_t nanoseconds;
    int32_t reserved;
  } accessed, born, changed, modified;
  uint32_t deviceMajor, deviceMinor, filesystemMajor, filesystemMinor;
  uint64_t mount;
  uint32_t directAlignment, offsetAlignment;
  uint64_t spare[12];
};
static_assert(sizeof(Statx) == 256);
inline constexpr unsigned kStatxBasic = 0x7ff;
inline constexpr unsigned kStatxInode = 0x100;
inline constexpr unsigned kStatxMount = 0x1000;  // Linux 5.8

// Of what fd refers to.
inline int statx(int fd, unsigned mask, Statx& status) {
  return static_cast<int>(syscall(SYS_statx, fd, "", AT_EMPTY_PATH, mask, &status));
}

inline int openat2(int directory, const char* path, uint64_t flags, uint64_t resolve) {
  open_how how{};
  how.flags = flags | O_CLOEXEC;
  how.resolve = resolve;
  return static_cast<int>(syscall(SYS_openat2, directory, path, &how, sizeof how));
}

inline int openTree(int directory, const char* path, unsigned flags) {
  return static_cast<int>(syscall(SYS_open_tree, directory, path, flags | OPEN_TREE_CLOEXEC));
}

// Attaches a mount on what target refers to, itself: both are descriptors, so no path can be exchanged meanwhile.
inline int moveMount(int tree, int target) {
  return static_cast<int>(
      syscall(SYS_move_mount, tree, "", target, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH));
}

inline int mountSetattr(int directory, const char* path, unsigned flags, const mount_attr& attributes) {
  return static_cast<int>(
      syscall(SYS_mount_setattr, directory, path, flags, &attributes, MOUNT_ATTR_SIZE_VER0));
}

inline int fsopen(const char* type) { return static_cast<int>(syscall(SYS_fsopen, type, FSOPEN_CLOEXEC)); }

inline int fsconfig(int fs, unsigned command, const char* key, const char* value) {
  return static_cast<int>(syscall(SYS_fsconfig, fs, command, key, value, 0));
}

inline int fspick(int directory) {
  return static_cast<int>(syscall(SYS_fspick, directory, "", FSPICK_CLOEXEC | FSPICK_EMPTY_PATH));
}

inline int fsmount(int fs, uint64_t attributes) {
  return static_cast<int>(syscall(SYS_fsmount, fs, FSMOUNT_CLOEXEC, static_cast<unsigned>(attributes)));
}

inline int mount(const char* source, const char* target, const char* type, unsigned long flags,
                 const void* options) {
  return static_cast<int>(syscall(SYS_mount, source, target, type, flags, options));
}

inline int umount2(const char* target, int flags) {
  return static_cast<int>(syscall(SYS_umount2, target, flags));
}

inline int pivotRoot(const char* root, const char* old) {
  return static_cast<int>(syscall(SYS_pivot_root, root, old));
}

inline int closeRange(unsigned first, unsigned last, unsigned flags) {
  return static_cast<int>(syscall(SYS_close_range, first, last, flags));
}

inline int pidfdOpen(int pid) { return static_cast<int>(syscall(SYS_pidfd_open, pid, 0)); }

inline int pidfdSendSignal(int pidfd, int signal) {
  return static_cast<int>(syscall(SYS_pidfd_send_signal, pidfd, signal, nullptr, 0));
}

// Whether a file is the device node that the kernel gives /dev/null.
inline bool isNull(const struct stat& status) {
  return S_ISCHR(status.st_mode) && status.st_rdev == makedev(1, 3);
}

}  // namespace caisson::sys
