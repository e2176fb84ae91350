/** What `caisson features` says, by what containers are made with. */
import { expect, test } from '@jest/globals';
import { CLAIMS } from '../../../lib/plan/claims.js';
import { features } from '../../../lib/plan/features.js';

const told = (flags: (flags: number) => boolean, systemd = false) =>
  features({ ociVersion: '1.3.0', systemd, annotations: {}, knowsSeccompFlags: flags });

test('a claim decides whether a module is there', () => {
  const { linux } = told(() => true);
  const claimed = (claim: unknown) => typeof claim === 'string';
  expect(linux?.apparmor?.enabled).toBe(claimed(CLAIMS.process.apparmorProfile));
  expect(linux?.selinux?.enabled).toBe(claimed(CLAIMS.process.selinuxLabel));
  expect(linux?.intelRdt?.enabled).toBe(claimed(CLAIMS.linux.intelRdt.closID));
  expect(linux?.netDevices?.enabled).toBe(claimed(CLAIMS.linux.netDevices.each.name));
  expect(linux?.cgroup?.rdma).toBe(true);
});

test('flags that the kernel refuses are known, and not supported', () => {
  const LOG = 2;
  const { seccomp } = told((flags) => flags !== LOG).linux ?? {};
  expect(seccomp?.knownFlags).toContain('SECCOMP_FILTER_FLAG_LOG');
  expect(seccomp?.supportedFlags).not.toContain('SECCOMP_FILTER_FLAG_LOG');
  expect(seccomp?.supportedFlags).toContain('SECCOMP_FILTER_FLAG_SPEC_ALLOW');
});

test('systemd is what the command line takes', () => {
  expect(told(() => true).linux?.cgroup?.systemd).toBe(false);
  expect(told(() => true, true).linux?.cgroup?.systemd).toBe(true);
});
