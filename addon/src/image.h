// Memory with a file descriptor: what a child is exec'd from, and what it reads.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "native/fd.h"

namespace caisson::addon {

using Bytes = std::span<const uint8_t>;

// An empty memfd that can never be executed.
OwnFd newMemory(const char* name);

// A sealed one with these bytes.
OwnFd sealedMemory(const char* name, Bytes bytes);

// The static program, to be run by execveat(2). directory: where a copy goes if memfds cannot be executed.
OwnFd openImage(const std::string& directory);
// The same, with the directory of the last time.
OwnFd openImageAgain();

}  // namespace caisson::addon
