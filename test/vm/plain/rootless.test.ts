/** Containers of an ordinary user to whom a part of cgroup v2 is delegated, as systemd does it: by the owner of files. */
import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { defaultSpec } from '../../../lib/spec/default.js';
import type { Resources } from '../../../lib/spec/types.gen.js';
import { type LooseSpec, makeBundle, writeSpec } from '../../support/bundle.js';
import type { Caisson } from '../../support/caisson.js';
import { OrdinaryUser } from '../../support/ordinaryUser.js';

const ROOT = '/sys/fs/cgroup';
const user = new OrdinaryUser(61_235);
const bundle = join(user.home, 'bundle');
const MIB = 1024 * 1024;

/** Given to the user: the cgroup `given`, with the one that its session is in. */
const given = `/given-${process.pid}`;
/** The user's session in a cgroup that is not. */
const closed = `/closed-${process.pid}`;
const inGiven = user.within(`${ROOT}${given}/session`);
const inClosed = user.within(`${ROOT}${closed}/session`);

beforeAll(() => {
  makeBundle(bundle, rootless('true'));
  user.give(bundle);
  for (const one of [given, closed]) mkdirSync(`${ROOT}${one}/session`, { recursive: true });
  writeFileSync(`${ROOT}/cgroup.subtree_control`, '+memory +pids +cpu');
  writeFileSync(`${ROOT}${closed}/cgroup.subtree_control`, '+memory');
  // As Delegate= of systemd does it, and cgroups(7) says.
  for (const one of ['', '/session']) {
    for (const file of ['', '/cgroup.procs', '/cgroup.threads', '/cgroup.subtree_control'])
      chownSync(`${ROOT}${given}${one}${file}`, user.id, user.id);
  }
});
afterAll(() => {
  for (const one of [inGiven, inClosed]) one.clean();
  user.caisson.clean();
  // What a container has left would keep them.
  for (const one of [given, closed]) {
    rmdirSync(`${ROOT}${one}/session`);
    rmdirSync(`${ROOT}${one}`);
  }
});

function rootless(line: string, resources: Resources = {}): LooseSpec {
  const spec = user.spec(line, true);
  if (Object.keys(resources).length > 0) spec.linux.resources = resources;
  return spec;
}

function detached(by: Caisson, spec: LooseSpec): { id: string; pid: number } {
  writeSpec(bundle, spec);
  const id = by.id();
  expect(by.detach(['run', '-d', '-b', bundle, id]).status).toBe(0);
  return { id, pid: by.state(id).pid };
}

function refusal(by: Caisson, spec: LooseSpec, words: readonly string[] = []): string {
  writeSpec(bundle, spec);
  const id = by.id();
  const outcome = by.call([...words, 'run', '-b', bundle, id]);
  expect(outcome).toMatchObject({ status: 1, stdout: '' });
  expect(existsSync(join(by.root, id))).toBe(false);
  expect(existsSync(`${ROOT}${given}/caisson-${id}`)).toBe(false);
  return outcome.stderr;
}

const cgroupOf = (pid: number) => readFileSync(`/proc/${pid}/cgroup`, 'utf8').trim();
const fileOf = (id: string, name: string) => readFileSync(`${ROOT}${given}/caisson-${id}/${name}`, 'utf8').trim();

describe('delegated', () => {
  test("a container without limits is beside its caller's session", () => {
    const { id, pid } = detached(inGiven, rootless('sleep 1000'));
    expect(cgroupOf(pid)).toBe(`0::${given}/caisson-${id}`);
    expect(inGiven.call(['state', '--warnings', id]).stdout).not.toContain('cgroup of its own');
    expect(inGiven.call(['delete', '--force', id])).toMatchObject({ stderr: '', status: 0 });
    expect(existsSync(`${ROOT}${given}/caisson-${id}`)).toBe(false);
  });

  test('limits hold, change, and every verb finds the cgroup', async () => {
    const limits = { memory: { limit: 64 * MIB }, pids: { limit: 20 } };
    const { id } = detached(inGiven, rootless('sleep 1000 & sleep 1000', limits));
    expect([fileOf(id, 'memory.max'), fileOf(id, 'pids.max')]).toEqual([String(64 * MIB), '20']);
    expect(inGiven.call(['update', '--pids-limit', '30', id])).toMatchObject({ stderr: '', status: 0 });
    expect(fileOf(id, 'pids.max')).toBe('30');
    expect(inGiven.call(['pause', id])).toMatchObject({ stderr: '', status: 0 });
    expect(inGiven.state(id).status).toBe('paused');
    expect(inGiven.call(['resume', id])).toMatchObject({ stderr: '', status: 0 });
    const pids = JSON.parse(inGiven.call(['ps', '--format', 'json', id]).stdout) as number[];
    expect(pids.length).toBeGreaterThanOrEqual(2);
    const exec = inGiven.call(['exec', id, 'cat', '/proc/self/cgroup', '/sys/fs/cgroup/pids.max']);
    expect(exec).toMatchObject({ stdout: '0::/\n30\n', stderr: '', status: 0 });
    expect(inGiven.call(['events', '--stats', id]).stdout).toContain('"pids":{"current":');
    expect(inGiven.call(['kill', '--all', id, 'KILL'])).toMatchObject({ stderr: '', status: 0 });
    await inGiven.until(id, 'stopped', 60_000);
    expect(inGiven.call(['delete', id])).toMatchObject({ stderr: '', status: 0 });
  });

  test('a container that shares its pids ends whole', () => {
    const spec = rootless('sleep 1000 & sleep 1000');
    spec.linux.namespaces = spec.linux.namespaces.filter(({ type }: { type: string }) => type !== 'pid');
    const { id } = detached(inGiven, spec);
    expect(fileOf(id, 'cgroup.procs').split('\n').length).toBeGreaterThanOrEqual(2);
    expect(inGiven.call(['delete', '--force', id])).toMatchObject({ stderr: '', status: 0 });
    expect(existsSync(`${ROOT}${given}/caisson-${id}`)).toBe(false);
  });

  test('a path of its own, relative and absolute', () => {
    for (const path of ['sub/web', `${given}/sub/web`]) {
      const spec = rootless('sleep 1000', { pids: { limit: 20 } });
      spec.linux.cgroupsPath = path;
      const { id, pid } = detached(inGiven, spec);
      expect(cgroupOf(pid)).toBe(`0::${given}/sub/web`);
      expect(inGiven.call(['delete', '--force', id])).toMatchObject({ stderr: '', status: 0 });
    }
    rmdirSync(`${ROOT}${given}/sub`);
  });

  test('devices that are to be denied are a warning', () => {
    const { id } = detached(inGiven, rootless('sleep 1000', { devices: [{ allow: false, access: 'rwm' }] }));
    expect(inGiven.call(['state', '--warnings', id]).stdout).toMatch(/linux\/resources\/devices: they are for root/);
    expect(inGiven.call(['delete', '--force', id]).status).toBe(0);
  });

  test('a controller that is not passed on is named, with the cgroup that keeps it', () => {
    const said = refusal(inGiven, rootless('true', { hugepageLimits: [{ pageSize: '2MB', limit: 0 }] }));
    expect(said).toMatch(
      /linux\/resources\/hugepageLimits\/0\/limit: the controller hugetlb is not delegated: the cgroup \/ does not pass it on \(.*Delegate=cpu cpuset io memory pids.*user@\.service\.d/,
    );
  });

  test('exec from a session elsewhere says what is in the way', () => {
    const { id } = detached(inGiven, rootless('sleep 1000'));
    const outside = inClosed.call(['--root', inGiven.root, 'exec', id, 'true']);
    expect(outside.stderr).toMatch(/start init in its cgroup: clone3: EACCES.*systemd-run --user --scope/);
    expect(outside.status).toBe(255);
    expect(inGiven.call(['delete', '--force', id]).status).toBe(0);
  });
});

describe('not delegated', () => {
  test('no cgroup, and a warning', () => {
    const { id, pid } = detached(inClosed, rootless('sleep 1000'));
    expect(cgroupOf(pid)).toBe(`0::${closed}/session`);
    expect(inClosed.call(['state', '--warnings', id]).stdout).toContain(
      `the container has no cgroup of its own: the cgroup ${closed} is not delegated to this user`,
    );
    expect(inClosed.call(['delete', '--force', id])).toMatchObject({ stderr: '', status: 0 });
  });

  test('a limit, or a cgroup that has to be, is an error', () => {
    const limited = rootless('true', { pids: { limit: 10 } });
    const why = `the cgroup ${closed} is not delegated to this user (run it in a part of the tree`;
    expect(refusal(inClosed, limited)).toContain(`linux/resources/pids/limit: a limit needs a cgroup, and ${why}`);
    const strict = refusal(inClosed, rootless('true'), ['--rootless=false']);
    expect(strict).toContain(`a cgroup cannot be made: ${why}`);
  });

  test('a path in a part that is delegated, from a session that is not', () => {
    const spec = rootless('true', { pids: { limit: 10 } });
    spec.linux.cgroupsPath = `${given}/web`;
    expect(refusal(inClosed, spec)).toContain('the cgroup / is not delegated to this user');
  });
});

test('root with --rootless=true has its usual cgroup where it may make one', () => {
  const spec = structuredClone(defaultSpec({ cgroupNamespace: true })) as LooseSpec;
  spec.process.terminal = false;
  spec.process.args = ['/bin/cat', '/proc/self/cgroup'];
  spec.linux.namespaces = spec.linux.namespaces.filter(({ type }: { type: string }) => type !== 'cgroup');
  writeSpec(bundle, spec);
  const id = user.caisson.id();
  const words = ['--root', join(user.caisson.directory, 'root-state'), '--rootless=true', 'run', '-b', bundle, id];
  const ended = spawnSync(user.front, words, { encoding: 'utf8' });
  expect(ended).toMatchObject({ stdout: `0::/caisson/${id}\n`, stderr: '', status: 0 });
});
