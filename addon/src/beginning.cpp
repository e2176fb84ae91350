#include "beginning.h"

#include <map>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "errors.h"
#include "program.h"
#include "signals.h"

namespace caisson::addon {

namespace {

class Beginning {
 public:
  explicit Beginning(std::vector<uint8_t> program) : program_(std::move(program)) {
    const SignalsBlocked blocked;
    try {
      thread_ = std::thread([this] { run(); });
    } catch (const std::system_error&) {
      run();  // a limit on processes is no reason to do without: it takes longer, that is all
    }
  }
  ~Beginning() {
    wait();
    closeSlots(slots_);
  }
  Beginning(const Beginning&) = delete;
  Beginning& operator=(const Beginning&) = delete;

  // Index of the act that failed, or -1.
  int failedAct() {
    wait();
    return done_ ? -1 : failure_.act;
  }
  void handOver(Slots& slots) {
    wait();
    if (!done_) throw programFailure("host", failure_);
    slots = std::exchange(slots_, Slots());
  }
  int acts() const { return static_cast<int>(actsOf(program_)); }

 private:
  void run() { done_ = runHost(program_.data(), program_.size(), slots_, failure_); }
  void wait() {
    if (thread_.joinable()) thread_.join();
  }

  std::vector<uint8_t> program_;
  Slots slots_;
  Failure failure_;
  bool done_ = false;
  std::thread thread_;
};

// Launches of an embedding process run beside each other, on threads of their own.
std::mutex guard;
std::map<int, std::unique_ptr<Beginning>> beginnings;
int last = 0;

std::unique_ptr<Beginning> take(int begun) {
  const std::lock_guard lock(guard);
  const auto found = beginnings.extract(begun);
  if (found.empty()) fail(EBADF, "begin");
  return std::move(found.mapped());
}

}  // namespace

int begin(const std::vector<uint8_t>& program) {
  auto beginning = std::make_unique<Beginning>(program);
  const std::lock_guard lock(guard);
  beginnings.emplace(++last, std::move(beginning));
  return last;
}

int abandon(int begun) { return take(begun)->failedAct(); }

int finishBeginning(int begun, Slots& slots) {
  const auto beginning = take(begun);
  beginning->handOver(slots);
  return beginning->acts();
}

}  // namespace caisson::addon
