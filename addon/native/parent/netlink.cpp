#include "netlink.h"

#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>

#include "../rawcall.h"
#include "../text.h"

namespace caisson::parent {

Message& Message::add(uint16_t type, const void* value, size_t size) {
  const size_t at = NLMSG_ALIGN(header().nlmsg_len);
  if (at + RTA_SPACE(size) > sizeof bytes_) {
    whole_ = false;
    return *this;
  }
  auto& attribute = *reinterpret_cast<rtattr*>(bytes_ + at);
  attribute.rta_type = type;
  attribute.rta_len = static_cast<uint16_t>(RTA_LENGTH(size));
  memcpy(RTA_DATA(&attribute), value, size);
  header().nlmsg_len = static_cast<uint32_t>(at + RTA_SPACE(size));
  return *this;
}

Message& Message::addText(uint16_t type, const char* text) { return add(type, text, strlen(text) + 1); }

Attributes::Attributes(const nlmsghdr& header, size_t body)
    : at_(reinterpret_cast<const char*>(&header) + NLMSG_HDRLEN + NLMSG_ALIGN(body)),
      end_(reinterpret_cast<const char*>(&header) + header.nlmsg_len) {}

const rtattr* Attributes::next() {
  if (end_ - at_ < static_cast<ptrdiff_t>(sizeof(rtattr))) return nullptr;
  const auto* attribute = reinterpret_cast<const rtattr*>(at_);
  if (attribute->rta_len < sizeof(rtattr) || attribute->rta_len > end_ - at_) return nullptr;
  at_ += RTA_ALIGN(attribute->rta_len);
  return attribute;
}

const void* attribute(const nlmsghdr& header, size_t body, uint16_t type, size_t size) {
  Attributes all(header, body);
  while (const rtattr* one = all.next()) {
    if ((one->rta_type & NLA_TYPE_MASK) == type && RTA_PAYLOAD(one) >= size) return RTA_DATA(one);
  }
  return nullptr;
}

namespace {

constexpr timeval kPatience{10, 0};  // for the lock of the kernel's network configuration, mostly

struct Visit {
  explicit Visit(int of) : network(of) {}

  int network;
  long socket = -1;
  alignas(16) char stack[8192];

  // In a process that shares our memory and descriptors: no libc, whose errno is our thread's.
  static int run(void* self) {
    auto* visit = static_cast<Visit*>(self);
    const long joined = rawCall(SYS_setns, visit->network, CLONE_NEWNET);
    visit->socket =
        joined < 0 ? joined : rawCall(SYS_socket, AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    rawCall(SYS_exit, 0);
    return 0;
  }
};

}  // namespace

Outcome Netlink::openHere() {
  socket_.reset(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
  return socket_.valid() ? prepare() : failed(wire::Call::kSocket);
}

Outcome Netlink::openIn(int network) {
  Visit visit(network);
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  // A handler of the engine must not run there.
  pthread_sigmask(SIG_SETMASK, &all, &before);
  // Without SIGCHLD at its end: the engine has no business with it. We sleep until then (CLONE_VFORK).
  const pid_t pid =
      ::clone(Visit::run, visit.stack + sizeof visit.stack, CLONE_VM | CLONE_FILES | CLONE_VFORK, &visit);
  const int error = errno;
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (pid < 0) return refused(error, wire::Call::kClone);
  while (waitpid(pid, nullptr, __WALL) < 0 && errno == EINTR) {
  }
  if (visit.socket < 0) return refused(static_cast<int>(-visit.socket), wire::Call::kSetns);
  socket_.reset(static_cast<int>(visit.socket));
  return prepare();
}

Outcome Netlink::prepare() {
  const int on = 1;
  setsockopt(socket_.get(), SOL_NETLINK, NETLINK_EXT_ACK, &on,
             sizeof on);  // words, where the kernel has some
  setsockopt(socket_.get(), SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof on);
  if (setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience) != 0)
    return failed(wire::Call::kSocket);
  return kDone;
}

int Netlink::send(Message& message) {
  if (!message.whole()) return EMSGSIZE;
  message.header().nlmsg_seq = ++sequence_;
  interrupted_ = false;
  words_[0] = '\0';
  sockaddr_nl kernel{};
  kernel.nl_family = AF_NETLINK;
  const ssize_t sent = sendto(socket_.get(), &message.header(), message.header().nlmsg_len, 0,
                              reinterpret_cast<const sockaddr*>(&kernel), sizeof kernel);
  return sent < 0 ? errno : 0;
}

// Only what the kernel itself says: other processes can send to a netlink socket too.
int Netlink::receive(size_t& length) {
  for (;;) {
    sockaddr_nl sender{};
    iovec part{buffer_, sizeof buffer_};
    msghdr message{};
    message.msg_name = &sender;
    message.msg_namelen = sizeof sender;
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    const ssize_t received = recvmsg(socket_.get(), &message, 0);
    if (received < 0 && errno == EINTR) continue;
    if (received < 0) return errno == EAGAIN ? ETIMEDOUT : errno;
    if (sender.nl_pid != 0) continue;
    if ((message.msg_flags & MSG_TRUNC) != 0) return EMSGSIZE;
    length = static_cast<size_t>(received);
    return 0;
  }
}

int Netlink::endOf(const nlmsghdr& header) {
  if (header.nlmsg_len < NLMSG_LENGTH(sizeof(int))) return EPROTO;
  const auto* said = reinterpret_cast<const char*>(&header) + NLMSG_HDRLEN;
  int error = 0;
  memcpy(&error, said, sizeof error);
  if (error == 0) return interrupted_ ? EINTR : 0;
  // Behind the errno there is the header of our request, and behind that the words (NETLINK_CAP_ACK leaves its body out).
  const bool hasWords = header.nlmsg_type == NLMSG_ERROR && (header.nlmsg_flags & NLM_F_ACK_TLVS) != 0;
  const void* words = hasWords ? attribute(header, sizeof(nlmsgerr), NLMSGERR_ATTR_MSG, 1) : nullptr;
  if (words != nullptr) copyText(words_, sizeof words_, static_cast<const char*>(words));
  return -error;
}

}  // namespace caisson::parent
