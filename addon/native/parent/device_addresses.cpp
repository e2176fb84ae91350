#include "device_addresses.h"

#include <linux/if_addr.h>
#include <string.h>

#include "../text.h"

namespace caisson::parent {

namespace {

constexpr int kTries = 5;
constexpr size_t kLongestName = 15;  // IFNAMSIZ has room for the NUL

// What an address is made of. The rest is about its time, which is endless, and for the kernel to say.
bool isKept(unsigned type) {
  switch (type) {
    case IFA_ADDRESS:
    case IFA_LOCAL:
    case IFA_BROADCAST:
    case IFA_FLAGS:
    case IFA_RT_PRIORITY:
    case IFA_PROTO: return true;
    default: return false;
  }
}

uint32_t flagsOf(const nlmsghdr& header, const ifaddrmsg& address) {
  uint32_t flags = address.ifa_flags;
  if (const void* all = attribute(header, sizeof address, IFA_FLAGS, sizeof flags))
    memcpy(&flags, all, sizeof flags);
  return flags;
}

}  // namespace

void Addresses::note(const nlmsghdr& header, int device, const char* name) {
  if (header.nlmsg_type != RTM_NEWADDR || header.nlmsg_len < NLMSG_LENGTH(sizeof(ifaddrmsg))) return;
  const auto& address =
      *reinterpret_cast<const ifaddrmsg*>(reinterpret_cast<const char*>(&header) + NLMSG_HDRLEN);
  if (static_cast<int>(address.ifa_index) != device || address.ifa_scope != RT_SCOPE_UNIVERSE) return;
  if ((flagsOf(header, address) & IFA_F_PERMANENT) == 0) return;
  tooMany_ |= count_ == kMostAddresses;
  if (tooMany_) return;
  Message& message = list_[count_] = Message(RTM_NEWADDR, NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE);
  message.body<ifaddrmsg>() = address;
  suffixes_[count_][0] = '\0';
  Attributes attributes(header, sizeof address);
  while (const rtattr* one = attributes.next()) {
    if (isKept(one->rta_type)) message.add(one->rta_type, RTA_DATA(one), RTA_PAYLOAD(one));
    if (one->rta_type != IFA_LABEL) continue;
    const auto* label = static_cast<const char*>(RTA_DATA(one));
    const size_t own = strlen(name);
    if (strncmp(label, name, own) == 0) copyText(suffixes_[count_], sizeof suffixes_[0], label + own);
  }
  ++count_;
}

int Addresses::read(Netlink& from, int device, const char* name) {
  for (int tries = 0; tries < kTries; ++tries) {
    count_ = 0;
    tooMany_ = false;
    Message message(RTM_GETADDR, NLM_F_DUMP);
    message.body<ifaddrmsg>().ifa_family = 0;  // AF_UNSPEC
    const int error = from.ask(message, [&](const nlmsghdr& header) { note(header, device, name); });
    if (error == EINTR) continue;  // they changed meanwhile
    return error != 0 ? error : tooMany_ ? E2BIG : 0;
  }
  return EBUSY;
}

int Addresses::give(Netlink& to, int device, const char* name) {
  for (int index = 0; index < count_; ++index) {
    Message message = list_[index];
    message.body<ifaddrmsg>().ifa_index = static_cast<uint32_t>(device);
    char label[kLongestName + 1];
    Text text(label, sizeof label);
    text.add(name).add(suffixes_[index]);
    if (suffixes_[index][0] != '\0' && !text.cut()) message.addText(IFA_LABEL, label);
    if (const int error = to.ask(message); error != 0 && error != EEXIST) return error;
  }
  return 0;
}

}  // namespace caisson::parent
