// The config.json that a check begins with, and the root filesystem for it. Called by trial.ts.

import { chmodSync, copyFileSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { busybox } from '../../scripts/lib/needs.mjs';

/** A config.json in the making: checks change any part of it, also to what it must not be. */
export interface Config {
  process: Record<string, unknown>;
  root: { path: string; readonly?: boolean };
  mounts: object[];
  linux: { namespaces: object[]; [property: string]: unknown };
  [property: string]: unknown;
}

export type Change = (config: Config) => void;

const APPLETS = [
  ...['sh', 'sleep', 'cat', 'touch', 'true', 'false', 'hostname', 'readlink', 'kill', 'ls', 'mount', 'mv', 'stat'],
  ...['dd', 'env', 'grep', 'id', 'ip', 'mknod', 'wc', 'mkdir', 'test', 'tr'],
];

/** Makes a root filesystem in which every user of the container may leave files. */
export function makeRootfs(rootfs: string): void {
  for (const part of ['bin', 'proc', 'dev', 'sys/fs/cgroup', 'tmp']) mkdirSync(join(rootfs, part), { recursive: true });
  for (const open of [rootfs, join(rootfs, 'tmp')]) chmodSync(open, 0o777);
  copyFileSync(busybox, join(rootfs, 'bin/busybox'));
  for (const name of APPLETS) symlinkSync('busybox', join(rootfs, 'bin', name));
}

/** One for a line of sh(1). */
export function defaultConfig(line: string): Config {
  const namespaces = ['pid', 'network', 'ipc', 'uts', 'mount'].map((type) => ({ type }));
  return {
    ociVersion: '1.0.2',
    process: {
      cwd: '/',
      args: ['/bin/sh', '-c', line],
      env: ['PATH=/bin'],
      user: { uid: 0, gid: 0 },
    },
    root: { path: 'rootfs' },
    hostname: 'conformance',
    mounts: [
      { destination: '/proc', type: 'proc', source: 'proc' },
      { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'mode=755'] },
    ],
    linux: { namespaces },
  };
}
