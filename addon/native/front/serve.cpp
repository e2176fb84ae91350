// The front's time beside the engine.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../fd.h"
#include "../files.h"
#include "../signals.h"
#include "../supervisor/supervisor.h"
#include "front.h"
#include "wire.gen.h"

namespace caisson::front {
namespace {

// A job that is stopped stops whole: the terminal sends these to the engine as well as to us.
constexpr uint64_t kStops = signalBit(SIGTSTP) | signalBit(SIGTTIN) | signalBit(SIGTTOU);

uint64_t passedOn(const Caller& caller) {
  return (~0ULL & ~caller.ignored & ~kStops) | caller.blocked | signalBit(SIGCHLD);
}

struct Heard {
  link::Message message;
  int fds[link::kMostFds] = {-1, -1, -1};

  Heard() = default;
  Heard(const Heard&) = delete;
  Heard& operator=(const Heard&) = delete;
  ~Heard() {
    for (const int fd : fds) OwnFd(fd).reset();
  }
};

void takeFds(const msghdr& message, Heard& heard) {
  const cmsghdr* rights = CMSG_FIRSTHDR(&message);
  if (rights == nullptr || rights->cmsg_type != SCM_RIGHTS) return;
  memcpy(heard.fds, CMSG_DATA(rights), rights->cmsg_len - CMSG_LEN(0));
}

enum class Hearing { kWord, kNothing, kEnd };

Hearing hear(int link, Heard& heard) {
  iovec part{&heard.message, sizeof heard.message};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof heard.fds)];
  msghdr message{};
  message.msg_iov = &part, message.msg_iovlen = 1;
  message.msg_control = control, message.msg_controllen = sizeof control;
  ssize_t length = 0;
  insist([&] {
    length = recvmsg(link, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    return length >= 0;
  });
  // It ended with something of ours unread, which is told once, and before its last word.
  if (length < 0 && errno == ECONNRESET) length = recvmsg(link, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  if (length < 0 && errno == EAGAIN) return Hearing::kNothing;
  if (length <= 0) return Hearing::kEnd;
  takeFds(message, heard);
  const bool whole = length == sizeof heard.message && heard.message.magic == link::kMagic;
  if (!whole) heard.message.word = {};
  return Hearing::kWord;
}

// As wait(2) has it.
int statusOf(const siginfo_t& ended) {
  if (ended.si_code == CLD_EXITED) return (ended.si_status & 0xff) << 8;
  return ended.si_status | (ended.si_code == CLD_DUMPED ? 0x80 : 0);
}

void reap(int link, int pidfd) {
  siginfo_t ended{};
  const int result =
      waitid(static_cast<idtype_t>(P_PIDFD), static_cast<id_t>(pidfd), &ended, WEXITED | WNOHANG);
  link::Message answer;
  answer.word = link::Word::kReap;
  answer.value = result == 0 && ended.si_pid != 0 ? statusOf(ended) : -1;
  (void)send(link, &answer, sizeof answer, MSG_NOSIGNAL);
}

// The inode that the first pid namespace of a host has had since Linux 3.8 (PROC_PID_INIT_INO).
constexpr ino_t kFirstPidNamespace = 0xeffffffc;

// Somebody has to reap the engine when we are gone: init does, and every process that made itself a subreaper. In a
// container the first process may be any program, and the dead would stay for good.
bool mayLeaveTheDead() {
  struct stat status {};
  return stat("/proc/self/ns/pid", &status) == 0 && status.st_ino == kFirstPidNamespace;
}

int leave(const Engine& engine, int status) {
  siginfo_t ended{};
  if (!mayLeaveTheDead()) waitid(P_PID, static_cast<id_t>(engine.pid), &ended, WEXITED);
  return status;
}

// The way the engine ended is the way we end.
int endAs(const siginfo_t& ended) {
  if (ended.si_code == CLD_EXITED) return ended.si_status;
  resetSignal(ended.si_status);
  blockSignals(0);
  kill(getpid(), ended.si_status);
  return 128 + ended.si_status;  // the first process of a pid namespace does not die of its own signals
}

bool lift(int& fd) {
  int high = -1;
  insist([&] { return (high = fcntl(fd, F_DUPFD_CLOEXEC, wire::kSupervisorFdConsole + 1)) >= 0; });
  if (high < 0) return false;
  close(fd);
  fd = high;
  return true;
}

// Puts what came to the numbers on which a supervisor runs. Where that fails, it is as it was.
bool place(Heard& heard) {
  constexpr int targets[] = {wire::kSupervisorFdPlan, wire::kSupervisorFdInit, wire::kSupervisorFdConsole};
  if (heard.fds[0] < 0 || heard.fds[1] < 0) return false;
  for (int& fd : heard.fds) {
    if (fd >= 0 && !lift(fd)) return false;
  }
  for (int i = 0; i < link::kMostFds; ++i) {
    if (heard.fds[i] < 0) close(targets[i]);
    if (heard.fds[i] >= 0 && !insist([&] { return dup3(heard.fds[i], targets[i], O_CLOEXEC) >= 0; }))
      return false;
  }
  for (int& fd : heard.fds) OwnFd(fd).reset(), fd = -1;
  return true;
}

class Service {
 public:
  Service(const Engine& engine, const Caller& caller)
      : engine_(engine), ignored_(caller.ignored), signals_(openSignals(passedOn(caller))) {}

  int run();

 private:
  bool takeSignals(siginfo_t& ended);
  bool obey(Heard& heard, int& status);

  Engine engine_;
  uint64_t ignored_;
  OwnFd signals_;
  uint64_t passed_ = 0;  // what came; the engine of a foreground run keeps it from taking effect
};

// Whether the engine has ended.
bool Service::takeSignals(siginfo_t& ended) {
  signalfd_siginfo arrived;
  while (read(signals_.get(), &arrived, sizeof arrived) == static_cast<ssize_t>(sizeof arrived)) {
    const int signal = static_cast<int>(arrived.ssi_signo);
    if (signal == SIGCHLD) continue;
    passed_ |= signalBit(signal) & ~ignored_;
    kill(engine_.pid, signal);
  }
  const int waited = waitid(P_PID, static_cast<id_t>(engine_.pid), &ended, WEXITED | WNOHANG);
  return waited == 0 && ended.si_pid != 0;
}

// Whether that was the last word; status is ours then.
bool Service::obey(Heard& heard, int& status) {
  switch (heard.message.word) {
    case link::Word::kExit: status = leave(engine_, heard.message.value); return true;
    case link::Word::kReap: reap(engine_.link, heard.fds[0]); return false;
    case link::Word::kSupervise:
      status =
          place(heard) ? supervisor::run({passed_, engine_.pid}) : supervisor::abandon(heard.fds[1], errno);
      return true;
    default: return false;
  }
}

int Service::run() {
  for (;;) {
    pollfd waits[] = {{engine_.link, POLLIN, 0}, {signals_.get(), POLLIN, 0}};
    if (poll(waits, 2, -1) < 0) continue;
    siginfo_t ended{};
    const bool over = waits[1].revents != 0 && takeSignals(ended);
    // Also when it has ended: its last word came before.
    for (;;) {
      Heard heard;
      const Hearing hearing = engine_.link >= 0 ? hear(engine_.link, heard) : Hearing::kNothing;
      int status = 0;
      if (hearing == Hearing::kWord && obey(heard, status)) return status;
      if (hearing == Hearing::kEnd) engine_.link = -1;
      if (hearing != Hearing::kWord) break;
    }
    if (over) return endAs(ended);
  }
}

}  // namespace

void holdSignals(const Caller& caller) {
  resetSignal(SIGCHLD);  // ignored, it would take the exit status away
  blockSignals(passedOn(caller));
}

int serve(const Engine& engine, const Caller& caller) { return Service(engine, caller).run(); }

}  // namespace caisson::front
