"""Decides on the system calls that a container's seccomp filter asks about: what listens at linux.seccomp.listenerPath.

agent.py SOCKET ANSWER...   an answer is NUMBER=VALUE, NUMBER=-ERRNO or NUMBER=go; whatever is not listed may go on
Options before SOCKET:
  --slow SECONDS            lets the connection wait so long before it is taken
  --wait FILE               does not answer anything before the file is there
Prints JSON, a line each: the container process state, then each system call it was asked about.
"""

import fcntl
import json
import os
import socket
import struct
import sys
import time

# linux/seccomp.h: struct seccomp_notif, seccomp_notif_resp, and the ioctls for them.
NOTIFICATION = struct.Struct("QII iIQ6Q")
RESPONSE = struct.Struct("QqiI")
RECEIVE = 0xC0502100
SEND = 0xC0182101
GO_ON = 1


def say(value):
    print(json.dumps(value), flush=True)


def take_state(connection):
    """The descriptor and the state; the descriptor comes with the first bytes, the end of the text is the end of the stream."""
    text, fds, _, _ = socket.recv_fds(connection, 65536, 8)
    while part := connection.recv(65536):
        text += part
    if not fds:
        sys.exit()  # whoever connected had nothing to hand over
    say({"state": json.loads(text), "descriptors": len(fds)})
    return fds[0]


def answer_to(number, answers):
    answer = answers.get(number, "go")
    if answer == "go":
        return 0, 0, GO_ON
    value = int(answer)
    return (0, value, 0) if value < 0 else (value, 0, 0)


def serve(listener, answers, awaited):
    while True:
        request = bytearray(NOTIFICATION.size)
        try:
            fcntl.ioctl(listener, RECEIVE, request)
        except OSError:
            return
        identity, pid, _, number, _, _, *args = NOTIFICATION.unpack(request)
        while awaited and not os.path.exists(awaited):
            time.sleep(0.01)
        value, error, flags = answer_to(number, answers)
        say({"call": number, "pid": pid, "first": args[0]})
        try:
            fcntl.ioctl(listener, SEND, RESPONSE.pack(identity, value, error, flags))
        except FileNotFoundError:
            pass  # it was killed meanwhile


def main(words):
    options = {}
    while words[0].startswith("--"):
        options[words[0]] = words[1]
        words = words[2:]
    answers = {int(word.split("=")[0]): word.split("=")[1] for word in words[1:]}
    door = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    door.bind(words[0])
    door.listen(8)
    say({"listening": words[0]})
    time.sleep(float(options.get("--slow", 0)))
    connection, _ = door.accept()
    serve(take_state(connection), answers, options.get("--wait"))


main(sys.argv[1:])
