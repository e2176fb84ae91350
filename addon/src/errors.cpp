#include "errors.h"

#include <string>

#include "failure.h"

namespace caisson::addon {

namespace {

// "openat /run/x: ENOENT", for those who print an error that lib/ did not expect.
std::string messageOf(const std::string& syscall, const std::string& path, int error) {
  return syscall + (path.empty() ? "" : " " + path) + ": " + errnoName(error);
}

void describe(Napi::Object error, int number, const std::string& syscall, const std::string& path) {
  error.Set("errno", number == 0 ? "" : errnoName(number));
  error.Set("syscall", syscall);
  error.Set("path", path);
}

Napi::Error systemError(Napi::Env env, const SystemFailure& failure) {
  auto error = Napi::Error::New(env, messageOf(failure.syscall, failure.path, failure.error));
  describe(error.Value(), failure.error, failure.syscall, failure.path);
  return error;
}

Napi::Error actError(Napi::Env env, const ActFailure& failure) {
  const std::string what = std::string(failure.program) + " " + failure.kind;
  const std::string where = failure.act < 0 ? "" : " in act " + std::to_string(failure.act);
  const std::string why =
      failure.error == 0 ? "" : ": " + messageOf(failure.syscall, failure.path, failure.error);
  auto error = Napi::Error::New(env, what + where + why);
  describe(error.Value(), failure.error, failure.syscall, failure.path);
  error.Value().Set("kind", failure.kind);
  error.Value().Set("program", failure.program);
  error.Value().Set("act", failure.act);
  error.Value().Set("detail", failure.detail);
  error.Value().Set("status", failure.status);
  return error;
}

Napi::Error ruleError(Napi::Env env, const RuleFailure& failure) {
  auto error = Napi::Error::New(env, failure.text);
  error.Value().Set("rule", failure.rule);
  return error;
}

}  // namespace

Napi::Error errorOf(Napi::Env env, const std::exception_ptr& thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (const Napi::Error& error) {
    return error;
  } catch (const SystemFailure& failure) {
    return systemError(env, failure);
  } catch (const ActFailure& failure) {
    return actError(env, failure);
  } catch (const RuleFailure& failure) {
    return ruleError(env, failure);
  } catch (const std::exception& other) {
    return Napi::Error::New(env, other.what());
  }
}

}  // namespace caisson::addon
