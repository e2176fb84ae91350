// The gate: the socket in the state directory at which a created container waits for `start`.
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "../fd.h"
#include "../text.h"
#include "host.h"

namespace caisson::host {
namespace {

// Two at once are enough to tell the second `start` that it came too late.
constexpr int kBacklog = 8;

// A socket's address has room for 107 bytes. A state root may be longer: then the way leads over the open directory.
void nameGate(const char* directory, int fd, sockaddr_un& address) {
  address.sun_family = AF_UNIX;
  Text path(address.sun_path, sizeof address.sun_path);
  path.add(directory).add("/gate");
  if (!path.cut()) return;
  path.clear();
  path.add("/proc/self/fd/").addNumber(static_cast<uint64_t>(fd)).add("/gate");
}

}  // namespace

Outcome listen(Run& run, const wire::Listen& act) {
  const char* path = run.plan.text(act.directory);
  const OwnFd directory(open(path, O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!directory.valid()) return failed(wire::Call::kOpen, path);
  OwnFd gate(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
  if (!gate.valid()) return failed(wire::Call::kSocket, path);

  sockaddr_un address{};
  nameGate(path, directory.get(), address);
  if (bind(gate.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    return failed(wire::Call::kBind, path);
  }
  if (::listen(gate.get(), kBacklog) != 0) return failed(wire::Call::kListen, path);
  return keep(run, act.slot, gate.release());
}

}  // namespace caisson::host
