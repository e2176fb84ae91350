/** Hooks, by whoever runs them: what they get, how they fail, and how they are ended. */
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type InitAct, type ParentAct, POINTS, type TeardownAct } from '../../lib/plan/wire.gen.js';
import { makeRootfs } from '../support/bundle.js';
import { failureOf, type Outcome, Workplace } from './harness.js';
import { ALL, ERRNO, execute, openRoot, PIVOT, READY, ROOT, ROOT_SLOT, USUAL } from './plans.js';

const ECANCELED = 125;
const ETIMEDOUT = 110;
const work = new Workplace();
let rootfs = '';
let out = '';

beforeAll(() => {
  rootfs = makeRootfs(work.path('rootfs'));
  out = work.path('out');
});
beforeEach(() => rmSync(out, { force: true }));
afterAll(() => {
  work.remove();
});

const said = (): string => readFileSync(out, 'utf8');

/** A hook that is a line of shell of the host. */
function hook(line: string, more: Partial<Extract<ParentAct, { op: 'runtime-hook' }>> = {}): ParentAct {
  const args = ['sh', '-c', line];
  return {
    ...{ op: 'runtime-hook', path: '/bin/sh', args, env: ['PATH=/usr/bin:/bin'], inherit: 0, timeout: 0 },
    ...{ before: '{"pid":', after: '}', tied: 1 },
    ...more,
  };
}

const MEET: InitAct = { op: 'meet', point: POINTS.mounted };

/** A container whose parent runs these hooks, before it says what it is. */
function attended(parent: readonly ParentAct[], line = 'echo ran'): Promise<Outcome> {
  const init = [...ROOT, ...USUAL, MEET, ...PIVOT, ...execute(['/bin/sh', '-c', line])];
  return work.init({ host: [openRoot(rootfs)], init, flags: ALL, parent });
}

describe('what a hook of the parent gets', () => {
  test('the state with the pid, and nothing else on standard input', async () => {
    const outcome = await attended([hook(`cat > ${out}`)]);
    expect(outcome).toMatchObject({ stdout: 'ran\n', stderr: '' });
    expect((JSON.parse(said()) as { pid: number }).pid).toBeGreaterThan(1);
  });

  test('its arguments, the first as it was given, and its environment', async () => {
    const args = ['other name', '-c', `cat /proc/$$/cmdline /proc/$$/environ > ${out}`, 'x', 'y z'];
    await attended([hook('', { args, env: ['A=1', 'B=two words'] })]);
    expect(said().split('\0').filter(Boolean)).toEqual([...args, 'A=1', 'B=two words']);
  });

  test("the caller's environment when it has none", async () => {
    await attended([hook(`cat /proc/$$/environ > ${out}`, { inherit: 1 })]);
    expect(said()).toContain(`PATH=${process.env.PATH!}`);
  });

  test('only its stdio, a session of its own, and signals as programs expect them', async () => {
    await attended([
      hook(`exec 2>&1 > ${out}; ls -l /proc/$$/fd; cat /proc/$$/stat; exec grep ^Sig /proc/self/status`),
    ]);
    const lines = said().split('\n');
    expect(lines.filter((line) => line.includes(' -> ')).map((line) => line.split(/ +/)[8])).toEqual(['0', '1', '2']);
    const [pid, , , , group, session, terminal] = lines.find((line) => line.includes(' (sh) '))!.split(' ');
    expect([group, session, terminal]).toEqual([pid, pid, '0']);
    expect(lines).toEqual(expect.arrayContaining(['SigBlk:\t0000000000000000', 'SigIgn:\t0000000000000000']));
  });

  test('one after the other, and none behind one that fails', async () => {
    const line = (text: string): string => `echo ${text} >> ${out}`;
    const outcome = await attended([hook(line('a')), hook(line('b')), hook('exit 3'), hook(line('c'))]);
    expect(said()).toBe('a\nb\n');
    expect(failureOf(outcome)).toMatchObject({ program: 'parent', act: 2, call: 'waitid' });
    expect(outcome.stdout).toBe('');
  });
});

describe('a hook that fails', () => {
  test.each([
    ['exit 3', 'it ended with status 3'],
    ['echo first >&2; echo "the reason" >&2; exit 1', 'it ended with status 1: the reason'],
    ['printf "no newline" >&2; exit 255', 'it ended with status 255: no newline'],
    ['echo "not an error"; exit 1', 'it ended with status 1'],
    ['echo dying >&2; kill -SEGV $$', 'it was killed by signal 11: dying'],
    ['head -c 1000000 /dev/zero >&2; echo >&2; echo last >&2; exit 1', 'it ended with status 1: last'],
  ])('%s', async (line, detail) => {
    const failure = failureOf(await attended([hook(line)]));
    expect(failure).toMatchObject({ errno: ECANCELED, call: 'waitid', detail });
  });

  test('one that is not there, or cannot be executed', async () => {
    const path = work.path('plain');
    writeFileSync(path, 'exit 0\n');
    const missing = failureOf(await attended([hook('', { path: '/none/hook' })]));
    expect(missing).toMatchObject({ errno: ERRNO.ENOENT, call: 'execve', path: '/none/hook', detail: '' });
    expect(failureOf(await attended([hook('', { path })]))).toMatchObject({ errno: ERRNO.EACCES, call: 'execve' });
    chmodSync(path, 0o755);
    expect(failureOf(await attended([hook('', { path })]))).toMatchObject({ errno: ERRNO.ENOEXEC, call: 'execve' });
  });
});

/** Whether a process whose number was written to a file is there. */
function lives(file: string): boolean {
  const pid = readFileSync(file, 'utf8').trim();
  return existsSync(`/proc/${pid}`) && !/^State:\sZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
}

describe('a hook that is badly written', () => {
  const child = work.path('child');

  test('one that hangs is ended with its children when its time is over', async () => {
    const begun = Date.now();
    const line = `echo waiting >&2; sleep 1000 & echo $! > ${child}; wait`;
    const failure = failureOf(await attended([hook(line, { timeout: 1000 })]));
    expect(failure).toMatchObject({ errno: ETIMEDOUT, detail: 'it did not end within 1 s: waiting' });
    expect(Date.now() - begun).toBeGreaterThanOrEqual(1000);
    expect(lives(child)).toBe(false);
  });

  test('one that forks away is not waited for, and what it leaves goes on', async () => {
    const line = `sleep 1000 & echo $! > ${child}; (while :; do echo noise >&2; done) & echo $! >> ${child}`;
    const outcome = await attended([hook(line)]);
    expect(outcome.stdout).toBe('ran\n');
    const [sleeper, noisy] = readFileSync(child, 'utf8').trim().split('\n');
    writeFileSync(child, sleeper!);
    expect(lives(child)).toBe(true);
    spawnSync('kill', ['-9', sleeper!, noisy!]);
  });

  test('one that closes its input, or never reads a long one', async () => {
    const before = `{"annotations":"${'x'.repeat(1 << 20)}","pid":`;
    const outcome = await attended([hook('exec <&-; true', { before }), hook('true', { before })]);
    expect(outcome.events.filter(({ kind }) => kind === 'failed')).toEqual([]);
  });

  test.each([100, 1 << 20])('a state of %d bytes is there whole, and ends', async (length) => {
    const before = `{"annotations":"${'x'.repeat(length)}","pid":`;
    await attended([hook(`cat > ${out}`, { before })]);
    expect(JSON.parse(said())).toMatchObject({ annotations: 'x'.repeat(length) });
  });
});

describe('the end of the container meanwhile', () => {
  test('ends a hook that belongs to its making', async () => {
    const line = `kill -9 $(tr -dc 0-9); sleep 1000`;
    expect(failureOf(await attended([hook(line)]))).toMatchObject({ detail: 'the container ended meanwhile' });
  });

  test('and no other', async () => {
    const outcome = await attended([hook(`kill -9 $(tr -dc 0-9); sleep 0.2; echo done > ${out}`, { tied: 0 })]);
    expect(outcome.events.filter(({ kind }) => kind === 'failed')).toEqual([]);
    expect(said()).toBe('done\n');
  });
});

type Inside = 'create-container-hook' | 'start-container-hook';

function inside(op: Inside, line: string, more: object = {}): InitAct {
  const args = ['sh', '-c', line];
  const env = ['PATH=/usr/bin:/bin'];
  const common = { path: '/bin/sh', args, env, timeout: 0, before: '{"pid":', after: '}', ...more };
  return op === 'create-container-hook' ? { op, ...common } : { op, ...common, home: 0 };
}

describe('before the pivot', () => {
  const run = (acts: readonly InitAct[], options: readonly string[] = []): Promise<Outcome> => {
    const root = ROOT.map((act) => (act.op === 'attach-root' ? { ...act, at: rootfs } : act));
    const program = execute(['/bin/sh', '-c', 'echo ran; ls /mnt; cat /etc/hosts']);
    const init = [...root, ...USUAL, MEET, ...acts, ...PIVOT, ...program];
    return work.init({ host: [openRoot(rootfs)], init, flags: ALL, options });
  };

  beforeAll(() => {
    mkdirSync(work.path('rootfs/mnt'));
    writeFileSync(work.path('rootfs/etc/hosts'), '');
  });

  test("the host's paths, the container's namespaces, and its root to work in", async () => {
    const line = `cat > ${out}; pwd >> ${out}; ls -d ${rootfs}/dev/pts/ptmx dev/pts/ptmx >> ${out}`;
    const outcome = await run([inside('create-container-hook', line)]);
    expect(outcome.events.filter(({ kind }) => kind === 'failed')).toEqual([]);
    expect(said()).toBe(`{"pid":1}${rootfs}\n${rootfs}/dev/pts/ptmx\ndev/pts/ptmx\n`);
  });

  test('what it mounts there, by either path, is seen in the container, and not on the host', async () => {
    const source = work.path('source');
    writeFileSync(source, 'from outside\n');
    const line = `mount -t tmpfs none mnt && touch mnt/file && mount --bind ${source} ${rootfs}/etc/hosts`;
    expect(await run([inside('create-container-hook', line)])).toMatchObject({ stdout: 'ran\nfile\nfrom outside\n' });
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(rootfs);
  });

  test('".." of the host stays on the host', async () => {
    const outcome = await run([
      inside('create-container-hook', 'true', { path: '/usr/../usr/bin/env', args: ['env', 'true'] }),
    ]);
    expect(outcome.stdout).toContain('ran');
  });

  test('one that fails is reported, and nothing is executed', async () => {
    const outcome = await run([inside('create-container-hook', 'echo reason >&2; exit 7')]);
    expect(failureOf(outcome)).toMatchObject({ program: 'init', detail: 'it ended with status 7: reason' });
    expect(outcome.stdout).toBe('');
  });

  test('it ends with a parent that hangs up', async () => {
    const outcome = await run([inside('create-container-hook', 'sleep 1000')], ['vanish']);
    expect(outcome.events.at(-1)).toMatchObject({ kind: 'ended', status: 127 });
  });

  test('behind the pivot there is none', async () => {
    const init = [...ROOT, ...PIVOT, inside('create-container-hook', 'true'), READY];
    const outcome = await work.init({ host: [openRoot(rootfs)], init, flags: ALL });
    expect(failureOf(outcome)).toMatchObject({ call: 'plan', errno: ERRNO.EINVAL });
  });
});

/** struct sock_filter[]: ERRNO(EPERM) for some system calls of x86-64. */
function refusing(...numbers: readonly number[]): Uint8Array {
  const code = (...rows: readonly (readonly number[])[]): Buffer =>
    Buffer.concat(
      rows.map(([op = 0, yes = 0, no = 0, k = 0]) => {
        const bytes = Buffer.alloc(8);
        bytes.writeUInt16LE(op, 0);
        bytes.writeUInt8(yes, 2);
        bytes.writeUInt8(no, 3);
        bytes.writeUInt32LE(k, 4);
        return bytes;
      }),
    );
  const tests = numbers.map((number, index) => [0x15, numbers.length - index, 0, number]);
  return code([0x20, 0, 0, 0], ...tests, [0x06, 0, 0, 0x7fff_0000], [0x06, 0, 0, 0x0005_0001]);
}

describe('before the program', () => {
  const CALLS = { mkdir: 83, poll: 7, waitid: 247, memfd_create: 319, clone3: 435, pipe2: 293, ppoll: 271 };
  const bound: readonly InitAct[] = [
    { op: 'seccomp', filter: refusing(...Object.values(CALLS)), flags: 0, optional: 0 },
  ];

  const run = (acts: readonly InitAct[], behind: readonly InitAct[] = []): Promise<Outcome> => {
    const [chdir, find, ready, exec] = execute(['/bin/sh', '-c', 'cat /tmp/said; grep Seccomp: /proc/self/status']);
    const init = [...ROOT, ...USUAL, ...PIVOT, chdir!, find!, ready!, ...acts, ...behind, exec!];
    return work.init({ host: [openRoot(rootfs)], init, flags: ALL });
  };

  test("the container's paths", async () => {
    const outcome = await run([
      inside('start-container-hook', 'cat > /tmp/said; pwd >> /tmp/said; readlink /bin/cat >> /tmp/said'),
    ]);
    expect(outcome.stdout).toMatch(/^\{"pid":1\}\/\nbusybox\n/);
  });

  test('bound as the program is, while init can still run the next one', async () => {
    const line = '(mkdir /tmp/new; grep Seccomp: /proc/self/status) >> /tmp/said 2>&1';
    rmSync(`${rootfs}/tmp/said`, { force: true });
    const hooks = [inside('start-container-hook', line), inside('start-container-hook', line)];
    const outcome = await run(hooks, bound);
    const once = "mkdir: can't create directory '/tmp/new': Operation not permitted\n";
    const confined = 'Seccomp:\t2\n';
    expect(outcome).toMatchObject({ stdout: `${once}${confined}${once}${confined}${confined}` });
  });

  test('one that fails is reported, and nothing is executed', async () => {
    const outcome = await run([
      inside('start-container-hook', 'echo "no more" >&2; exit 1'),
      inside('start-container-hook', 'true'),
    ]);
    expect(failureOf(outcome)).toMatchObject({ program: 'init', detail: 'it ended with status 1: no more' });
    expect(outcome.stdout).toBe('');
  });

  test('a path that only the host has', async () => {
    const outcome = await run([inside('start-container-hook', '', { path: '/usr/bin/env' })]);
    expect(failureOf(outcome)).toMatchObject({ call: 'execve', errno: ERRNO.ENOENT });
  });

  test('an image whose /dev/null is a FIFO keeps nobody waiting', async () => {
    const fifo = makeRootfs(work.path('fifo'));
    spawnSync('mkfifo', [`${fifo}/dev/null`]);
    const line = 'echo to stdout; echo to stderr >&2; exit 4';
    const init = [...ROOT, ...PIVOT, ...execute(['/bin/true']).slice(0, -1), inside('start-container-hook', line)];
    const outcome = await work.init({ host: [{ ...openRoot(fifo), slot: ROOT_SLOT } as never], init, flags: ALL });
    expect(failureOf(outcome)).toMatchObject({ detail: 'it ended with status 4: to stderr' });
  });
});

describe('after the container', () => {
  const state = work.path('state');
  const poststop = (line: string, more: Partial<TeardownAct> = {}): TeardownAct =>
    ({
      ...{ op: 'poststop-hook', path: '/bin/sh', args: ['sh', '-c', line], env: [], inherit: 1, timeout: 0 },
      ...{ state: '{"status":"stopped"}', ...more },
    }) as TeardownAct;
  const remove: TeardownAct = { op: 'remove-state', directory: state };

  beforeEach(() => void mkdirSync(state, { recursive: true }));

  test('when its state is gone, with what is left to say of it', async () => {
    const outcome = await work.teardown([remove, poststop(`cat > ${out}; ls ${state} >> ${out} 2>&1; true`)]);
    expect(outcome).toMatchObject({ status: 0, events: [] });
    expect(said()).toMatch(/^\{"status":"stopped"\}ls: .*No such file/);
  });

  test('one that fails is told, and the others are run', async () => {
    const outcome = await work.teardown([remove, poststop('exit 5'), poststop(`echo a > ${out}`), poststop('exit 6')]);
    expect(outcome.status).toBe(0);
    expect(outcome.events).toMatchObject([
      { program: 'hook', act: 1, detail: 'it ended with status 5' },
      { program: 'hook', act: 3, detail: 'it ended with status 6' },
    ]);
    expect(said()).toBe('a\n');
  });

  test('not by whoever comes second, nor as long as something is left', async () => {
    const last = poststop(`echo ran > ${out}`);
    rmSync(state, { recursive: true });
    expect(await work.teardown([remove, last])).toMatchObject({ status: 0, events: [] });
    mkdirSync(`${state}/deeper`, { recursive: true });
    expect(failureOf(await work.teardown([remove, last]))).toMatchObject({ act: 0, call: 'unlinkat' });
    expect(existsSync(out)).toBe(false);
    rmSync(state, { recursive: true });
  });

  test('at the end of a run in the foreground: a warning, and the status stays', async () => {
    const init = [...ROOT, ...USUAL, ...PIVOT, ...execute(['/bin/sh', '-c', 'exit 3'])];
    const supervise: TeardownAct[] = [
      { op: 'supervise', terminal: 0 },
      remove,
      poststop(`echo ran > ${out}; printf 'a\\tb\\n' >&2; exit 1`),
      poststop('', { path: '/none' }),
    ];
    const outcome = await work.init({ host: [openRoot(rootfs)], init, flags: ALL, supervise });
    expect(outcome.status).toBe(3);
    expect(outcome.stderr.split('\n')).toEqual([
      'caisson: warning: hooks/poststop/0: it ended with status 1: a?b',
      'caisson: warning: hooks/poststop/1: run the hook: /none: No such file or directory',
      '',
    ]);
    expect(said()).toBe('ran\n');
  });
});
