#include "front.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstring>
#include <initializer_list>
#include <mutex>

#include "caller.h"
#include "deadline.h"
#include "failure.h"
#include "image.h"
#include "native/front/link.h"

namespace caisson::addon {

namespace {

// The front answers at once, or is gone, and then we are being killed.
constexpr double kAnswerMilliseconds = 10'000;
constexpr int kUnsupervised = 255;

// Nothing that is executed from here on gets it.
int openLink() {
  const int link = caller().link;
  if (link >= 0) checked(fcntl(link, F_SETFD, FD_CLOEXEC), "fcntl");
  return link;
}

int front() {
  static const int link = openLink();
  return link;
}

void say(link::Word word, int value, std::initializer_list<int> fds = {}) {
  link::Message words;
  words.word = word;
  words.value = value;
  iovec part{&words, sizeof words};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int) * link::kMostFds)] = {};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (fds.size() > 0) {
    message.msg_control = control;
    message.msg_controllen = CMSG_SPACE(sizeof(int) * fds.size());
    cmsghdr* rights = CMSG_FIRSTHDR(&message);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof(int) * fds.size());
    memcpy(CMSG_DATA(rights), fds.begin(), sizeof(int) * fds.size());
  }
  ssize_t sent = 0;
  do {
    sent = sendmsg(front(), &message, MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  checked(sent, "sendmsg", "the front");
}

// The front goes on without us while the kernel takes our memory apart: whoever waits for the end of a pipe, for the
// bundle's filesystem or for a lock waits for the front only.
void letGoOfEverything() {
  (void)!chdir("/");
  const auto link = static_cast<unsigned>(front());
  if (link > 0) syscall(SYS_close_range, 0, link - 1, 0);
  syscall(SYS_close_range, link + 1, ~0U, 0);
}

}  // namespace

bool hasFront() { return front() >= 0; }

void exitNow(int status) {
  try {
    if (hasFront()) {
      letGoOfEverything();
      say(link::Word::kExit, status);
    }
  } catch (const SystemFailure&) {
    // The status says it as well.
  }
  _exit(status);
}

int reapByFront(int pidfd) {
  static std::mutex one;
  const std::lock_guard guard(one);
  say(link::Word::kReap, 0, {pidfd});
  pollfd fds[] = {{front(), POLLIN, 0}};
  link::Message answer;
  if (!pollUntil(fds, Deadline(kAnswerMilliseconds))) return 0;
  if (recv(front(), &answer, sizeof answer, MSG_DONTWAIT) != static_cast<ssize_t>(sizeof answer)) return 0;
  return answer.word == link::Word::kReap && answer.value >= 0 ? answer.value : 0;
}

void superviseByFront(const std::vector<uint8_t>& program, const Launched& launched) {
  const OwnFd plan = sealedMemory("caisson-plan", program);
  if (launched.console >= 0) {
    say(link::Word::kSupervise, 0, {plan.get(), launched.pidfd, launched.console});
  } else {
    say(link::Word::kSupervise, 0, {plan.get(), launched.pidfd});
  }
  letGoOfEverything();
  _exit(kUnsupervised);
}

}  // namespace caisson::addon
