// Boots a virtual machine by emulation (QEMU's TCG: no /dev/kvm, no privilege) and waits for its end, or ends it at its
// deadline. It has no network. What it writes on its second serial port is shown as it comes; the kernel's console is kept,
// and its tail is told when something went wrong.

import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { Failed } from '../lib/run.mjs';

/**
 * @typedef {object} Machine
 * @property {string} name
 * @property {import('./kernel.mjs').Kernel} kernel
 * @property {string} init path in the machine of its first program
 * @property {string} system its root disk, /dev/nvme0n1
 * @property {string} exchange the disk that comes back, /dev/nvme0n2
 * @property {readonly string[]} disks /dev/nvme0n3 …
 * @property {number} memory MiB
 * @property {number} deadline seconds
 * @property {string} console file that gets what the kernel says
 */

/** The console's last lines, for an error. @param {string} file */
export function consoleTail(file, lines = 40) {
  if (!existsSync(file)) return '';
  const text = readFileSync(file, 'utf8').replaceAll('\r', '').trimEnd();
  return text.split('\n').slice(-lines).join('\n');
}

/**
 * A disk. What the machine writes to it is thrown away, but for that which comes back: several machines may run from one.
 * @param {string} file
 * @param {number} index
 * @param {boolean} kept
 */
const disk = (file, index, kept = false) => [
  ...['-drive', `if=none,id=disk${index},format=raw,file=${file},snapshot=${kept ? 'off' : 'on'}`],
  ...['-device', `nvme-ns,drive=disk${index},bus=disks,nsid=${index}`],
];

/** @param {Machine} machine */
function words({ kernel, init, system, exchange, disks, memory, console }) {
  // Not `quiet`: when it hangs, the console is all there is.
  const line = ['console=ttyS0', 'panic=-1', 'root=/dev/nvme0n1', 'rw', `init=${init}`];
  return [
    // One thread for both processors: with two, QEMU 7.2 sometimes never gets past an instruction that the other one has just
    // changed. Translated code of a JavaScript engine is large.
    ...['-machine', 'q35', '-accel', 'tcg,thread=single,tb-size=512', '-cpu', 'max', '-smp', '2', '-m', `${memory}`],
    ...['-nodefaults', '-no-user-config', '-no-reboot', '-display', 'none'],
    ...['-serial', `file:${console}`, '-chardev', 'stdio,id=words,signal=off', '-serial', 'chardev:words'],
    // One controller, so that the order of its namespaces is that of their names.
    ...['-device', 'nvme,id=disks,serial=caisson', '-device', 'virtio-rng-pci'],
    ...[...disk(system, 1), ...disk(exchange, 2, true), ...disks.flatMap((file, index) => disk(file, index + 3))],
    ...['-kernel', kernel.image, '-append', line.join(' ')],
  ];
}

/**
 * @param {Machine} machine
 * @param {(text: string) => void} show
 * @returns {Promise<number>} milliseconds that it ran
 * @throws {Failed} at the deadline, or when QEMU itself fails
 */
export async function boot(machine, show) {
  rmSync(machine.console, { force: true });
  const begun = performance.now();
  // However this process ends, the machine does too.
  const leash = ['--pdeathsig', 'KILL', 'qemu-system-x86_64'];
  const child = spawn('setpriv', [...leash, ...words(machine)], { stdio: ['ignore', 'pipe', 'pipe'] });
  const stop = () => child.kill('SIGKILL');
  const deadline = AbortSignal.timeout(machine.deadline * 1000);
  deadline.addEventListener('abort', stop);
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (/** @type {string} */ text) => (complaint += text));
  child.stdout.setEncoding('utf8').on('data', (/** @type {string} */ text) => show(text.replaceAll('\r\n', '\n')));
  try {
    const status = await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    if (deadline.aborted) throw new Failed(fail(machine, `did not end within ${machine.deadline} s, and was killed`));
    if (status !== 0) throw new Failed(fail(machine, `could not be run: ${complaint.trim()}`));
  } finally {
    deadline.removeEventListener('abort', stop);
  }
  return performance.now() - begun;
}

/**
 * @param {Pick<Machine, 'name' | 'console'>} machine
 * @param {string} what
 */
export const fail = ({ name, console }, what) =>
  `the virtual machine "${name}" ${what}. The end of its console (${console}):\n${consoleTail(console)}`;
