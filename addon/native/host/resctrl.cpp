// Classes and monitoring groups of resctrl. It is a filesystem of the kernel: a directory comes with its files, and a refusal with
// a line of words in a file of its own.
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../files.h"
#include "../text.h"
#include "host.h"

namespace caisson::host {
namespace {

constexpr mode_t kMode = 0755;

// What the kernel says about the last thing that it refused.
const char* words(Run& run, const char* root) {
  char path[wire::kLongestPath];
  Text(path, sizeof path).add(root).add("/info/last_cmd_status");
  const ssize_t length = readSome(path, run.detail, sizeof run.detail - 1);
  if (length <= 0) return "";
  run.detail[length] = '\0';
  run.detail[strcspn(run.detail, "\n")] = '\0';
  return strcmp(run.detail, "ok") == 0 ? "" : run.detail;
}

Outcome write(Run& run, const char* root, const char* group, wire::Strings schemata) {
  Text path(run.path, sizeof run.path);
  path.add(group).add("/schemata");
  const wire::String* lines = run.plan.references(schemata);
  for (uint32_t index = 0; index < schemata.count; ++index) {
    Outcome outcome = writeFile(path.get(), run.plan.text(lines[index]), lines[index].length);
    if (!outcome.failed()) continue;
    if (outcome.call == wire::Call::kWrite) outcome.detail = words(run, root);
    return outcome;
  }
  return kDone;
}

}  // namespace

Outcome makeResctrlGroup(Run& run, const wire::MakeResctrlGroup& act) {
  const char* path = run.plan.text(act.path);
  if (mkdir(path, kMode) != 0) {
    Outcome outcome = failed(wire::Call::kMkdirat, path);
    outcome.detail = words(run, run.plan.text(act.root));
    return outcome;
  }
  const Outcome outcome = write(run, run.plan.text(act.root), path, act.schemata);
  if (outcome.failed()) rmdir(path);
  return outcome;
}

Outcome writeSchemata(Run& run, const wire::WriteSchemata& act) {
  return write(run, run.plan.text(act.root), run.plan.text(act.path), act.schemata);
}

}  // namespace caisson::host
