// One act of an init program, for the acts that carry out others.
#pragma once

#include "init.h"

namespace caisson::init {

Outcome carryOut(Init& init, const wire::Record& record);

}  // namespace caisson::init
