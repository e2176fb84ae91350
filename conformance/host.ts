// A run's place on the host: a mount namespace of its own, what may be mounted in it, and no other run beside it. Called
// by run.ts.

import { spawn } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import { cgroupRoot } from './cgroups.js';

const outerVariable = 'CAISSON_CONFORMANCE_OUTER';

/**
 * Runs this very command again in a mount namespace of its own, so that nothing it mounts reaches the host.
 * @returns its exit status, or undefined when this process is already the one inside
 */
export async function enterNamespace(): Promise<number | undefined> {
  const here = readlinkSync('/proc/self/ns/mnt');
  const outer = process.env[outerVariable];
  if (outer !== undefined && outer !== here) return undefined;
  // The one inside ends in good order when this one is killed.
  const lifeline = ['setpriv', '--pdeathsig', 'TERM'];
  const args = ['--mount', '--', ...lifeline, process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  const child = spawn('unshare', args, { stdio: 'inherit', env: { ...process.env, [outerVariable]: here } });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}

/** Those that the suite has programs for. */
const SUITE_HIERARCHIES = ['hugetlb', 'net_cls', 'net_prio'];

/**
 * The controllers that the kernel has enabled and nobody has mounted, of those that the suite looks for.
 * @param cgroups text of /proc/cgroups
 * @param mountinfo text of /proc/self/mountinfo
 */
export function mountableHierarchies(cgroups: string, mountinfo: string): string[] {
  return SUITE_HIERARCHIES.filter(
    (name) =>
      new RegExp(`^${name}\\t\\d+\\t\\d+\\t1$`, 'm').test(cgroups) &&
      !new RegExp(` - cgroup \\S+ \\S*\\b${name}\\b`).test(mountinfo),
  );
}

/**
 * Waits until no other run is at work on this host, since the suite's cgroup names are fixed.
 * @returns the way to let the next one in; the end of this process does it too
 */
export async function lockHost(): Promise<() => void> {
  const holder = spawn('flock', [cgroupRoot, '/bin/sh', '-c', 'echo locked; exec cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const notice = setTimeout(() => console.error('conformance: waiting for another run on this host to end'), 1000);
  await new Promise((resolve, reject) => {
    holder.once('error', reject);
    holder.once('close', () => reject(new Error(`flock ${cgroupRoot} failed`)));
    holder.stdout.once('data', resolve);
  }).finally(() => clearTimeout(notice));
  return () => holder.stdin.end();
}
