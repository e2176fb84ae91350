// The container's namespaces, and what stands in new ones.
#include <linux/sched.h>
#include <net/if.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../../files.h"
#include "../init.h"

namespace caisson::init {

Outcome unshare(Init&, const wire::Unshare& act) {
  return ::unshare(static_cast<int>(act.flags)) == 0 ? kDone : failed(wire::Call::kUnshare);
}

namespace {

// A user namespace may deny setgroups(2) to everybody in it, and is another user's: the groups of a privileged caller end
// before it is joined. Who has no privilege keeps his, and they are his own.
void dropGroupsFor(uint64_t namespaces) {
  if ((namespaces & CLONE_NEWUSER) != 0) (void)syscall(SYS_setgroups, 0, nullptr);
}

}  // namespace

Outcome join(Init& init, const wire::Join& act) {
  const OwnFd space = Init::take(act.slot);
  if (act.type == CLONE_NEWTIME) return enterTime(init, space.get());
  dropGroupsFor(act.type);
  return setns(space.get(), static_cast<int>(act.type)) == 0 ? kDone : failed(wire::Call::kSetns);
}

// The descriptor stays for a second act: some namespaces are joined before the fork, some behind it.
Outcome joinProcess(Init& init, const wire::JoinProcess& act) {
  const int64_t before = monotonic();
  dropGroupsFor(act.flags);
  if (setns(Init::slot(act.process), static_cast<int>(act.flags)) != 0) return failed(wire::Call::kSetns);
  if ((act.flags & CLONE_NEWTIME) != 0) init.clockShift += monotonic() - before;
  return kDone;
}

Outcome loopback(Init&, const wire::Loopback&) {
  // A unix socket reaches the network devices as well as any, and is in every kernel.
  const OwnFd any(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!any.valid()) return failed(wire::Call::kSocket, "lo");
  ifreq request{};
  strcpy(request.ifr_name, "lo");
  if (ioctl(any.get(), SIOCGIFFLAGS, &request) != 0) return failed(wire::Call::kIoctl, "lo");
  request.ifr_flags |= IFF_UP;
  return ioctl(any.get(), SIOCSIFFLAGS, &request) == 0 ? kDone : failed(wire::Call::kIoctl, "lo");
}

Outcome hostname(Init& init, const wire::Hostname& act) {
  const char* name = init.plan.text(act.name);
  return sethostname(name, act.name.length) == 0 ? kDone : failed(wire::Call::kSethostname, name);
}

Outcome domainname(Init& init, const wire::Domainname& act) {
  const char* name = init.plan.text(act.name);
  return setdomainname(name, act.name.length) == 0 ? kDone : failed(wire::Call::kSetdomainname, name);
}

}  // namespace caisson::init
