/** Namespaces act by act: opened by the host program, joined, forked into, mapped from outside. */
import { spawn, type ChildProcess, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CLONE_FLAGS } from '../../lib/plan/namespaces.js';
import { packedMappings } from '../../lib/plan/mappings.js';
import { type HostAct, type InitAct, type ParentAct, POINTS } from '../../lib/plan/wire.gen.js';
import { makeRootfs } from '../support/bundle.js';
import { giveAway, HOST_ROOT, pathOf, printSpaces, RANGES, spaceOf } from '../support/spaces.js';
import { failureOf, Workplace } from './harness.js';
import { ALL, container, ERRNO, mount, openRoot, READY, ROOT, ROOT_SLOT, PIVOT, shell } from './plans.js';

const work = new Workplace();
let rootfs = '';
let mine = '';
/** A process in namespaces of its own, which is nobody's container. */
let holder: ChildProcess;
let other = 0;
const SLOT = 7;

beforeAll(async () => {
  rootfs = makeRootfs(work.path('rootfs'));
  mine = makeRootfs(work.path('mine'));
  giveAway(mine);
  holder = spawn('unshare', ['-Unipuf', '--kill-child', 'sh', '-c', 'echo up; exec sleep 1000'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve) => holder.stdout!.once('data', resolve));
  other = Number(readFileSync(`/proc/${holder.pid}/task/${holder.pid}/children`, 'utf8'));
  for (const file of ['uid_map', 'gid_map']) writeFileSync(`/proc/${other}/${file}`, `0 ${HOST_ROOT} 65536\n`);
});
afterAll(() => {
  holder.kill('SIGKILL');
  work.remove();
});

const opening = (type: keyof typeof CLONE_FLAGS, path: string, more: Partial<HostAct> = {}): HostAct =>
  ({ op: 'open-namespace', path, type: CLONE_FLAGS[type], slot: SLOT, foreign: 0, ...more }) as HostAct;
const joining = (type: keyof typeof CLONE_FLAGS): InitAct => ({ op: 'join', slot: SLOT, type: CLONE_FLAGS[type] });

const BORN: InitAct = { op: 'meet', point: POINTS.born };
const BECOME: InitAct = { op: 'become', uid: 0, gid: 0 };
const MAPS: readonly ParentAct[] = [
  { op: 'write-process', name: 'uid_map', value: `0 ${HOST_ROOT} 65536\n` },
  { op: 'write-process', name: 'gid_map', value: `0 ${HOST_ROOT} 65536\n` },
];

/** Acts, then a shell line in a root with a procfs. */
const then = (acts: readonly InitAct[], line: string): InitAct[] => [
  ...acts,
  ...ROOT,
  mount('proc', '/proc'),
  ...PIVOT,
  ...shell(line),
];

describe('open-namespace', () => {
  test('fills a slot', async () => {
    expect((await work.host([opening('network', '/proc/self/ns/net')])).events).toEqual([{ kind: 'slot', slot: SLOT }]);
  });

  test.each(Object.keys(CLONE_FLAGS) as (keyof typeof CLONE_FLAGS)[])(
    'knows a %s namespace from others',
    async (type) => {
      expect((await work.host([opening(type, pathOf(process.pid, type))])).events).toHaveLength(1);
      const wrong = type === 'uts' ? 'ipc' : 'uts';
      const failure = failureOf(await work.host([opening(type, pathOf(process.pid, wrong))]));
      expect(failure).toMatchObject({
        errno: ERRNO.EINVAL,
        call: 'ioctl',
        detail: `it is a ${wrong} namespace, not a ${type} namespace`,
      });
    },
  );

  test('refuses the own one when it has to be foreign', async () => {
    const failure = failureOf(await work.host([opening('uts', '/proc/self/ns/uts', { foreign: 1 })]));
    expect(failure).toMatchObject({ errno: ERRNO.EINVAL, detail: 'it is the uts namespace of caisson itself' });
    expect((await work.host([opening('uts', pathOf(other, 'uts'), { foreign: 1 })])).events).toHaveLength(1);
  });

  test('refuses what is none, and opens nothing of it', async () => {
    writeFileSync(work.path('file'), '');
    spawnSync('mkfifo', [work.path('fifo')]);
    for (const path of [work.path('file'), work.path('fifo'), work.directory, '/dev/null', '/proc/self/stat']) {
      const failure = failureOf(await work.host([opening('uts', path)]));
      expect(failure).toMatchObject({ errno: ERRNO.EINVAL, call: 'fstatfs', path });
    }
    expect(failureOf(await work.host([opening('uts', work.path('none'))]))).toMatchObject({ errno: ERRNO.ENOENT });
  });

  test('refuses a type that is none', async () => {
    const act = { ...opening('uts', '/proc/self/ns/uts'), type: 3 } as HostAct;
    expect(failureOf(await work.host([act]))).toMatchObject({ call: 'plan' });
  });
});

describe('join', () => {
  test('a namespace that was opened', async () => {
    const host = [openRoot(rootfs), opening('network', pathOf(other, 'network'))];
    const flags = ALL & ~CLONE_FLAGS.network;
    const outcome = await work.init({ host, init: then([joining('network')], printSpaces('network')), flags });
    expect(outcome.stdout.trim()).toBe(spaceOf(other, 'network'));
  });

  test('as another type than it is', async () => {
    const host = [openRoot(rootfs), opening('network', pathOf(other, 'network'))];
    const outcome = await work.init({ host, init: then([joining('ipc')], 'true'), flags: ALL });
    expect(failureOf(outcome)).toMatchObject({ act: 0, call: 'setns', errno: ERRNO.EINVAL });
  });
});

describe('fork', () => {
  const FORK: InitAct = { op: 'fork', flags: 0 };

  test('the twin goes on, is known, and its end is the end', async () => {
    const outcome = await work.init({
      host: [openRoot(rootfs)],
      init: container('exit 9', [FORK]),
      flags: ALL & ~CLONE_FLAGS.pid,
    });
    expect(outcome.events).toEqual([
      { kind: 'forked', status: 0 },
      { kind: 'met', point: POINTS.ready, console: false },
      { kind: 'closed' },
      { kind: 'ended', signalled: false, status: 9 },
    ]);
  });

  test('into a joined pid namespace', async () => {
    const host = [openRoot(rootfs), opening('pid', pathOf(other, 'pid'))];
    const init = then([joining('pid'), FORK], printSpaces('pid'));
    const outcome = await work.init({ host, init, flags: CLONE_FLAGS.mount });
    expect(outcome.stdout.trim()).toBe(spaceOf(other, 'pid'));
  });

  test('from the first process of a pid namespace, which has no siblings', async () => {
    const outcome = await work.init({ host: [openRoot(rootfs)], init: container('true', [FORK]), flags: ALL });
    expect(failureOf(outcome)).toMatchObject({ call: 'clone3', errno: ERRNO.EINVAL });
  });

  test('a parent that hangs up ends the twin', async () => {
    const run = { host: [openRoot(rootfs)], init: container('echo never', [FORK]), flags: CLONE_FLAGS.mount };
    const outcome = await work.init({ ...run, options: ['hangup'] });
    expect(outcome.stdout).toBe('');
    expect(outcome.events.at(-1)).toEqual({ kind: 'ended', signalled: false, status: 127 });
  });

  test("a failure behind it is the twin's", async () => {
    const init = [FORK, ...container('true', [{ op: 'make-cwd', path: '/bin/busybox/x' }])];
    const outcome = await work.init({ host: [openRoot(rootfs)], init, flags: CLONE_FLAGS.mount });
    expect(failureOf(outcome)).toMatchObject({ program: 'init', errno: ERRNO.ENOTDIR });
    expect(outcome.events.at(-1)).toMatchObject({ kind: 'ended', status: 127 });
  });

  test('makes namespaces that belong to a user namespace', async () => {
    const flags = CLONE_FLAGS.user | CLONE_FLAGS.mount | CLONE_FLAGS.pid;
    const init = then([{ op: 'fork', flags }, BORN, BECOME], 'id -u; echo $$');
    const outcome = await work.init({ host: [openRoot(mine)], init, parent: MAPS });
    expect(outcome).toMatchObject({ stdout: '0\n1\n', stderr: '' });
  });
});

describe('a new user namespace', () => {
  const flags = ALL | CLONE_FLAGS.user;

  test('mapped from outside, then root with its capabilities', async () => {
    const init = then([BORN, BECOME], 'id -u; id -g; cat /proc/self/uid_map; grep ^Cap /proc/self/status');
    const outcome = await work.init({ host: [openRoot(mine)], init, flags, parent: MAPS });
    const [uid, gid, map, ...sets] = outcome.stdout.trim().split('\n');
    expect([uid, gid, map?.trim().split(/\s+/)]).toEqual(['0', '0', ['0', `${HOST_ROOT}`, '65536']]);
    expect(sets.map((set) => set.split('\t')[1])).toEqual([
      '0'.repeat(16),
      expect.stringMatching(/^000001ff/),
      expect.stringMatching(/^000001ff/),
      expect.stringMatching(/^000001ff/),
      '0'.repeat(16),
    ]);
  });

  test('nobody, when nobody is mapped', async () => {
    const outcome = await work.init({ host: [openRoot(mine)], init: then([BORN, BECOME], 'true'), flags, parent: [] });
    expect(failureOf(outcome)).toMatchObject({ act: 1, call: 'setresgid', errno: ERRNO.EINVAL });
  });

  test('a mapping that the kernel refuses', async () => {
    const parent: ParentAct[] = [{ op: 'write-process', name: 'uid_map', value: '0 0 1\n0 5 1\n' }];
    const outcome = await work.init({ host: [openRoot(mine)], init: then([BORN, BECOME], 'true'), flags, parent });
    expect(failureOf(outcome)).toMatchObject({ program: 'parent', act: 0, call: 'write', errno: ERRNO.EINVAL });
    expect(failureOf(outcome).path).toMatch(/^\/proc\/\d+\/uid_map$/);
  });

  test('limits from outside', async () => {
    const parent: ParentAct[] = [...MAPS, { op: 'limit', resource: 7, soft: 55, hard: 66 }];
    const init = then([BORN, BECOME], 'ulimit -n; ulimit -Hn');
    const outcome = await work.init({ host: [openRoot(mine)], init, flags, parent });
    expect(outcome.stdout).toBe('55\n66\n');
  });

  test('clocks that are set before anybody is in them', async () => {
    const time: InitAct = { op: 'new-time', offsets: 'boottime 4000000 0\n' };
    const init = then([time, BORN, BECOME], 'cat /proc/uptime');
    const outcome = await work.init({ host: [openRoot(mine)], init, flags, parent: MAPS });
    expect(Number(outcome.stdout.split(' ')[0])).toBeGreaterThan(4_000_000);
  });
});

describe('require-mapping', () => {
  const comparing = (ranges: typeof RANGES): Promise<Parameters<typeof failureOf>[0]> => {
    const require: InitAct = { op: 'require-mapping', file: 'uid_map', ranges: packedMappings(ranges) };
    const init = then([{ op: 'dumpable', value: 0 }, joining('user'), require, BECOME], 'id -u');
    return work.init({ host: [openRoot(mine), opening('user', pathOf(other, 'user'))], init, flags: 0 });
  };

  test.each([
    ['another size', [{ containerID: 0, hostID: HOST_ROOT, size: 65_535 }]],
    ['another owner', [{ containerID: 0, hostID: HOST_ROOT + 1, size: 65_536 }]],
    ['one more', [...RANGES, { containerID: 65_536, hostID: 5, size: 1 }]],
    ['none', []],
  ])('%s', async (_, ranges) => {
    expect(failureOf(await comparing(ranges))).toMatchObject({
      act: 2,
      errno: ERRNO.EINVAL,
      call: 'read',
      path: 'uid_map',
    });
  });

  test('the same', async () => {
    // Without a mount namespace of its own it gets no further than here.
    expect(failureOf(await comparing(RANGES)).act).toBeGreaterThan(3);
  });
});

describe('new-time', () => {
  test('the program is in it, and so are its children', async () => {
    const init = then(
      [{ op: 'new-time', offsets: 'monotonic 5 6\n' }],
      'cat /proc/self/timens_offsets; readlink /proc/self/ns/time; readlink /proc/self/ns/time_for_children',
    );
    const outcome = await work.init({ host: [openRoot(rootfs)], init, flags: ALL });
    expect(outcome.stdout).toMatch(/^monotonic\s+5\s+6\nboottime\s+0\s+0\n(time:\S+)\n\1\n$/);
    expect(outcome.stdout).not.toContain(readlinkSync('/proc/self/ns/time'));
  });

  test.each(['monotonic 0 1000000000\n', 'monotonic x 0\n', 'realtime 1 0\n'])('offsets %j', async (offsets) => {
    const outcome = await work.init({
      host: [openRoot(rootfs)],
      init: then([{ op: 'new-time', offsets }], 'true'),
      flags: ALL,
    });
    expect(failureOf(outcome)).toMatchObject({
      act: 0,
      call: 'write',
      errno: ERRNO.EINVAL,
      path: '/proc/self/timens_offsets',
    });
  });

  test('the trace keeps to the clock of the host', async () => {
    const init: InitAct[] = [{ op: 'new-time', offsets: 'monotonic 1000000 0\n' }, ...container('true'), READY].slice(
      0,
      -1,
    ) as InitAct[];
    const outcome = await work.init({ host: [openRoot(rootfs)], init, flags: ALL, options: ['trace'] });
    const times = outcome.events.find((event) => event.kind === 'times')?.times ?? [];
    const all = times.slice(0, -1);
    expect([...all].sort((a, b) => a - b)).toEqual(all);
    expect(all.at(-1)! - all[0]!).toBeLessThan(60e9);
  });
});

describe('the mount namespace of the host', () => {
  const directory = () => work.path('shared');
  const at: InitAct = { op: 'attach-root-at', tree: ROOT_SLOT, directory: '' };
  const unmount = { op: 'unmount', directory: '' } as const;
  const inHost = (line: string): InitAct[] => [
    { op: 'signals' },
    { ...at, directory: directory() },
    mount('proc', '/proc'),
    ...PIVOT,
    ...shell(line),
  ];
  const mounts = () =>
    readFileSync('/proc/self/mountinfo', 'utf8')
      .split('\n')
      .filter((line) => line.includes(directory()));

  test('a root of its own, until it is unmounted', async () => {
    const outcome = await work.init({ host: [openRoot(rootfs)], init: inHost('ls /; readlink /proc/self/ns/mnt') });
    expect(outcome.stdout).toBe(`bin\ndev\netc\nproc\nroot\nsys\ntmp\n${spaceOf('self', 'mount')}\n`);
    expect(mounts()).toHaveLength(2);
    // Another one over it, as after a create that was killed.
    await work.init({ host: [openRoot(rootfs)], init: inHost('true') });
    expect(mounts()).toHaveLength(4);
    const removal = { ...unmount, directory: directory() };
    expect((await work.teardown([removal])).events).toEqual([]);
    expect(mounts()).toEqual([]);
    expect(existsSync(directory())).toBe(false);
    expect((await work.teardown([removal])).events).toEqual([]);
  });

  test('a directory with something in it is not removed, and a link is not followed', async () => {
    mkdirSync(work.path('full/x'), { recursive: true });
    symlinkSync(work.path('full'), work.path('link'));
    const full = await work.teardown([{ ...unmount, directory: work.path('full') }]);
    expect(failureOf(full)).toMatchObject({ call: 'rmdir', errno: 39 });
    expect(failureOf(await work.teardown([{ ...unmount, directory: work.path('link') }])).errno).toBe(ERRNO.ENOTDIR);
    const init: InitAct[] = [{ ...at, directory: work.path('link') }, ...inHost('true')];
    expect(failureOf(await work.init({ host: [openRoot(rootfs)], init })).errno).toBe(ERRNO.ENOTDIR);
  });
});
