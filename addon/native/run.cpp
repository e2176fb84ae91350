#include "run.h"

#include "outcome.h"
#include "text.h"

namespace caisson {

bool blame(Failure& failure, int32_t act, const Outcome& outcome) {
  failure.act = act;
  failure.error = outcome.error;
  failure.call = outcome.call;
  copyText(failure.path, sizeof failure.path, outcome.path);
  copyText(failure.detail, sizeof failure.detail, outcome.detail);
  return false;
}

}  // namespace caisson
