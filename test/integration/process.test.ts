/** What the process of a container is given: seen from inside, or refused with the place in config.json. */
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type LooseSpec, makeBundle, shellSpec, writeSpec } from '../support/bundle.js';
import { Caisson, type Outcome } from '../support/caisson.js';
import { cgroupMounts, pictureOf } from '../support/host.js';

const caisson = new Caisson();
const bundle = join(caisson.directory, 'bundle');

beforeAll(() => void makeBundle(bundle, shellSpec('true')));
afterAll(() => caisson.clean());

type Change = (spec: LooseSpec) => void;

function prepare(line: string, change: Change): void {
  const spec = shellSpec(line);
  change(spec);
  writeSpec(bundle, spec);
}

function run(line: string, change: Change, id = caisson.id()): Outcome {
  prepare(line, change);
  return caisson.call(['run', '-b', bundle, id]);
}

/** The same, called by somebody who lacks these capabilities: `-net_raw`. */
function runWithout(capabilities: string, line: string, change: Change): Outcome {
  prepare(line, change);
  const words = ['setpriv', `--bounding-set=${capabilities}`, ...Caisson.executable];
  const weak = new Caisson(caisson.directory, words);
  try {
    return weak.call(['run', '-b', bundle, weak.id()]);
  } finally {
    weak.clean();
  }
}

/** What a line of shell prints in a container. */
function inside(line: string, change: Change): string {
  const outcome = run(line, change);
  expect(outcome).toMatchObject({ stderr: '', status: 0 });
  return outcome.stdout;
}

/** The one line of a container that is refused, of which nothing is left. */
function refusal(change: Change): string {
  const id = caisson.id();
  const before = pictureOf(id, [caisson.root]);
  const outcome = run('true', change, id);
  expect(outcome).toMatchObject({ stdout: '', status: 1 });
  expect(outcome.stderr).toMatch(/^caisson: error: [^\n]*\n$/);
  expect(pictureOf(id, [caisson.root])).toEqual(before);
  return outcome.stderr;
}

/** The v1 hierarchy of a controller, if there is one. */
const hierarchy = (controller: string): string | undefined =>
  cgroupMounts().find((mount) => mount.split('/').pop()!.split(',').includes(controller));

describe('user', () => {
  test('ids, groups and umask; files belong to them', () => {
    const line =
      'grep -E "^(Uid|Gid|Groups)" /proc/1/status | tr "\\t" " "; umask; touch /tmp/x; stat -c "%u:%g %a" /tmp/x';
    const seen = inside(line, (spec) => {
      spec.process.user = { uid: 4711, gid: 4712, additionalGids: [5, 4713, 0xffff_fffe], umask: 0o037 };
      spec.root.readonly = false;
      spec.mounts.push({ destination: '/tmp', type: 'tmpfs', source: 'tmpfs', options: ['mode=1777'] });
    });
    expect(seen).toBe(
      [
        'Uid: 4711 4711 4711 4711',
        'Gid: 4712 4712 4712 4712',
        'Groups: 5 4713 4294967294 ',
        '0037',
        '4711:4712 640',
        '',
      ].join('\n'),
    );
  });

  test('no groups but those of the config, and the usual umask', () => {
    const seen = inside('id; umask', (spec) => (spec.process.user = { uid: 0, gid: 0 }));
    expect(seen).toMatch(/^uid=0.*gid=0[^,]*\n0022\n$/);
  });

  test('standard streams can be opened by name', () => {
    // Pipes and a file of the caller: the sockets that Node would give cannot be opened by name at all.
    const errors = join(caisson.directory, 'errors');
    const piped = ['sh', '-c', `umask 077; echo three | "$@" 2> ${errors} | cat`, 'sh', ...Caisson.executable];
    const caller = new Caisson(caisson.directory, piped);
    prepare('echo one > /dev/stdout; echo two > /dev/stderr; cat /dev/stdin', (spec) => {
      spec.process.user = { uid: 4711, gid: 4712 };
    });
    expect(caller.call(['run', '-b', bundle, caller.id()]).stdout).toBe('one\nthree\n');
    expect(readFileSync(errors, 'utf8')).toBe('two\n');
    caller.clean();
  });
});

describe('working directory', () => {
  const named =
    (cwd: string, more: Change = () => undefined): Change =>
    (spec) => {
      spec.process.cwd = cwd;
      spec.root.readonly = false;
      more(spec);
    };

  test('is made where it is missing, and entered', () => {
    expect(inside('pwd; stat -c "%a %u" .', named('/made/in//here/../there'))).toBe('/made/in/there\n755 0\n');
  });

  test('of the user alone: entered by a caller who may not', () => {
    const change = named('/theirs', (spec) => {
      spec.process.user = { uid: 4711, gid: 4711 };
      spec.mounts.push({ destination: '/theirs', type: 'tmpfs', source: 'x', options: ['mode=700', 'uid=4711'] });
    });
    expect(inside('pwd', change)).toBe('/theirs\n');
    expect(runWithout('-dac_override,-dac_read_search', 'pwd', change)).toMatchObject({
      stdout: '/theirs\n',
      status: 0,
    });
  });

  test('of the caller alone: entered for a user who may not', () => {
    const change = named('/roots', (spec) => {
      spec.process.user = { uid: 4711, gid: 4711 };
      spec.process.args = ['/bin/readlink', '/proc/self/cwd'];
      spec.mounts.push({ destination: '/roots', type: 'tmpfs', source: 'x', options: ['mode=700'] });
    });
    expect(inside('', change)).toBe('/roots\n');
  });

  test('of neither', () => {
    const change = named('/strangers', (spec) => {
      spec.process.user = { uid: 4711, gid: 4711 };
      spec.mounts.push({ destination: '/strangers', type: 'tmpfs', source: 'x', options: ['mode=700', 'uid=4712'] });
    });
    const outcome = runWithout('-dac_override,-dac_read_search', 'pwd', change);
    expect(outcome).toMatchObject({ status: 1, stdout: '' });
    expect(outcome.stderr).toMatch(/^caisson: error: process\/cwd: chdir: chdir \/strangers: EACCES/);
  });

  test('a file in the way', () => {
    expect(refusal(named('/etc/passwd/below'))).toMatch(/process\/cwd: .*ENOTDIR/);
  });
});

describe('HOME', () => {
  test('of the user, as the image has it after the mounts', () => {
    expect(inside('echo $HOME', () => undefined)).toBe('/root\n');
    const users = join(caisson.directory, 'users');
    writeFileSync(users, 'web:x:4711:4711::/srv/web:/bin/sh\n');
    const mounted: Change = (spec) => {
      spec.process.user = { uid: 4711, gid: 4711 };
      spec.mounts.push({ destination: '/etc/passwd', source: users, options: ['bind', 'ro'] });
    };
    expect(inside('echo $HOME', mounted)).toBe('/srv/web\n');
  });

  test('of a user whom nobody knows: /', () => {
    expect(inside('echo $HOME', (spec) => (spec.process.user = { uid: 4711, gid: 0 }))).toBe('/\n');
  });

  test('that the config gives is not touched', () => {
    expect(inside('echo $HOME', (spec) => spec.process.env.push('HOME=/given'))).toBe('/given\n');
  });

  test('after a wait at the gate', async () => {
    const id = caisson.id();
    prepare('echo $HOME > /out/home', (spec) => {
      mkdirSync(join(caisson.directory, 'out'), { recursive: true });
      spec.mounts.push({ destination: '/out', source: join(caisson.directory, 'out'), options: ['bind'] });
    });
    expect(caisson.detach(['create', '-b', bundle, id]).status).toBe(0);
    expect(caisson.call(['start', id]).status).toBe(0);
    await caisson.until(id, 'stopped');
    expect(readFileSync(join(caisson.directory, 'out/home'), 'utf8')).toBe('/root\n');
  });
});

describe('environment and arguments', () => {
  test('10,000 variables and an argument of 128 kB', () => {
    const seen = inside('env | wc -l; echo $V9999 ${#1}', (spec) => {
      for (let i = 0; i < 10_000; i++) spec.process.env.push(`V${i}=${i}`);
      spec.process.args.push('sh', 'x'.repeat(131_000));
    });
    expect(seen).toMatch(/^100\d\d\n9999 131000\n$/);
  });

  test('an argument that no kernel takes', () => {
    expect(refusal((spec) => spec.process.args.push('x'.repeat(200_000)))).toMatch(
      /process\/args: exec "\/bin\/sh": execve \/bin\/sh: E2BIG/,
    );
  });
});

describe('capabilities', () => {
  const sets = (text: string): Record<string, bigint> =>
    Object.fromEntries(
      [...text.matchAll(/Cap(\w+):\s*(\w+)/g)].map(([, name = '', hex = '']) => [name, BigInt(`0x${hex}`)]),
    );
  const [chown, kill, netBind, netRaw] = [1n << 0n, 1n << 5n, 1n << 10n, 1n << 13n];

  test('the five sets, of a user', () => {
    const seen = sets(
      inside('grep Cap /proc/self/status', (spec) => {
        spec.process.user = { uid: 4711, gid: 4711 };
        spec.process.capabilities = {
          bounding: ['CAP_CHOWN', 'CAP_KILL', 'CAP_NET_BIND_SERVICE'],
          permitted: ['CAP_CHOWN', 'CAP_KILL'],
          effective: ['CAP_KILL'],
          inheritable: ['CAP_CHOWN', 'CAP_KILL'],
          ambient: ['CAP_CHOWN'],
        };
      }),
    );
    // Of a user, an execution keeps of the permitted and effective sets what is ambient.
    expect(seen).toEqual({ Inh: chown | kill, Prm: chown, Eff: chown, Bnd: chown | kill | netBind, Amb: chown });
  });

  test('none asked for, none given', () => {
    const seen = sets(inside('grep Cap /proc/self/status', (spec) => delete spec.process.capabilities));
    expect(seen).toEqual({ Inh: 0n, Prm: 0n, Eff: 0n, Bnd: 0n, Amb: 0n });
  });

  test('what the caller has not is a warning, and the rest is given', () => {
    const change: Change = (spec) => {
      for (const set of ['bounding', 'effective', 'permitted'])
        spec.process.capabilities[set] = ['CAP_KILL', 'CAP_NET_RAW'];
    };
    const both = kill | netRaw;
    expect(sets(inside('grep Cap /proc/self/status', change))).toMatchObject({ Bnd: both, Prm: both });
    const weak = runWithout('-net_raw', 'grep Cap /proc/self/status', change);
    expect(weak).toMatchObject({ stderr: '', status: 0 });
    expect(sets(weak.stdout)).toMatchObject({ Bnd: kill, Prm: kill });
  });

  test('state --warnings and the log tell of what was not given', () => {
    const id = caisson.id();
    const log = join(caisson.directory, 'log');
    prepare('true', (spec) => {
      spec.process.capabilities.ambient = ['CAP_KILL', 'CAP_NEW'];
      Object.assign(spec.process, { colour: 'blue' });
    });
    expect(caisson.detach(['--debug', '--log', log, 'create', '-b', bundle, id]).status).toBe(0);
    const words = [
      'process/capabilities/ambient/0: CAP_KILL is not granted: it is not in the inheritable set',
      'process/capabilities/ambient/1: unknown capability',
      'process/colour: not a property that runtime-spec 1.3.0 knows; ignored',
    ];
    const { warnings } = JSON.parse(caisson.call(['state', '--warnings', id]).stdout) as { warnings: string[] };
    expect([...warnings].sort()).toEqual(words.map((start) => expect.stringContaining(start)));
    for (const start of words) expect(readFileSync(log, 'utf8')).toContain(start);
    expect(caisson.state(id)).not.toHaveProperty('warnings');
  });
});

describe('limits', () => {
  test('soft and hard', () => {
    const rlimits = [
      { type: 'RLIMIT_NOFILE', soft: 77, hard: 99 },
      { type: 'RLIMIT_CORE', soft: 0, hard: 0 },
      { type: 'RLIMIT_STACK', soft: 1_048_576, hard: 2_097_152 },
    ];
    const seen = inside('grep -E "open files|core|stack" /proc/1/limits', (spec) => (spec.process.rlimits = rlimits));
    expect(seen).toMatch(/Max open files +77 +99 /);
    expect(seen).toMatch(/Max core file size +0 +0 /);
    expect(seen).toMatch(/Max stack size +1048576 +2097152 /);
  });

  test.each([
    [{ type: 'RLIMIT_NEW', soft: 1, hard: 1 }, /process\/rlimits\/0\/type/],
    [{ type: 'RLIMIT_NOFILE', soft: 2, hard: 1 }, /process\/rlimits\/0\/soft/],
    [{ type: 'RLIMIT_NOFILE', soft: 1, hard: 4_000_000_000 }, /process\/rlimits\/0: .*prlimit64: EPERM/],
  ])('%j is refused', (limit, words) => {
    expect(refusal((spec) => (spec.process.rlimits = [limit]))).toMatch(words);
  });
});

describe('score of the OOM killer', () => {
  test('higher than that of the caller', () => {
    expect(inside('cat /proc/1/oom_score_adj', (spec) => (spec.process.oomScoreAdj = 789))).toBe('789\n');
  });

  test('lower, by a caller who may not', () => {
    const outcome = runWithout('-sys_resource', 'true', (spec) => (spec.process.oomScoreAdj = -1000));
    expect(outcome).toMatchObject({ status: 1, stdout: '' });
    expect(outcome.stderr).toMatch(/process\/oomScoreAdj: oom score: write .*: EACCES: .*CAP_SYS_RESOURCE/);
  });

  test('beyond the bounds', () => {
    expect(refusal((spec) => (spec.process.oomScoreAdj = 1001))).toMatch(/process\/oomScoreAdj/);
  });
});

describe('session keyring', () => {
  /**
   * Joins a keyring with a name that only who has it can see (KEYCTL_JOIN_SESSION_KEYRING, KEYCTL_SETPERM), then
   * executes. By system call, since keyctl(1) is not everywhere.
   */
  const KEYCTL = { x64: 250, arm64: 219 }[process.arch as 'x64'];
  const join = `my $n = shift; syscall(${KEYCTL}, 1, $n) > 0 && syscall(${KEYCTL}, 5, -3, 0x3f000000) == 0 or die $!; exec @ARGV`;
  const name = `caisson-test-${process.pid}`;
  const named = new Caisson(caisson.directory, ['perl', '-e', join, name, ...Caisson.executable]);
  afterAll(() => named.clean());

  const keys = (...flags: string[]): string => {
    prepare('cat /proc/keys', (spec) => (spec.linux.maskedPaths = []));
    return named.call(['run', ...flags, '-b', bundle, named.id()]).stdout;
  };

  test('is new and empty', () => {
    expect(keys()).toMatch(/keyring +_ses: empty/);
    expect(keys()).not.toContain(name);
  });

  test('is that of the caller with --no-new-keyring', () => {
    expect(keys('--no-new-keyring')).toContain(name);
  });
});

describe('scheduler', () => {
  /** Nice value, real-time priority and policy of pid 1: fields 19, 40 and 41 of proc_pid_stat(5). */
  const seen = (change: Change): number[] => {
    const fields = inside('cat /proc/1/stat', change).split(' ').map(Number);
    return [fields[18]!, fields[39]!, fields[40]!];
  };

  test.each([
    [{ policy: 'SCHED_OTHER', nice: -3 }, [-3, 0, 0]],
    [{ policy: 'SCHED_OTHER', nice: 10, flags: ['SCHED_FLAG_RESET_ON_FORK'] }, [10, 0, 0]],
    [{ policy: 'SCHED_BATCH', nice: 5 }, [5, 0, 3]],
    [{ policy: 'SCHED_IDLE' }, [0, 0, 5]],
    [
      {
        policy: 'SCHED_DEADLINE',
        runtime: 1_000_000,
        deadline: 50_000_000,
        period: 100_000_000,
        flags: ['SCHED_FLAG_RESET_ON_FORK'],
      },
      [0, 0, 6],
    ],
  ])('pid 1 is served as %j', (scheduler, expected) => {
    expect(seen((spec) => (spec.process.scheduler = scheduler))).toEqual(expected);
  });

  test.each([
    [{ policy: 'SCHED_FIFO', priority: 3 }, [0, 3, 1]],
    [{ policy: 'SCHED_RR', priority: 99, flags: ['SCHED_FLAG_RESET_ON_FORK'] }, [0, 99, 2]],
  ])('%j, in a cgroup that has a budget for it', (scheduler, expected) => {
    const cpu = hierarchy('cpu');
    const path = `/caisson-budget-${process.pid}`;
    const directories = cpu === undefined ? [] : [join(cpu, path), join(cpu, path, 'c')];
    try {
      for (const directory of directories) {
        mkdirSync(directory);
        const budget = join(directory, 'cpu.rt_runtime_us');
        if (existsSync(budget)) writeFileSync(budget, '10000');
      }
      const cgroupsPath = `${path}/c`;
      expect(
        seen((spec) => Object.assign(spec.process, { scheduler }) && (spec.linux.cgroupsPath = cgroupsPath)),
      ).toEqual(expected);
    } finally {
      for (const mount of cgroupMounts()) if (existsSync(join(mount, path))) rmdirSync(join(mount, path));
    }
  });

  test.each([
    { policy: 'SCHED_OTHER', priority: 3 },
    { policy: 'SCHED_FIFO', priority: 100 },
    { policy: 'SCHED_ISO' },
    { policy: 'SCHED_NEW' },
    { policy: 'SCHED_DEADLINE', runtime: 9_000_000, deadline: 5_000_000, period: 5_000_000 },
    { policy: 'SCHED_OTHER', flags: ['SCHED_FLAG_NEW'] },
  ])('%j is refused', (scheduler) => {
    expect(refusal((spec) => (spec.process.scheduler = scheduler))).toMatch(/process\/scheduler/);
  });

  const budgets = existsSync(join(hierarchy('cpu') ?? '/none', 'cpu.rt_runtime_us'));
  (budgets ? test : test.skip)('no budget, no real time: the error says so', () => {
    expect(refusal((spec) => (spec.process.scheduler = { policy: 'SCHED_FIFO', priority: 1 }))).toMatch(
      /process\/scheduler: .*sched_setattr: EPERM.*cpu\.rt_runtime_us/,
    );
  });
});

describe('I/O priority', () => {
  test.each([
    [{ class: 'IOPRIO_CLASS_RT', priority: 2 }, 'realtime: prio 2\n'],
    [{ class: 'IOPRIO_CLASS_BE', priority: 7 }, 'best-effort: prio 7\n'],
    [{ class: 'IOPRIO_CLASS_BE' }, 'best-effort: prio 0\n'],
    [{ class: 'IOPRIO_CLASS_IDLE' }, 'idle\n'],
  ])('pid 1 has %j', (ioPriority, seen) => {
    expect(inside('busybox ionice -p 1', (spec) => (spec.process.ioPriority = ioPriority))).toBe(seen);
  });

  test.each([{ class: 'IOPRIO_CLASS_BE', priority: 8 }, { class: 'IOPRIO_CLASS_NEW' }])(
    '%j is refused',
    (ioPriority) => {
      expect(refusal((spec) => (spec.process.ioPriority = ioPriority))).toMatch(/process\/ioPriority/);
    },
  );
});

describe('processors', () => {
  test('those of the cgroup, not those of whoever calls', () => {
    writeSpec(bundle, shellSpec('grep Cpus_allowed_list /proc/self/status'));
    const bound = new Caisson(caisson.directory, ['taskset', '1', ...Caisson.executable]);
    try {
      const own = /Cpus_allowed_list:.*/.exec(readFileSync('/proc/self/status', 'utf8'))?.[0];
      expect(bound.call(['run', '-b', bundle, bound.id()]).stdout.trim()).toBe(own);
    } finally {
      bound.clean();
    }
  });

  test('those of exec concern nobody at create', () => {
    const affinity = { initial: '0', final: '0-1' };
    expect(inside('echo fine', (spec) => (spec.process.execCPUAffinity = affinity))).toBe('fine\n');
  });
});

describe('execution domain', () => {
  test.each([
    [{ domain: 'LINUX' }, '00000000\n'],
    [{ domain: 'LINUX32', flags: ['ADDR_NO_RANDOMIZE'] }, '00000008\n'],
  ])('pid 1 runs in %j', (personality, seen) => {
    expect(inside('cat /proc/1/personality', (spec) => (spec.linux.personality = personality))).toBe(seen);
  });

  test('one that there is not', () => {
    expect(refusal((spec) => (spec.linux.personality = { domain: 'BSD' }))).toMatch(/linux\/personality\/domain/);
  });
});

describe('memory policy', () => {
  test.each([
    [{ mode: 'MPOL_DEFAULT' }, ' default '],
    [{ mode: 'MPOL_BIND', nodes: '0' }, ' bind:0 '],
    [{ mode: 'MPOL_BIND', nodes: '0', flags: ['MPOL_F_STATIC_NODES'] }, ' bind=static:0 '],
    [{ mode: 'MPOL_INTERLEAVE', nodes: '0-0' }, ' interleave:0 '],
    [{ mode: 'MPOL_PREFERRED', nodes: '' }, ' local '],
    [{ mode: 'MPOL_LOCAL' }, ' local '],
  ])('the memory of pid 1 follows %j', (memoryPolicy, seen) => {
    const line = 'grep -m 1 stack /proc/1/numa_maps';
    expect(inside(line, (spec) => (spec.linux.memoryPolicy = memoryPolicy))).toContain(seen);
  });

  test.each([
    [{ mode: 'MPOL_BIND', nodes: '1000' }, /set_mempolicy: EINVAL.*does the host have these nodes/],
    [{ mode: 'MPOL_BIND', nodes: '0,x' }, /linux\/memoryPolicy\/nodes/],
    [{ mode: 'MPOL_BIND', nodes: '3-1' }, /linux\/memoryPolicy\/nodes/],
    [{ mode: 'MPOL_BIND', nodes: '99999999' }, /linux\/memoryPolicy\/nodes/],
    [{ mode: 'MPOL_NEW' }, /linux\/memoryPolicy\/mode/],
  ])('%j is refused', (memoryPolicy, words) => {
    expect(refusal((spec) => (spec.linux.memoryPolicy = memoryPolicy))).toMatch(words);
  });
});
