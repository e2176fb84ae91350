// The addresses of a network device that go with it from one network namespace to another. The kernel drops them on the way.
#pragma once

#include "netlink.h"

namespace caisson::parent {

// More than any device has that is given to a container; they are kept on the stack.
inline constexpr int kMostAddresses = 128;

class Addresses {
 public:
  // Notes the permanent addresses of global scope of a device. E2BIG when there are more than kMostAddresses.
  [[nodiscard]] int read(Netlink& from, int device, const char* name);
  // Gives them to a device. Those that it has already are fine.
  [[nodiscard]] int give(Netlink& to, int device, const char* name);

 private:
  void note(const nlmsghdr& header, int device, const char* name);

  Message list_[kMostAddresses];  // requests to add them
  int count_ = 0;
  bool tooMany_ = false;
  // Labels begin with the name of their device, by custom: where each goes on behind it.
  char suffixes_[kMostAddresses][16] = {};
};

}  // namespace caisson::parent
