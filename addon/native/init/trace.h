// The times of the acts, for --trace: written where the parent maps them too. Nothing when the plan asks for none.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "../plan.h"

namespace caisson::init {

class Trace {
 public:
  // Maps the trace's descriptor and notes the start. A trace that cannot be mapped is left out.
  explicit Trace(Plan plan);

  // Notes the end of one more act. shift: by how much a time namespace has moved our clock, ns.
  void mark(int64_t shift = 0);

 private:
  uint64_t* times_ = nullptr;
  size_t room_ = 0;
  size_t marks_ = 0;
};

}  // namespace caisson::init
