#include "socket.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>

#include "failure.h"
#include "launch.h"

namespace caisson::addon {

namespace {

// connect(2) on a unix socket waits while the queue is full, as long as the send timeout says.
void limitWaits(int fd, const Deadline& deadline) {
  const int left = std::max(deadline.left(), 1);
  const timeval time{left / 1000, (left % 1000) * 1000L};
  checked(setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time), "socket");
}

sockaddr_un addressIn(int directory, const Path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string shorter = "/proc/self/fd/" + std::to_string(directory) + "/" + path.base();
  if (shorter.size() >= sizeof address.sun_path) fail(ENAMETOOLONG, "connect", path);
  memcpy(address.sun_path, shorter.c_str(), shorter.size() + 1);
  return address;
}

// One sendmsg(2); a negative descriptor is none.
ssize_t sendPart(int socket, std::string_view text, int fd) {
  iovec part{const_cast<char*>(text.data()), text.size()};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (fd >= 0) {
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(header), &fd, sizeof fd);
  }
  return sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

}  // namespace

OwnFd connectTo(const Path& path, int type, const Deadline& deadline) {
  const std::string directory = path.directory();
  const OwnFd parent(checked(open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC), "open", directory));
  OwnFd fd(checked(socket(AF_UNIX, type | SOCK_CLOEXEC, 0), "socket"));
  const sockaddr_un address = addressIn(parent.get(), path);
  limitWaits(fd.get(), deadline);
  if (connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0) {
    fail(errno == EAGAIN ? ETIMEDOUT : errno, "connect", path);
  }
  return fd;
}

void sendWithFd(int socket, int fd, const std::string& text, const Path& path, const Deadline& deadline) {
  std::string_view rest = text;
  while (!rest.empty()) {
    const ssize_t sent = sendPart(socket, rest, fd);
    if (sent >= 0) {
      rest.remove_prefix(static_cast<size_t>(sent));
      fd = -1;
    } else if (errno == EAGAIN) {
      pollfd room[] = {{socket, POLLOUT, 0}};
      if (!pollUntil(room, deadline)) fail(ETIMEDOUT, "sendmsg", path);
    } else if (errno != EINTR) {
      fail(errno, "sendmsg", path);
    }
  }
}

int connectStream(const Path& path, double deadline) {
  return connectTo(path, SOCK_STREAM, Deadline(deadline)).release();
}

void sendDescriptor(const Path& socket, int fd, const std::string& name, double deadline) {
  const Deadline end(deadline);
  const OwnFd connection = connectTo(socket, SOCK_STREAM, end);
  sendWithFd(connection.get(), fd, name, socket, end);
}

}  // namespace caisson::addon
