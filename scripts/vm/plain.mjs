// The system of the first virtual machine: this machine's own programs and their libraries, a shell script as pid 1
// (scripts/vm/init), cgroup v2 and nothing else. What the integration tests call must stand here.

import { chmodSync, copyFileSync, writeFileSync } from 'node:fs';
import { must } from '../lib/run.mjs';
import { at, built } from '../lib/project.mjs';
import { nativeModules } from './project.mjs';
import { Tree } from './tree.mjs';

/** Programs of the tests, and of the test files' shell lines. */
export const programs = [
  ...['busybox', 'sh', 'bash', 'python3', 'ps', 'script', 'strace', 'runc', 'crun', 'unshare', 'nsenter', 'setpriv'],
  ...['setcap', 'losetup', 'mount', 'umount', 'mkfifo', 'mknod', 'cp', 'chmod', 'chown', 'cat', 'ls', 'touch', 'sleep'],
  ...['true', 'false', 'kill', 'rm', 'rmdir', 'mkdir', 'flock', 'timeout', 'tar', 'stat', 'readlink', 'env', 'id'],
  ...[
    'grep',
    'sed',
    'head',
    'tail',
    'wc',
    'tr',
    'cut',
    'sort',
    'dd',
    'ln',
    'mv',
    'basename',
    'dirname',
    'uname',
    'ldd',
  ],
  ...[
    'modprobe',
    'mke2fs',
    'sync',
    'seq',
    'tee',
    'test',
    'echo',
    'date',
    'truncate',
    'nproc',
    'taskset',
    'gzip',
    'stty',
  ],
];

/** What of Python's library no test imports, and is large. */
const heavy = [
  'config-*',
  'test',
  'idlelib',
  'lib2to3',
  'distutils',
  'ensurepip',
  'pydoc_data',
  'turtledemo',
  'tkinter',
];

/**
 * @param {Tree} tree
 */
function skeleton(tree) {
  tree.directories(['/usr/bin', '/usr/sbin', '/usr/lib', '/usr/lib64', '/proc', '/sys', '/dev', '/run', '/tmp']);
  tree.directories(['/etc', '/root', '/home', '/var', '/mnt', '/caisson']);
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) tree.link(`/${name}`, `usr/${name}`);
  chmodSync(tree.at('/tmp'), 0o1777);
  chmodSync(tree.at('/root'), 0o700);
  for (const file of ['/etc/passwd', '/etc/group']) tree.file(file);
  writeFileSync(tree.at('/etc/subuid'), 'nobody:100000:65536\n');
  writeFileSync(tree.at('/etc/subgid'), 'nobody:100000:65536\n');
  writeFileSync(tree.at('/etc/hostname'), 'caisson-plain\n');
}

/** @param {Tree} tree */
async function python(tree) {
  const asked = await must('asking Python', 'python3', ['-c', 'import sysconfig; print(sysconfig.get_path("stdlib"))']);
  const library = asked.output.trim();
  await tree.below(
    library,
    ['.'],
    library,
    heavy.map((name) => `./${name}`),
  );
}

/**
 * @param {string} folder where it is put together
 * @param {import('./kernel.mjs').Kernel} kernel
 */
export async function plainSystem(folder, kernel) {
  const tree = new Tree(folder);
  skeleton(tree);
  await tree.programs(programs, [process.execPath, built.engine, built.addon, ...nativeModules()]);
  await python(tree);
  await tree.modules(kernel);
  copyFileSync(at('scripts/vm/init'), tree.at('/init'));
  chmodSync(tree.at('/init'), 0o755);
}
