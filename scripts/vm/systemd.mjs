// The system of the second virtual machine: Debian by debootstrap, with systemd as pid 1, D-Bus, AppArmor, and a user
// with a manager of his own. It runs the tests of test/vm/systemd, as a service (caisson-job.service).

import { appendFileSync, chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { apt } from '../lib/apt.mjs';
import { at } from '../lib/project.mjs';
import { must } from '../lib/run.mjs';
import { Tree } from './tree.mjs';

/** What the tests use beside what Debian's smallest system has. A change makes the disk anew. */
export const packages = [
  ...['systemd', 'systemd-sysv', 'libpam-systemd', 'dbus', 'dbus-user-session', 'apparmor', 'kmod', 'procps'],
  // libstdc++6 is Node's.
  ...['busybox-static', 'iproute2', 'strace', 'uidmap', 'libcap2-bin', 'runc', 'crun', 'python3', 'libstdc++6'],
];

/** The user without privilege, whose manager runs from boot on. */
export const user = { name: 'rootless', id: 1000 };

/** Units that only take time. */
const masked = [
  'apt-daily.timer',
  'apt-daily-upgrade.timer',
  'dpkg-db-backup.timer',
  'e2scrub_all.timer',
  'fstrim.timer',
];

const job = `[Unit]
Description=The tests of caisson
After=multi-user.target user@${user.id}.service apparmor.service
RequiresMountsFor=/caisson
SuccessAction=poweroff-force
FailureAction=poweroff-force

[Service]
Type=oneshot
TimeoutStartSec=infinity
Environment=HOME=/root
ExecStart=/bin/sh /caisson/scripts/vm/job.sh /dev/nvme0n2
StandardOutput=file:/dev/ttyS1
StandardError=inherit

[Install]
WantedBy=graphical.target
`;

/** The release that this machine runs, and from where: then what is built here finds its libraries there. */
async function source() {
  const suite = /^VERSION_CODENAME=(\S+)$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'stable';
  const words = ['apt-get', 'indextargets', '--format', '$(REPO_URI) $(CODENAME)', 'Created-By: Packages'];
  const lines = (await apt('looking for a mirror', words)).split('\n').map((line) => line.split(' '));
  const mirror = lines.find(([, codename]) => codename === suite)?.[0];
  return mirror === undefined ? [suite] : [suite, mirror];
}

/** @param {string} folder */
async function bootstrap(folder) {
  const [suite = '', ...mirror] = await source();
  const cache = at('build/vm/debs');
  mkdirSync(cache, { recursive: true });
  const options = ['--variant=minbase', `--include=${packages.join(',')}`, `--cache-dir=${cache}`];
  // It mounts /proc in the new system: in a mount namespace of its own.
  const words = ['--mount', '--propagation', 'private', 'debootstrap', ...options, suite, folder, ...mirror];
  await must('making a Debian system', 'unshare', words, {
    env: { ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin` },
  });
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
  writeFileSync(tree.at('/etc/systemd/journald.conf.d/volatile.conf'), '[Journal]\nStorage=volatile\n');
  writeFileSync(tree.at('/etc/fstab'), '/dev/nvme0n3 /caisson ext4 rw 0 0\n');
  writeFileSync(tree.at('/etc/hostname'), 'caisson-systemd\n');
}

/**
 * @param {string} folder where it is put together
 * @param {import('./kernel.mjs').Kernel} kernel
 */
export async function systemdSystem(folder, kernel) {
  const tree = new Tree(folder);
  await bootstrap(folder);
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
