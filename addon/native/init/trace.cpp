#include "trace.h"

#include <sys/mman.h>
#include <sys/stat.h>

#include "../fd.h"
#include "../files.h"

namespace caisson::init {

Trace::Trace(Plan plan) {
  if (plan.header().traceFd == 0) return;
  const OwnFd file(wire::kFdTrace);
  struct stat status {};
  if (fstat(file.get(), &status) != 0 || status.st_size <= 0) return;
  const auto size = static_cast<size_t>(status.st_size);
  void* times = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0);
  if (times == MAP_FAILED) return;
  times_ = static_cast<uint64_t*>(times);
  room_ = size / sizeof(uint64_t);
  mark();
}

void Trace::mark(int64_t shift) {
  if (marks_ < room_) times_[marks_++] = static_cast<uint64_t>(monotonic() - shift);
}

}  // namespace caisson::init
