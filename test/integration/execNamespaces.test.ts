/** `exec` into containers whose namespaces are not the usual ones. */
import { readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type LooseSpec, makeBundle, writeSpec } from '../support/bundle.js';
import { Caisson } from '../support/caisson.js';
import { FILES, giveAway, HOST_ROOT, pathOf, type SpaceType, spacesSpec, userSpec } from '../support/spaces.js';

const caisson = new Caisson();
const bundle = join(caisson.directory, 'bundle');
const SLEEP = 'sleep 1000';

beforeAll(() => {
  makeBundle(bundle, spacesSpec('true', {}));
  writeFileSync(join(bundle, 'rootfs/tmp/made'), 'made\n');
  giveAway(join(bundle, 'rootfs'));
});
afterAll(() => caisson.clean());

function runDetached(spec: LooseSpec, ...flags: string[]): { id: string; pid: number } {
  writeSpec(bundle, spec);
  const id = caisson.id();
  expect(caisson.detach(['run', '-d', ...flags, '-b', bundle, id]).status).toBe(0);
  return { id, pid: caisson.state(id).pid };
}

/** The namespaces of a process on the host. */
function spacesOf(pid: number): Record<string, string> {
  return Object.fromEntries(Object.values(FILES).map((name) => [name, readlinkSync(`/proc/${pid}/ns/${name}`)]));
}

/** Starts a process in a container, and gives its number on the host. */
function execDetached(id: string, ...words: string[]): number {
  const pidFile = join(caisson.directory, 'pid');
  expect(caisson.detach(['exec', '-d', '--pid-file', pidFile, id, ...words]).status).toBe(0);
  return Number(readFileSync(pidFile, 'utf8'));
}

const other = () => runDetached(userSpec(SLEEP, { time: '', cgroup: '' })).pid;
const joinedUser = (): LooseSpec => {
  const pid = other();
  return spacesSpec(SLEEP, {
    user: pathOf(pid, 'user'),
    network: pathOf(pid, 'network'),
    ipc: pathOf(pid, 'ipc'),
    pid: '',
    mount: '',
  });
};

const CASES: readonly (readonly [name: string, spec: () => LooseSpec, ...flags: string[]])[] = [
  ['a cgroup namespace and a time namespace', () => spacesSpec(SLEEP, { cgroup: '', time: '' })],
  ['a new user namespace', () => userSpec(SLEEP)],
  ['a new user namespace beside a time namespace', () => userSpec(SLEEP, { time: '', cgroup: '' })],
  ['a user namespace that was joined', joinedUser],
  ['the pid namespace of the host', () => spacesSpec(SLEEP, { pid: undefined })],
  ['the mount namespace of the host', () => withoutHidden(spacesSpec(SLEEP, { mount: undefined }))],
  ['no namespace but that of its mounts', () => bare(spacesSpec(SLEEP, {}))],
  ['no pivot', () => spacesSpec(SLEEP, {}), '--no-pivot'],
];

test.each(CASES)('%s', (_name, spec, ...flags) => {
  const { id, pid } = runDetached(spec(), ...flags);
  const added = execDetached(id, 'sleep', '500');
  expect(spacesOf(added)).toEqual(spacesOf(pid));
  const ids = (process: number) => /^Uid:.*\nGid:.*$/m.exec(readFileSync(`/proc/${process}/status`, 'utf8'))?.[0];
  expect(ids(added)).toBe(ids(pid));
  expect(readFileSync(`/proc/${added}/cgroup`, 'utf8')).toBe(readFileSync(`/proc/${pid}/cgroup`, 'utf8'));
  const seen = caisson.call(['exec', id, 'sh', '-c', 'id -u; cat /tmp/made; ls /']);
  expect(seen).toMatchObject({ status: 0, stderr: '' });
  expect(seen.stdout).toMatch(/^0\nmade\nbin\n/);
  expect(caisson.call(['delete', '--force', id])).toMatchObject({ status: 0, stderr: '' });
});

test('root of a user namespace is a nobody outside', () => {
  const { id } = runDetached(userSpec(SLEEP));
  const added = execDetached(id, 'sleep', '500');
  expect(readFileSync(`/proc/${added}/status`, 'utf8')).toContain(`Uid:\t${HOST_ROOT}\t`);
  const refused = caisson.call(['exec', '-u', '70000', id, 'true']);
  expect(refused).toMatchObject({ status: 255 });
  expect(refused.stderr).toMatch(/process\/user: .*EINVAL.*mapped/);
});

/** What a container in the namespaces of the host may not have. */
function withoutHidden(spec: LooseSpec): LooseSpec {
  spec.linux.maskedPaths = [];
  spec.linux.readonlyPaths = [];
  return spec;
}

function bare(spec: LooseSpec): LooseSpec {
  const kept: SpaceType[] = ['mount'];
  spec.linux.namespaces = spec.linux.namespaces.filter(({ type }: { type: SpaceType }) => kept.includes(type));
  delete spec.hostname;
  return withoutHidden(spec);
}
