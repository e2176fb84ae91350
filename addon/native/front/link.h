// What the engine says to the front that waits for it, over a seqpacket socket; the front answers only a reap. Both are
// of one release, and a word that is not understood does no harm: the engine's end says the same.
#pragma once

#include <stdint.h>

namespace caisson::link {

constexpr uint32_t kMagic = 0x314b4e4c;  // LNK1
constexpr int kMostFds = 3;

enum class Word : uint32_t {
  // The verb is done, value is the exit status of caisson. The engine closed everything before it said so.
  kExit = 1,
  // With the pidfd of an ended child of the front: take its status. The answer has it, as wait(2) would; -1: no such child.
  kReap = 2,
  // With the teardown program, the pidfd of init, and the console where there is one: be the supervisor.
  kSupervise = 3,
};

struct Message {
  uint32_t magic = kMagic;
  Word word{};
  int32_t value = 0;
};

}  // namespace caisson::link
