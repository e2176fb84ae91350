#include "capabilities.h"

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "failure.h"

namespace caisson::addon {

namespace {

constexpr int kMost = 64;

uint64_t boundingSet() {
  uint64_t set = 0;
  for (int capability = 0; capability < kMost; capability++) {
    const int has = prctl(PR_CAPBSET_READ, capability, 0, 0, 0);
    if (has < 0 && errno == EINVAL) break;  // beyond the last that this kernel knows
    checked(has, "prctl");
    set |= static_cast<uint64_t>(has) << capability;
  }
  return set;
}

}  // namespace

HeldCapabilities heldCapabilities() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct parts[2] = {};
  checked(syscall(SYS_capget, &header, parts), "capget");
  return {static_cast<uint64_t>(parts[1].permitted) << 32 | parts[0].permitted, boundingSet()};
}

}  // namespace caisson::addon
