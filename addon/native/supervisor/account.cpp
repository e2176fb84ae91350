// What a container has come to: read from its cgroups while they are there, told where the kernel killed for want of
// memory, and left in the state directory. The files of the kernel are trusted; the container chose their numbers only.
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "../files.h"
#include "../teardown/cgroup_tree.h"
#include "../text.h"
#include "supervisor.h"

namespace caisson::supervisor {
namespace {

// What is beyond is "no limit" in one of the ways in which kernels say it.
constexpr uint64_t kMost = 1ULL << 62;
constexpr uint64_t kKibibyte = 1024;

struct Number {
  bool known = false;
  uint64_t value = 0;
};

struct Account {
  Number kills, limit, peak, nanoseconds;
};

Number parse(const char* digits) {
  Number number;
  for (; *digits >= '0' && *digits <= '9'; ++digits) {
    if (number.value > kMost / 10) return {};
    number = {true, number.value * 10 + static_cast<uint64_t>(*digits - '0')};
  }
  return number.value < kMost ? number : Number{};
}

// Of the line that begins with key and a space; without a key, of the first one.
Number find(const char* text, const char* key) {
  const size_t length = strlen(key);
  for (const char* line = text; line != nullptr; line = strchr(line, '\n')) {
    if (*line == '\n') ++line;
    if (length == 0) return parse(line);
    if (strncmp(line, key, length) == 0 && line[length] == ' ') return parse(line + length + 1);
  }
  return {};
}

// Nothing for a file that is not there: an older kernel, or a controller that nobody asked for.
Number readNumber(int directory, const char* path, const char* key) {
  char text[4096];
  const OwnFd file(openat(directory, path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  const ssize_t length = file.valid() ? read(file.get(), text, sizeof text - 1) : -1;
  if (length <= 0) return {};
  text[length] = '\0';
  return find(text, key);
}

// Version 1 counts a killed process where it was, and not in the cgroups above.
Number countKills(const char* memory, const char* file, bool nested) {
  teardown::CgroupTree tree(OwnFd(teardown::openCgroup(AT_FDCWD, memory)));
  if (tree.get() < 0) return {};
  Number kills = readNumber(tree.get(), file, "oom_kill");
  while (nested && tree.next()) kills.value += readNumber(tree.get(), file, "oom_kill").value;
  return kills;
}

Account readRest(Plan plan, const wire::Account& act, Number kills) {
  Account account;
  account.kills = kills;
  const OwnFd directory(teardown::openCgroup(AT_FDCWD, plan.text(act.memory)));
  account.limit = readNumber(directory.get(), plan.text(act.limit), "");
  account.peak = readNumber(directory.get(), plan.text(act.peak), "");
  account.nanoseconds = readNumber(AT_FDCWD, plan.text(act.cpu), plan.text(act.key));
  account.nanoseconds.value *= act.scale;
  return account;
}

// In the largest unit in which it is whole.
void addAmount(Text& line, uint64_t bytes) {
  const char* const units[] = {" bytes", " KiB", " MiB", " GiB"};
  size_t unit = 0;
  for (; unit < 3 && bytes != 0 && bytes % kKibibyte == 0; ++unit) bytes /= kKibibyte;
  line.addNumber(bytes).add(units[unit]);
}

void tell(const Account& account, uint64_t before) {
  const uint64_t killed = account.kills.value - before;
  char buffer[256];
  Text line(buffer, sizeof buffer);
  line.add("caisson: warning: out of memory: the kernel killed ").addNumber(killed);
  line.add(killed == 1 ? " process" : " processes").add(" of the container (memory limit ");
  if (account.limit.known) addAmount(line, account.limit.value);
  if (!account.limit.known) line.add("of another cgroup, or none");
  if (account.peak.known) addAmount(line.add(", peak "), account.peak.value);
  line.add(")\n");
  (void)!write(2, line.get(), line.length());
}

void addField(Text& text, const char* name, const Number& number) {
  if (number.known) text.add(",\"").add(name).add("\":").addNumber(number.value);
}

// Invalid where nobody wants a record.
OwnFd openRecord(const char* path, bool make) {
  const int flags = O_WRONLY | O_TRUNC | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | (make ? O_CREAT : 0);
  return OwnFd(*path == '\0' ? -1 : open(path, flags, 0600));
}

// One write, so that whoever reads meanwhile sees nothing or all of it.
void leave(int file, const Ending& ending, const Account& account) {
  char buffer[512];
  Text text(buffer, sizeof buffer);
  text.add("{\"version\":1,\"status\":").addNumber(static_cast<uint64_t>(ending.status));
  if (ending.signal != 0) text.add(",\"signal\":").addNumber(static_cast<uint64_t>(ending.signal));
  addField(text, "oomKills", account.kills);
  addField(text, "memoryLimit", account.limit);
  addField(text, "peakMemory", account.peak);
  addField(text, "cpuTime", account.nanoseconds);
  text.add("}\n");
  (void)!write(file, text.get(), text.length());
}

}  // namespace

// Mostly nobody was killed and nobody asks, and then nothing else is read.
void account(Plan plan, const wire::Account& act, const Ending& ending) {
  const OwnFd record = openRecord(plan.text(act.record), act.keep != 0);
  const Number kills = countKills(plan.text(act.memory), plan.text(act.kills), act.nested != 0);
  const bool killed = kills.known && kills.value > act.before;
  if (!killed && !record.valid()) return;
  const Account account = readRest(plan, act, kills);
  if (killed) tell(account, act.before);
  if (record.valid()) leave(record.get(), ending, account);
}

}  // namespace caisson::supervisor
