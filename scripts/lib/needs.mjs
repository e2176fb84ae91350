// What the project needs of the machine, by Debian package, and how its presence is seen without asking dpkg: a machine
// that is not Debian's may have the same things from elsewhere.

import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

/**
 * @typedef {'build' | 'check' | 'test' | 'vm' | 'bench'} Purpose
 * @typedef {object} Need
 * @property {string} debian the package
 * @property {string} what what of it is used
 * @property {Purpose} purpose
 * @property {() => boolean} present
 */

/** @param {string} file */
function executable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** @param {string} name */
function command(name) {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/sbin'];
  return folders.some((folder) => folder !== '' && executable(path.join(folder, name)));
}

/**
 * A library file in one of the places where compilers look.
 * @param {string} name
 */
function library(name) {
  const places = ['/usr/lib', '/usr/lib64', '/usr/local/lib'];
  if (existsSync('/usr/lib')) {
    places.push(
      ...readdirSync('/usr/lib')
        .filter((entry) => entry.includes('-linux-'))
        .map((entry) => `/usr/lib/${entry}`),
    );
  }
  return places.some((place) => existsSync(path.join(place, name)));
}

/**
 * @param {string} debian
 * @param {Purpose} purpose
 * @param {string} what
 * @param {() => boolean} present
 * @returns {Need}
 */
const need = (debian, purpose, what, present) => ({ debian, purpose, what, present });

/** Where a static busybox is, which the demo and the tests put into their bundles. */
export const busybox =
  ['/bin/busybox', '/usr/bin/busybox', '/usr/sbin/busybox'].find((file) => existsSync(file)) ?? '/bin/busybox';

/** Every need, in the order in which it is told. */
export const needs = [
  need('g++', 'build', 'the C++20 compiler', () => command('g++') && command('gcc')),
  need('make', 'build', 'make', () => command('make')),
  need('cmake', 'build', 'cmake', () => command('cmake')),
  need('musl-tools', 'build', 'musl, for the static program', () => command('musl-gcc')),
  need(
    'libseccomp-dev',
    'build',
    'libseccomp.a and seccomp.h',
    () => library('libseccomp.a') && existsSync('/usr/include/seccomp.h'),
  ),
  need('busybox-static', 'build', 'a static busybox, for the demo bundle', () => executable(busybox)),
  need('python3', 'test', 'the other end of a console socket', () => command('python3')),
  need('procps', 'test', 'ps', () => command('ps')),
  need('bsdutils', 'test', 'script, a terminal for tests', () => command('script')),
  need('strace', 'test', 'the system calls that init makes', () => command('strace')),
  need('runc', 'test', 'the config.json that runc writes', () => command('runc')),
  need('crun', 'test', 'crun, to compare with', () => command('crun')),
  need('bash', 'test', 'bash, for its completion', () => command('bash')),
  need('zsh', 'test', 'zsh, for its completion', () => command('zsh')),
  need('fish', 'test', 'fish, for its completion', () => command('fish')),
  need('groff-base', 'test', 'groff, which reads the manual pages', () => command('groff')),
  need(
    'util-linux',
    'test',
    'unshare, nsenter and setpriv',
    () => command('unshare') && command('nsenter') && command('setpriv'),
  ),
  need(
    'uidmap',
    'test',
    'newuidmap and newgidmap, for containers of ordinary users',
    () => command('newuidmap') && command('newgidmap'),
  ),
  need('qemu-system-x86', 'vm', 'an emulated machine', () => command('qemu-system-x86_64')),
  need('e2fsprogs', 'vm', 'mke2fs, for its disks', () => command('mke2fs')),
  need('kmod', 'vm', 'modprobe and depmod, for its modules', () => command('modprobe') && command('depmod')),
  need('debootstrap', 'vm', 'a Debian system with systemd, for it', () => command('debootstrap')),
  need('runc', 'bench', 'runc, to compare with', () => command('runc')),
  need('crun', 'bench', 'crun, to compare with', () => command('crun')),
  need('clang-format', 'check', 'the layout of C++', () => command('clang-format')),
  need('clang-tidy', 'check', 'lint of C++', () => command('clang-tidy')),
];

/**
 * What is missing for these purposes.
 * @param {readonly Purpose[]} purposes
 */
export const missing = (purposes) => needs.filter((entry) => purposes.includes(entry.purpose) && !entry.present());
