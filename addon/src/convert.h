// Values from JavaScript and to it, by their C++ types: a function of the addon is written as if both sides
// were C++. What is not of the right type is a TypeError.
#pragma once

#include <napi.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "beginning.h"
#include "caller.h"
#include "capabilities.h"
#include "errors.h"
#include "files.h"
#include "filter_store.h"
#include "launch.h"
#include "process.h"
#include "profile.h"

namespace caisson::addon {

inline void demand(Napi::Env env, bool holds, const char* what) {
  if (!holds) throw Napi::TypeError::New(env, what);
}

// A number that is whole and fits; u64 also takes a BigInt.
template <typename Whole>
Whole wholeNumber(Napi::Value value) {
  if (value.IsBigInt() && std::is_same_v<Whole, uint64_t>) {
    bool lossless = false;
    const uint64_t whole = value.As<Napi::BigInt>().Uint64Value(&lossless);
    demand(value.Env(), lossless, "an unsigned 64-bit number was expected");
    return static_cast<Whole>(whole);
  }
  demand(value.Env(), value.IsNumber(), "a number was expected");
  const double number = value.As<Napi::Number>().DoubleValue();
  const double end = std::ldexp(1.0, std::numeric_limits<Whole>::digits);
  const double start = std::is_signed_v<Whole> ? -end : 0;
  demand(value.Env(), number >= start && number < end && std::trunc(number) == number,
         "a whole number was expected");
  return static_cast<Whole>(number);
}

template <typename Type>
Type from(Napi::Value value);

// A property of an object.
template <typename Type>
Type field(Napi::Object object, const char* name) {
  return from<Type>(object.Get(name));
}

inline Napi::Object objectOf(Napi::Value value) {
  demand(value.Env(), value.IsObject(), "an object was expected");
  return value.As<Napi::Object>();
}

template <typename Element>
std::vector<Element> listOf(Napi::Value value) {
  demand(value.Env(), value.IsArray(), "an array was expected");
  const auto array = value.As<Napi::Array>();
  std::vector<Element> list;
  list.reserve(array.Length());
  for (uint32_t index = 0; index < array.Length(); index++) list.push_back(from<Element>(array.Get(index)));
  return list;
}

template <>
inline int from(Napi::Value value) {
  return wholeNumber<int>(value);
}
template <>
inline uint32_t from(Napi::Value value) {
  return wholeNumber<uint32_t>(value);
}
template <>
inline uint64_t from(Napi::Value value) {
  return wholeNumber<uint64_t>(value);
}
template <>
inline double from(Napi::Value value) {
  demand(value.Env(), value.IsNumber(), "a number was expected");
  return value.As<Napi::Number>().DoubleValue();
}
template <>
inline bool from(Napi::Value value) {
  demand(value.Env(), value.IsBoolean(), "a boolean was expected");
  return value.As<Napi::Boolean>().Value();
}
template <>
inline std::string from(Napi::Value value) {
  demand(value.Env(), value.IsString(), "a string was expected");
  return value.As<Napi::String>().Utf8Value();
}
template <>
inline Path from(Napi::Value value) {
  Path path{from<std::string>(value)};
  // The kernel would see another path than JavaScript checked.
  demand(value.Env(), path.find('\0') == std::string::npos, "a path without NUL was expected");
  return path;
}
template <>
inline std::vector<std::string> from(Napi::Value value) {
  return listOf<std::string>(value);
}
template <>
inline std::vector<int> from(Napi::Value value) {
  return listOf<int>(value);
}
template <>
inline std::vector<uint8_t> from(Napi::Value value) {
  demand(value.Env(), value.IsTypedArray(), "bytes were expected");
  const auto array = value.As<Napi::Uint8Array>();
  return {array.Data(), array.Data() + array.ByteLength()};
}
template <>
inline Launched from(Napi::Value value) {
  const auto object = objectOf(value);
  return {field<int>(object, "pid"), field<int>(object, "pidfd"), field<int>(object, "channel"),
          field<int>(object, "console")};
}
template <>
inline Loan from(Napi::Value value) {
  const auto object = objectOf(value);
  Loan loan{field<int>(object, "network"), field<int>(object, "index"), field<bool>(object, "up"), {}};
  const auto name = field<std::string>(object, "name");
  demand(value.Env(), name.size() < sizeof loan.name, "the name of a network device was expected");
  memcpy(loan.name, name.c_str(), name.size() + 1);
  return loan;
}
template <>
inline std::vector<Loan> from(Napi::Value value) {
  if (value.IsUndefined()) return {};
  return listOf<Loan>(value);
}
template <>
inline std::optional<FilterReceiver> from(Napi::Value value) {
  if (value.IsUndefined()) return std::nullopt;
  const auto object = objectOf(value);
  return FilterReceiver{field<int>(object, "socket"), field<Path>(object, "path"),
                        field<std::string>(object, "message"), field<double>(object, "deadline")};
}
template <>
inline LaunchRequest from(Napi::Value value) {
  const auto object = objectOf(value);
  const Napi::Value image = object.Get("image");
  const Napi::Value begun = object.Get("begun");
  return {.host = field<std::vector<uint8_t>>(object, "host"),
          .init = field<std::vector<uint8_t>>(object, "init"),
          .cloneFlags = field<uint64_t>(object, "cloneFlags"),
          .cgroupSlot = field<int>(object, "cgroupSlot"),
          .deadline = field<double>(object, "deadline"),
          .imageDirectory = field<Path>(object, "imageDirectory"),
          .trace = field<bool>(object, "trace"),
          .image = image.IsUndefined() ? -1 : from<int>(image),
          .begun = begun.IsUndefined() ? -1 : from<int>(begun)};
}
template <>
inline SeccompArg from(Napi::Value value) {
  const auto object = objectOf(value);
  return {field<uint32_t>(object, "index"), field<uint64_t>(object, "value"),
          field<uint64_t>(object, "valueTwo"), field<std::string>(object, "op")};
}
template <>
inline SeccompRule from(Napi::Value value) {
  const auto object = objectOf(value);
  return {field<std::vector<std::string>>(object, "names"), field<std::string>(object, "action"),
          field<uint32_t>(object, "errno"), listOf<SeccompArg>(object.Get("args"))};
}
template <>
inline SeccompProfile from(Napi::Value value) {
  const auto object = objectOf(value);
  return {field<std::string>(object, "defaultAction"), field<uint32_t>(object, "defaultErrno"),
          field<std::vector<std::string>>(object, "architectures"), listOf<SeccompRule>(object.Get("rules")),
          field<bool>(object, "unknownFails")};
}

inline Napi::Value to(Napi::Env env, int value) { return Napi::Number::New(env, value); }
inline Napi::Value to(Napi::Env env, double value) { return Napi::Number::New(env, value); }
inline Napi::Value to(Napi::Env env, bool value) { return Napi::Boolean::New(env, value); }
inline Napi::Value to(Napi::Env env, const std::string& value) { return Napi::String::New(env, value); }

// Of the native program's room, so that the template below would not find it.
inline Napi::Value to(Napi::Env env, const Loan& loan) {
  const auto object = Napi::Object::New(env);
  object.Set("network", loan.network);
  object.Set("index", loan.index);
  object.Set("up", loan.up);
  object.Set("name", std::string(loan.name));
  return object;
}

template <typename Element>
Napi::Value to(Napi::Env env, const std::vector<Element>& list) {
  const auto array = Napi::Array::New(env, list.size());
  for (uint32_t index = 0; index < list.size(); index++) array.Set(index, to(env, list[index]));
  return array;
}
inline Napi::Value to(Napi::Env env, const std::vector<uint8_t>& bytes) {
  auto array = Napi::Uint8Array::New(env, bytes.size());
  if (!bytes.empty()) memcpy(array.Data(), bytes.data(), bytes.size());
  return array;
}
inline Napi::Value to(Napi::Env env, const SeccompNote& note) {
  const auto object = Napi::Object::New(env);
  object.Set("rule", note.rule);
  object.Set("text", note.text);
  return object;
}
inline Napi::Value to(Napi::Env env, const SeccompFilter& filter) {
  const auto object = Napi::Object::New(env);
  object.Set("program", to(env, filter.program));
  object.Set("notes", to(env, filter.notes));
  return object;
}
inline Napi::Value to(Napi::Env env, const std::optional<StoredFilter>& filter) {
  if (!filter) return env.Undefined();
  const auto object = Napi::Object::New(env);
  object.Set("program", to(env, filter->program));
  object.Set("notes", filter->notes);
  return object;
}
inline Napi::Value to(Napi::Env env, const ActFailure& failure) {
  return errorOf(env, std::make_exception_ptr(failure)).Value();
}
inline Napi::Value to(Napi::Env env, const Caller& caller) {
  const auto object = Napi::Object::New(env);
  object.Set("nofileSoft", static_cast<double>(caller.nofileSoft));
  object.Set("closedStdio", caller.closedStdio);
  object.Set("passed", caller.passed);
  object.Set("pid", caller.pid);
  return object;
}
// The kernel has 41 capabilities: a number holds a bit for each.
inline Napi::Value to(Napi::Env env, const HeldCapabilities& held) {
  const auto object = Napi::Object::New(env);
  object.Set("permitted", static_cast<double>(held.permitted));
  object.Set("bounding", static_cast<double>(held.bounding));
  return object;
}
inline Napi::Value to(Napi::Env env, const std::optional<ProcessStat>& stat) {
  if (!stat) return env.Undefined();
  const auto object = Napi::Object::New(env);
  object.Set("startTime", stat->startTime);
  object.Set("state", stat->state);
  object.Set("exitCode", stat->exitCode);
  return object;
}
inline Napi::Value to(Napi::Env env, const std::optional<double>& number) {
  return number ? Napi::Value(Napi::Number::New(env, *number)) : env.Undefined();
}
inline Napi::Value to(Napi::Env env, const Launched& launched) {
  const auto object = Napi::Object::New(env);
  object.Set("pid", launched.pid);
  object.Set("pidfd", launched.pidfd);
  object.Set("channel", launched.channel);
  object.Set("console", launched.console);
  return object;
}

inline Napi::Value to(Napi::Env env, const Met& met) {
  const auto object = Napi::Object::New(env);
  object.Set("point", met.point);
  object.Set("console", met.console);
  return object;
}

}  // namespace caisson::addon
