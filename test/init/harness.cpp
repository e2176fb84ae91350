// Runs the native program without the addon: what test/init needs of a parent. Compiled by harness.ts with sanitizers,
// together with the host and teardown programs. Events go to fd 3, a JSON object a line.
//   harness host PLAN                                   runs a host program
//   harness teardown PLAN                               runs a teardown program
//   harness init IMAGE FLAGS HOST INIT [OPTION...]      host program, clone with CLONE_* flags, init program
//       hangup            hangs up at the first meeting point instead of sending go
//       vanish            hangs up right after the first go
//       start=DIRECTORY   connects to the gate there when the channel has ended
//       input=FILE        standard input of init
//       processor         init is bound to the first processor, as its caller may be
//       trace             prints the times of the acts at the end
//       private           in a mount namespace of its own, where even a damaged plan cannot mount for the host
//       parent=PLAN       runs a parent program at the meeting points born and mounted
//       takeback          takes network devices back that the parent program has given away
//       supervise=PLAN    becomes the supervisor when the container runs
//   harness fuzz PROGRAM PLAN SEED COUNT                validates so many damaged copies of a plan
#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "run.h"

extern char** environ;

namespace {

using namespace caisson;
using Bytes = std::vector<uint64_t>;  // 8-aligned

constexpr int kEvents = 3;
constexpr int kPatience = 20'000;  // ms; a test that hangs ends

[[noreturn]] void die(const char* what) {
  perror(what);
  exit(99);
}

int checked(long result, const char* what) {
  if (result < 0) die(what);
  return static_cast<int>(result);
}

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const unsigned char letter : text) {
    char escape[8];
    const bool plain = letter >= ' ' && letter != '"' && letter != '\\';
    snprintf(escape, sizeof escape, plain ? "%c" : "\\u%04x", letter);
    out += escape;
  }
  return out + '"';
}

void event(const std::string& json) {
  const std::string line = json + "\n";
  if (write(kEvents, line.data(), line.size()) < 0) die("events");
}

void failedEvent(const char* program, int act, int error, uint32_t call, const char* path,
                 const char* detail) {
  event("{\"kind\":\"failed\",\"program\":\"" + std::string(program) + "\",\"act\":" + std::to_string(act) +
        ",\"errno\":" + std::to_string(error) + ",\"call\":" + std::to_string(call) +
        ",\"path\":" + quoted(path) + ",\"detail\":" + quoted(detail) + "}");
}

struct Encoded {
  Bytes words;
  size_t size = 0;
  const uint8_t* bytes() const { return reinterpret_cast<const uint8_t*>(words.data()); }
};

Encoded load(const char* path) {
  const int file = checked(open(path, O_RDONLY | O_CLOEXEC), path);
  struct stat status {};
  checked(fstat(file, &status), path);
  Encoded program{Bytes((static_cast<size_t>(status.st_size) + 7) / 8), static_cast<size_t>(status.st_size)};
  if (read(file, program.words.data(), program.size) != static_cast<ssize_t>(program.size)) die(path);
  close(file);
  return program;
}

bool host(const Encoded& program, Slots& slots) {
  Failure failure;
  if (runHost(program.bytes(), program.size, slots, failure)) return true;
  failedEvent("host", failure.act, failure.error, static_cast<uint32_t>(failure.call), failure.path,
              failure.detail);
  return false;
}

void hookFailed(void*, const Failure& failure) {
  failedEvent("hook", failure.act, failure.error, static_cast<uint32_t>(failure.call), failure.path,
              failure.detail);
}

bool teardown(const Encoded& program) {
  Failure failure;
  if (runTeardown(program.bytes(), program.size, {environ, 0}, failure, hookFailed, nullptr)) return true;
  failedEvent("teardown", failure.act, failure.error, static_cast<uint32_t>(failure.call), failure.path,
              failure.detail);
  return false;
}

int memory(const char* name, const void* bytes, size_t size) {
  const int fd = checked(memfd_create(name, 0), "memfd_create");
  if (bytes != nullptr && write(fd, bytes, size) != static_cast<ssize_t>(size)) die("memfd");
  if (bytes == nullptr) checked(ftruncate(fd, static_cast<off_t>(size)), "ftruncate");
  return fd;
}

struct Place {
  int from, to;
};

// In the child: every descriptor to its number, out of each other's way first.
void arrange(std::vector<Place> places) {
  for (Place& place : places) place.from = checked(fcntl(place.from, F_DUPFD_CLOEXEC, 600), "fcntl");
  for (const Place& place : places) checked(dup2(place.from, place.to), "dup2");
}

// What engines do to their children: init has to undo it.
void inheritBadly() {
  signal(SIGPIPE, SIG_IGN);
  signal(SIGXFSZ, SIG_IGN);
  signal(SIGRTMAX, SIG_IGN);
  sigset_t some;
  sigemptyset(&some);
  sigaddset(&some, SIGUSR1);
  sigprocmask(SIG_BLOCK, &some, nullptr);
}

void bindToFirst() {
  cpu_set_t first;
  CPU_ZERO(&first);
  CPU_SET(0, &first);
  checked(sched_setaffinity(0, sizeof first, &first), "sched_setaffinity");
}

// As the addon does: an execution by nobody drops what is not ambient.
void carryCapabilities() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct parts[2] = {};
  checked(syscall(SYS_capget, &header, parts), "capget");
  for (auto& part : parts) part.inheritable = part.permitted;
  checked(syscall(SYS_capset, &header, parts), "capset");
  for (int capability = 0; prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0) == 0;) ++capability;
}

void openInput(const char* path) {
  const int file = checked(open(path, O_RDWR | O_CLOEXEC), path);
  checked(dup2(file, 0), "dup2");
}

struct Request {
  const char* image;
  uint64_t flags = 0;
  const char* supervise = nullptr;
  const char* parent = nullptr;
  const char* gate = nullptr;
  bool vanish = false;
  bool hangup = false;
  bool takeBack = false;
  bool trace = false;
  bool privately = false;
  bool bound = false;
  const char* input = nullptr;
};

struct Container {
  int pid = -1;
  int pidfd = -1;
  int channel = -1;
  int console = -1;
  int trace = -1;
  uint32_t acts = 0;
};

Container launch(const Request& request, const Encoded& plan, Slots& slots) {
  int ends[2];
  checked(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), "socketpair");
  Container container;
  container.channel = ends[0];
  container.acts = plan.size >= sizeof(wire::Header) ? static_cast<uint32_t>(plan.words[1] >> 32) : 0;
  std::vector<Place> places{{memory("plan", plan.bytes(), plan.size), wire::kFdPlan},
                            {ends[1], wire::kFdChannel}};
  if (request.trace) {
    container.trace = memory("trace", nullptr, (container.acts + 1) * 8UL);
    places.push_back({container.trace, wire::kFdTrace});
  }
  for (int slot = 0; slot < wire::kFdSlots; ++slot) {
    if (slots.fds[slot] >= 0) places.push_back({slots.fds[slot], wire::kFdSlotBase + slot});
  }

  struct {
    uint64_t flags, pidfd, childTid, parentTid, exitSignal, stack, stackSize, tls;
  } args{};
  args.flags = request.flags | CLONE_PIDFD;
  args.pidfd = reinterpret_cast<uint64_t>(&container.pidfd);
  args.exitSignal = SIGCHLD;
  const int image = checked(open(request.image, O_RDONLY | O_CLOEXEC), request.image);
  const int pid = checked(syscall(SYS_clone3, &args, sizeof args), "clone3");
  container.pid = pid;
  if (pid == 0) {
    if ((request.flags & CLONE_NEWUSER) != 0) carryCapabilities();
    const int own = checked(fcntl(image, F_DUPFD_CLOEXEC, 700), "fcntl");
    arrange(places);
    inheritBadly();
    if (request.bound) bindToFirst();
    if (request.input != nullptr) openInput(request.input);
    const char* const argv[] = {"caisson-init", nullptr};
    execveat(own, "", const_cast<char**>(argv), environ, AT_EMPTY_PATH);
    _exit(98);
  }
  close(ends[1]);
  closeSlots(slots);
  container.pid = pid;
  return container;
}

// Init goes on as its twin; the first one ends by itself.
void follow(Container& container, int pid, int pidfd) {
  siginfo_t ended{};
  checked(waitid(static_cast<idtype_t>(P_PIDFD), static_cast<id_t>(container.pidfd), &ended, WEXITED),
          "waitid");
  close(container.pidfd);
  container.pid = pid;
  container.pidfd = pidfd;
  event("{\"kind\":\"forked\",\"status\":" + std::to_string(ended.si_status) + "}");
}

// One message; false at its end. What comes is checked as the addon checks it.
bool hear(Container& container, uint32_t& kind, uint32_t& point) {
  char buffer[sizeof(wire::Report) + wire::kLongestPath + wire::kLongestDetail];
  char control[CMSG_SPACE(sizeof(int))];
  iovec part{buffer, sizeof buffer};
  msghdr message{};
  message.msg_iov = &part, message.msg_iovlen = 1;
  message.msg_control = control, message.msg_controllen = sizeof control;
  pollfd wait{container.channel, POLLIN, 0};
  if (poll(&wait, 1, kPatience) == 0) die("nothing heard of init");
  const ssize_t length = recvmsg(container.channel, &message, MSG_CMSG_CLOEXEC);
  if (length <= 0) return false;
  const auto& report = *reinterpret_cast<wire::Report*>(buffer);
  const size_t size = sizeof report + report.pathLength + report.detailLength;
  if (report.magic != wire::kMagic || static_cast<size_t>(length) != size) die("a damaged report");
  kind = report.kind;
  point = report.act;
  int passed = -1;
  if (const cmsghdr* right = CMSG_FIRSTHDR(&message)) memcpy(&passed, CMSG_DATA(right), sizeof passed);
  if (kind == wire::kReportForked) {
    follow(container, static_cast<int>(report.act), passed);
    return true;
  }
  if (passed >= 0) container.console = passed;
  const std::string path(buffer + sizeof report, report.pathLength);
  const std::string detail(buffer + sizeof report + report.pathLength, report.detailLength);
  if (kind == wire::kReportMet) {
    event("{\"kind\":\"met\",\"point\":" + std::to_string(report.act) +
          ",\"console\":" + (container.console >= 0 ? "true" : "false") + "}");
  } else {
    failedEvent("init", static_cast<int>(report.act), static_cast<int>(report.error), report.call,
                path.c_str(), detail.c_str());
  }
  return true;
}

void noteLoan(void* list, const Loan& loan) { static_cast<std::vector<Loan>*>(list)->push_back(loan); }

void takeBack(const std::vector<Loan>& loans) {
  for (const Loan& loan : loans) {
    Failure failure;
    if (!giveBack(loan, failure))
      failedEvent("parent", failure.act, failure.error, static_cast<uint32_t>(failure.call), failure.path,
                  failure.detail);
  }
}

// As the addon does, with what was lent when the program failed.
bool attend(const Container& container, const Encoded& program, bool lend) {
  Failure failure;
  std::vector<Loan> loans;
  const bool done = runParent(program.bytes(), program.size, {container.pid, container.pidfd}, {environ, 0},
                              {noteLoan, &loans}, failure);
  if (!done || !lend) takeBack(loans);
  if (done) return true;
  failedEvent("parent", failure.act, failure.error, static_cast<uint32_t>(failure.call), failure.path,
              failure.detail);
  return false;
}

void listenToEnd(Container& container, const Request& request, bool answer) {
  uint32_t kind = 0;
  uint32_t point = 0;
  while (hear(container, kind, point)) {
    if (kind == wire::kReportFailed || !answer) continue;
    if (request.hangup) break;
    const bool attended = point == wire::kPointBorn || point == wire::kPointMounted;
    if (kind == wire::kReportMet && attended && request.parent != nullptr &&
        !attend(container, load(request.parent), !request.takeBack))
      break;
    const uint8_t go = wire::kGo;
    if (send(container.channel, &go, 1, MSG_NOSIGNAL) < 0) die("go");
    if (request.vanish) break;
  }
  close(container.channel);
  event("{\"kind\":\"closed\"}");
}

void openGate(Container& container, const char* directory) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  snprintf(address.sun_path, sizeof address.sun_path, "%s/gate", directory);
  container.channel = checked(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0), "socket");
  checked(connect(container.channel, reinterpret_cast<sockaddr*>(&address), sizeof address), "connect");
}

void printTimes(const Container& container) {
  const size_t size = (container.acts + 1) * 8UL;
  void* times = mmap(nullptr, size, PROT_READ, MAP_SHARED, container.trace, 0);
  if (times == MAP_FAILED) die("mmap");
  std::string list;
  for (uint32_t i = 0; i <= container.acts; ++i) {
    list += (i > 0 ? "," : "") + std::to_string(static_cast<uint64_t*>(times)[i]);
  }
  event("{\"kind\":\"times\",\"times\":[" + list + "]}");
}

// What the container wrote to its console, to our own output.
void copyConsole(int console) {
  char buffer[4096];
  for (ssize_t length; (length = read(console, buffer, sizeof buffer)) > 0;) {
    if (write(1, buffer, static_cast<size_t>(length)) < 0) die("stdout");
  }
}

void awaitEnd(const Container& container) {
  pollfd wait{container.pidfd, POLLIN, 0};
  if (poll(&wait, 1, kPatience) == 0) {
    syscall(SYS_pidfd_send_signal, container.pidfd, SIGKILL, nullptr, 0);
    event("{\"kind\":\"stuck\"}");
  }
  if (container.console >= 0) copyConsole(container.console);
  siginfo_t ended{};
  checked(waitid(static_cast<idtype_t>(P_PIDFD), static_cast<id_t>(container.pidfd), &ended, WEXITED),
          "waitid");
  event("{\"kind\":\"ended\",\"signalled\":" + std::string(ended.si_code == CLD_EXITED ? "false" : "true") +
        ",\"status\":" + std::to_string(ended.si_status) + "}");
}

[[noreturn]] void becomeSupervisor(const Container& container, const Request& request) {
  const Encoded plan = load(request.supervise);
  std::vector<Place> places{{memory("teardown", plan.bytes(), plan.size), wire::kSupervisorFdPlan},
                            {container.pidfd, wire::kSupervisorFdInit}};
  const int image = checked(open(request.image, O_RDONLY | O_CLOEXEC), request.image);
  const int own = checked(fcntl(image, F_DUPFD_CLOEXEC, 700), "fcntl");
  if (container.console >= 0) places.push_back({container.console, wire::kSupervisorFdConsole});
  if (container.console < 0) close(wire::kSupervisorFdConsole);
  arrange(places);
  const char* const argv[] = {"caisson-supervisor", nullptr};
  execveat(own, "", const_cast<char**>(argv), environ, AT_EMPTY_PATH);
  die("execveat");
}

// As an engine does that is going to become the supervisor: nothing that arrives before is lost.
void holdSignals() {
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, nullptr);
}

void leaveHostMounts() {
  checked(unshare(CLONE_NEWNS), "unshare");
  checked(mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr), "mount");
}

int runInit(const Request& request, const char* hostPath, const char* initPath) {
  Slots slots;
  if (request.privately) leaveHostMounts();
  if (request.supervise != nullptr) holdSignals();
  if (!host(load(hostPath), slots)) return 1;
  Container container = launch(request, load(initPath), slots);
  listenToEnd(container, request, true);
  if (request.gate != nullptr) {
    openGate(container, request.gate);
    listenToEnd(container, request, false);
  }
  if (request.supervise != nullptr) becomeSupervisor(container, request);
  awaitEnd(container);
  if (request.trace) printTimes(container);
  return 0;
}

Request parse(int argc, char** argv) {
  Request request{argv[2]};
  request.flags = strtoull(argv[3], nullptr, 0);
  for (int i = 6; i < argc; ++i) {
    if (strcmp(argv[i], "hangup") == 0) request.hangup = true;
    if (strcmp(argv[i], "takeback") == 0) request.takeBack = true;
    if (strcmp(argv[i], "vanish") == 0) request.vanish = true;
    if (strcmp(argv[i], "trace") == 0) request.trace = true;
    if (strcmp(argv[i], "private") == 0) request.privately = true;
    if (strncmp(argv[i], "input=", 6) == 0) request.input = argv[i] + 6;
    if (strcmp(argv[i], "processor") == 0) request.bound = true;
    if (strncmp(argv[i], "parent=", 7) == 0) request.parent = argv[i] + 7;
    if (strncmp(argv[i], "start=", 6) == 0) request.gate = argv[i] + 6;
    if (strncmp(argv[i], "supervise=", 10) == 0) request.supervise = argv[i] + 10;
  }
  return request;
}

// Reads all that a validated plan promises; the sanitizers see what lies outside.
uint64_t readAll(Plan plan) {
  bool named[wire::kFdSlots] = {};
  uint64_t sum = static_cast<uint64_t>(plan.slots(named));
  const wire::Record* record = plan.first();
  for (uint32_t i = 0; i < plan.acts(); ++i, record = Plan::next(record)) {
    const auto* values = reinterpret_cast<const uint64_t*>(record + 1);
    const char* letters = "";
    for (const wire::Shape& shape : wire::kShapes) {
      if (static_cast<uint32_t>(shape.op) == record->op) letters = shape.fields;
    }
    for (size_t field = 0; letters[field] != '\0'; ++field) {
      uint32_t pair[2];
      memcpy(pair, values + field, sizeof pair);
      if (letters[field] == 's') sum += strlen(plan.text({pair[0], pair[1]}));
      for (uint32_t at = 0; letters[field] == 'b' && at < pair[1]; ++at)
        sum += plan.bytes({pair[0], pair[1]})[at];
      if (letters[field] != 'l') continue;
      char** array = plan.array({pair[0], pair[1]});
      for (; array != nullptr && *array != nullptr; ++array) sum += strlen(*array);
    }
  }
  return sum;
}

int fuzz(caisson::Program program, const Encoded& plan, unsigned seed, int count) {
  srand(seed);
  int valid = 0;
  uint64_t sum = 0;
  for (int i = 0; i < count; ++i) {
    // Exactly as large as it claims, so that one byte too far is seen.
    size_t size = plan.size;
    if (rand() % 8 == 0) size = static_cast<size_t>(rand()) % (plan.size + 1);
    auto* bytes = static_cast<uint8_t*>(malloc(size > 0 ? size : 1));
    memcpy(bytes, plan.bytes(), size);
    for (int damage = rand() % 6; damage > 0 && size > 0; --damage) {
      const size_t at = static_cast<size_t>(rand()) % size;
      if (rand() % 2 == 0) {
        bytes[at] = static_cast<uint8_t>(rand());
      } else if (at + 8 <= size) {
        const uint32_t values[] = {0,
                                   8,
                                   24,
                                   0xffffffff,
                                   0x7fffffff,
                                   static_cast<uint32_t>(size),
                                   static_cast<uint32_t>(rand()) % 512};
        memcpy(bytes + at / 4 * 4, &values[rand() % 7], 4);
      }
    }
    if (validate(bytes, size, program)) ++valid, sum += readAll(Plan(bytes));
    free(bytes);
  }
  event("{\"kind\":\"fuzzed\",\"valid\":" + std::to_string(valid) + ",\"count\":" + std::to_string(count) +
        "}");
  return sum == 1 ? 2 : 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string mode = argc > 2 ? argv[1] : "";
  if (mode == "host") {
    Slots slots;
    const bool good = host(load(argv[2]), slots);
    for (int slot = 0; slot < wire::kFdSlots; ++slot) {
      if (slots.fds[slot] >= 0) event("{\"kind\":\"slot\",\"slot\":" + std::to_string(slot) + "}");
    }
    closeSlots(slots);
    return good ? 0 : 1;
  }
  if (mode == "teardown") return teardown(load(argv[2])) ? 0 : 1;
  if (mode == "init" && argc >= 6) return runInit(parse(argc, argv), argv[4], argv[5]);
  if (mode == "fuzz" && argc == 6) {
    const std::string name = argv[2];
    const auto program = name == "host"     ? caisson::Program::kHost
                         : name == "init"   ? caisson::Program::kInit
                         : name == "parent" ? caisson::Program::kParent
                                            : caisson::Program::kTeardown;
    return fuzz(program, load(argv[3]), static_cast<unsigned>(atoi(argv[4])), atoi(argv[5]));
  }
  fputs("usage: see the head of harness.cpp\n", stderr);
  return 99;
}
