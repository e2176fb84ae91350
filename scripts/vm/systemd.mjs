// The system of the second virtual machine: Debian by debootstrap, with systemd as pid 1, D-Bus, AppArmor, and a user
// with a manager of his own. It runs the tests of test/vm/systemd, as a service (caisson-job.service).

import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { apt } from '../lib/apt.mjs';
import { at } from '../lib/project.mjs';
import { must } from '../lib/run.mjs';
import { hashOf } from '../lib/stamp.mjs';
import { Tree } from './tree.mjs';

/** What the tests use beside what Debian's smallest system has. A change makes the disk anew. */
export const packages = [
  ...['systemd', 'systemd-sysv', 'libpam-systemd', 'dbus', 'dbus-user-session', 'apparmor', 'kmod', 'procps'],
  // libstdc++6 is Node's.
  ...['busybox-static', 'iproute2', 'strace', 'uidmap', 'libcap2-bin', 'runc', 'crun', 'python3', 'libstdc++6'],
];

/** The user without privilege, whose manager runs from boot on. */
export const user = { name: 'rootless', id: 1000 };

/** Units that only take time; Debian's own profiles of AppArmor are for programs that are not there. */
const masked = [
  ...['apt-daily.timer', 'apt-daily-upgrade.timer', 'dpkg-db-backup.timer', 'e2scrub_all.timer', 'fstrim.timer'],
  ...['e2scrub_reap.service', 'getty@.service', 'apparmor.service', 'systemd-update-utmp.service'],
  ...['systemd-random-seed.service', 'systemd-sysctl.service', 'modprobe@.service', 'systemd-pcrphase.service'],
  ...['sys-kernel-debug.mount', 'sys-kernel-tracing.mount', 'proc-sys-fs-binfmt_misc.automount'],
];

/**
 * What makes units at boot and is not wanted: a login on the serial console waits a minute and a half for its device, which
 * without udev never comes.
 */
const generators = ['systemd-getty-generator', 'systemd-gpt-auto-generator', 'systemd-debug-generator'];

const job = `[Unit]
Description=The tests of caisson
After=multi-user.target user@${user.id}.service
SuccessAction=poweroff-force
FailureAction=poweroff-force

[Service]
Type=exec
Environment=HOME=/root
# By hand: without udev, no unit of a device ever starts, and what waits for one fails.
ExecStartPre=/bin/mount /dev/nvme0n3 /caisson
ExecStart=/bin/sh /caisson/scripts/vm/job.sh /dev/nvme0n2
StandardOutput=file:/dev/ttyS1
StandardError=inherit

[Install]
WantedBy=graphical.target
`;

/** Its users are not this machine's. */
const asIs = ['--numeric-owner', '--xattrs', '--xattrs-include=*'];

/** The release that this machine runs, and from where: then what is built here finds its libraries there. */
async function source() {
  const suite = /^VERSION_CODENAME=(\S+)$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'stable';
  const words = ['apt-get', 'indextargets', '--format', '$(REPO_URI) $(CODENAME)', 'Created-By: Packages'];
  const lines = (await apt('looking for a mirror', words)).split('\n').map((line) => line.split(' '));
  const mirror = lines.find(([, codename]) => codename === suite)?.[0];
  return mirror === undefined ? [suite] : [suite, mirror];
}

/**
 * Debian itself takes a minute, what is changed of it does not: its archive is kept.
 * @returns {Promise<string>} the archive
 */
async function debian() {
  const [suite = '', ...mirror] = await source();
  const archive = at(`build/vm/debian-${hashOf([], [suite, ...packages]).slice(0, 16)}.tar`);
  if (existsSync(archive)) return archive;
  const folder = at('build/vm/debian');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const options = ['--variant=minbase', `--include=${packages.join(',')}`];
  // It mounts /proc in the new system: in a mount namespace of its own.
  const words = ['--mount', '--propagation', 'private', 'debootstrap', ...options, suite, folder, ...mirror];
  const env = { ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin` };
  await must('making a Debian system', 'unshare', words, { env });
  await must('keeping it', 'tar', [...asIs, '-C', folder, '--exclude=./var/cache/apt', '-cf', `${archive}.new`, '.']);
  renameSync(`${archive}.new`, archive);
  rmSync(folder, { recursive: true });
  return archive;
}

/** @param {Tree} tree */
function addUser(tree) {
  const { name, id } = user;
  appendFileSync(tree.at('/etc/passwd'), `${name}:x:${id}:${id}::/home/${name}:/bin/bash\n`);
  appendFileSync(tree.at('/etc/group'), `${name}:x:${id}:\n`);
  appendFileSync(tree.at('/etc/shadow'), `${name}:*:19000:0:99999:7:::\n`);
  for (const file of ['/etc/subuid', '/etc/subgid']) writeFileSync(tree.at(file), `${name}:100000:65536\n`);
  tree.directories(['/var/lib/systemd/linger']);
  writeFileSync(tree.at(`/var/lib/systemd/linger/${name}`), '');
}

/** @param {Tree} tree */
function units(tree) {
  const folder = '/etc/systemd/system';
  tree.directories([`${folder}/graphical.target.wants`, '/etc/systemd/journald.conf.d', '/caisson']);
  writeFileSync(tree.at(`${folder}/caisson-job.service`), job);
  symlinkSync(`${folder}/caisson-job.service`, tree.at(`${folder}/graphical.target.wants/caisson-job.service`));
  for (const unit of masked) tree.link(`${folder}/${unit}`, '/dev/null');
  for (const name of generators) tree.link(`/etc/systemd/system-generators/${name}`, '/dev/null');
  writeFileSync(tree.at('/etc/systemd/journald.conf.d/volatile.conf'), '[Journal]\nStorage=volatile\n');
  writeFileSync(tree.at('/etc/fstab'), '');
  writeFileSync(tree.at('/etc/hostname'), 'caisson-systemd\n');
}

/**
 * @param {string} folder where it is put together
 * @param {import('./kernel.mjs').Kernel} kernel
 */
export async function systemdSystem(folder, kernel) {
  const tree = new Tree(folder);
  await must('unpacking Debian', 'tar', [...asIs, '-C', folder, '-xf', await debian()]);
  addUser(tree);
  units(tree);
  await must('giving the user his home', 'install', [
    '-d',
    '-o',
    `${user.id}`,
    '-g',
    `${user.id}`,
    tree.at(`/home/${user.name}`),
  ]);
  await tree.modules(kernel);
  chmodSync(path.join(folder, 'root'), 0o700);
}
