/** The machine itself: what the other tests of this folder stand on. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

const said = (command: string, ...words: string[]) => spawnSync(command, words, { encoding: 'utf8' }).stdout.trim();

test('systemd is pid 1, on cgroup v2 alone, and this is one of its services', () => {
  expect(readFileSync('/proc/1/comm', 'utf8')).toBe('systemd\n');
  expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toMatch(/ - cgroup /);
  expect(readFileSync('/proc/self/cgroup', 'utf8')).toBe('0::/system.slice/caisson-job.service\n');
});

test('it listens on the bus', () => {
  const words = [
    'org.freedesktop.systemd1',
    '/org/freedesktop/systemd1',
    'org.freedesktop.systemd1.Manager',
    'Version',
  ];
  expect(said('busctl', 'get-property', ...words)).toMatch(/^s "\d+/);
});

test('a user without privilege has a manager, and what it delegates', () => {
  expect(said('systemctl', 'is-active', 'user@1000.service')).toBe('active');
  expect(existsSync('/run/user/1000/bus')).toBe(true);
  const controllers = '/sys/fs/cgroup/user.slice/user-1000.slice/user@1000.service/cgroup.controllers';
  expect(readFileSync(controllers, 'utf8')).toMatch(/memory pids/);
});

test('AppArmor is on', () => {
  expect(readFileSync('/sys/module/apparmor/parameters/enabled', 'utf8')).toBe('Y\n');
  expect(existsSync('/sys/kernel/security/apparmor/profiles')).toBe(true);
});
