"""Takes what is sent to linux.seccomp.listenerPath, and tells how it came: agent.py SOCKET [FILE].

Makes FILE when it listens. Prints a line of JSON for each connection: what each recvmsg(2) gave of text and descriptors,
and whether the other side closed it.
"""

import array
import json
import socket
import sys


def take(connection):
    parts, closed = [], False
    connection.settimeout(10)
    space = socket.CMSG_SPACE(16 * array.array("i").itemsize)
    try:
        while not closed:
            text, ancillary, _, _ = connection.recvmsg(65536, space)
            fds = array.array("i")
            for level, kind, content in ancillary:
                if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
                    fds.frombytes(content[: len(content) - len(content) % fds.itemsize])
            closed = text == b""
            if not closed:
                parts.append({"text": text.decode(), "descriptors": len(fds)})
    except TimeoutError:
        pass
    return {"parts": parts, "closed": closed}


door = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
door.bind(sys.argv[1])
door.listen(8)
open(sys.argv[2], "w").close()
while True:
    print(json.dumps(take(door.accept()[0])), flush=True)
