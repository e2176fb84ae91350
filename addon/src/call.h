// From a C++ function to a JavaScript one: arguments converted, exceptions turned into errors. `call` runs it
// at once, `promised` on a thread of its own.
#pragma once

#include <napi.h>

#include <exception>
#include <optional>
#include <tuple>
#include <utility>
#include <variant>

#include "convert.h"
#include "errors.h"
#include "job.h"

namespace caisson::addon {

template <typename Function>
struct Signature;

template <typename Returned, typename... Taken>
struct Signature<Returned (*)(Taken...)> {
  using Result = Returned;
  using Arguments = std::tuple<std::decay_t<Taken>...>;

  static Arguments take(const Napi::CallbackInfo& info) {
    return take(info, std::index_sequence_for<Taken...>());
  }

 private:
  template <size_t... indices>
  static Arguments take([[maybe_unused]] const Napi::CallbackInfo& info, std::index_sequence<indices...>) {
    return {from<std::decay_t<Taken>>(info[indices])...};
  }
};

// The result of a function, void or not, as a JavaScript value.
template <auto function, typename Arguments>
Napi::Value resultOf(Napi::Env env, const Arguments& arguments) {
  if constexpr (std::is_void_v<typename Signature<decltype(function)>::Result>) {
    std::apply(function, arguments);
    return env.Undefined();
  } else {
    return to(env, std::apply(function, arguments));
  }
}

// The boundary: no C++ exception crosses it.
template <typename Body>
napi_value guarded(napi_env env, napi_callback_info raw, Body body) {
  try {
    return body(Napi::CallbackInfo(env, raw));
  } catch (...) {
    errorOf(env, std::current_exception()).ThrowAsJavaScriptException();
    return nullptr;
  }
}

template <auto function>
napi_value call(napi_env env, napi_callback_info raw) {
  return guarded(env, raw, [](const Napi::CallbackInfo& info) -> napi_value {
    return resultOf<function>(info.Env(), Signature<decltype(function)>::take(info));
  });
}

// A function that waits: its arguments are copied, so that it needs nothing of JavaScript while it runs.
template <auto function>
class Promised : public Job {
 public:
  explicit Promised(const Napi::CallbackInfo& info) : Job(info.Env()), arguments_(Sign::take(info)) {}

 private:
  using Sign = Signature<decltype(function)>;
  using Result = typename Sign::Result;
  static constexpr bool kGivesNothing = std::is_void_v<Result>;

  void work() override {
    if constexpr (kGivesNothing) {
      std::apply(function, arguments_);
    } else {
      result_ = std::apply(function, arguments_);
    }
  }

  Napi::Value result(Napi::Env env) override {
    if constexpr (kGivesNothing) {
      return env.Undefined();
    } else {
      return to(env, *result_);
    }
  }

  typename Sign::Arguments arguments_;
  std::optional<std::conditional_t<kGivesNothing, std::monostate, Result>> result_;
};

template <auto function>
napi_value promised(napi_env env, napi_callback_info raw) {
  return guarded(env, raw, [](const Napi::CallbackInfo& info) -> napi_value {
    return (new Promised<function>(info))->start();
  });
}

}  // namespace caisson::addon
