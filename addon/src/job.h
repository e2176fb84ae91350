// Work that waits, with a promise for its end.
#pragma once

#include <napi.h>

#include <cstddef>
#include <exception>

namespace caisson::addon {

// Lives from start() to the settling of its promise; deletes itself then.
class Job {
 public:
  explicit Job(Napi::Env env) : deferred_(Napi::Promise::Deferred::New(env)) {}
  virtual ~Job() = default;
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;

  Napi::Promise start();

 private:
  // On the other thread. What it throws rejects the promise.
  virtual void work() = 0;
  // On JavaScript's, after work().
  virtual Napi::Value result(Napi::Env env) = 0;

  void run() noexcept;
  void settle(Napi::Env env);
  void startThread(Napi::Env env);
  static void settleThere(Napi::Env env, Napi::Function, std::nullptr_t*, Job* job);

  Napi::Promise::Deferred deferred_;
  std::exception_ptr thrown_;
};

// As in lib/native/surface.ts: from now on, jobs run where they are started.
void waitInPlace();

}  // namespace caisson::addon
