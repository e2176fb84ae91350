/** Hooks that fail, hang, and are wrong: what becomes of the container, and of them. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { Caisson } from '../support/caisson.js';
import { type Hook, HookBundle, MOMENTS, shell } from '../support/hooks.js';
import { type HostPicture, pictureOf } from '../support/host.js';

const caisson = new Caisson();
const place = new HookBundle(caisson);
const { bundle, rootfs, shared, said } = place;
const says = place.says.bind(place);
const lines = place.lines.bind(place);
const configure = place.configure.bind(place);

afterEach(() => place.empty());
afterAll(() => caisson.clean());

/** The one line that a failing command leaves. */
function refused(args: string[]): string {
  const outcome = caisson.call(args);
  expect(outcome).toMatchObject({ status: 1, stdout: '' });
  expect(outcome.stderr.trimEnd().split('\n')).toHaveLength(1);
  return outcome.stderr;
}

function nothingLeft(id: string, before: HostPicture): void {
  expect(pictureOf(id, [caisson.root])).toEqual(before);
}

describe('a hook that fails', () => {
  test.each(['prestart', 'createRuntime', 'createContainer'] as const)('%s: there is no container', (moment) => {
    const hooks = {
      [moment]: [says('first'), shell('echo "the reason" >&2; exit 3'), says('never')],
      poststop: [says('poststop')],
    };
    const id = configure(`echo program >> ${said}`, hooks);
    const before = pictureOf(id, [caisson.root]);
    const message = `caisson: error: hooks/${moment}/1: run the hook /bin/sh: it ended with status 3: the reason\n`;
    expect(refused(['create', '-b', bundle, id])).toBe(message);
    expect(lines()).toEqual(['first', 'poststop']);
    nothingLeft(id, before);
    rmSync(said);
    expect(refused(['run', '-b', bundle, id])).toBe(message);
    nothingLeft(id, before);
  });

  test('startContainer: start says so, and the container is stopped', () => {
    const id = configure(`echo program >> ${said}`, {
      startContainer: [shell('exit 4')],
      poststop: [says('poststop')],
    });
    const before = pictureOf(id, [caisson.root]);
    expect(caisson.detach(['create', '-b', bundle, id]).status).toBe(0);
    expect(refused(['start', id])).toBe(
      'caisson: error: hooks/startContainer/0: run the hook /bin/sh: it ended with status 4\n',
    );
    expect(caisson.state(id)).toMatchObject({ status: 'stopped', pid: 0 });
    expect(lines()).toEqual([]);
    expect(caisson.call(['delete', id]).status).toBe(0);
    expect(lines()).toEqual(['poststop']);
    nothingLeft(id, before);
    expect(refused(['run', '-b', bundle, id])).toContain('hooks/startContainer/0');
    nothingLeft(id, before);
  });

  test('a program that goes between create and start: start says so, and the container is stopped', () => {
    const hooks = { startContainer: [shell('rm /tmp/program')] };
    const id = configure('true', hooks, (spec) => (spec.process.args = ['/tmp/program']));
    spawnSync('cp', [join(rootfs, 'bin/busybox'), join(rootfs, 'tmp/program')]);
    expect(caisson.detach(['create', '-b', bundle, id]).status).toBe(0);
    expect(refused(['start', id])).toContain('process/args: exec "/tmp/program": execve /tmp/program: ENOENT');
    expect(caisson.state(id).status).toBe('stopped');
  });

  test('poststart: start says so, and the container is ended', () => {
    const id = configure('sleep 100', { poststart: [says('first'), shell('exit 5'), says('never')] });
    expect(caisson.detach(['create', '-b', bundle, id]).status).toBe(0);
    expect(refused(['start', id])).toBe(
      'caisson: error: hooks/poststart/1: run the hook /bin/sh: it ended with status 5\n',
    );
    expect(caisson.state(id).status).toBe('stopped');
    expect(lines()).toEqual(['first']);
    expect(pictureOf(id).processes).toEqual([]);
  });

  test.each([['run'], ['run', '--detach']])('poststart: %s %s leaves nothing', (...verb) => {
    const id = configure('sleep 100', { poststart: [shell('exit 5')], poststop: [says('poststop')] });
    const before = pictureOf(id, [caisson.root]);
    const pidFile = join(caisson.directory, 'pid');
    expect(refused([...verb, '--pid-file', pidFile, '-b', bundle, id])).toContain('hooks/poststart/0');
    expect(lines()).toEqual(['poststop']);
    expect(existsSync(pidFile)).toBe(false);
    nothingLeft(id, before);
  });

  const failing = [shell('echo one >&2; exit 1'), says('second'), { path: '/none/hook' }];
  const warnings = [
    'caisson: warning: hooks/poststop/0: run the hook /bin/sh: it ended with status 1: one',
    'caisson: warning: hooks/poststop/2: run the hook /none/hook: ENOENT',
    '',
  ];

  test('poststop: delete goes on, and warns', () => {
    const id = configure('sleep 100', { poststop: failing });
    const before = pictureOf(id, [caisson.root]);
    caisson.detach(['run', '--detach', '-b', bundle, id]);
    const outcome = caisson.call(['delete', '--force', id]);
    expect([outcome.status, ...outcome.stderr.split('\n')]).toEqual([0, ...warnings]);
    expect(lines()).toEqual(['second']);
    nothingLeft(id, before);
  });

  test('poststop: the warning is in the log where there is one', () => {
    const id = configure('sleep 100', { poststop: failing });
    const log = join(caisson.directory, 'log');
    caisson.detach(['run', '--detach', '-b', bundle, id]);
    expect(caisson.call(['--log', log, '--log-format', 'json', 'delete', '-f', id])).toMatchObject({
      status: 0,
      stderr: '',
    });
    const [first] = readFileSync(log, 'utf8').split('\n');
    expect(JSON.parse(first!)).toMatchObject({
      level: 'warning',
      msg: expect.stringContaining('hooks/poststop/0'),
    });
  });

  test('poststop: a run in the foreground keeps its status', () => {
    const id = configure('exit 7', { poststop: failing });
    const outcome = caisson.call(['run', '-b', bundle, id]);
    expect(outcome.status).toBe(7);
    expect(outcome.stderr).toMatch(
      /^caisson: warning: hooks\/poststop\/0: .*\ncaisson: warning: hooks\/poststop\/2: .*\n$/,
    );
    expect(lines()).toEqual(['second']);
  });

  test.each(MOMENTS.filter((moment) => moment !== 'poststop'))('%s: one that is not there', (moment) => {
    const id = configure('sleep 100', { [moment]: [{ path: '/none/hook' }] });
    const message = refused(['run', '-b', bundle, id]);
    expect(message).toMatch(new RegExp(`hooks/${moment}/0: run the hook /none/hook: execve /none/hook: ENOENT`));
    expect(pictureOf(id, [caisson.root]).cgroups).toEqual([]);
  });
});

describe('a hook that is badly written', () => {
  const pids = join(shared, 'pids');
  /** Of the processes that hooks wrote down, those that are there. */
  const alive = (): string[] =>
    readFileSync(pids, 'utf8')
      .trim()
      .split('\n')
      .filter((pid) => existsSync(`/proc/${pid}`) && !/^State:\sZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8')));
  const hangs = `sleep 1000 & echo $! >> ${pids}; echo $$ >> ${pids}; wait`;

  test.each(['prestart', 'createRuntime', 'createContainer', 'startContainer', 'poststart'] as const)(
    '%s: one that hangs is ended at its time',
    (moment) => {
      const id = configure('sleep 100', { [moment]: [shell(hangs, { timeout: 1 })] });
      const before = pictureOf(id, [caisson.root]);
      expect(refused(['run', '-b', bundle, id])).toContain(
        `hooks/${moment}/0: run the hook /bin/sh: it did not end within 1 s`,
      );
      if (!['createContainer', 'startContainer'].includes(moment)) expect(alive()).toEqual([]);
      nothingLeft(id, before);
    },
  );

  test('one that is ended at its time leaves nobody to wait for, whatever its children hold open', () => {
    const away = `busybox setsid sleep 1000 & echo $! >> ${pids}; echo $$ >> ${pids}; wait`;
    const id = configure('true', { prestart: [shell(away, { timeout: 1 })] });
    expect(refused(['create', '-b', bundle, id])).toContain('it did not end within 1 s');
    spawnSync('kill', ['-9', ...alive()]);
  });

  test('poststop: one that hangs is ended at its time', () => {
    const id = configure('true', { poststop: [shell(hangs, { timeout: 1 })] });
    expect(caisson.call(['run', '-b', bundle, id])).toMatchObject({
      status: 0,
      stderr: expect.stringContaining('within 1 s'),
    });
    expect(alive()).toEqual([]);
  });

  test('one that leaves a child behind is not waited for, and one that closes its input is fine', () => {
    const away = shell(`exec <&-; sleep 1000 & echo $! >> ${pids}`);
    const id = configure(
      'true',
      { prestart: [away], createContainer: [away], poststart: [away], poststop: [away] },
      (spec) => {
        spec.annotations = { long: 'x'.repeat(200_000) };
      },
    );
    const before = pictureOf(id, [caisson.root]);
    expect(caisson.call(['run', '-b', bundle, id])).toMatchObject({ status: 0, stderr: '' });
    nothingLeft(id, before);
    const left = alive();
    // The child of createContainer was one of the container's.
    expect(left.length).toBeGreaterThanOrEqual(3);
    spawnSync('kill', ['-9', ...left]);
  });

  const until = async (holds: () => boolean): Promise<void> => {
    for (let i = 0; i < 500 && !holds(); i++) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(holds()).toBe(true);
  };

  test.each(['prestart', 'createContainer'] as const)(
    '%s: delete --force breaks a create that is stuck in it',
    async (moment) => {
      const id = configure('true', { [moment]: [shell(hangs)], poststop: [says('poststop')] });
      const before = pictureOf(id, [caisson.root]);
      const create = caisson.start(['create', '-b', bundle, id]);
      const ended = new Promise<number | null>((resolve) => create.on('close', resolve));
      let stderr = '';
      create.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
      await until(() => existsSync(pids) && readFileSync(pids, 'utf8').split('\n').length === 3);
      expect(caisson.state(id)).toMatchObject({ status: 'creating' });
      expect(refused(['kill', id])).toContain('it is creating');
      expect(refused(['delete', id])).toContain('it is creating');
      expect(caisson.call(['delete', '--force', id])).toMatchObject({ status: 0, stderr: '' });
      expect(await ended).toBe(1);
      expect(stderr.trimEnd().split('\n')).toHaveLength(1);
      expect(lines()).toEqual(['poststop']);
      if (moment === 'prestart') expect(alive()).toEqual([]);
      nothingLeft(id, before);
    },
  );

  test.each(['prestart', 'createContainer'] as const)('%s: it ends with a caisson that is killed', async (moment) => {
    const id = configure('true', { [moment]: [shell(`echo $$ >> ${pids}; exec sleep 1000`)] });
    const before = pictureOf(id, [caisson.root]);
    const create = caisson.start(['create', '-b', bundle, id]);
    const ended = new Promise((resolve) => create.on('close', resolve));
    await until(() => existsSync(pids) && readFileSync(pids, 'utf8').endsWith('\n'));
    create.kill('SIGKILL');
    await ended;
    await until(() => pictureOf(id).processes.length === 0);
    if (moment === 'prestart') await until(() => alive().length === 0);
    expect(caisson.call(['delete', '--force', id])).toMatchObject({ status: 0, stderr: '' });
    nothingLeft(id, before);
  });
});

describe('bad input', () => {
  test.each([
    ['a timeout of nothing', { path: '/bin/true', timeout: 0 }, 'hooks/prestart/0/timeout'],
    ['a negative timeout', { path: '/bin/true', timeout: -1 }, 'hooks/prestart/0/timeout'],
    ['no path', { args: ['x'] }, 'hooks/prestart/0'],
    ['arguments that are no list', { path: '/bin/true', args: 'x' }, 'hooks/prestart/0/args'],
  ])('%s', (_, hook, place) => {
    const id = configure('true', { prestart: [hook as Hook] });
    expect(refused(['create', '-b', bundle, id])).toContain(place);
  });

  test('arguments of 100 kB and 10,000 variables', () => {
    const long = 'x'.repeat(100_000);
    const env = Array.from({ length: 10_000 }, (_, index) => `V${index}=${index}`);
    const hook = { path: '/bin/sh', args: ['sh', '-c', `echo \${#1} $V9999 > ${said}`, 'x', long], env };
    const id = configure('true', { prestart: [hook] });
    expect(caisson.call(['run', '-b', bundle, id])).toMatchObject({ status: 0, stderr: '' });
    expect(lines()).toEqual(['100000 9999']);
  });

  test('a directory, and a file that cannot be executed', () => {
    const plain = join(shared, 'plain');
    writeFileSync(plain, '#!/bin/sh\n', { mode: 0o644 });
    for (const path of ['/tmp', plain]) {
      const id = configure('true', { createRuntime: [{ path }] });
      expect(refused(['create', '-b', bundle, id])).toMatch(/hooks\/createRuntime\/0: .*EACCES: permission denied/);
    }
  });
});
