/** pause, resume and ps for real: what a frozen container does, and what its end takes. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeBundle, shellSpec, writeSpec, type LooseSpec } from '../support/bundle.js';
import { Caisson } from '../support/caisson.js';
import { cgroupMounts, pictureOf } from '../support/host.js';

const caisson = new Caisson();
const bundle = join(caisson.directory, 'bundle');

beforeAll(() => void makeBundle(bundle, shellSpec('true')));
afterAll(() => caisson.clean());

/** A container that runs a line. */
function started(line: string, change: (spec: LooseSpec) => void = () => undefined): string {
  const spec = shellSpec(line);
  change(spec);
  writeSpec(bundle, spec);
  const id = caisson.id();
  expect(caisson.detach(['run', '--detach', '-b', bundle, id]).status).toBe(0);
  return id;
}

const done = (...words: string[]) => expect(caisson.call(words)).toMatchObject({ stderr: '', stdout: '', status: 0 });
const statusOf = (id: string) => caisson.state(id).status;

/** CPU time that the first process of a container and its children have used, in clock ticks. */
function ticks(id: string): number {
  const stat = readFileSync(`/proc/${caisson.state(id).pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

/** What freezes a cgroup: of v1 where it has the controller, as caisson chooses. */
function freezerOf(cgroup: string): { file: string; frozen: string; thawed: string } {
  const existing = (name: string) =>
    cgroupMounts()
      .map((mount) => join(mount, cgroup, name))
      .find((file) => existsSync(file));
  const v1 = existing('freezer.state');
  if (v1 !== undefined) return { file: v1, frozen: 'FROZEN', thawed: 'THAWED' };
  return { file: existing('cgroup.freeze')!, frozen: '1', thawed: '0' };
}

const later = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe('a paused container', () => {
  test('uses no CPU until it is resumed, and list shows it', async () => {
    const id = started('while true; do true; done');
    done('pause', id);
    expect(statusOf(id)).toBe('paused');
    expect(caisson.call(['list']).stdout).toMatch(new RegExp(`${id} +\\d+ +paused`));
    const before = ticks(id);
    await later(200);
    expect(ticks(id)).toBe(before);
    done('resume', id);
    expect(statusOf(id)).toBe('running');
    await later(300);
    expect(ticks(id)).toBeGreaterThan(before);
  });

  test('a created one is paused, and then is not started before it is resumed', () => {
    writeSpec(bundle, shellSpec('sleep 100'));
    const id = caisson.id();
    expect(caisson.detach(['create', '-b', bundle, id]).status).toBe(0);
    done('pause', id);
    expect(caisson.call(['start', id]).stderr).toMatch(/it is paused/);
    done('resume', id);
    expect(statusOf(id)).toBe('created');
    done('start', id);
    expect(statusOf(id)).toBe('running');
  });

  test.each(['TERM', 'KILL'])('gets SIG%s when it is thawed, which KILL does itself', async (signal) => {
    const id = started('trap "exit 3" TERM; while true; do sleep 0.05; done');
    done('pause', id);
    done('kill', id, signal);
    if (signal === 'TERM') {
      await later(100);
      expect(statusOf(id)).toBe('paused');
      done('resume', id);
    }
    await caisson.until(id, 'stopped');
    done('delete', id);
  });

  test.each([
    ['kill --all', (id: string) => done('kill', '--all', id, '9')],
    ['delete --force', (id: string) => done('delete', '--force', id)],
  ])('with processes of a pid namespace that it shares ends by %s', (_, end) => {
    const id = started('sleep 100 & sleep 100 & sleep 100', ({ linux }) => {
      linux.namespaces = linux.namespaces.filter(({ type }: { type: string }) => type !== 'pid');
    });
    done('pause', id);
    end(id);
    done('delete', '--force', id);
    expect(pictureOf(id)).toMatchObject({ cgroups: [], processes: [] });
  });

  test('whose cgroup above is frozen cannot be resumed, and the error says so', async () => {
    const parent = `/caisson-pause-${process.pid}`;
    const id = started('sleep 100', ({ linux }) => (linux.cgroupsPath = `${parent}/inner`));
    const { file, frozen, thawed } = freezerOf(parent);
    try {
      writeFileSync(file, frozen);
      await caisson.until(id, 'paused');
      const { status, stderr } = caisson.call(['resume', id]);
      expect(status).toBe(1);
      expect(stderr).toMatch(/stays frozen: .*\/(freezer\.state|cgroup\.freeze) \(is a cgroup above it frozen\?/);
    } finally {
      writeFileSync(file, thawed);
    }
    await caisson.until(id, 'running');
    done('delete', '--force', id);
    for (const mount of cgroupMounts()) if (existsSync(join(mount, parent))) rmdirSync(join(mount, parent));
  }, 60_000);
});

describe('ps', () => {
  const processes = () => started('sleep 100 & sleep 101 & sleep 102 & wait');

  test('json has the numbers of every process, on the host', async () => {
    const id = processes();
    await later(100);
    const { stdout, stderr } = caisson.call(['ps', '--format', 'json', id]);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^\[\d+(,\d+)*\]\n$/);
    const pids = JSON.parse(stdout) as number[];
    expect(pids).toHaveLength(4);
    expect(pids).toContain(caisson.state(id).pid);
    for (const pid of pids) expect(readFileSync(`/proc/${pid}/cgroup`, 'utf8')).toContain(id);
  });

  test('the table is that of ps(1), with its options', async () => {
    const id = processes();
    await later(100);
    const lines = caisson.call(['ps', id]).stdout.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^UID +PID +PPID/);
    expect(lines).toHaveLength(5);
    expect(caisson.call(['ps', '--format', 'table', id, '-o', 'args,pid']).stderr).toBe('');
    expect(caisson.call(['ps', id, '-e', '-o', 'args,pid']).stdout).toMatch(/^COMMAND +PID\n(.*\n)*sleep 101 +\d+\n/);
    expect(caisson.call(['ps', id, 'aux']).stdout.split('\n')).toHaveLength(6);
  });

  test('options without a column PID, or that ps does not know, are refused', () => {
    const id = processes();
    expect(caisson.call(['ps', id, '-o', 'args'])).toMatchObject({ status: 1, stdout: '' });
    expect(caisson.call(['ps', id, '-o', 'args']).stderr).toMatch(/no column PID/);
    expect(caisson.call(['ps', id, '--nonesuch']).stderr).toMatch(/caisson: error: ps: .*unrecognized|unknown/);
  });
});

describe('a cgroup that somebody holds', () => {
  let stranger: ChildProcess;
  beforeAll(() => void (stranger = spawn('sleep', ['1000'], { stdio: 'ignore' })));
  afterAll(async () => {
    const ended = new Promise((resolve) => stranger.once('exit', resolve));
    stranger.kill('SIGKILL');
    await ended;
  });

  test('is not removed with him in it: delete says who it is, and can be repeated', async () => {
    const id = started('sleep 100');
    const directory = cgroupMounts()
      .map((mount) => join(mount, 'caisson', id))
      .find((path) => existsSync(path))!;
    writeFileSync(join(directory, 'cgroup.procs'), String(stranger.pid));
    done('kill', id, 'KILL');
    await caisson.until(id, 'stopped');
    const record = join(caisson.root, id, 'record.json');
    writeFileSync(record, readFileSync(record, 'utf8').replaceAll('"deadline":10000', '"deadline":200'));
    const { status, stderr } = caisson.call(['delete', id]);
    expect(status).toBe(1);
    expect(stderr).toMatch(new RegExp(`${id}: EBUSY.*\\(held by ${stranger.pid} \\(sleep, state S\\)\\)`));
    expect(stranger.signalCode).toBeNull();
    // On v2 a cgroup whose children have controllers takes no process; the root does.
    writeFileSync(join(directory, '../..', 'cgroup.procs'), String(stranger.pid));
    done('delete', id);
    expect(pictureOf(id)).toMatchObject({ cgroups: [], processes: [] });
  });
});
