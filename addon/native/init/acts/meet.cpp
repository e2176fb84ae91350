// Where init waits for others.
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../init.h"
#include "../report.h"

namespace caisson::init {

Outcome meet(Init& init, const wire::Meet& act) {
  const Outcome met = reportMet(static_cast<uint32_t>(act.point), init.console.get());
  init.console.reset();
  return met.failed() ? met : awaitGo();
}

// A container can wait for a long time: nothing is held meanwhile that no act behind the gate needs.
void letGo(Init& init) {
  OwnFd* const held[] = {&init.root, &init.procSelf, &init.emptyDirectory.mount, &init.hostNull.mount};
  for (OwnFd* fd : held) fd->reset();
}

// Ends the channel to the parent, which thereby learns that the container is created, and takes the connection of
// `start` in its place: what fails from here on is told there. Both close with the execution.
Outcome gate(Init& init, const wire::Gate& act) {
  // Closed at the end: from then on nobody else is let in, and whoever waits sees an end without a message.
  OwnFd listener = Init::take(act.slot);
  close(wire::kFdChannel);
  letGo(init);
  for (;;) {
    const int start = accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC);
    if (start < 0 && (errno == EINTR || errno == ECONNABORTED)) continue;
    if (start < 0) return failed(wire::Call::kAccept4);
    if (start != wire::kFdChannel) {
      if (dup3(start, wire::kFdChannel, O_CLOEXEC) < 0) return failed(wire::Call::kDup3);
      close(start);
    }
    // A start that has gone while it waited (we may have been frozen) is no start.
    const Outcome met = reportMet(wire::kPointGate, -1);
    if (!met.failed() || (met.error != EPIPE && met.error != ECONNRESET)) return met;
    close(wire::kFdChannel);
  }
}

}  // namespace caisson::init
