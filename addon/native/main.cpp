// One static program with three faces, told apart by the name it is started under. The addon starts init and the
// supervisor from a sealed memory file; whatever else the file is called, it is the front.
#include <string.h>
#include <unistd.h>

#include "front/front.h"
#include "init/init.h"
#include "supervisor/supervisor.h"

int main(int argc, char** argv, char** env) {
  const char* name = argc > 0 ? argv[0] : "";
  if (strcmp(name, "caisson-init") == 0) caisson::init::run();
  if (strcmp(name, "caisson-supervisor") == 0) return caisson::supervisor::run({});
  _exit(caisson::front::run(argv, env));
}
