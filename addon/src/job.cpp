// A thread for each job, not the engine's pool: a job may wait for many seconds, and the pool has few
// threads, which others need for files and names. A thread and the way back cost about 0.5 ms in a process
// that has just started; hence waitInPlace().
#include "job.h"

#include <memory>
#include <thread>

#include "errors.h"
#include "signals.h"

namespace caisson::addon {

namespace {

bool inPlace = false;  // JavaScript's thread only

}  // namespace

void waitInPlace() { inPlace = true; }

void Job::run() noexcept {
  try {
    work();
  } catch (...) {
    thrown_ = std::current_exception();
  }
}

void Job::settle(Napi::Env env) {
  const std::unique_ptr<Job> self(this);
  const Napi::HandleScope scope(env);
  try {
    if (thrown_) std::rethrow_exception(thrown_);
    deferred_.Resolve(result(env));
  } catch (...) {
    deferred_.Reject(errorOf(env, std::current_exception()).Value());
  }
}

Napi::Promise Job::start() {
  const Napi::Promise promise = deferred_.Promise();
  const Napi::Env env = deferred_.Env();
  if (inPlace) {
    run();
    settle(env);
  } else {
    startThread(env);
  }
  return promise;
}

void Job::settleThere(Napi::Env env, Napi::Function, std::nullptr_t*, Job* job) {
  // Without an environment the engine is on its way out, and nobody waits any more.
  if (env != nullptr) job->settle(env);
}

void Job::startThread(Napi::Env env) {
  using Wake = Napi::TypedThreadSafeFunction<std::nullptr_t, Job, &Job::settleThere>;
  Wake wake = Wake::New(env, "caisson", 0, 1);
  const SignalsBlocked blocked;
  std::thread([this, wake]() mutable {
    run();
    wake.BlockingCall(this);
    wake.Release();
  }).detach();
}

}  // namespace caisson::addon
