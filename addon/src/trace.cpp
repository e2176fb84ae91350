#include "trace.h"

#include <sys/stat.h>

#include <algorithm>
#include <vector>

#include "failure.h"
#include "image.h"
#include "launch.h"

namespace caisson::addon {

namespace {

OwnFd trace;

}  // namespace

int newTrace(uint32_t acts) {
  trace = newMemory("caisson-trace");
  checked(ftruncate(trace.get(), static_cast<off_t>((acts + size_t{1}) * sizeof(uint64_t))), "memfd_create");
  return trace.get();
}

std::vector<double> traceTimes() {
  if (!trace.valid()) return {};
  struct stat status;
  checked(fstat(trace.get(), &status), "fstat");
  std::vector<uint64_t> times(static_cast<size_t>(status.st_size) / sizeof(uint64_t));
  const ssize_t got = checked(pread(trace.get(), times.data(), times.size() * sizeof(uint64_t), 0), "read");
  times.resize(static_cast<size_t>(got) / sizeof(uint64_t));
  // The times of acts that were not reached are zero.
  return {times.begin(), std::find(times.begin(), times.end(), uint64_t{0})};
}

}  // namespace caisson::addon
