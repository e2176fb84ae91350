/** The host program and the teardown program: cgroups, files, trees. Each test has cgroups of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { execFileSync } from 'node:child_process';
import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { cgroupMounts } from '../support/host.js';
import { failureOf, Workplace } from './harness.js';
import { ERRNO } from './plans.js';

const work = new Workplace();
const parent = `caisson-test-${process.pid}`;
const mounts = cgroupMounts();
/** A v1 hierarchy with few of the kernel's own rules, or the only one of v2. */
const mount = mounts.find((path) => path.endsWith('/freezer')) ?? mounts[0]!;
const cpuset = mounts.find((path) => path.endsWith('/cpuset'));
const unified = mounts.find((path) => existsSync(`${path}/cgroup.controllers`));
const processes: ChildProcess[] = [];

/** Removes a cgroup and those below it. */
function removeTree(path: string): void {
  if (!existsSync(path)) return;
  for (const entry of readdirSync(path, { withFileTypes: true }))
    if (entry.isDirectory()) removeTree(`${path}/${entry.name}`);
  rmdirSync(path);
}

/** Starts a process in a cgroup. */
function inhabit(path: string, program = 'sleep 1000'): ChildProcess {
  const child = spawn('/bin/sh', ['-c', `echo $$ > ${path}/cgroup.procs && echo in && exec ${program}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  processes.push(child);
  return child;
}

const arrival = (child: ChildProcess) => new Promise((resolve) => child.stdout!.once('data', resolve));
const end = (child: ChildProcess) =>
  new Promise((resolve) => child.once('exit', (status, signal) => resolve(signal ?? status)));

afterEach(() => {
  for (const child of processes.splice(0)) child.kill('SIGKILL');
  for (const path of mounts) {
    try {
      removeTree(`${path}/${parent}`);
    } catch {
      // Processes that have just been killed are still there; afterAll tries again.
    }
  }
});
afterAll(async () => {
  await new Promise((resolve) => setTimeout(resolve, 100));
  for (const path of mounts) removeTree(`${path}/${parent}`);
  work.remove();
});

describe('make-cgroup', () => {
  test('level by level, and what is there is fine', async () => {
    const act = { op: 'make-cgroup', mount, path: `/${parent}/a/b`, cpuset: 0 } as const;
    expect((await work.host([act, act, { ...act, path: `/${parent}/a/c` }])).status).toBe(0);
    expect(readdirSync(`${mount}/${parent}/a`)).toEqual(expect.arrayContaining(['b', 'c']));
  });

  test('never above the mount', async () => {
    const outcome = await work.host([{ op: 'make-cgroup', mount, path: `/${parent}/../../x`, cpuset: 0 }]);
    expect(failureOf(outcome)).toMatchObject({ errno: ERRNO.EINVAL });
  });

  test('the level that fails is named', async () => {
    const outcome = await work.host([{ op: 'make-cgroup', mount: '/proc', path: '/none/such', cpuset: 0 }]);
    expect(failureOf(outcome)).toMatchObject({ call: 'mkdirat', errno: ERRNO.ENOENT, path: '/proc/none' });
  });

  test('a cpuset has processors and memory from the start', async () => {
    const act = { op: 'make-cgroup', mount: cpuset ?? mount, path: `/${parent}/a/b`, cpuset: 1 } as const;
    const outcome = await work.host([act, act]);
    if (cpuset === undefined) {
      expect(failureOf(outcome).path).toContain(`${parent}/cpuset.cpus`);
      return;
    } // no v1 here
    expect(outcome.status).toBe(0);
    for (const file of ['cpuset.cpus', 'cpuset.mems']) {
      const at = (level: string) => readFileSync(`${cpuset}/${level}${file}`, 'utf8');
      expect(at(`${parent}/a/b/`)).toBe(at(''));
    }
  });
});

describe('enable-controllers', () => {
  test('a controller that is not there, or a hierarchy of v1, is named with its file', async () => {
    const at = unified ?? mount;
    const act = { op: 'enable-controllers', mount: at, path: `/${parent}/a`, controllers: '+nonesuch' } as const;
    const expected =
      unified === undefined ? { call: 'open', errno: ERRNO.ENOENT } : { call: 'write', errno: ERRNO.EINVAL };
    expect(failureOf(await work.host([act]))).toMatchObject({ ...expected, path: `${at}/cgroup.subtree_control` });
  });

  test('every proper ancestor gets them', async () => {
    const tree = work.path('tree');
    mkdirSync(`${tree}/a/b/c`, { recursive: true });
    for (const level of ['', '/a', '/a/b', '/a/b/c']) writeFileSync(`${tree}${level}/cgroup.subtree_control`, '');
    const act = { op: 'enable-controllers', mount: tree, path: '/a/b/c', controllers: '+memory +pids' } as const;
    expect((await work.host([act])).status).toBe(0);
    const written = ['', '/a', '/a/b', '/a/b/c'].map((level) =>
      readFileSync(`${tree}${level}/cgroup.subtree_control`, 'utf8'),
    );
    expect(written).toEqual(['+memory +pids', '+memory +pids', '+memory +pids', '']);
  });
});

describe('require-empty-cgroup', () => {
  const path = `${mount}/${parent}`;
  const act = { op: 'require-empty-cgroup', path } as const;

  test('fine when missing or empty', async () => {
    expect((await work.host([act])).status).toBe(0);
    mkdirSync(`${path}/below`, { recursive: true });
    expect((await work.host([act])).status).toBe(0);
  });

  test.each(['', '/below'])('EBUSY with a process in %s', async (level) => {
    mkdirSync(`${path}/below`, { recursive: true });
    const child = inhabit(`${path}${level}`);
    await arrival(child);
    expect(failureOf(await work.host([act]))).toMatchObject({ errno: ERRNO.EBUSY, path });
    const ended = end(child);
    child.kill('SIGKILL');
    await ended;
  });
});

describe('require-thawed', () => {
  const path = work.path('told');
  const act = { op: 'require-thawed', path } as const;

  test.each(['THAWED\n', 'populated 1\nfrozen 0\n'])('%j is fine, and so is no file', async (text) => {
    rmSync(path, { force: true });
    expect((await work.host([act])).status).toBe(0);
    writeFileSync(path, text);
    expect((await work.host([act])).status).toBe(0);
  });

  test.each(['FROZEN\n', 'FREEZING\n', 'populated 0\nfrozen 1\n'])('EBUSY for %j', async (text) => {
    writeFileSync(path, text);
    expect(failureOf(await work.host([act]))).toMatchObject({ errno: ERRNO.EBUSY, path });
  });
});

describe('give-cgroup', () => {
  const owner = (path: string) => statSync(path).uid;

  test('the directory and the files of the list, and nothing else', async () => {
    const path = `${unified ?? mount}/${parent}`;
    mkdirSync(path);
    expect((await work.host([{ op: 'give-cgroup', path, uid: 4711 }])).status).toBe(0);
    const given = readdirSync(path).filter((name) => owner(`${path}/${name}`) === 4711);
    const listed = readFileSync('/sys/kernel/cgroup/delegate', 'utf8').trim().split('\n');
    expect(owner(path)).toBe(4711);
    expect(given.toSorted()).toEqual(listed.filter((name) => existsSync(`${path}/${name}`)).toSorted());
  });

  test('a directory that is not there, or a link in its place', async () => {
    const path = work.path('nowhere');
    expect(failureOf(await work.host([{ op: 'give-cgroup', path, uid: 4711 }]))).toMatchObject({ errno: ERRNO.ENOENT });
    symlinkSync('/tmp', path);
    const outcome = await work.host([{ op: 'give-cgroup', path, uid: 4711 }]);
    expect(failureOf(outcome)).toMatchObject({ call: 'open', path });
  });
});

describe('files and trees', () => {
  test('write', async () => {
    writeFileSync(work.path('limit'), '');
    symlinkSync('limit', work.path('link'));
    execFileSync('mkfifo', [work.path('fifo')]);
    expect((await work.host([{ op: 'write', path: work.path('limit'), value: 'max' }])).status).toBe(0);
    expect(readFileSync(work.path('limit'), 'utf8')).toBe('max');
    const failing = { link: ERRNO.ELOOP, fifo: 6, none: ERRNO.ENOENT };
    for (const [name, errno] of Object.entries(failing)) {
      const outcome = await work.host([{ op: 'write', path: work.path(name), value: 'x' }]);
      expect(failureOf(outcome)).toMatchObject({ call: 'open', errno, path: work.path(name) });
    }
  });

  test('a rootfs must be a directory, and no link', async () => {
    symlinkSync('/tmp', work.path('to-tmp'));
    const act = { op: 'open-tree', slot: 0, recursive: 1, directory: 1 } as const;
    for (const path of [work.path('to-tmp'), '/etc/passwd']) {
      expect(failureOf(await work.host([{ ...act, path }]))).toMatchObject({ errno: ERRNO.ENOTDIR, path });
    }
    expect(failureOf(await work.host([{ ...act, path: '/none' }]))).toMatchObject({
      call: 'open_tree',
      errno: ERRNO.ENOENT,
    });
    expect((await work.host([{ ...act, path: work.path('to-tmp'), directory: 0 }])).status).toBe(0);
  });

  test('a slot is filled once; what was opened before a failure is told', async () => {
    const act = { op: 'open-directory', path: '/tmp', slot: 4 } as const;
    const outcome = await work.host([act, act]);
    expect(failureOf(outcome)).toMatchObject({ act: 1, call: 'plan', errno: ERRNO.EEXIST });
    expect(outcome.events).toContainEqual({ kind: 'slot', slot: 4 });
  });
});

describe('device-program', () => {
  const allow = new Uint8Array([0xb7, 0, 0, 0, 1, 0, 0, 0, 0x95, 0, 0, 0, 0, 0, 0, 0]); // r0 = 1; exit

  test('is attached to a cgroup of v2, and to nothing else', async () => {
    const cgroup = `${unified ?? mount}/${parent}`;
    mkdirSync(cgroup);
    const outcome = await work.host([{ op: 'device-program', cgroup, program: allow }]);
    expect(outcome.status).toBe(unified === undefined ? 1 : 0);
    const other = await work.host([{ op: 'device-program', cgroup: '/tmp', program: allow }]);
    expect(failureOf(other)).toMatchObject({ call: 'bpf', path: '/tmp', detail: '' });
    const none = await work.host([{ op: 'device-program', cgroup: `${cgroup}/none`, program: allow }]);
    expect(failureOf(none)).toMatchObject({ call: 'open', errno: ERRNO.ENOENT });
  });

  test('the verifier says what is wrong with it', async () => {
    const outcome = await work.host([{ op: 'device-program', cgroup: '/tmp', program: allow.slice(8) }]);
    expect(failureOf(outcome)).toMatchObject({ call: 'bpf', path: '/tmp' });
    expect(failureOf(outcome).detail).not.toBe('');
  });
});

describe('teardown', () => {
  test('processes below, even frozen ones, are ended, and every level goes', async () => {
    const path = `${mount}/${parent}`;
    mkdirSync(`${path}/a/b`, { recursive: true });
    mkdirSync(`${path}/c`);
    const children = [path, `${path}/a/b`, `${path}/c`].map((level) => inhabit(level));
    await Promise.all(children.map(arrival));
    if (existsSync(`${path}/c/freezer.state`)) writeFileSync(`${path}/c/freezer.state`, 'FROZEN');
    const ends = Promise.all(children.map(end));
    const outcome = await work.teardown([
      { op: 'end-cgroup', path, deadline: 5000 },
      { op: 'remove-cgroup', path, deadline: 5000 },
    ]);
    expect(outcome.events).toEqual([]);
    expect(await ends).toEqual(['SIGKILL', 'SIGKILL', 'SIGKILL']);
    expect(existsSync(path)).toBe(false);
  });

  test('more processes than one round takes', async () => {
    const path = `${mount}/${parent}`;
    mkdirSync(path);
    const child = inhabit(path, "sh -c 'for i in $(seq 150); do sleep 1000 & done; wait'");
    await arrival(child);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const outcome = await work.teardown([
      { op: 'end-cgroup', path, deadline: 10_000 },
      { op: 'remove-cgroup', path, deadline: 10_000 },
    ]);
    expect(outcome.events).toEqual([]);
    expect(existsSync(path)).toBe(false);
  });

  test('cgroups as deep as nobody can open at once', async () => {
    const path = `${mount}/${parent}`;
    mkdirSync(`${path}${'/x'.repeat(200)}`, { recursive: true });
    for (let i = 0; i < 20; i++) mkdirSync(`${path}/x/wide-${i}/y`, { recursive: true });
    const outcome = await work.teardown([
      { op: 'end-cgroup', path, deadline: 1000 },
      { op: 'remove-cgroup', path, deadline: 5000 },
    ]);
    expect(outcome.events).toEqual([]);
    expect(existsSync(path)).toBe(false);
  });

  test('a busy one is told when the time is over, and the state stays, which tells of it', async () => {
    const path = `${mount}/${parent}`;
    mkdirSync(`${path}/a`, { recursive: true });
    mkdirSync(work.path('state'));
    await arrival(inhabit(`${path}/a`));
    const outcome = await work.teardown([
      { op: 'remove-cgroup', path, deadline: 50 },
      { op: 'remove-state', directory: work.path('state') },
    ]);
    expect(failureOf(outcome)).toMatchObject({ act: 0, call: 'rmdir', errno: ERRNO.EBUSY, path });
    expect(existsSync(work.path('state'))).toBe(true);
    rmSync(work.path('state'), { recursive: true });
  });

  test('who manages a cgroup is given time to remove it, and no more than that', async () => {
    const path = `${mount}/${parent}/given`;
    mkdirSync(path, { recursive: true });
    setTimeout(() => rmdirSync(path), 100);
    const begun = performance.now();
    const removed = await work.teardown([{ op: 'await-removal', path, patience: 10_000 }]);
    expect(removed).toMatchObject({ events: [], status: 0 });
    expect(performance.now() - begun).toBeLessThan(9000);
    expect(existsSync(path)).toBe(false);
    mkdirSync(path, { recursive: true });
    const left = await work.teardown([
      { op: 'await-removal', path, patience: 50 },
      { op: 'remove-cgroup', path, deadline: 5000 },
    ]);
    expect(left).toMatchObject({ events: [], status: 0 });
    expect(existsSync(path)).toBe(false);
  });

  test('what is missing is fine', async () => {
    const outcome = await work.teardown([
      { op: 'end-cgroup', path: `${mount}/${parent}/none`, deadline: 0 },
      { op: 'remove-cgroup', path: `${mount}/${parent}/none`, deadline: 0 },
      { op: 'remove-state', directory: work.path('none') },
    ]);
    expect(outcome).toMatchObject({ events: [], status: 0 });
  });

  test('a state directory: files and sockets, no links followed, nothing deeper', async () => {
    const directory = work.path('state');
    const victim = work.path('victim');
    mkdirSync(directory);
    mkdirSync(victim);
    writeFileSync(`${victim}/file`, '');
    symlinkSync(victim, `${directory}/link`);
    await work.host([{ op: 'listen', directory, slot: 0 }]);
    expect((await work.teardown([{ op: 'remove-state', directory }])).status).toBe(0);
    expect(existsSync(directory)).toBe(false);
    expect(readdirSync(victim)).toEqual(['file']);

    mkdirSync(`${directory}/deeper`, { recursive: true });
    expect(failureOf(await work.teardown([{ op: 'remove-state', directory }]))).toMatchObject({
      call: 'unlinkat',
      errno: ERRNO.EISDIR,
    });
    symlinkSync(victim, work.path('link-to-victim'));
    const linked = await work.teardown([{ op: 'remove-state', directory: work.path('link-to-victim') }]);
    expect(failureOf(linked)).toMatchObject({ call: 'open', errno: ERRNO.ENOTDIR });
  });
});
