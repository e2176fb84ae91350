// The five sets of capabilities(7). What cannot be granted is left out: the specification asks for a warning, which the
// compiler of plans gives.
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../init.h"

namespace caisson::init {
namespace {

constexpr unsigned kMost = 64;

struct Sets {
  uint64_t effective, permitted, inheritable;
};

bool holds(uint64_t set, unsigned capability) { return (set >> capability & 1) != 0; }

uint64_t joined(uint32_t low, uint32_t high) { return static_cast<uint64_t>(high) << 32 | low; }

Outcome read(Sets& sets) {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct parts[2] = {};
  if (syscall(SYS_capget, &header, parts) != 0) return failed(wire::Call::kCapget);
  sets.effective = joined(parts[0].effective, parts[1].effective);
  sets.permitted = joined(parts[0].permitted, parts[1].permitted);
  sets.inheritable = joined(parts[0].inheritable, parts[1].inheritable);
  return kDone;
}

Outcome write(const Sets& sets) {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct parts[2] = {};
  for (int i = 0; i < 2; ++i) {
    parts[i].effective = static_cast<uint32_t>(sets.effective >> (32 * i));
    parts[i].permitted = static_cast<uint32_t>(sets.permitted >> (32 * i));
    parts[i].inheritable = static_cast<uint32_t>(sets.inheritable >> (32 * i));
  }
  return syscall(SYS_capset, &header, parts) == 0 ? kDone : failed(wire::Call::kCapset);
}

// Those of a set that the bounding set still has: no other can become inheritable.
uint64_t withinBounds(uint64_t set) {
  for (unsigned capability = 0; capability < kMost; ++capability) {
    if (holds(set, capability) && prctl(PR_CAPBSET_READ, capability, 0, 0, 0) != 1)
      set &= ~(1ULL << capability);
  }
  return set;
}

// PR_CAP_AMBIENT_RAISE of what is both permitted and inheritable; the kernel refuses all else.
Outcome raiseAmbient(uint64_t set) {
  for (unsigned capability = 0; capability < kMost; ++capability) {
    if (!holds(set, capability)) continue;
    if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0) != 0) return failed(wire::Call::kPrctl);
  }
  return kDone;
}

}  // namespace

Outcome bounding(Init&, const wire::Bounding& act) {
  for (unsigned capability = 0; capability < kMost; ++capability) {
    if (holds(act.keep, capability)) continue;
    if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) == 0) continue;
    if (errno == EINVAL) return kDone;  // beyond the last that this kernel knows
    // Without CAP_SETPCAP nothing can be dropped; what is not there need not be.
    if (prctl(PR_CAPBSET_READ, capability, 0, 0, 0) != 0) return refused(EPERM, wire::Call::kPrctl);
  }
  return kDone;
}

Outcome capabilities(Init&, const wire::Capabilities& act) {
  Sets held{};
  if (Outcome o = read(held); o.failed()) return o;
  Sets sets{};
  sets.permitted = (act.permitted | act.keep) & held.permitted;
  sets.effective = (act.effective | act.keep) & sets.permitted;
  sets.inheritable = withinBounds(act.inheritable & (held.inheritable | held.permitted));
  if (Outcome o = write(sets); o.failed()) return o;
  // Not what is only kept: it must not outlive the execution.
  return raiseAmbient(act.ambient & act.permitted & sets.permitted & sets.inheritable);
}

}  // namespace caisson::init
