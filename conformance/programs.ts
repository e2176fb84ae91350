// What is known about single programs of the suite. Data, and the one pure function that picks from it.
// Their full list is not here: it is the `tool` lines of go.mod.

/**
 * Whether a program shares something of the host with others of its kind, so that only one of them runs at a time.
 * All of these put their container into the same cgroup, `/cgrouptest` or `testdir/cgrouptest/container`.
 */
export function sharesCgroup(name: string): boolean {
  return name.startsWith('linux_cgroups_') || name === 'delete_resources' || name === 'delete_only_create_resources';
}

/** Whether a program sends a signal that may come before the container's shell has set its trap. */
export function isRacing(name: string): boolean {
  return name === 'killsig';
}

/** Mostly waiting, ten seconds and more each: started first, they cost nothing. */
const slow = new Set(['delete', 'kill', 'pidfile']);

/** A cross-section in a few seconds: life cycle, process, mounts, devices, namespaces, seccomp, cgroups, hooks. */
const smoke = new Set([
  'create',
  'default',
  'delete_resources',
  'hooks',
  'killsig',
  'linux_cgroups_devices',
  'linux_ns_nopath',
  'linux_seccomp',
  'process',
  'process_oom_score_adj',
  'process_user',
  'root_readonly_true',
  'start',
  'state',
]);

/**
 * The programs to run, slow ones first.
 * @param only names that were asked for; none means all
 * @throws Error when `only` has a name that the suite hasn't
 */
export function pickPrograms(all: readonly string[], only: readonly string[], isSmoke: boolean): string[] {
  const unknown = only.filter((name) => !all.includes(name));
  if (unknown.length > 0) throw new Error(`the suite has no program ${unknown.join(', ')}; it has ${all.join(' ')}`);
  const asked = all.filter(
    (name) => (only.length === 0 && !isSmoke) || only.includes(name) || (isSmoke && smoke.has(name)),
  );
  return [...asked.filter((name) => slow.has(name)), ...asked.filter((name) => !slow.has(name))];
}
