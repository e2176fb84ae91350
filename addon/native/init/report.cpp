#include "report.h"

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

namespace caisson::init {
namespace {

constexpr int kEnd = 127;
int channelFd = wire::kFdChannel;

uint32_t cutLength(const char* text, uint32_t longest) {
  return static_cast<uint32_t>(strnlen(text, longest));
}

// One message of the head and up to two texts; the channel may be closed on the other side.
bool send(wire::Report& head, const char* path, const char* detail, int passed) {
  head.magic = wire::kMagic;
  head.pathLength = cutLength(path, wire::kLongestPath);
  head.detailLength = cutLength(detail, wire::kLongestDetail);
  iovec parts[] = {{&head, sizeof head},
                   {const_cast<char*>(path), head.pathLength},
                   {const_cast<char*>(detail), head.detailLength}};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  msghdr message{};
  message.msg_iov = parts;
  message.msg_iovlen = 3;
  if (passed >= 0) {
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    cmsghdr* right = CMSG_FIRSTHDR(&message);
    right->cmsg_level = SOL_SOCKET;
    right->cmsg_type = SCM_RIGHTS;
    right->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(right), &passed, sizeof passed);
  }
  return sendmsg(channelFd, &message, MSG_NOSIGNAL) >= 0;
}

}  // namespace

int channel() { return channelFd; }

bool moveChannel(int least) {
  const int moved = fcntl(channelFd, F_DUPFD_CLOEXEC, least);
  if (moved < 0) return false;
  close(channelFd);
  channelFd = moved;
  return true;
}

void reportFailure(uint32_t act, const Outcome& outcome) {
  wire::Report head{};
  head.kind = wire::kReportFailed;
  head.act = act;
  head.error = static_cast<uint32_t>(outcome.error);
  head.call = static_cast<uint32_t>(outcome.call);
  (void)send(head, outcome.path, outcome.detail, -1);
}

Outcome reportMet(uint32_t point, int passed) {
  wire::Report head{};
  head.kind = wire::kReportMet;
  head.act = point;
  return send(head, "", "", passed) ? kDone : failed(wire::Call::kSendmsg);
}

Outcome reportForked(int pid, int pidfd) {
  wire::Report head{};
  head.kind = wire::kReportForked;
  head.act = static_cast<uint32_t>(pid);
  return send(head, "", "", pidfd) ? kDone : failed(wire::Call::kSendmsg);
}

Outcome awaitGo() {
  uint8_t letter = 0;
  ssize_t length = 0;
  do {
    length = recv(channelFd, &letter, sizeof letter, 0);
  } while (length < 0 && errno == EINTR);
  if (length == 0 || (length < 0 && errno == ECONNRESET)) _exit(kEnd);
  if (length < 0) return failed(wire::Call::kRecvmsg);
  return letter == wire::kGo ? kDone : refused(EPROTO, wire::Call::kRecvmsg);
}

}  // namespace caisson::init
