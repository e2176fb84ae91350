// What can go wrong, as C++ exceptions that know nothing of JavaScript. errors.cpp turns them into the errors
// that lib/native/surface.ts describes.
#pragma once

#include <cerrno>
#include <string>
#include <string_view>

#include "wire.gen.h"

namespace caisson::addon {

// A system call that failed: SystemError in lib/errors.ts.
struct SystemFailure {
  int error;
  const char* syscall;
  std::string path;
};

// An act that failed, or an init that ended or did not come in time: ActFailure in surface.ts.
struct ActFailure {
  const char* kind;     // "failed", "died" or "timeout"
  const char* program;  // "host", "init" or "teardown"
  int act = -1;
  int error = 0;
  std::string syscall{};
  std::string path{};
  std::string detail{};
  int status = 0;  // wait status of an init that died
};

// A seccomp profile that cannot be compiled; rule is -1 when no single one is to blame.
struct RuleFailure {
  int rule;
  std::string text;
};

[[noreturn]] inline void fail(int error, const char* syscall, std::string_view path = {}) {
  throw SystemFailure{error, syscall, std::string(path)};
}

// Gives back what a system call returned; throws on -1, with errno.
template <typename Result>
Result checked(Result result, const char* syscall, std::string_view path = {}) {
  if (result == static_cast<Result>(-1)) fail(errno, syscall, path);
  return result;
}

// "ENOENT" for 2.
std::string errnoName(int error);
// "openat2" for Call::kOpenat2.
const char* callName(uint32_t call);

}  // namespace caisson::addon
