// Unix sockets at paths of any length: sun_path holds 108 bytes, and a state root or a bundle may be deeper.
#pragma once

#include "deadline.h"
#include "files.h"
#include "native/fd.h"

namespace caisson::addon {

// Connects to the socket at path; ETIMEDOUT when the listener's queue stays full. type: SOCK_STREAM,
// SOCK_SEQPACKET.
OwnFd connectTo(const Path& path, int type, const Deadline& deadline);

}  // namespace caisson::addon
