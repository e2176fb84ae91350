// Network devices of the host that a container is given, and that come back when it does not come to be. Who owns the name of
// a device may be anybody; from the first look on it is known by its number.
#include <fcntl.h>
#include <net/if.h>
#include <string.h>
#include <unistd.h>

#include "../text.h"
#include "device_addresses.h"
#include "parent.h"

namespace caisson::parent {

namespace {

// A device as one network namespace has it.
struct Device {
  int index = 0;
  unsigned flags = 0;
  char name[IFNAMSIZ] = {};
};

constexpr uint32_t kWithoutCounters = 1U << 3;  // RTEXT_FILTER_SKIP_STATS

// By its name, or by its number when that is given.
int find(Netlink& netlink, int index, const char* name, Device& device) {
  Message message(RTM_GETLINK, NLM_F_ACK);
  message.body<ifinfomsg>().ifi_index = index;
  if (index == 0) message.addText(IFLA_IFNAME, name);
  message.addNumber(IFLA_EXT_MASK, kWithoutCounters);
  return netlink.ask(message, [&](const nlmsghdr& header) {
    if (header.nlmsg_type != RTM_NEWLINK || header.nlmsg_len < NLMSG_LENGTH(sizeof(ifinfomsg))) return;
    const auto& link =
        *reinterpret_cast<const ifinfomsg*>(reinterpret_cast<const char*>(&header) + NLMSG_HDRLEN);
    device.index = link.ifi_index;
    device.flags = link.ifi_flags;
    if (const void* called = attribute(header, sizeof link, IFLA_IFNAME, 1))
      copyText(device.name, sizeof device.name, static_cast<const char*>(called));
  });
}

Message change(int index) {
  Message message(RTM_SETLINK, NLM_F_ACK);
  message.body<ifinfomsg>().ifi_index = index;
  return message;
}

int move(Netlink& from, int index, int network, const char* name) {
  Message message = change(index);
  message.addNumber(IFLA_NET_NS_FD, static_cast<uint32_t>(network)).addText(IFLA_IFNAME, name);
  return from.ask(message);
}

int rename(Netlink& netlink, int index, const char* name) {
  Message message = change(index);
  return netlink.ask(message.addText(IFLA_IFNAME, name));
}

int setUp(Netlink& netlink, int index) {
  Message message = change(index);
  message.body<ifinfomsg>().ifi_flags = IFF_UP;
  message.body<ifinfomsg>().ifi_change = IFF_UP;
  return netlink.ask(message);
}

// The way from one network namespace to another.
struct Way {
  Netlink& from;
  Netlink& to;
  int network;       // that of `to`
  const char* name;  // in there; with %d, the kernel picks a number
  bool up;
};

struct Trouble {
  int error = 0;
  bool moved = false;  // the device is over there all the same
  char words[128] = {};
};

Trouble trouble(int error, bool moved, const Netlink& netlink) {
  Trouble trouble{error, moved, {}};
  copyText(trouble.words, sizeof trouble.words, netlink.words());
  return trouble;
}

// Under a name that nobody has, first: then it is found over there, whatever the kernel makes of a template, and a name that
// is taken is refused before anybody knows it by that name.
Trouble take(const Way& way, const char* passing, int& index, Addresses& addresses) {
  if (const int error = move(way.from, index, way.network, passing)) {
    Device device;
    const bool moved = find(way.to, 0, passing, device) == 0;
    if (moved) index = device.index;
    return trouble(error, moved, way.from);
  }
  Device device;
  if (const int error = find(way.to, 0, passing, device)) return trouble(error, false, way.to);
  index = device.index;
  int error = rename(way.to, index, way.name);
  if (error == 0) error = find(way.to, index, "", device);
  if (error == 0) error = addresses.give(way.to, index, device.name);
  if (error == 0 && way.up) error = setUp(way.to, index);
  return trouble(error, true, way.to);
}

// `caisson-3f2a`: of the process that gets the device, so nobody else's.
struct PassingName {
  char text[IFNAMSIZ];
  explicit PassingName(int pid) {
    Text(text, sizeof text).add("caisson-").addNumber(static_cast<uint64_t>(pid), 16);
  }
};

Outcome openNetwork(Run& run, OwnFd& network) {
  Text path(run.path, sizeof run.path);
  path.add("/proc/").addNumber(static_cast<uint64_t>(run.child.pid)).add("/ns/net");
  network.reset(open(path.get(), O_RDONLY | O_CLOEXEC));
  if (!network.valid()) return failed(wire::Call::kOpen, path.get());
  // Asked behind the open: a pid that became another process's is seen.
  if (hasEnded(run.child)) return refused(ESRCH, wire::Call::kOpen, path.get());
  return kDone;
}

Outcome openOwnNetwork(OwnFd& network) {
  network.reset(open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
  return network.valid() ? kDone : failed(wire::Call::kOpen, "/proc/thread-self/ns/net");
}

Outcome told(Run& run, int error, const char* words, const char* name, const char* more = "") {
  Text(run.detail, sizeof run.detail).add(words).add(*words != '\0' && *more != '\0' ? ", " : "").add(more);
  return refused(error, wire::Call::kRtnetlink, name, run.detail);
}

}  // namespace

Outcome moveNetworkDevice(Run& run, const wire::MoveNetworkDevice& act) {
  const char* name = run.plan.text(act.name);
  OwnFd network;
  OwnFd ours;
  Netlink here;
  Netlink there;
  if (Outcome o = openNetwork(run, network); o.failed()) return o;
  if (Outcome o = openOwnNetwork(ours); o.failed()) return o;
  if (Outcome o = here.openHere(); o.failed()) return o;
  if (Outcome o = there.openIn(network.get()); o.failed()) return o;

  Device device;
  if (const int error = find(here, 0, name, device)) return told(run, error, here.words(), name);
  if ((device.flags & IFF_LOOPBACK) != 0) return told(run, EINVAL, "it is the loopback device", name);
  Device other;
  if (find(there, 0, run.plan.text(act.newName), other) == 0)
    return told(run, EEXIST, "the network of the container has one of this name", run.plan.text(act.newName));
  Addresses addresses;
  if (const int error = addresses.read(here, device.index, device.name))
    return told(run, error, here.words(), name);

  const bool wasUp = (device.flags & IFF_UP) != 0;
  const PassingName passing(run.child.pid);
  int index = device.index;
  const Trouble met =
      take({here, there, network.get(), run.plan.text(act.newName), true}, passing.text, index, addresses);
  if (met.error == 0) {
    Loan loan{network.release(), index, wasUp, {}};
    copyText(loan.name, sizeof loan.name, device.name);
    run.lender.note(run.lender.list, loan);
    return kDone;
  }
  if (!met.moved) return told(run, met.error, met.words, name);
  const Trouble back = take({there, here, ours.get(), device.name, wasUp}, passing.text, index, addresses);
  return told(run, met.error, met.words, name, back.error == 0 ? "" : "and it could not be moved back");
}

}  // namespace caisson::parent

namespace caisson {

bool giveBack(const Loan& loan, Failure& failure) {
  using namespace parent;
  const OwnFd network(loan.network);
  OwnFd ours;
  Netlink here;
  Netlink there;
  const auto blamed = [&](const Outcome& outcome) { return blame(failure, -1, outcome); };
  if (Outcome o = openOwnNetwork(ours); o.failed()) return blamed(o);
  if (Outcome o = here.openHere(); o.failed()) return blamed(o);
  if (Outcome o = there.openIn(network.get()); o.failed()) return blamed(o);
  Device device;
  Addresses addresses;
  int index = loan.index;
  int error = find(there, index, "", device);
  if (error == 0) error = addresses.read(there, index, device.name);
  if (error != 0) return blamed(refused(error, wire::Call::kRtnetlink, loan.name, there.words()));
  const PassingName passing(getpid());
  const Trouble met = take({there, here, ours.get(), loan.name, loan.up}, passing.text, index, addresses);
  if (met.error == 0) return true;
  return blamed(refused(met.error, wire::Call::kRtnetlink, loan.name, met.words));
}

}  // namespace caisson
