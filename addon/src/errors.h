// Failures as the errors that JavaScript sees.
#pragma once

#include <napi.h>

#include <exception>

namespace caisson::addon {

// SystemError, ActFailure or a seccomp error (surface.ts), by what was thrown.
Napi::Error errorOf(Napi::Env env, const std::exception_ptr& thrown);

}  // namespace caisson::addon
