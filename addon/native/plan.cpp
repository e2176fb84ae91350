#include "plan.h"

#include <string.h>

namespace caisson {
namespace {

struct Bounds {
  const uint8_t* bytes;
  size_t size;
  size_t pool;  // where the records end: fields point behind it, so that writing there changes no record
};

const wire::Shape* shapeOf(uint32_t op) {
  for (const wire::Shape& shape : wire::kShapes) {
    if (static_cast<uint32_t>(shape.op) == op) return &shape;
  }
  return nullptr;
}

size_t fieldCount(const char* letters) {
  size_t count = 0;
  while (letters[count] != '\0') ++count;
  return count;
}

bool inPool(const Bounds& plan, size_t offset, size_t length) {
  return offset >= plan.pool && offset <= plan.size && length <= plan.size - offset;
}

// Whether the NUL behind a string is there; its other bytes are looked at by stringHolds.
bool stringEnds(const uint8_t* bytes, size_t size, wire::String string) {
  return string.offset < size && string.length < size - string.offset &&
         bytes[string.offset + string.length] == 0;
}

bool stringHolds(const Bounds& plan, wire::String string) {
  if (string.offset < plan.pool || !stringEnds(plan.bytes, plan.size, string)) return false;
  for (uint32_t i = 0; i < string.length; ++i) {
    if (plan.bytes[string.offset + i] == 0) return false;
  }
  return true;
}

bool stringsHold(const Bounds& plan, wire::Strings strings) {
  const size_t length = (static_cast<size_t>(strings.count) + 1) * sizeof(wire::String);
  if (strings.offset % 8 != 0 || !inPool(plan, strings.offset, length)) return false;
  const auto* references = reinterpret_cast<const wire::String*>(plan.bytes + strings.offset);
  for (uint32_t i = 0; i < strings.count; ++i) {
    if (!stringHolds(plan, references[i])) return false;
  }
  const wire::String& last = references[strings.count];
  return last.offset == 0 && last.length == 0;
}

bool bytesHold(const Bounds& plan, wire::Bytes bytes) {
  return bytes.offset % 8 == 0 && inPool(plan, bytes.offset, bytes.length);
}

bool fieldHolds(const Bounds& plan, char letter, const uint64_t* field) {
  const auto* pair = reinterpret_cast<const uint32_t*>(field);
  switch (letter) {
    case 's': return stringHolds(plan, {pair[0], pair[1]});
    case 'l': return stringsHold(plan, {pair[0], pair[1]});
    case 'b': return bytesHold(plan, {pair[0], pair[1]});
    case 'f': return *field < static_cast<uint64_t>(wire::kFdSlots);
    default: return letter == 'u';
  }
}

bool recordHolds(const Bounds& plan, const wire::Record& record) {
  const auto* values = reinterpret_cast<const uint64_t*>(&record + 1);
  const char* letters = shapeOf(record.op)->fields;
  for (size_t i = 0; letters[i] != '\0'; ++i) {
    if (!fieldHolds(plan, letters[i], values + i)) return false;
  }
  return true;
}

// Walks the records by their sizes alone, and finds where the pool begins; 0 when they don't fit.
size_t endOfRecords(const uint8_t* bytes, size_t size, uint32_t acts, Program program) {
  size_t at = sizeof(wire::Header);
  for (uint32_t i = 0; i < acts; ++i) {
    if (size - at < sizeof(wire::Record)) return 0;
    const auto& record = *reinterpret_cast<const wire::Record*>(bytes + at);
    const wire::Shape* shape = shapeOf(record.op);
    if (shape == nullptr || shape->program != program) return 0;
    if (record.bytes != sizeof(wire::Record) + 8 * fieldCount(shape->fields)) return 0;
    if (record.bytes > size - at) return 0;
    at += record.bytes;
  }
  return at;
}

bool headerHolds(const wire::Header& header, size_t size) {
  return header.magic == wire::kMagic && header.version == wire::kVersion && header.size == size &&
         header.traceFd <= static_cast<uint32_t>(wire::kFdTrace) && header.reserved == 0;
}

}  // namespace

bool validate(const uint8_t* bytes, size_t size, Program program) {
  if (bytes == nullptr || size < sizeof(wire::Header) || reinterpret_cast<uintptr_t>(bytes) % 8 != 0) {
    return false;
  }
  const auto& header = *reinterpret_cast<const wire::Header*>(bytes);
  if (!headerHolds(header, size)) return false;
  const Bounds plan{bytes, size, endOfRecords(bytes, size, header.acts, program)};
  if (plan.pool == 0) return false;

  const wire::Record* record = reinterpret_cast<const wire::Record*>(bytes + sizeof(wire::Header));
  for (uint32_t i = 0; i < header.acts; ++i, record = Plan::next(record)) {
    if (!recordHolds(plan, *record)) return false;
  }
  return true;
}

// Every reference is checked again: where two lists lie over each other, the first one has already written pointers
// over the other's references. (A pointer's upper two bytes are zero, so a string that was written over still ends.)
char** Plan::array(wire::Strings strings) const {
  uint8_t* entry = bytes_ + strings.offset;
  for (uint32_t i = 0; i < strings.count; ++i, entry += sizeof(wire::String)) {
    wire::String reference;
    memcpy(&reference, entry, sizeof reference);
    if (!stringEnds(bytes_, header().size, reference)) return nullptr;
    const uint8_t* text = bytes_ + reference.offset;
    memcpy(entry, &text, sizeof text);
  }
  return reinterpret_cast<char**>(bytes_ + strings.offset);
}

bool Plan::pointers(wire::Strings strings, const char** into) const {
  for (uint32_t i = 0; i < strings.count; ++i) {
    const wire::String reference = references(strings)[i];
    if (!stringEnds(bytes_, header().size, reference)) return false;
    into[i] = text(reference);
  }
  into[strings.count] = nullptr;
  return true;
}

int Plan::slots(bool (&named)[wire::kFdSlots]) const {
  uint64_t slots = 0;
  const wire::Record* record = first();
  for (uint32_t i = 0; i < acts(); ++i, record = next(record)) {
    const char* letters = shapeOf(record->op)->fields;
    const auto* values = reinterpret_cast<const uint64_t*>(record + 1);
    for (size_t field = 0; letters[field] != '\0'; ++field) {
      if (letters[field] != 'f') continue;
      named[values[field]] = true;
      if (values[field] >= slots) slots = values[field] + 1;
    }
  }
  return static_cast<int>(slots);
}

}  // namespace caisson
