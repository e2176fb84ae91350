// The front: what bin/caisson is. It notes what the engine is about to disturb, cleans the environment of what the
// engine would obey, and executes the engine.
#pragma once

namespace caisson::front {

// Returns the exit status when the engine cannot be executed.
int run(char** argv, char** env);

}  // namespace caisson::front
