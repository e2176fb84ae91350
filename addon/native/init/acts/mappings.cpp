// The mappings of a user namespace that was joined: a config that says them must say what they are.
#include <fcntl.h>
#include <unistd.h>

#include "../init.h"

namespace caisson::init {
namespace {

constexpr size_t kMostRanges = 340;
constexpr size_t kLongestLine = 33;

struct Range {
  uint32_t inside, outside, size;

  bool operator==(const Range&) const = default;
};

// The numbers of a kernel file, in which anything else stands between them.
class Numbers {
 public:
  Numbers(const char* text, size_t length) : text_(text), end_(text + length) {}

  // False at the end.
  bool next(uint32_t& number) {
    while (text_ < end_ && !isDigit()) ++text_;
    if (text_ == end_) return false;
    for (number = 0; text_ < end_ && isDigit(); ++text_) {
      number = number * 10 + static_cast<uint32_t>(*text_ - '0');
    }
    return true;
  }
  bool next(Range& range) { return next(range.inside) && next(range.outside) && next(range.size); }

 private:
  bool isDigit() const { return *text_ >= '0' && *text_ <= '9'; }

  const char* text_;
  const char* end_;
};

bool holds(const Range* ranges, size_t count, const Range& wanted) {
  for (size_t i = 0; i < count; ++i) {
    if (ranges[i] == wanted) return true;
  }
  return false;
}

// A small file of procfs, whole.
Outcome readAll(int directory, const char* name, char* buffer, size_t size, size_t& length) {
  const OwnFd file(openat(directory, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!file.valid()) return failed(wire::Call::kOpen, name);
  for (length = 0; length < size;) {
    const ssize_t more = read(file.get(), buffer + length, size - length);
    if (more < 0) return failed(wire::Call::kRead, name);
    if (more == 0) break;
    length += static_cast<size_t>(more);
  }
  return kDone;
}

}  // namespace

// Ranges do not overlap: as many as there are, and each of them found, means that they are the same.
Outcome requireMapping(Init& init, const wire::RequireMapping& act) {
  const char* name = init.plan.text(act.file);
  if (act.ranges.length % sizeof(Range) != 0) return refused(EINVAL, wire::Call::kPlan, name);
  if (!init.procSelf.valid()) return refused(ENOENT, wire::Call::kOpen, name);
  const auto* wanted = reinterpret_cast<const Range*>(init.plan.bytes(act.ranges));
  const size_t count = act.ranges.length / sizeof(Range);
  char text[kMostRanges * kLongestLine];
  size_t length = 0;
  if (Outcome o = readAll(init.procSelf.get(), name, text, sizeof text, length); o.failed()) return o;
  Numbers numbers(text, length);
  size_t found = 0;
  for (Range range{}; numbers.next(range); ++found) {
    if (!holds(wanted, count, range)) return refused(EINVAL, wire::Call::kRead, name);
  }
  return found == count ? kDone : refused(EINVAL, wire::Call::kRead, name);
}

}  // namespace caisson::init
