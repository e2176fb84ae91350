// Trees that came by a socket: a container may have more of them than a process may have descriptors. And those that the
// caller may not take: init has every capability over its own copy of the host's mounts.
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../tree.h"
#include "../init.h"
#include "../room.h"

namespace caisson::init {
namespace {

constexpr int kMostAtOnce = 253;  // SCM_MAX_FD

// Above every slot: the kernel gives the lowest numbers that are free, and those may be slots of others.
OwnFd lifted(int fd) {
  const OwnFd low(fd);
  return OwnFd(fcntl(fd, F_DUPFD_CLOEXEC, wire::kFdSlotBase + wire::kFdSlots));
}

// What is staged had a slot once, which the next tree may get.
void lift(OwnFd& staged) {
  if (staged.valid()) staged = lifted(staged.release());
}

// Into its slot.
Outcome settle(const OwnFd& tree, uint64_t slot) {
  if (!tree.valid()) return failed(wire::Call::kFcntl);
  if (slot >= static_cast<uint64_t>(wire::kFdSlots)) return refused(EBADF, wire::Call::kPlan);
  return dup3(tree.get(), Init::slot(slot), O_CLOEXEC) >= 0 ? kDone : failed(wire::Call::kDup3);
}

// What a message brought; everything of it is closed with this.
struct Trees {
  OwnFd fds[kMostAtOnce];
  size_t count = 0;
};

Outcome receive(int queue, Trees& trees) {
  char letter = 0;
  iovec part{&letter, 1};
  alignas(cmsghdr) char control[CMSG_SPACE(kMostAtOnce * sizeof(int))];
  msghdr message{};
  message.msg_iov = &part, message.msg_iovlen = 1;
  message.msg_control = control, message.msg_controllen = sizeof control;
  if (recvmsg(queue, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT) < 0) return failed(wire::Call::kRecvmsg);
  const cmsghdr* right = CMSG_FIRSTHDR(&message);
  if (right == nullptr || right->cmsg_type != SCM_RIGHTS) return refused(ENOMSG, wire::Call::kRecvmsg);
  trees.count = (right->cmsg_len - CMSG_LEN(0)) / sizeof(int);
  for (size_t i = 0; i < trees.count; ++i) {
    int fd = -1;
    memcpy(&fd, CMSG_DATA(right) + i * sizeof fd, sizeof fd);
    trees.fds[i] = lifted(fd);
  }
  return (message.msg_flags & MSG_CTRUNC) != 0 ? refused(EMFILE, wire::Call::kRecvmsg) : kDone;
}

}  // namespace

Outcome receiveTrees(Init& init, const wire::ReceiveTrees& act) {
  const RoomForDescriptors room;
  init.last.reset();  // it has the number of a slot
  lift(init.stagedDirectory);
  lift(init.stagedFile);
  Trees trees;
  Outcome o = receive(Init::slot(act.queue), trees);
  for (size_t i = 0; i < trees.count && !o.failed(); ++i) o = settle(trees.fds[i], act.first + i);
  return o;
}

Outcome takeTree(Init& init, const wire::TakeTree& act) {
  OwnFd tree;
  const Outcome o = copyTree(init.plan.text(act.path), act.recursive != 0, act.directory != 0, tree);
  if (o.failed()) return o;
  const RoomForDescriptors room;
  return settle(tree, act.slot);
}

Outcome takeFallback(Init& init, const wire::TakeFallback& act) {
  OwnFd tree;
  const Outcome o = copyTreeIfThere(init.plan.text(act.path), tree);
  if (o.failed() || !tree.valid()) return o;
  const RoomForDescriptors room;
  return settle(tree, act.slot);
}

}  // namespace caisson::init
