# Runs as the process of a container (busybox sh) and prints what it sees there, in sections that facts.ts beside it reads.
# This shell is what init exec'd: what init left to it is read from its own folder of /proc. It leaves everything
# as it was: a file that should be read-only is opened for appending and never written, a folder gets a file that
# is removed again.
# PROBE_MASKED and PROBE_READONLY: the paths of config.json, PROBE_SYSCTL its settings, parted by spaces.

section() { echo "== $1"; }
reason() { sed 's/.*: //'; }
try_folder() { touch "$1/.probe" 2>&1 | reason; rm -f "$1/.probe" 2>/dev/null; }

section mountinfo
cat /proc/$$/mountinfo

section namespaces
for kind in /proc/$$/ns/*; do echo "${kind##*/} $(readlink "$kind")"; done

section status
cat /proc/$$/status

section limits
cat /proc/$$/limits

section cgroup
cat /proc/$$/cgroup

section process
echo "group-session $(cut -d' ' -f5,6 /proc/$$/stat)"
echo "oom_score_adj $(cat /proc/$$/oom_score_adj)"
echo "cwd $(readlink /proc/$$/cwd)"
echo "root $(readlink /proc/$$/root)"
echo "hostname $(hostname)"
echo "loopback $(cat /sys/class/net/lo/flags)"
for fd in /proc/$$/fd/*; do echo "fd-${fd##*/} $(readlink "$fd" | sed 's/[0-9]\{4,\}/N/')"; done
env | sort | sed 's/^/env-/; s/=/ /'

section devices
for node in /dev/*; do stat -c '%n %F %a %u:%g %t:%T' "$node"; done
for node in /dev/*; do test -L "$node" && echo "$node -> $(readlink "$node")"; done
# Device rules by what they do: these nodes are allowed, whatever the layout of cgroups.
for node in null zero full random urandom tty; do
  echo "open-$node $( (head -c 1 "/dev/$node" >/dev/null) 2>&1 </dev/null | reason)"
done

section sysctl
for name in $PROBE_SYSCTL; do echo "$name $(cat "/proc/sys/$(echo "$name" | tr . /)")"; done

section rules
cat /sys/fs/cgroup/devices/devices.list 2>/dev/null | sort

section masked
for path in $PROBE_MASKED; do
  if test ! -e "$path"; then echo "$path absent"
  elif test -d "$path"; then echo "$path folder of $(ls -A "$path" | wc -l): $(try_folder "$path")"
  else echo "$path file of $(wc -c <"$path") bytes"
  fi
done

# A folder of /proc takes no new file anyway: what tells is opening one that its owner may write.
section readonly
for path in / $PROBE_READONLY; do
  if test ! -e "$path"; then echo "$path absent"
  elif test "$path" = /; then echo "$path $(try_folder "$path")"
  else
    file=$(find "$path" -type f -perm -200 2>/dev/null | head -n 1)
    echo "$path $file $( (: >>"${file:-$path/.probe}") 2>&1 | reason)"
  fi
done
