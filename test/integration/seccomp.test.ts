/** linux.seccomp as the process inside meets it. */
import { spawnSync } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { arch } from 'node:process';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeBundle, shellSpec, writeSpec } from '../support/bundle.js';
import { Caisson, type Outcome } from '../support/caisson.js';
import { compileProbe, engineProfile, systemCallNumbers } from '../support/seccomp.js';

const caisson = new Caisson();
const bundle = join(caisson.directory, 'bundle');
const store = () => join(caisson.root, '.filters');
const numbers = systemCallNumbers();
const number = (name: string) => numbers.get(name)!;

const [EPERM, EACCES, ENOSYS] = [1, 13, 38];
const SIGSYS = 128 + 31;
const ALLOW_ALL = { defaultAction: 'SCMP_ACT_ALLOW' };

beforeAll(() => {
  makeBundle(bundle, shellSpec('true'));
  compileProbe(join(bundle, 'rootfs/bin/probe'));
});
afterAll(() => caisson.clean());

type Change = (spec: ReturnType<typeof shellSpec>) => void;

function run(seccomp: unknown, args: readonly string[], change: Change = () => undefined): Outcome {
  const spec = shellSpec('');
  spec.process.args = args;
  spec.linux.seccomp = seccomp;
  change(spec);
  writeSpec(bundle, spec);
  return caisson.call(['run', '-b', bundle, caisson.id()]);
}

/** Runs the probe and gives its lines. */
function probe(seccomp: unknown, ...calls: (string | number)[]): string[] {
  const outcome = run(seccomp, ['/bin/probe', ...calls.map(String)]);
  expect(outcome).toMatchObject({ status: 0, stderr: '' });
  return outcome.stdout.trimEnd().split('\n');
}

const rule = (names: string[], action: string, more: object = {}) => ({ names, action: `SCMP_ACT_${action}`, ...more });
const denying = (...syscalls: object[]) => ({ ...ALLOW_ALL, syscalls });

describe('actions', () => {
  test('ERRNO: EPERM, or what is asked for', () => {
    expect(probe(denying(rule(['getppid'], 'ERRNO')), number('getppid'))).toEqual([`${-EPERM}`]);
    expect(probe(denying(rule(['getppid'], 'ERRNO', { errnoRet: EACCES })), number('getppid'))).toEqual([`${-EACCES}`]);
    expect(probe(denying(rule(['getppid'], 'ERRNO', { errnoRet: 0 })), number('getppid'))).toEqual(['0']);
  });

  test.each(['KILL', 'KILL_THREAD', 'KILL_PROCESS'])('%s: ended by SIGSYS', (action) => {
    const outcome = run(denying(rule(['getppid'], action)), ['/bin/probe', `${number('getppid')}`]);
    expect(outcome).toMatchObject({ status: SIGSYS, stdout: '', stderr: '' });
  });

  test('TRAP: a signal that tells number and architecture', () => {
    const audit = arch === 'x64' ? 'c000003e' : 'c00000b7';
    expect(probe(denying(rule(['getppid'], 'TRAP')), `trap:${number('getppid')}`)).toEqual([
      `trapped ${number('getppid')} on ${audit}`,
    ]);
  });

  test('TRACE: its message to a tracer, ENOSYS without one', () => {
    const profile = denying(rule(['getppid'], 'TRACE', { errnoRet: 4711 }));
    expect(probe(profile, `trace:${number('getppid')}`)).toEqual(['traced 1 with 4711']);
    expect(probe(profile, number('getppid'))).toEqual([`${-ENOSYS}`]);
  });

  test.each(['LOG', 'ALLOW'])('%s: let through', (action) => {
    const profile = { defaultAction: 'SCMP_ACT_ALLOW', syscalls: [rule(['getppid'], action)] };
    expect(probe(profile, number('getppid'))).toEqual(['0']);
  });

  test('as default: its errno, and what is listed is let through', () => {
    const names = [...numbers.keys()].filter((name) => name !== 'getppid');
    const profile = {
      defaultAction: 'SCMP_ACT_ERRNO',
      defaultErrnoRet: EACCES,
      syscalls: [rule(names, 'ALLOW')],
    };
    expect(probe(profile, number('getppid'), number('getpid'))).toEqual([`${-EACCES}`, '1']);
  });
});

describe('arguments', () => {
  const personality = number('personality');
  const on = (op: string, value: number | string, valueTwo = 0) =>
    denying(rule(['personality'], 'ERRNO', { args: [{ index: 0, op: `SCMP_CMP_${op}`, value, valueTwo }] }));

  // ffffffff asks for the personality that is.
  test.each([
    ['NE', 5, ['0x5', '0xffffffff'], [0, -EPERM]],
    ['LT', 5, ['0x4', '0xffffffff'], [-EPERM, 0]],
    ['LE', 4, ['0x4', '0xffffffff'], [-EPERM, 0]],
    ['EQ', 4, ['0x4', '0xffffffff'], [-EPERM, 0]],
    ['GE', 0xffffffff, ['0xffffffff', '0xfffffff0'], [-EPERM, 0]],
    ['GT', 0xfffffffe, ['0xffffffff', '0xffffffff'], [-EPERM, -EPERM]],
  ] as const)('SCMP_CMP_%s %i', (op, value, args, results) => {
    const [first = 0] = results;
    expect(Number(probe(on(op, value), `${personality}:${args[0]}`)[0]) === -EPERM).toBe(first === -EPERM);
    expect(Number(probe(on(op, value), `${personality}:${args[1]}`)[0]) === -EPERM).toBe(results[1] === -EPERM);
  });

  test('SCMP_CMP_MASKED_EQ: the mask, then what must remain', () => {
    const profile = on('MASKED_EQ', 0xff, 0x12);
    const [fits, fitsNot] = probe(profile, `${personality}:0x12`, `${personality}:0xffffffff`);
    expect([fits, fitsNot]).toEqual([`${-EPERM}`, '0']);
  });

  test('64 bits, as the text has them', () => {
    const text = JSON.stringify(
      denying(
        rule(['personality'], 'ERRNO', {
          args: [{ index: 1, op: 'SCMP_CMP_EQ', value: 'HUGE' }],
        }),
      ),
    ).replace('"HUGE"', '18446744073709551614');
    const spec = JSON.stringify({ ...shellSpec(''), marker: 0 });
    const config = JSON.parse(spec) as { process: { args: string[] }; linux: object; marker?: number };
    config.process.args = [
      '/bin/probe',
      `${personality}:0xffffffff:18446744073709551614`,
      `${personality}:0xffffffff:2`,
    ];
    delete config.marker;
    writeSpec(bundle, JSON.stringify(config).replace('"linux":{', `"linux":{"seccomp":${text},`));
    for (const from of ['compiled', 'kept']) {
      const outcome = caisson.call(['run', '-b', bundle, caisson.id()]);
      expect([from, outcome.stdout, outcome.stderr]).toEqual([from, `${-EPERM}\n0\n`, '']);
    }
  });

  test('two conditions on one argument are alternatives', () => {
    const args = [4, 8].map((value) => ({ index: 0, op: 'SCMP_CMP_EQ', value }));
    const profile = denying(rule(['personality'], 'ERRNO', { args }));
    expect(probe(profile, ...[4, 8, 0xffffffff].map((value) => `${personality}:${value}`))).toEqual([
      `${-EPERM}`,
      `${-EPERM}`,
      '0',
    ]);
  });

  test('conditions on two arguments must both hold', () => {
    const args = [
      { index: 0, op: 'SCMP_CMP_EQ', value: 0xffffffff },
      { index: 5, op: 'SCMP_CMP_EQ', value: 9 },
    ];
    const profile = denying(rule(['personality'], 'ERRNO', { args }));
    expect(probe(profile, `${personality}:0xffffffff:0:0:0:0:9`, `${personality}:0xffffffff`)).toEqual([
      `${-EPERM}`,
      '0',
    ]);
  });
});

describe('architectures', () => {
  const onX64 = arch === 'x64' ? test : test.skip;
  const getppidOfI386 = 64;

  onX64('one that is listed has the rules, by its own numbers', () => {
    const profile = { ...denying(rule(['getppid'], 'ERRNO', { errnoRet: EACCES })), architectures: ['SCMP_ARCH_X86'] };
    expect(probe(profile, number('getppid'), `old:${getppidOfI386}`, 'old:20')).toEqual([
      `${-EACCES}`,
      `${-EACCES}`,
      '1',
    ]);
  });

  onX64('one that is not listed is killed', () => {
    const profile = { ...denying(), architectures: ['SCMP_ARCH_X86_64'] };
    const outcome = run(profile, ['/bin/probe', 'old:20']);
    expect(outcome).toMatchObject({ status: SIGSYS, stdout: '' });
  });

  test('those that this machine cannot run are no matter', () => {
    const architectures = ['SCMP_ARCH_S390X', 'SCMP_ARCH_MIPSEL64N32', 'SCMP_ARCH_LOONGARCH64', 'SCMP_ARCH_SHEB'];
    expect(probe({ ...denying(rule(['getppid'], 'ERRNO')), architectures }, number('getppid'))).toEqual([`${-EPERM}`]);
  });
});

/** All that a static program needs to tell a result; runc, which is under the filter itself, needs the rest. */
const SMALL = [
  ...['execve', 'exit_group', 'write', 'writev', 'ioctl', 'arch_prctl', 'set_tid_address', 'brk', 'mmap', 'munmap'],
  ...['mprotect', 'rt_sigaction', 'rt_sigprocmask'],
].filter((name) => numbers.has(name));
const FOR_RUNC = [
  ...['close', 'openat', 'fstat', 'newfstatat', 'read', 'futex', 'getpid', 'gettid', 'tgkill', 'rt_sigreturn', 'fcntl'],
  ...['epoll_ctl', 'epoll_pwait', 'nanosleep', 'sched_yield', 'getppid', 'setuid', 'setgid', 'setgroups', 'capget'],
  ...['capset', 'prctl', 'chdir', 'getcwd', 'statfs', 'fstatfs', 'madvise', 'getrandom', 'faccessat', 'access', 'stat'],
  ...['setresuid', 'setresgid', 'keyctl', 'sigaltstack', 'clone', 'exit', 'getuid', 'geteuid', 'dup3', 'faccessat2'],
  ...[
    'getdents64',
    'readlinkat',
    'umask',
    'fchdir',
    'unlinkat',
    'lstat',
    'open',
    'restart_syscall',
    'pread64',
    'lseek',
  ],
  ...['epoll_create1', 'eventfd2', 'pipe2', 'pidfd_send_signal', 'rseq', 'prlimit64', 'timer_create', 'timer_settime'],
].filter((name) => numbers.has(name));

describe('what the profile does not know', () => {
  const strict = (names: readonly string[], more: object = {}) => ({
    defaultAction: 'SCMP_ACT_ERRNO',
    defaultErrnoRet: EACCES,
    syscalls: [rule([...names], 'ALLOW')],
    ...more,
  });

  test('a system call newer than it fails with ENOSYS, so that a libc takes an older one', () => {
    const names = [...SMALL, 'pidfd_open'];
    const [between, newer, newest] = probe(strict(names), number('pidfd_open') - 1, number('pidfd_open') + 1, 4000);
    expect([between, newer, newest]).toEqual([`${-EACCES}`, `${-ENOSYS}`, `${-ENOSYS}`]);
  });

  test('an unknown name is left out, and a warning in the record', () => {
    const id = caisson.id();
    const spec = shellSpec('true');
    spec.linux.seccomp = denying(rule(['getppid'], 'ERRNO'), rule(['getpidd', 'getppid', 'mkdirr'], 'ERRNO'));
    writeSpec(bundle, spec);
    const expected = 'linux/seccomp/syscalls/1: unknown system calls, left out: getpidd, mkdirr';
    for (const from of ['compiled', 'kept']) {
      expect(caisson.call(['run', '--keep', '-b', bundle, id]).status).toBe(0);
      const record = JSON.parse(readFileSync(join(caisson.root, id, 'record.json'), 'utf8')) as { warnings: string[] };
      expect([from, record.warnings]).toEqual([from, [expected]]);
      caisson.call(['delete', id]);
    }
  });

  test('as runc: the same end of every call that is not let through', () => {
    const allowed = [...SMALL, ...FOR_RUNC, 'pidfd_open'];
    // uretprobe and uprobe (335, 336) pass every filter since Linux 6.14, and end who is not in a probe.
    const free = new Set([...allowed.map(number), 335, 336]);
    const ranges = Array.from({ length: 600 }, (_, call) => call).filter((call) => !free.has(call));
    const spec = shellSpec('');
    spec.process.args = ['/bin/probe', ...ranges.map((call) => `${call}..${call}`)];
    // Before 1.2, runc does it on the architectures only that are listed.
    const architectures = [arch === 'x64' ? 'SCMP_ARCH_X86_64' : 'SCMP_ARCH_AARCH64'];
    spec.linux.seccomp = strict(allowed, { architectures });
    writeSpec(bundle, spec);
    const ours = caisson.call(['run', '-b', bundle, caisson.id()]);
    const theirs = spawnSync('runc', ['--root', join(caisson.directory, 'runc'), 'run', '-b', bundle, caisson.id()], {
      encoding: 'utf8',
      input: '',
    });
    expect(ours.stdout.split('\n').length).toBeGreaterThan(400);
    expect(ours.stdout).toContain(`=${-ENOSYS}\n`);
    expect([ours.status, ours.stderr]).toEqual([0, '']);
    expect([theirs.status, theirs.stderr]).toEqual([0, '']);
    expect(ours.stdout.split('\n')).toEqual(theirs.stdout.split('\n'));
  });
});

describe('the order', () => {
  test('behind the filter, caisson itself needs execve alone', () => {
    const profile = { defaultAction: 'SCMP_ACT_KILL_PROCESS', syscalls: [rule(SMALL, 'ALLOW')] };
    for (const noNewPrivileges of [true, false]) {
      const outcome = run(profile, ['/bin/probe', '5000'], (spec) => {
        spec.process.noNewPrivileges = noNewPrivileges;
      });
      expect(outcome).toMatchObject({ status: 0, stdout: `${-ENOSYS}\n`, stderr: '' });
    }
    const forbidden = { defaultAction: 'SCMP_ACT_ALLOW', syscalls: [rule(['execve'], 'KILL_PROCESS')] };
    expect(run(forbidden, ['/bin/probe']).status).toBe(SIGSYS);
  });

  test.each([
    [true, 0, '0000000020000420'],
    [true, 1000, '0000000000000000'],
    [false, 0, '0000000020000420'],
    [false, 1000, '0000000000000000'],
  ])('no_new_privs %p, user %i: nothing stays of what the filter needed', (noNewPrivileges, uid, capabilities) => {
    const line = 'grep -E "^(Cap(Prm|Eff|Amb)|NoNewPrivs|Seccomp|Seccomp_filters):" /proc/self/status';
    const outcome = run(denying(rule(['reboot'], 'ERRNO')), ['/bin/sh', '-c', line], (spec) => {
      spec.process.noNewPrivileges = noNewPrivileges;
      spec.process.user = { uid, gid: uid };
    });
    expect(outcome.stderr).toBe('');
    const status = Object.fromEntries(
      outcome.stdout
        .trim()
        .split('\n')
        .map((entry) => entry.split(':').map((word) => word.trim())),
    ) as Record<string, string>;
    expect(status).toEqual({
      CapPrm: capabilities,
      CapEff: capabilities,
      CapAmb: '0'.repeat(16),
      NoNewPrivs: noNewPrivileges ? '1' : '0',
      Seccomp: '2',
      Seccomp_filters: '1',
    });
  });

  test('with create, the filter is there from start on', async () => {
    const id = caisson.id();
    const spec = shellSpec('sleep 60');
    spec.linux.seccomp = denying(rule(['reboot'], 'ERRNO'));
    writeSpec(bundle, spec);
    expect(caisson.detach(['create', '-b', bundle, id]).status).toBe(0);
    const mode = () =>
      /^Seccomp:\s(\d)$/m.exec(readFileSync(`/proc/${caisson.state(id).pid}/status`, 'utf8'))?.[1] ?? '';
    expect(mode()).toBe('0');
    expect(caisson.call(['start', id]).status).toBe(0);
    await caisson.until(id, 'running');
    expect(mode()).toBe('2');
    caisson.call(['delete', '--force', id]);
  });
});

describe('flags', () => {
  function installed(flags: readonly string[] | undefined): string {
    const spec = shellSpec('true');
    spec.linux.seccomp = { ...denying(rule(['reboot'], 'ERRNO')), ...(flags && { flags }) };
    writeSpec(bundle, spec);
    const log = join(caisson.directory, 'strace');
    const words = ['-f', '-e', 'trace=seccomp', '-o', log, ...caisson.words(['run', '-b', bundle, caisson.id()])];
    const outcome = spawnSync('strace', words, { encoding: 'utf8' });
    expect([outcome.status, outcome.stderr]).toEqual([0, '']);
    return /seccomp\(SECCOMP_SET_MODE_FILTER, ([^,]+), /.exec(readFileSync(log, 'utf8'))?.[1] ?? 'none';
  }

  test.each([
    [undefined, 'SECCOMP_FILTER_FLAG_SPEC_ALLOW'],
    [[], '0'],
    [['SECCOMP_FILTER_FLAG_TSYNC'], '0'],
    [['SECCOMP_FILTER_FLAG_LOG'], 'SECCOMP_FILTER_FLAG_LOG'],
    [
      ['SECCOMP_FILTER_FLAG_SPEC_ALLOW', 'SECCOMP_FILTER_FLAG_LOG'],
      'SECCOMP_FILTER_FLAG_LOG|SECCOMP_FILTER_FLAG_SPEC_ALLOW',
    ],
  ] as const)('%j: %s', (flags, expected) => {
    expect(installed(flags)).toBe(expected);
  });
});

describe('a profile like those of engines', () => {
  const inside = 'id -u; ls / >/dev/null && echo listed; umount /proc; mount -t tmpfs none /tmp; echo end';

  test('lets a shell do its work, and not more', () => {
    const outcome = run(engineProfile(), ['/bin/sh', '-c', inside]);
    expect(outcome.stdout).toBe('0\nlisted\nend\n');
    expect(outcome.stderr.toLowerCase().match(/not permitted|permission denied/g)).toHaveLength(2);
  });

  test('is compiled once', () => {
    rmSync(store(), { recursive: true, force: true });
    const files = () =>
      readdirSync(store()).map((name) => [name, statSync(join(store(), name)).ino, statSync(join(store(), name)).mode]);
    run(engineProfile(), ['/bin/true']);
    const first = files();
    expect(first).toHaveLength(1);
    expect(first[0]?.[2]).toBe(0o100600);
    expect(statSync(store()).mode & 0o7777).toBe(0o700);
    run({ ...engineProfile(), flags: [] }, ['/bin/true']);
    expect(files()).toEqual(first);
    expect(caisson.call(['list', '--quiet']).stdout).not.toContain('.filters');
  });

  test('is compiled again when what was kept is broken, and not kept where others can write', () => {
    const refused = (outcome: Outcome) =>
      outcome.stderr.toLowerCase().match(/not permitted|permission denied/g)?.length;
    const args = ['/bin/sh', '-c', 'mount -t tmpfs none /tmp'];
    expect(refused(run(engineProfile(), args))).toBe(1);
    const [name = ''] = readdirSync(store());
    const whole = readFileSync(join(store(), name));
    writeFileSync(join(store(), name), whole.subarray(0, whole.length / 2));
    expect(refused(run(engineProfile(), args))).toBe(1);
    expect(readFileSync(join(store(), name)).equals(whole)).toBe(true);

    rmSync(join(store(), name));
    chmodSync(store(), 0o777);
    expect(refused(run(engineProfile(), args))).toBe(1);
    expect(readdirSync(store())).toEqual([]);
    const log = join(caisson.directory, 'log');
    writeSpec(bundle, { ...shellSpec('true'), linux: { ...shellSpec('').linux, seccomp: ALLOW_ALL } });
    caisson.call(['--debug', '--log', log, 'run', '-b', bundle, caisson.id()]);
    expect(readFileSync(log, 'utf8')).toMatch(/\.filters: compiled filters are not kept there: EPERM/);
    rmSync(store(), { recursive: true });
  });
});
