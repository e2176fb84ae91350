// Unix sockets at paths of any length: sun_path holds 108 bytes, and a state root or a bundle may be deeper.
#pragma once

#include "deadline.h"
#include "files.h"
#include "native/fd.h"

namespace caisson::addon {

// Connects to the socket at path; ETIMEDOUT when the listener's queue stays full. type: SOCK_STREAM,
// SOCK_SEQPACKET.
OwnFd connectTo(const Path& path, int type, const Deadline& deadline);

// Sends all of a text, and with its first byte a descriptor. Waits for a slow reader; ETIMEDOUT at the deadline.
void sendWithFd(int socket, int fd, const std::string& text, const Path& path, const Deadline& deadline);

}  // namespace caisson::addon
