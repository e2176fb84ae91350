// From the first meeting point on: let go, end, open the gate.
#include <sys/socket.h>

#include "channel.h"
#include "launch.h"
#include "process.h"
#include "socket.h"

namespace caisson::addon {

namespace {

// What the end of the channel means after `go`. The exec closes it, and so does death; but an init that fails
// says so first, and one that is killed before its exec looks like a program that was killed after it. To
// whoever waits for the exit status both are the same, so both count as exec.
[[noreturn]] void failOn(Heard heard, const Report& report) {
  if (heard == Heard::kTimeout) throw timeoutFailure();
  throw failureOf(report);
}

const char* pointName(uint32_t point) {
  switch (point) {
    case wire::kPointBorn: return "born";
    case wire::kPointMounted: return "mounted";
    default: return "ready";
  }
}

struct Init {
  int channel;
  int pidfd;
};

// As hear(); on the way, the listener of a filter goes to whoever waits for it, while init waits for us, and nothing that it
// does from then on can wait for anybody else first.
Heard hearOn(const Init& init, const Deadline& deadline, const std::optional<FilterReceiver>& receiver,
             Report& report) {
  const Heard heard = hear(init.channel, init.pidfd, deadline, report);
  const bool met = heard == Heard::kReport && report.kind == wire::kReportMet;
  if (!met || report.act != wire::kPointFilter) return heard;
  if (!receiver || !report.passed.valid()) fail(EPROTO, "recvmsg");
  sendWithFd(receiver->socket, report.passed.get(), receiver->message, receiver->path,
             Deadline(receiver->deadline));
  // They may read up to the end before they answer, and the next call may need their answer.
  checked(shutdown(receiver->socket, SHUT_RDWR), "shutdown", receiver->path);
  report.passed.reset();
  sendGo(init.channel);
  return hear(init.channel, init.pidfd, deadline, report);
}

// Somebody else was first: init has closed the listener, or its file is gone.
bool isTaken(const SystemFailure& failure) {
  return failure.syscall == std::string_view("connect") &&
         (failure.error == ECONNREFUSED || failure.error == ENOENT);
}

}  // namespace

Met proceed(const Launched& launched, double deadline, const std::optional<FilterReceiver>& receiver) {
  sendGo(launched.channel);
  Report report;
  const Heard heard = hearOn({launched.channel, launched.pidfd}, Deadline(deadline), receiver, report);
  if (heard == Heard::kHangUp) return {"exec", -1};
  if (heard == Heard::kReport && report.kind == wire::kReportMet) {
    return {pointName(report.act), report.passed.release()};
  }
  failOn(heard, report);
}

void release(const Launched& launched) {
  sendGo(launched.channel);
  for (const int fd : {launched.channel, launched.pidfd, launched.console}) OwnFd(fd).reset();
}

std::string openGate(const Path& directory, int pidfd, double milliseconds,
                     const std::optional<FilterReceiver>& receiver) {
  const Deadline deadline(milliseconds);
  OwnFd gate;
  try {
    gate = connectTo(Path{directory + "/gate"}, SOCK_SEQPACKET, deadline);
  } catch (const SystemFailure& failure) {
    if (!isTaken(failure) || hasEnded(pidfd)) throw;
    return "taken";
  }
  Report report;
  Heard heard = hear(gate.get(), pidfd, deadline, report);
  if (heard == Heard::kHangUp) {
    // A process closes its sockets a moment before its pidfd tells that it has ended.
    if (awaitEnd(pidfd, 20)) throw diedFailure(0);
    return "taken";
  }
  if (heard == Heard::kReport && report.kind == wire::kReportMet) {
    heard = hearOn({gate.get(), pidfd}, deadline, receiver, report);
    if (heard == Heard::kHangUp) return "running";
  }
  failOn(heard, report);
}

}  // namespace caisson::addon
