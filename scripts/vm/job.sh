#!/bin/sh
# In the machine: fetches the job from the exchange disk, has it done, brings back what came of it. job.sh DISK
set -e
stty raw </dev/ttyS1 2>/dev/null || true
mkdir -p /run/job /run/results
tar -C /run/job -xf "$1"
cd /caisson
status=0
CI=true TERM=dumb CAISSON_TEST_EMULATED=1 /caisson/node/bin/node scripts/vm/inside.mjs /run/job /run/results || status=$?
echo "$status" >/run/results/status
tar -C /run/results -cf "$1" .
sync
