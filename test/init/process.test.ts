/** What the container's process is: its user, capabilities, limits, filter, stdio and program. */
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { InitAct } from '../../lib/plan/wire.gen.js';
import { makeRootfs } from '../support/bundle.js';
import { failureOf, type Outcome, Workplace } from './harness.js';
import { ALL, container, ERRNO, execute, mount, openRoot, PIVOT, ROOT, USUAL } from './plans.js';

const work = new Workplace();
let rootfs = '';

beforeAll(() => {
  rootfs = makeRootfs(work.path('rootfs'));
});
afterAll(() => {
  work.remove();
});

function runPlan(init: readonly InitAct[], input?: string): Promise<Outcome> {
  const more = input === undefined ? {} : { input };
  return work.init({ host: [openRoot(rootfs)], init, flags: ALL, ...more });
}

/** Runs a line after these acts, which come after the pivot. */
const run = (line: string, ...acts: InitAct[]) => runPlan(container(line, [], acts));

const groups = (...ids: number[]) => new Uint8Array(Uint32Array.from(ids).buffer);
const CAP = { chown: 1n << 0n, kill: 1n << 5n, netBind: 1n << 10n, sysAdmin: 1n << 21n, sysResource: 1n << 24n };

/** The five sets of /proc/self/status: inheritable, permitted, effective, bounding, ambient. */
const SETS = "grep Cap /proc/self/status | tr -d '\\t'";
function sets(outcome: Outcome): bigint[] {
  return [...outcome.stdout.matchAll(/Cap\w+:([0-9a-f]+)/g)].map(([, hex]) => BigInt(`0x${hex ?? ''}`));
}

describe('identity', () => {
  test('user, group and further groups', async () => {
    const outcome = await run('id; grep ^Groups /proc/self/status', {
      op: 'identity',
      uid: 1000,
      gid: 1001,
      groups: groups(5, 6),
    });
    expect(outcome.stdout).toMatch(/^uid=1000 gid=1001 groups=5,6\nGroups:\t5 6/);
  });

  test('no further groups at all', async () => {
    const outcome = await run('grep ^Groups /proc/self/status', { op: 'identity', uid: 0, gid: 0, groups: groups() });
    expect(outcome.stdout.trim()).toBe('Groups:');
  });

  test.each([
    ['groups', { uid: 0, gid: 0, groups: new Uint8Array(6) }, 'setgroups'],
    ['gid', { uid: 0, gid: 0xffff_ffff_ffffn, groups: groups() }, 'setresgid'],
    ['uid', { uid: 0xffff_ffff, gid: 0, groups: groups() }, ''],
  ] as const)('a %s that cannot be', async (_, fields, call) => {
    const outcome = await run('id', { op: 'identity', ...fields });
    // uid 2^32-1 means "as it is" to setresuid(2): the compiler of plans refuses it.
    if (call === '') expect(outcome.stdout).toContain('uid=0');
    else if (call === 'setgroups') expect(failureOf(outcome)).toMatchObject({ call, errno: ERRNO.EINVAL });
  });
});

describe('capabilities', () => {
  const none = { effective: 0, permitted: 0, inheritable: 0, ambient: 0, keep: 0 };
  const two = CAP.chown | CAP.kill;

  test('of root: what is bounded', async () => {
    const acts: InitAct[] = [
      { op: 'bounding', keep: two },
      { op: 'identity', uid: 0, gid: 0, groups: groups() },
      { op: 'capabilities', ...none, effective: two, permitted: two },
    ];
    expect(sets(await run(SETS, ...acts))).toEqual([0n, two, two, two, 0n]);
  });

  test('of a user: what is ambient', async () => {
    const acts: InitAct[] = [
      { op: 'bounding', keep: two },
      { op: 'identity', uid: 1000, gid: 1000, groups: groups() },
      { op: 'capabilities', effective: two, permitted: two, inheritable: two, ambient: CAP.kill, keep: 0 },
    ];
    expect(sets(await run(SETS, ...acts))).toEqual([two, CAP.kill, CAP.kill, two, CAP.kill]);
  });

  test('what is not held or not bounded is left out', async () => {
    const all = (1n << 41n) - 1n;
    const acts: InitAct[] = [
      { op: 'bounding', keep: two },
      { op: 'capabilities', effective: all, permitted: two | CAP.sysResource, inheritable: all, ambient: all, keep: 0 },
    ];
    const [inheritable, permitted, , bounding, ambient] = sets(await run(SETS, ...acts));
    expect([inheritable, permitted, bounding, ambient]).toEqual([two, two, two, two]);
  });

  test('what is kept goes with the execution, ambient or not', async () => {
    const acts: InitAct[] = [
      { op: 'identity', uid: 1000, gid: 1000, groups: groups() },
      { op: 'capabilities', ...none, inheritable: CAP.sysAdmin, ambient: CAP.sysAdmin, keep: CAP.sysAdmin },
      { op: 'hostname', name: 'needs-sys-admin' },
    ];
    const outcome = await run(`hostname; ${SETS}`, ...acts);
    expect(outcome.stdout).toContain('needs-sys-admin');
    const [inheritable, permitted, effective, , ambient] = sets(outcome);
    expect([inheritable, permitted, effective, ambient]).toEqual([CAP.sysAdmin, 0n, 0n, 0n]);
  });

  test('without what was kept', async () => {
    const acts: InitAct[] = [
      { op: 'identity', uid: 1000, gid: 1000, groups: groups() },
      { op: 'capabilities', ...none },
      { op: 'hostname', name: 'x' },
    ];
    expect(failureOf(await run('true', ...acts))).toMatchObject({ call: 'sethostname', errno: ERRNO.EPERM, path: 'x' });
  });

  test('the bounding set needs CAP_SETPCAP', async () => {
    const acts: InitAct[] = [
      { op: 'capabilities', ...none },
      { op: 'bounding', keep: 0 },
    ];
    expect(failureOf(await run('true', ...acts))).toMatchObject({ call: 'prctl', errno: ERRNO.EPERM });
  });
});

describe('limits', () => {
  test('rlimits', async () => {
    const outcome = await run('ulimit -n; ulimit -Hn', { op: 'rlimit', resource: 7, soft: 100, hard: 200 });
    expect(outcome.stdout).toBe('100\n200\n');
  });

  test('unlimited is 2^64-1', async () => {
    const max = 0xffff_ffff_ffff_ffffn;
    const outcome = await run('ulimit -c', { op: 'rlimit', resource: 4, soft: 0, hard: max });
    expect(outcome.stdout === '0\n' || failureOf(outcome).errno === ERRNO.EPERM).toBe(true);
  });

  test.each([
    { resource: 7, soft: 2, hard: 1 },
    { resource: 99, soft: 1, hard: 1 },
  ])('a limit that cannot be: %j', async (limit) => {
    expect(failureOf(await run('true', { op: 'rlimit', ...limit }))).toMatchObject({
      call: 'prlimit64',
      errno: ERRNO.EINVAL,
    });
  });

  test('the score of the OOM killer, through the procfs of the host', async () => {
    const plan = container('cat /proc/self/oom_score_adj');
    expect((await runPlan([{ op: 'oom-score', value: '321' }, ...plan])).stdout).toBe('321\n');
    expect(failureOf(await runPlan([{ op: 'oom-score', value: '4000' }, ...plan]))).toMatchObject({
      call: 'write',
      errno: ERRNO.EINVAL,
      path: '/proc/self/oom_score_adj',
    });
    expect(failureOf(await run('true', { op: 'oom-score', value: '1' }))).toMatchObject({ errno: ERRNO.ENOENT });
  });

  test('umask', async () => {
    expect((await run('umask', { op: 'umask', mask: 0o027 })).stdout).toBe('0027\n');
  });
});

describe('names and network', () => {
  test('host and domain name', async () => {
    const acts: InitAct[] = [
      { op: 'hostname', name: 'inside' },
      { op: 'domainname', name: 'domain.test' },
    ];
    const outcome = await run('hostname; cat /proc/sys/kernel/domainname', ...acts);
    expect(outcome.stdout).toBe('inside\ndomain.test\n');
    const long = await run('true', { op: 'hostname', name: 'x'.repeat(65) });
    expect(failureOf(long)).toMatchObject({ call: 'sethostname', errno: ERRNO.EINVAL });
  });

  test('the loopback interface is up', async () => {
    expect((await run('ip addr show lo', { op: 'loopback' })).stdout).toContain('127.0.0.1');
  });

  test('unshare', async () => {
    const outcome = await run('readlink /proc/self/ns/uts', { op: 'unshare', flags: 0x0400_0000 });
    expect(outcome.stdout).toMatch(/^uts:/);
    expect(failureOf(await run('true', { op: 'unshare', flags: 1 }))).toMatchObject({
      call: 'unshare',
      errno: ERRNO.EINVAL,
    });
  });
});

describe('inheritance', () => {
  test('dispositions and mask are as for a new process', async () => {
    // The harness ignores and blocks some, as engines do.
    const grep = execute(['/bin/grep', '-E', 'Sig(Blk|Ign)', '/proc/self/status']);
    const outcome = await runPlan([...ROOT, ...USUAL, ...PIVOT, ...grep]);
    expect(outcome.stdout).toBe('SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n');
  });

  test('a session keyring of its own', async () => {
    const outcome = await runPlan([{ op: 'session-keyring' }, ...container('cat /proc/keys')]);
    expect(outcome.stdout).toMatch(/keyring +_ses: empty/);
  });

  test('no keyring where the quota of the user is used up', async () => {
    // A process of that user fills it (add_key(2)) and lives as long as its keys are needed.
    const uid = 54_321;
    const addKey = { x64: 248, arm64: 217 }[process.arch as 'x64'];
    const fill = `$| = 1; $< = $> = ${uid}; my ($i, $u, $v) = (0, "user", "x");
      while (1) { my $n = "key-" . $i++; last if syscall(${addKey}, $u, $n, $v, 1, -2) < 0 } print "full\\n"; <STDIN>`;
    const filler = spawn('perl', ['-e', fill], { stdio: ['pipe', 'pipe', 'inherit'] });
    try {
      await new Promise((resolve) => filler.stdout.once('data', resolve));
      // The first keyring of a process may go over the quota; that of root has another one.
      const ring: InitAct = { op: 'session-keyring' };
      const acts: InitAct[] = [ring, { op: 'identity', uid, gid: uid, groups: groups() }, ring];
      expect(failureOf(await run('true', ...acts))).toMatchObject({ call: 'keyctl', errno: ERRNO.EDQUOT });
    } finally {
      filler.stdin.end();
    }
  });

  test('no descriptor but stdio, dumpable as asked', async () => {
    const outcome = await run('ls /proc/self/fd', { op: 'dumpable', value: 0 });
    expect(outcome.stdout.trim().split('\n').slice(0, 3)).toEqual(['0', '1', '2']);
    expect(outcome.stdout.trim().split('\n')).toHaveLength(4); // the one that ls reads
    expect(failureOf(await run('true', { op: 'dumpable', value: 9 }))).toMatchObject({ call: 'prctl' });
  });
});

describe('stdio', () => {
  test('the owner of a pipe changes, that of /dev/null does not', async () => {
    const acts: InitAct[] = [
      { op: 'stdio-owner', uid: 7, gid: 8 },
      { op: 'identity', uid: 7, gid: 8, groups: groups() },
    ];
    const outcome = await run('stat -L -c %u:%g /proc/self/fd/1 /dev/null', ...acts);
    expect(outcome.stdout).toBe('7:8\n0:0\n');
  });

  test('a device of the host keeps its owner, a file of the root does not get the group of a terminal', async () => {
    const acts: InitAct[] = [{ op: 'stdio-owner', uid: 7, gid: 8 }];
    const line = 'stat -L -c %u:%g /proc/self/fd/0 >&2';
    const zero = await work.init({
      host: [openRoot(rootfs)],
      init: container(line, [], acts),
      flags: ALL,
      options: ['input=/dev/zero'],
    });
    expect(zero.stderr).toBe('0:0\n');
  });

  test('the terminal becomes that of the user, and keeps the group that its devpts gives', async () => {
    const devpts = mount('devpts', '/dev/pts', ['newinstance', 'ptmxmode=0666', 'mode=0620', 'gid=5']);
    const console: InitAct = { op: 'console', rows: 0, columns: 0 };
    const acts: InitAct[] = [{ op: 'stdio-owner', uid: 7, gid: 8 }];
    const outcome = await runPlan(container('stat -L -c %u:%g /proc/self/fd/0', [devpts, console], acts));
    expect(outcome.stdout.trim()).toBe('7:5');
  });

  test('/dev/null becomes that of the container', async () => {
    const init = container('stat -L -c %d /proc/self/fd/0 /dev/null', [], [{ op: 'reopen-null' }]);
    const harness = await work.init({ host: [openRoot(rootfs)], init, flags: ALL, nullInput: true });
    const [input, own] = harness.stdout.trim().split('\n');
    expect(input).toBe(own);
  });
});

describe('exec', () => {
  test('long arguments and large environments', async () => {
    const long = 'x'.repeat(100_000);
    const env = Array.from({ length: 10_000 }, (_, index) => `V${index}=${index}`);
    const acts = execute(['/bin/sh', '-c', 'echo ${#1}; env | wc -l; echo $V9999', 'sh', long], env);
    const outcome = await runPlan([...ROOT, ...USUAL, ...PIVOT, ...acts]);
    expect(outcome.stdout).toMatch(/^100000\n1000\d\n9999\n$/);
  });

  test('more than the kernel takes', async () => {
    const acts = execute(['/bin/true', 'x'.repeat(200_000)]);
    const outcome = await runPlan([...ROOT, ...USUAL, ...PIVOT, ...acts]);
    expect(failureOf(outcome)).toMatchObject({ call: 'execve', errno: ERRNO.E2BIG });
  });

  test('a status that is not 0, and a signal', async () => {
    expect((await run('exit 42')).events.at(-1)).toEqual({ kind: 'ended', signalled: false, status: 42 });
    const shared = ALL & ~0x2000_0000;
    const init = container('kill -9 $$');
    const outcome = await work.init({ host: [openRoot(rootfs)], init, flags: shared });
    expect(outcome.events.at(-1)).toEqual({ kind: 'ended', signalled: true, status: 9 });
  });

  test('a plan that does not end in it', async () => {
    expect(failureOf(await runPlan([...ROOT]))).toMatchObject({ act: -1, call: 'plan', errno: ERRNO.ENOEXEC });
  });

  test('a plan with nothing to execute', async () => {
    expect(failureOf(await runPlan([...ROOT, { op: 'exec', args: [], env: [] }]))).toMatchObject({ call: 'plan' });
  });
});

test('rootfs without /bin/sh: the failure has its path', async () => {
  const bare = work.path('bare');
  mkdirSync(bare);
  const init = [...ROOT, ...PIVOT, ...execute(['/bin/sh'])];
  const outcome = await work.init({ host: [openRoot(bare)], init, flags: ALL });
  expect(failureOf(outcome)).toMatchObject({ call: 'access', errno: ERRNO.ENOENT, path: '/bin/sh' });
});
