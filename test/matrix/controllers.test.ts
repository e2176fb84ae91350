/**
 * Limits of controllers that most hosts with cgroup v1 know and do not mount. In this lane, since a hierarchy that is mounted
 * shows in /proc/PID/cgroup of every process, and other lanes count those lines.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Resources } from '../../lib/spec/types.gen.js';
import { makeBundle, shellSpec, writeSpec } from '../support/bundle.js';
import { Caisson, type Outcome } from '../support/caisson.js';

const caisson = new Caisson();
const bundle = join(caisson.directory, 'bundle');
const MIB = 1024 * 1024;

beforeAll(() => void makeBundle(bundle, shellSpec('true')));
afterAll(() => caisson.clean());

/** Mounts them in a mount namespace of its own, runs there, and leaves nothing. */
function runWith(controllers: string, line: string, resources: Resources): Outcome {
  const spec = shellSpec(line);
  spec.mounts = spec.mounts.filter(({ type }: { type: string }) => type !== 'cgroup');
  Object.assign(spec.linux.resources, resources);
  const place = join(caisson.directory, controllers);
  mkdirSync(place, { recursive: true });
  spec.mounts.push({ destination: '/seen', type: 'bind', source: place, options: ['rbind', 'ro'] });
  writeSpec(bundle, spec);
  const words = ['run', '-b', bundle, caisson.id()];
  const script = `
    mount --make-rprivate / && mount -t cgroup -o ${controllers} cgroup ${place} || exit 77
    ${Caisson.executable[0]} --root ${caisson.root} "$@"
    status=$?
    rmdir ${place}/caisson
    # While a removed cgroup is being freed, the hierarchy stays after its last mount.
    for attempt in $(seq 50); do
      umount ${place}
      sleep 0.1
      test "$(grep ^${controllers.split(',')[0]} /proc/cgroups | cut -f2)" = 0 && exit $status
      mount -t cgroup -o ${controllers} cgroup ${place}
    done
    exit 78`;
  const result = spawnSync('unshare', ['-m', 'sh', '-c', script, 'sh', ...words], { encoding: 'utf8', input: '' });
  return { status: result.status ?? -1, signal: result.signal, stdout: result.stdout, stderr: result.stderr };
}
const unmounted = (controller: string) =>
  new RegExp(`^${controller}\\t0\\t`, 'm').test(readFileSync('/proc/cgroups', 'utf8'));

(unmounted('hugetlb') ? test : test.skip)('huge pages: both those that are used and those that are reserved', () => {
  const line =
    'cd /seen/caisson/test-*; cat hugetlb.2MB.limit_in_bytes hugetlb.2MB.rsvd.limit_in_bytes hugetlb.1GB.limit_in_bytes';
  const limits = [
    { pageSize: '2MB', limit: 4 * MIB },
    { pageSize: '1GB', limit: 0 },
  ];
  expect(runWith('hugetlb', line, { hugepageLimits: limits })).toMatchObject({
    stderr: '',
    stdout: '4194304\n4194304\n0\n',
    status: 0,
  });
  const odd = runWith('hugetlb', line, { hugepageLimits: [{ pageSize: '8MB', limit: 0 }] });
  expect(odd.status).toBe(1);
  expect(odd.stderr).toMatch(/linux\/resources\/hugepageLimits\/0\/limit: .*ENOENT.*hugepages has those there are/);
});

(unmounted('net_cls') && unmounted('net_prio') ? test : test.skip)('the class and the priorities of packets', () => {
  const line = 'cd /seen/caisson/test-*; cat net_cls.classid; grep "^lo " net_prio.ifpriomap';
  const network = { classID: 0x10_0001, priorities: [{ name: 'lo', priority: 5 }] };
  expect(runWith('net_cls,net_prio', line, { network })).toMatchObject({
    stderr: '',
    stdout: '1048577\nlo 5\n',
    status: 0,
  });
  const odd = runWith('net_cls,net_prio', line, { network: { priorities: [{ name: 'none0', priority: 5 }] } });
  expect(odd.status).toBe(1);
  expect(odd.stderr).toMatch(/linux\/resources\/network\/priorities\/0: .*ENODEV.*no network interface/);
});
