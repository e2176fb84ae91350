// The kernel's own share of `run`: what no runtime can do without, and nothing else. `floor ROOTFS NAME`
// makes a cgroup NAME in every mounted hierarchy, a child in new namespaces with the mounts of the default
// spec, lets it exec /bin/true in ROOTFS, waits, and removes the cgroups. No config, capabilities, masks,
// limits or device rules. The bench runs it between the runtimes, in the same mount namespace.
//
// The child enters the v1 hierarchies itself by writing "0" to `tasks`: a write to `cgroup.procs`, or of
// another process's id, waits for RCU grace periods. On cgroup2 it is born inside (CLONE_INTO_CGROUP,
// Linux 5.7).
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

// struct clone_args and CLONE_INTO_CGROUP of linux/sched.h, which musl's headers do not have.
struct CloneArgs {
  uint64_t flags, pidfd, childTid, parentTid, exitSignal, stack, stackSize, tls, setTid, setTidSize, cgroup;
};
constexpr uint64_t kCloneIntoCgroup = 0x200000000;
constexpr uint64_t kNamespaces = CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWNS;

constexpr int kMaxHierarchies = 24;
constexpr int kPathSize = 512;

struct Hierarchy {
  char name[64];  // the last part of the mount point: "cpu", "unified"
  char mountPoint[256];
  char folder[kPathSize];  // the cgroup that is made
  bool v2;
  int fd;  // v1: `tasks`, for writing; v2: the folder
};

Hierarchy hierarchies[kMaxHierarchies];
int hierarchyCount = 0;

[[noreturn]] void fail(const char* what, const char* path) {
  fprintf(stderr, "floor: error: %s %s: %s\n", what, path, strerror(errno));
  _exit(1);
}

void must(long result, const char* what, const char* path) {
  if (result < 0) fail(what, path);
}

// /proc/self/mountinfo: "36 31 0:33 / /sys/fs/cgroup/devices rw,relatime - cgroup cgroup rw,devices"
void findHierarchies() {
  FILE* mounts = fopen("/proc/self/mountinfo", "re");
  if (mounts == nullptr) fail("open", "/proc/self/mountinfo");
  char line[4096];
  while (fgets(line, sizeof line, mounts) != nullptr && hierarchyCount < kMaxHierarchies) {
    Hierarchy& found = hierarchies[hierarchyCount];
    const char* type = strstr(line, " - ");
    if (type == nullptr || strncmp(type, " - cgroup", 9) != 0) continue;
    if (sscanf(line, "%*s %*s %*s %*s %255s", found.mountPoint) != 1) continue;
    found.v2 = strncmp(type, " - cgroup2 ", 11) == 0;
    snprintf(found.name, sizeof found.name, "%s", strrchr(found.mountPoint, '/') + 1);
    ++hierarchyCount;
  }
  fclose(mounts);
}

void copyDown(const Hierarchy& cpuset, const char* file) {
  char path[kPathSize + 32];
  char text[256];
  snprintf(path, sizeof path, "%s/%s", cpuset.mountPoint, file);
  const int from = open(path, O_RDONLY | O_CLOEXEC);
  must(from, "open", path);
  const ssize_t length = read(from, text, sizeof text);
  must(length, "read", path);
  close(from);
  snprintf(path, sizeof path, "%s/%s", cpuset.folder, file);
  const int to = open(path, O_WRONLY | O_CLOEXEC);
  must(to, "open", path);
  must(write(to, text, length), "write", path);
  close(to);
}

void makeCgroup(Hierarchy& hierarchy, const char* name) {
  snprintf(hierarchy.folder, sizeof hierarchy.folder, "%s/%s", hierarchy.mountPoint, name);
  must(mkdir(hierarchy.folder, 0755), "mkdir", hierarchy.folder);
  // A v1 cpuset without cpus and nodes accepts no task.
  if (strcmp(hierarchy.name, "cpuset") == 0) {
    copyDown(hierarchy, "cpuset.cpus");
    copyDown(hierarchy, "cpuset.mems");
  }
  char path[kPathSize + 32];
  snprintf(path, sizeof path, "%s/tasks", hierarchy.folder);
  hierarchy.fd = hierarchy.v2 ? open(hierarchy.folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
                              : open(path, O_WRONLY | O_CLOEXEC);
  must(hierarchy.fd, "open", hierarchy.folder);
}

void mountAt(const char* type, const char* target, unsigned long flags, const char* options) {
  mkdir(target, 0755);
  must(mount(type, target, type, flags, options), "mount", target);
}

// The seventh mount: on v1 a tmpfs with the container's cgroup of every hierarchy bound into it.
void mountCgroups() {
  if (hierarchyCount == 1 && hierarchies[0].v2) {
    return mountAt("cgroup2", "sys/fs/cgroup", MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_RDONLY, nullptr);
  }
  mountAt("tmpfs", "sys/fs/cgroup", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=755");
  for (int i = 0; i < hierarchyCount; ++i) {
    char target[128];
    snprintf(target, sizeof target, "sys/fs/cgroup/%.64s", hierarchies[i].name);
    must(mkdir(target, 0755), "mkdir", target);
    must(mount(hierarchies[i].folder, target, nullptr, MS_BIND, nullptr), "bind", target);
  }
}

[[noreturn]] void child(const char* rootfs) {
  for (int i = 0; i < hierarchyCount; ++i) {
    if (!hierarchies[i].v2) must(write(hierarchies[i].fd, "0", 1), "write", hierarchies[i].folder);
  }
  must(setsid(), "setsid", "");
  must(mount(nullptr, "/", nullptr, MS_REC | MS_SLAVE, nullptr), "mount", "/");
  must(mount(rootfs, rootfs, nullptr, MS_BIND | MS_REC, nullptr), "bind", rootfs);
  must(chdir(rootfs), "chdir", rootfs);
  mountAt("proc", "proc", 0, nullptr);
  mountAt("tmpfs", "dev", MS_NOSUID | MS_STRICTATIME, "mode=755,size=65536k");
  mountAt("devpts", "dev/pts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=0666,mode=0620,gid=5");
  mountAt("tmpfs", "dev/shm", MS_NOSUID | MS_NOEXEC | MS_NODEV, "mode=1777,size=65536k");
  mountAt("mqueue", "dev/mqueue", MS_NOSUID | MS_NOEXEC | MS_NODEV, nullptr);
  mountAt("sysfs", "sys", MS_NOSUID | MS_NOEXEC | MS_NODEV | MS_RDONLY, nullptr);
  mountCgroups();
  must(syscall(SYS_pivot_root, ".", "."), "pivot_root", rootfs);
  must(umount2(".", MNT_DETACH), "umount", rootfs);
  must(chdir("/"), "chdir", "/");
  char* const argv[] = {const_cast<char*>("/bin/true"), nullptr};
  char* const environment[] = {nullptr};
  execve(argv[0], argv, environment);
  fail("exec", argv[0]);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  findHierarchies();
  CloneArgs args{};
  args.flags = kNamespaces;
  args.exitSignal = SIGCHLD;
  for (int i = 0; i < hierarchyCount; ++i) {
    makeCgroup(hierarchies[i], argv[2]);
    if (!hierarchies[i].v2) continue;
    args.flags |= kCloneIntoCgroup;
    args.cgroup = hierarchies[i].fd;
  }
  const pid_t pid = syscall(SYS_clone3, &args, sizeof args);
  must(pid, "clone3", "");
  if (pid == 0) child(argv[1]);
  int status = 0;
  must(waitpid(pid, &status, 0), "waitpid", "");
  for (int i = 0; i < hierarchyCount; ++i) must(rmdir(hierarchies[i].folder), "rmdir", hierarchies[i].folder);
  return status == 0 ? 0 : 1;
}
