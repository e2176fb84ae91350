// A plan as it lies in memory: the check that makes every later read safe, and the way to an act's strings and bytes.
// Used by init, by the supervisor and by the addon; never follows an offset that validate() has not seen.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "wire.gen.h"

namespace caisson {

// Before a home directory in an environment.
inline constexpr const char* kHome = "HOME=";

using wire::Program;

// Whether these bytes are a whole plan of this program: header, every record, every field, every offset.
// bytes must be 8-aligned, as memory from malloc, mmap and new is. Nothing else may look at a plan before.
[[nodiscard]] bool validate(const uint8_t* bytes, size_t size, Program program);

// A view of a validated plan. Cheap to copy; the memory belongs to whoever mapped it.
class Plan {
 public:
  explicit constexpr Plan(uint8_t* bytes = nullptr) : bytes_(bytes) {}

  const wire::Header& header() const { return *reinterpret_cast<const wire::Header*>(bytes_); }
  uint32_t acts() const { return header().acts; }

  const wire::Record* first() const {
    return reinterpret_cast<const wire::Record*>(bytes_ + sizeof(wire::Header));
  }
  static const wire::Record* next(const wire::Record* record) {
    return reinterpret_cast<const wire::Record*>(reinterpret_cast<const uint8_t*>(record) + record->bytes);
  }

  const char* text(wire::String string) const {
    return reinterpret_cast<const char*>(bytes_ + string.offset);
  }
  const uint8_t* bytes(wire::Bytes bytes) const { return bytes_ + bytes.offset; }

  // Puts a pointer to each of a list of strings, and a null behind them, into an array with room for count + 1. False, as
  // above, when the list is not what validate() saw.
  [[nodiscard]] bool pointers(wire::Strings strings, const char** into) const;

  // The references of a list of strings, as they were encoded.
  const wire::String* references(wire::Strings strings) const {
    return reinterpret_cast<const wire::String*>(bytes_ + strings.offset);
  }

  // Turns a list of strings into a char*[] with a closing null, in place: once for each list, in writable memory.
  // Null when the list is not what validate() saw, because another list lay over it.
  char** array(wire::Strings strings) const;

  // Sets named[k] for each slot k that an act names; the number is one more than the highest of them, or 0.
  int slots(bool (&named)[wire::kFdSlots]) const;

 private:
  uint8_t* bytes_;
};

// The fields of a record; Act is the struct of its op.
template <typename Act>
const Act& fields(const wire::Record& record) {
  return *reinterpret_cast<const Act*>(&record + 1);
}

}  // namespace caisson
