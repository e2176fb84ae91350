/** How a container has ended: the record of a foreground run, wait, and what is said of memory that ran out. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cgroupLayout } from '../../lib/host/cgroup.js';
import { hierarchyOf } from '../../lib/plan/cgroupLayout.js';
import { makeBundle, shellSpec, writeSpec, type LooseSpec } from '../support/bundle.js';
import { Caisson, type Outcome } from '../support/caisson.js';
import { pictureOf } from '../support/host.js';

const caisson = new Caisson();
const bundle = join(caisson.directory, 'bundle');
const layout = cgroupLayout();
const v1 = hierarchyOf(layout, 'memory')?.version === 1;
const MIB = 1024 * 1024;
const LIMIT = { limit: 24 * MIB, swap: 24 * MIB };
const HOG = 'dd if=/dev/zero of=/dev/null bs=64M count=1';

beforeAll(() => void makeBundle(bundle, shellSpec('true')));
afterAll(() => caisson.clean());

type Change = (spec: LooseSpec) => void;
const limited: Change = ({ linux }) => (linux.resources.memory = LIMIT);
const plain: Change = () => undefined;

function write(line: string, change: Change): string {
  const spec = shellSpec(line);
  change(spec);
  writeSpec(bundle, spec);
  return caisson.id();
}

function run(line: string, change: Change = plain, ...flags: string[]): Outcome & { readonly id: string } {
  const id = write(line, change);
  return { id, ...caisson.call(['run', ...flags, '-b', bundle, id]) };
}

function detached(line: string, change: Change = plain): string {
  const id = write(line, change);
  expect(caisson.detach(['run', '--detach', '-b', bundle, id]).status).toBe(0);
  return id;
}

/** What a program that runs beside us prints, and its status. */
function outputOf(child: ChildProcess): Promise<{ stdout: string; stderr: string; status: number | null }> {
  const text = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk: Buffer) => (text.stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (text.stderr += chunk.toString()));
  return new Promise((resolve) => child.once('close', (status) => resolve({ ...text, status })));
}

const wait = (...words: string[]) => caisson.call(['wait', ...words]);
const later = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe('a foreground run', () => {
  test('says that memory ran out, with limit and peak', () => {
    const outcome = run(`${HOG} 2>/dev/null; ${HOG} 2>/dev/null; exit 5`, limited);
    expect(outcome.status).toBe(5);
    expect(outcome.stderr).toMatch(
      /^caisson: warning: out of memory: the kernel killed 2 processes of the container \(memory limit 24 MiB, peak 2[34][^ ]* [KM]iB\)\n$/,
    );
  });

  test('says nothing of memory that sufficed', () => {
    expect(run('exit 5', limited)).toMatchObject({ status: 5, stderr: '', stdout: '' });
  });

  test('leaves nothing but its exit status', () => {
    const { id } = run('exit 0');
    const { cgroups, processes, files } = pictureOf(id, [caisson.root]);
    expect({ cgroups, processes, files: files.filter((path) => path.includes(id)) }).toEqual({
      cgroups: [],
      processes: [],
      files: [],
    });
  });
});

describe('--keep leaves a record until delete', () => {
  test('of a program that ended by itself', () => {
    const { id, status } = run('i=0; while [ $i -lt 5000 ]; do i=$((i + 1)); done; exit 42', plain, '--keep');
    expect(status).toBe(42);
    const exit = JSON.parse(wait('--json', id).stdout);
    expect(exit).toMatchObject({ status: 42, oomKills: 0 });
    expect(exit.cpuTime).toBeGreaterThan(100_000);
    expect(exit.cpuTime).toBeLessThan(60e9);
    expect(exit.peakMemory).toBeGreaterThan(4096);
    expect(exit).not.toHaveProperty('signal');
    expect(exit).not.toHaveProperty('memoryLimit');
    expect(wait(id)).toMatchObject({ status: 0, stdout: '42\n', stderr: '' });
    expect(caisson.state(id)).toMatchObject({ status: 'stopped', pid: 0, exit });
    expect(statSync(join(caisson.root, id, 'exit.json')).mode & 0o777).toBe(0o600);
    expect(caisson.call(['delete', id])).toMatchObject({ status: 0, stderr: '' });
    expect(existsSync(join(caisson.root, id))).toBe(false);
  });

  test('of one that the memory limit killed', () => {
    const { id, status, stderr } = run(`exec ${HOG}`, limited, '--keep');
    expect(status).toBe(137);
    expect(stderr).toMatch(/killed 1 process of the container/);
    const { exit } = caisson.state(id) as unknown as { exit: Record<string, number> };
    expect(exit).toMatchObject({ status: 137, signal: 9, oomKills: 1, memoryLimit: 24 * MIB });
    expect(exit.peakMemory).toBeGreaterThan(20 * MIB);
    expect(exit.peakMemory).toBeLessThanOrEqual(24 * MIB);
  });
});

(v1 ? test : test.skip)(
  'kills in cgroups that the container has made below its own count as well',
  async () => {
    const id = write(`while [ ! -e /dev/shm/go ]; do sleep 0.05; done; ${HOG}; exit 8`, plain);
    const running = outputOf(caisson.start(['run', '--keep', '-b', bundle, id]));
    for (let tries = 0; caisson.call(['state', id]).status !== 0 || caisson.state(id).status !== 'running'; tries++) {
      expect(tries).toBeLessThan(400);
      await later(20);
    }
    const inner = `${hierarchyOf(layout, 'memory')?.mount ?? ''}/caisson/${id}/inner`;
    mkdirSync(inner);
    writeFileSync(join(inner, 'memory.limit_in_bytes'), String(16 * MIB));
    writeFileSync(join(inner, 'cgroup.procs'), String(caisson.state(id).pid));
    expect(caisson.call(['exec', id, 'touch', '/dev/shm/go']).status).toBe(0);
    expect((await running).stderr).toMatch(
      /killed 1 process of the container \(memory limit of another cgroup, or none, peak/,
    );
    expect(caisson.state(id)).toMatchObject({ exit: { status: 8, oomKills: 1 } });
  },
  60_000,
);

describe('wait', () => {
  test.each([
    ['with --keep', ['--keep']],
    ['that is taken away at its end', []],
  ])(
    'a foreground run %s',
    async (_, flags) => {
      const id = write('while [ ! -e /dev/shm/go ]; do sleep 0.05; done; exit 7', limited);
      const running = outputOf(caisson.start(['run', ...flags, '-b', bundle, id]));
      for (let tries = 0; caisson.call(['state', id]).status !== 0 || caisson.state(id).status !== 'running'; tries++) {
        expect(tries).toBeLessThan(400);
        await later(20);
      }
      const [first, second] = [
        ['wait', id],
        ['wait', '--json', id],
      ].map((words) => outputOf(caisson.start(words)));
      await later(300);
      expect(caisson.call(['exec', id, 'touch', '/dev/shm/go']).status).toBe(0);
      expect(await first).toEqual({ stdout: '7\n', stderr: '', status: 0 });
      // Whoever waits gets the whole record, also of a container that is gone behind it.
      expect(JSON.parse((await second!).stdout)).toMatchObject({ status: 7, oomKills: 0, memoryLimit: 24 * MIB });
      expect((await running).status).toBe(7);
      expect(existsSync(join(caisson.root, id))).toBe(flags.length > 0);
    },
    60_000,
  );

  test('a detached container, whoever reaps it: the kernel tells', async () => {
    const id = detached('while [ ! -e /dev/shm/go ]; do sleep 0.05; done; exit 9');
    const waiting = outputOf(caisson.start(['wait', '--json', id]));
    await later(300);
    expect(caisson.call(['exec', id, 'touch', '/dev/shm/go']).status).toBe(0);
    expect(await waiting).toEqual({ stdout: '{"status":9}\n', stderr: '', status: 0 });
  }, 60_000);

  test('a container that a signal ends', async () => {
    const id = detached('sleep 100');
    const waiting = outputOf(caisson.start(['wait', '--json', id]));
    await later(300);
    caisson.call(['kill', id, 'KILL']);
    expect((await waiting).stdout).toBe('{"status":137,"signal":9}\n');
  }, 60_000);

  test.each([
    ['that nobody has reaped yet: the kernel tells that, too', 'time.sleep(60)', 0],
    [
      'that ended unseen: an error that says so',
      'os.waitpid(int(open(sys.argv[1]).read()), 0), print("reaped", flush=True), time.sleep(60)',
      1,
    ],
  ])(
    'one %s',
    async (_, then, status) => {
      const id = write('exit 11', plain);
      // A parent that adopts the first process, and looks after it or does not. (An engine that is ending may be adopted as well.)
      const pidFile = join(bundle, `${id}.pid`);
      const program = `
import ctypes, os, subprocess, sys, time
ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)
subprocess.run(sys.argv[2:], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print('made', flush=True)
${then}`;
      const run = caisson.words(['run', '--detach', '--pid-file', pidFile, '-b', bundle, id]);
      const parent = spawn('python3', ['-c', program, pidFile, ...run], { stdio: ['ignore', 'pipe', 'inherit'] });
      try {
        let said = '';
        parent.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
        for (let tries = 0; !said.includes(status === 0 ? 'made' : 'reaped'); tries++) {
          expect(tries).toBeLessThan(400);
          await later(20);
        }
        await caisson.until(id, 'stopped');
        const outcome = wait(id);
        expect(outcome).toMatchObject({ stdout: status === 0 ? '11\n' : '', status });
        if (status === 1)
          expect(outcome.stderr).toMatch(
            /^caisson: error: container .* has ended, and nobody knows how any more \(.*--keep\)\n$/,
          );
      } finally {
        parent.kill('SIGKILL');
      }
    },
    60_000,
  );

  test('one that nobody made', () => {
    expect(wait('nonesuch').stderr).toMatch(/container nonesuch does not exist/);
  });
});

describe('exec and state', () => {
  test('exec says that memory ran out while its process ran, and not what was before', () => {
    const id = detached('sleep 100', limited);
    expect(caisson.state(id)).not.toHaveProperty('outOfMemory');
    const hog = caisson.call(['exec', id, 'sh', '-c', `${HOG} 2>/dev/null; exit 6`]);
    expect(hog.status).toBe(6);
    expect(hog.stderr).toMatch(
      /^caisson: warning: out of memory: the kernel killed 1 process of .*limit 24 MiB, peak .*\n$/,
    );
    expect(caisson.call(['exec', id, 'true'])).toMatchObject({ status: 0, stderr: '' });
    const { outOfMemory } = caisson.state(id) as unknown as { outOfMemory: Record<string, number> };
    expect(outOfMemory).toMatchObject({ oomKills: 1, memoryLimit: 24 * MIB });
    expect(outOfMemory.peakMemory).toBeGreaterThan(20 * MIB);
  });

  test('state of a detached container tells it as long as its cgroups are there', async () => {
    const id = detached(`exec ${HOG}`, limited);
    await caisson.until(id, 'stopped');
    expect(caisson.state(id)).toMatchObject({ status: 'stopped', outOfMemory: { oomKills: 1 } });
    expect(JSON.parse(caisson.call(['list', '-f', 'json']).stdout)).toContainEqual(
      expect.objectContaining({ id, outOfMemory: expect.objectContaining({ oomKills: 1 }) }),
    );
  });
});

describe('a limit that is below what init needs is said so', () => {
  test.each([4096, 65_536])('%d bytes', (limit) => {
    const { id, status, stderr } = run('true', ({ linux }) => (linux.resources.memory = { limit }));
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^caisson: error: linux\/resources\/memory\/limit: [^\n]*for want of memory: the limit of \d+ bytes is too small/,
    );
    expect(stderr).toMatch(/memory\.(limit_in_bytes|max): ENOMEM: [^\n]* \(a container needs about a MiB [^\n]*\)\n$/);
    const { cgroups, processes, files } = pictureOf(id, [caisson.root]);
    expect({ cgroups, processes, files: files.filter((path) => path.includes(id)) }).toEqual({
      cgroups: [],
      processes: [],
      files: [],
    });
  });

  test('one that is below what the program needs kills the program, and that is told as well', () => {
    const { status, stderr } = run(
      `exec ${HOG}`,
      ({ linux }) => (linux.resources.memory = { limit: 2 * MIB, swap: 2 * MIB }),
    );
    expect(status).toBe(137);
    expect(stderr).toMatch(/out of memory: the kernel killed 1 process of the container \(memory limit 2 MiB, peak /);
  });

  test('a MiB or two are enough for a small program', () => {
    expect(run('echo lives', ({ linux }) => (linux.resources.memory = { limit: 3 * MIB })).stdout).toBe('lives\n');
  });
});

test('a record that is damaged is none', () => {
  const { id } = run('exit 4', plain, '--keep');
  const file = join(caisson.root, id, 'exit.json');
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ version: 1, status: 4 });
  writeFileSync(file, '{"version":1,"sta');
  expect(caisson.state(id)).not.toHaveProperty('exit');
  expect(wait(id).stderr).toMatch(/nobody knows how any more/);
  writeFileSync(file, '{"version":2,"status":4}');
  expect(caisson.state(id)).not.toHaveProperty('exit');
});
