#include "watch.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "deadline.h"
#include "failure.h"

namespace caisson::addon {

namespace {

// What an eventfd or inotify has to say is read away, so that it is quiet until the next time. A pidfd has nothing to
// read and stays ready.
void quieten(int fd) {
  alignas(inotify_event) char told[4096];
  (void)!read(fd, told, sizeof told);
}

int pollEach(std::vector<pollfd>& waits, const Deadline& deadline) {
  int ready = 0;
  do {
    ready = poll(waits.data(), waits.size(), deadline.left());
  } while (ready < 0 && errno == EINTR);
  return checked(ready, "poll");
}

}  // namespace

// cgroup-v1/memory.rst#oom-control: the kernel signals the eventfd when the limit is hit, and when the cgroup goes.
int watchOom(const Path& directory) {
  const std::string control = directory + "/memory.oom_control";
  const std::string registry = directory + "/cgroup.event_control";
  OwnFd event(checked(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd"));
  const OwnFd watched(checked(open(control.c_str(), O_RDONLY | O_CLOEXEC), "open", control));
  writeKernelText(Path{registry}, std::to_string(event.get()) + " " + std::to_string(watched.get()));
  return event.release();
}

int watchFiles(const std::vector<std::string>& paths) {
  OwnFd watch(checked(inotify_init1(IN_CLOEXEC | IN_NONBLOCK), "inotify_init1"));
  for (const std::string& path : paths) {
    checked(inotify_add_watch(watch.get(), path.c_str(), IN_MODIFY), "inotify_add_watch", path);
  }
  return watch.release();
}

int awaitChange(const std::vector<int>& watches, int output, double wait) {
  std::vector<pollfd> waits;
  for (const int fd : watches) waits.push_back({fd, POLLIN, 0});
  // Nothing is asked of it, so that only its end is told.
  waits.push_back({output, 0, 0});
  if (pollEach(waits, Deadline(wait)) == 0) return -1;
  for (size_t index = 0; index < waits.size(); index++) {
    if (waits[index].revents == 0) continue;
    if (index < watches.size()) quieten(waits[index].fd);
    return static_cast<int>(index);
  }
  return -1;
}

}  // namespace caisson::addon
