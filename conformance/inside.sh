#!/bin/sh
# The first process in the pid namespace of one conformance program: inside.sh DEADLINE PROGRAM STATE_ROOT, with RUNTIME
# in the environment. It reaps what the runtime's processes leave, so that a container that ended doesn't stay a zombie
# with the status "running". What it does not clean away, the kernel ends together with this process.

timeout --kill-after=5 "$1" "$2"
status=$?

# Only here do the pids in the state files mean what they say.
for left in "$3"/*/; do
  [ -d "$left" ] && timeout --kill-after=5 10 "$RUNTIME" delete --force "$(basename "$left")" >/dev/null 2>&1
done
exit "$status"
