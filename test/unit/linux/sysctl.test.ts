/** Names of kernel settings, with dots and with slashes. */
import { expect, test } from '@jest/globals';
import { isPlainSysctl, sysctlNamespace, sysctlPath } from '../../../lib/linux/sysctl.js';

test.each([
  ['net.ipv4.ip_forward', 'net/ipv4/ip_forward'],
  ['net/ipv4/ip_forward', 'net/ipv4/ip_forward'],
  ['net.ipv4.conf.eno2/100.rp_filter', 'net/ipv4/conf/eno2.100/rp_filter'],
  ['net/ipv4/conf/eno2.100/rp_filter', 'net/ipv4/conf/eno2.100/rp_filter'],
  ['kernel', 'kernel'],
])('%s is %s', (name, path) => {
  expect(sysctlPath(name)).toBe(path);
});

test.each([
  ['net/../kernel/core_pattern', false],
  ['net//x', false],
  ['/net/x', false],
  ['net/./x', false],
  ['', false],
  ['net/ipv4/conf/eno2.100/x', true],
])('%s leads to one place: %s', (path, plain) => {
  expect(isPlainSysctl(path)).toBe(plain);
});

test.each([
  ['net/core/somaxconn', 'network'],
  ['kernel/shmmax', 'ipc'],
  ['fs/mqueue/msg_max', 'ipc'],
  ['kernel/domainname', 'uts'],
  ['user/max_pid_namespaces', 'user'],
  ['kernel/shmmaxx', undefined],
  ['kernel/core_pattern', undefined],
  ['vm/swappiness', undefined],
  ['network/x', undefined],
])('%s is of %s', (path, type) => {
  expect(sysctlNamespace(path)).toBe(type);
});
