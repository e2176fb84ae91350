# The mount namespace in which the matrix runs its containers. crun refuses a hybrid host until some hierarchy of
# version 1 has hugetlb; here it gets one that the host never sees: the hierarchies move to a tmpfs of this namespace, and
# hugetlb is mounted beside them. On other hosts nothing is changed. Prints "ready", waits
# for its stdin to end, and takes everything away again.
set -e
ours=no
root=/sys/fs/cgroup
if grep -q ' - cgroup ' /proc/self/mountinfo && grep -q '^hugetlb' /proc/cgroups &&
  ! grep ' - cgroup ' /proc/self/mountinfo | grep -q hugetlb; then
  next=$(mktemp -d)
  mount -t tmpfs -o mode=755 stage "$next"
  for entry in "$root"/*; do
    name=${entry##*/}
    if test -L "$entry"; then ln -s "$(readlink "$entry")" "$next/$name"
    else mkdir "$next/$name" && { ! mountpoint -q "$entry" || mount --bind "$entry" "$next/$name"; }
    fi
  done
  mount --move "$next" "$root"
  rmdir "$next"
  mkdir "$root/hugetlb"
  ours=yes
  mount -t cgroup -o hugetlb hugetlb "$root/hugetlb"
fi
echo ready
cat >/dev/null

# The parent that the containers' cgroups had.
rmdir "$root"/caisson-matrix "$root"/*/caisson-matrix 2>/dev/null || true
# A hierarchy that is unmounted while a removed cgroup of it is still being freed stays bound to version 1: it is mounted
# and unmounted again until it is gone.
hierarchy() { grep '^hugetlb' /proc/cgroups | cut -f2; }
if mountpoint -q "$root/hugetlb" && test "$ours" = yes; then
  for attempt in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    umount "$root/hugetlb"
    test "$(hierarchy)" = 0 && break
    sleep 0.1
    test "$(hierarchy)" = 0 && break
    mount -t cgroup -o hugetlb hugetlb "$root/hugetlb"
  done
fi
