#include "channel.h"

#include <sys/socket.h>

#include <array>
#include <cstring>

namespace caisson::addon {

namespace {

constexpr size_t kLongest = sizeof(wire::Report) + wire::kLongestPath + wire::kLongestDetail;
using Buffer = std::array<char, kLongest>;

void takePassed(const msghdr& message, Report& report) {
  const cmsghdr* control = CMSG_FIRSTHDR(&message);
  if (control == nullptr || control->cmsg_type != SCM_RIGHTS || control->cmsg_len != CMSG_LEN(sizeof(int)))
    return;
  int fd;
  memcpy(&fd, CMSG_DATA(control), sizeof fd);
  report.passed.reset(fd);
}

// Init is ours until the exec, but a message is checked all the same: it crosses from the container to the
// host.
void parse(const Buffer& buffer, size_t size, Report& report) {
  wire::Report head;
  if (size < sizeof head) fail(EPROTO, "recvmsg");
  memcpy(&head, buffer.data(), sizeof head);
  const bool fits = head.pathLength <= wire::kLongestPath && head.detailLength <= wire::kLongestDetail &&
                    size == sizeof head + head.pathLength + head.detailLength;
  if (head.magic != wire::kMagic || !fits) fail(EPROTO, "recvmsg");
  report.kind = head.kind;
  report.act = head.act;
  report.error = static_cast<int>(head.error);
  report.call = head.call;
  report.path.assign(buffer.data() + sizeof head, head.pathLength);
  report.detail.assign(buffer.data() + sizeof head + head.pathLength, head.detailLength);
}

// Whether there was a message; false at the end of the channel, and when there is nothing yet (EAGAIN in
// errno).
bool receive(int channel, Report& report) {
  Buffer buffer;
  iovec part{buffer.data(), buffer.size()};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))];
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  errno = 0;
  ssize_t size = recvmsg(channel, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  // The other side closed with something of ours unread. That is told once, and before what it had still to say.
  if (size < 0 && errno == ECONNRESET) size = recvmsg(channel, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  if (size > 0) {
    takePassed(message, report);
    parse(buffer, static_cast<size_t>(size), report);
  } else if (size < 0 && errno != EAGAIN) {
    fail(errno, "recvmsg");
  }
  return size > 0;
}

}  // namespace

Heard hear(int channel, int pidfd, const Deadline& deadline, Report& report) {
  pollfd fds[] = {{channel, POLLIN, 0}, {pidfd, POLLIN, 0}};
  do {
    if (!pollUntil(fds, deadline)) return Heard::kTimeout;
    if (receive(channel, report)) return Heard::kReport;
  } while (errno == EAGAIN && fds[1].revents == 0);
  return Heard::kHangUp;
}

void sendGo(int channel) {
  const uint8_t go = wire::kGo;
  ssize_t sent = 0;
  do {
    sent = send(channel, &go, sizeof go, MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  if (sent < 0 && errno != EPIPE && errno != ECONNRESET) fail(errno, "sendmsg");
}

ActFailure failureOf(const Report& report) {
  ActFailure failure{"failed", "init"};
  failure.act = static_cast<int>(report.act);
  failure.error = report.error;
  failure.syscall = callName(report.call);
  failure.path = report.path;
  failure.detail = report.detail;
  return failure;
}

ActFailure diedFailure(int status) {
  ActFailure failure{"died", "init"};
  failure.status = status;
  return failure;
}

ActFailure timeoutFailure() { return ActFailure{"timeout", "init"}; }

}  // namespace caisson::addon
