// Trees of mounts beyond the ordinary: more than descriptors, with mapped owners, or not there at all.
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "../sys.h"
#include "../tree.h"
#include "host.h"

namespace caisson::host {
namespace {

constexpr uint64_t kMostAtOnce = 253;  // SCM_MAX_FD
constexpr int kQueueBytes = 16 << 20;  // of messages; the kernel counts a thousand for each
constexpr const char* kFull = "the queue of mount sources is full";

// Whoever may not force it gets the ordinary size, which is enough for some ten thousand trees.
Outcome makeQueue(Run& run, uint64_t slot) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return failed(wire::Call::kSocket);
  run.queue.reset(ends[0]);
  (void)setsockopt(ends[0], SOL_SOCKET, SO_SNDBUFFORCE, &kQueueBytes, sizeof kQueueBytes);
  return keep(run, slot, ends[1]);
}

Outcome sendAll(const Run& run, const int* fds, size_t count) {
  char letter = 0;
  iovec part{&letter, 1};
  alignas(cmsghdr) char control[CMSG_SPACE(kMostAtOnce * sizeof(int))] = {};
  msghdr message{};
  message.msg_iov = &part, message.msg_iovlen = 1;
  message.msg_control = control, message.msg_controllen = CMSG_SPACE(count * sizeof(int));
  cmsghdr* right = CMSG_FIRSTHDR(&message);
  right->cmsg_level = SOL_SOCKET;
  right->cmsg_type = SCM_RIGHTS;
  right->cmsg_len = CMSG_LEN(count * sizeof(int));
  memcpy(CMSG_DATA(right), fds, count * sizeof(int));
  // Nobody reads yet: who waited here would wait for good.
  if (sendmsg(run.queue.get(), &message, MSG_NOSIGNAL | MSG_DONTWAIT) == 1) return kDone;
  return refused(errno, wire::Call::kSendmsg, "", errno == EAGAIN ? kFull : "");
}

}  // namespace

Outcome queueTrees(Run& run, const wire::QueueTrees& act) {
  const auto slots = static_cast<uint64_t>(wire::kFdSlots);
  if (act.count == 0 || act.count > kMostAtOnce || act.count > slots - act.first)
    return refused(EINVAL, wire::Call::kPlan);
  if (!run.queue.valid()) {
    if (Outcome o = makeQueue(run, act.queue); o.failed()) return o;
  }
  int* fds = run.slots.fds + act.first;
  if (Outcome o = sendAll(run, fds, act.count); o.failed()) return o;
  for (uint64_t i = 0; i < act.count; ++i) {
    close(fds[i]);
    fds[i] = -1;
  }
  return kDone;
}

Outcome openFallback(Run& run, const wire::OpenFallback& act) {
  OwnFd tree;
  const Outcome o = copyTreeIfThere(run.plan.text(act.path), tree);
  return o.failed() || !tree.valid() ? o : keep(run, act.slot, tree.release());
}

// Before the tree is attached: the kernel maps no mount that somebody may be using.
Outcome idmapTree(Run& run, const wire::IdmapTree& act) {
  mount_attr attributes{};
  attributes.attr_set = MOUNT_ATTR_IDMAP;
  attributes.userns_fd = static_cast<uint64_t>(run.slots.fds[act.userNamespace]);
  const unsigned flags = AT_EMPTY_PATH | (act.recursive != 0 ? AT_RECURSIVE : 0U);
  const int set = sys::mountSetattr(run.slots.fds[act.tree], "", flags, attributes);
  return set == 0 ? kDone : failed(wire::Call::kMountSetattr);
}

}  // namespace caisson::host
