/** Bundles for tests: a rootfs made of busybox-static, and a config.json that a test changes as it needs. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultSpec } from '../../lib/spec/default.js';

/** A config.json as a test sees it: loose on purpose, since tests also write wrong ones. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type LooseSpec = any;

const APPLETS = [
  ...[
    'sh',
    'cat',
    'echo',
    'ls',
    'true',
    'false',
    'sleep',
    'id',
    'mount',
    'hostname',
    'readlink',
    'stat',
    'grep',
    'kill',
    'env',
  ],
  ...[
    'touch',
    'dd',
    'tty',
    'stty',
    'ip',
    'mknod',
    'head',
    'wc',
    'test',
    'sort',
    'pwd',
    'mkdir',
    'umount',
    'ps',
    'tr',
    'chmod',
  ],
];

/** Makes a rootfs: busybox and links to it, and the directories that images have. */
export function makeRootfs(directory: string): string {
  for (const name of ['bin', 'dev', 'etc', 'proc', 'sys', 'tmp', 'root'])
    mkdirSync(join(directory, name), { recursive: true });
  copyFileSync('/bin/busybox', join(directory, 'bin/busybox'));
  for (const applet of APPLETS) symlinkSync('busybox', join(directory, 'bin', applet));
  writeFileSync(join(directory, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\n');
  return directory;
}

/** The default spec without a terminal, running a shell line. */
export function shellSpec(line: string): LooseSpec {
  const spec = structuredClone(defaultSpec({ cgroupNamespace: false })) as LooseSpec;
  spec.process.terminal = false;
  spec.process.args = ['/bin/sh', '-c', line];
  return spec;
}

/** Makes a bundle whose config.json is as given. */
export function makeBundle(directory: string, spec: unknown): string {
  mkdirSync(directory, { recursive: true });
  makeRootfs(join(directory, 'rootfs'));
  writeSpec(directory, spec);
  return directory;
}

/** Replaces config.json. Text is written as it is. */
export function writeSpec(bundle: string, spec: unknown): void {
  writeFileSync(join(bundle, 'config.json'), typeof spec === 'string' ? spec : JSON.stringify(spec, null, 2));
}

/** The config.json that Debian's runc writes. */
export function runcSpec(directory: string): LooseSpec {
  mkdirSync(directory, { recursive: true });
  const result = spawnSync('runc', ['spec', '--bundle', directory], { encoding: 'utf8' });
  if (result.status !== 0) throw new Error(`runc spec: ${result.stderr}`);
  return JSON.parse(spawnSync('cat', [join(directory, 'config.json')], { encoding: 'utf8' }).stdout);
}
