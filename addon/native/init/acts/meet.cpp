// Where init waits for others.
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

namespace {

// A container can wait for a long time: nothing is held meanwhile that no act behind the gate needs.
void letGo(Init& init) {
  OwnFd* const held[] = {&init.root, &init.procSelf, &init.emptyDirectory.mount, &init.hostNull.mount};
  for (OwnFd* fd : held) fd->reset();
}

}  // namespace

// Ends the channel to the parent, which thereby learns that the container is created, and takes the connection of
// `start` in its place: what fails from here on is told there. Both close with the execution.
Outcome gate(Init& init, const wire::Gate& act) {
  OwnFd listener = Init::take(act.slot);
  close(wire::kFdChannel);
  letGo(init);
  int start = -1;
  do {
    start = accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC);
  } while (start < 0 && (errno == EINTR || errno == ECONNABORTED));
  if (start < 0) return failed(wire::Call::kAccept4);
  // From here on nobody else is let in, and whoever waits sees an end without a message.
  listener.reset();
  if (start != wire::kFdChannel) {
    if (dup3(start, wire::kFdChannel, O_CLOEXEC) < 0) return failed(wire::Call::kDup3);
    close(start);
  }
  return reportMet(wire::kPointGate, -1);
}

}  // namespace caisson::init
