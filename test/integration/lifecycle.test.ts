/** create, state, start, kill, delete, list: one after the other, and each in the wrong moment. */
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeBundle, shellSpec, writeSpec } from '../support/bundle.js';
import { Caisson } from '../support/caisson.js';
import { cgroupMounts, pictureOf } from '../support/host.js';

const caisson = new Caisson();
const bundle = join(caisson.directory, 'bundle');

beforeAll(() => void makeBundle(bundle, shellSpec('true')));
afterAll(() => caisson.clean());

function created(line = 'sleep 100'): string {
  const id = caisson.id();
  writeSpec(bundle, shellSpec(line));
  expect(caisson.detach(['create', '-b', bundle, id]).status).toBe(0);
  return id;
}

describe('a whole life', () => {
  test('created, running, stopped, gone', async () => {
    const id = caisson.id();
    const before = pictureOf(id, [caisson.root]);
    writeSpec(bundle, shellSpec('sleep 100'));
    const pidFile = join(caisson.directory, 'pid');
    expect(caisson.detach(['create', '--bundle', bundle, '--pid-file', pidFile, id]).status).toBe(0);
    const state = caisson.state(id);
    expect(state).toMatchObject({ ociVersion: '1.3.0', id, status: 'created', bundle, rootfs: join(bundle, 'rootfs') });
    expect(String(state.pid)).toBe(readFileSync(pidFile, 'utf8'));
    expect(readFileSync(`/proc/${state.pid}/cmdline`, 'utf8')).toBe('caisson-init\0');

    expect(caisson.call(['start', id])).toMatchObject({ status: 0, stdout: '', stderr: '' });
    expect(caisson.state(id)).toMatchObject({ status: 'running', pid: state.pid });
    expect(readFileSync(`/proc/${state.pid}/cmdline`, 'utf8')).toContain('sleep');

    expect(caisson.call(['kill', id, 'KILL'])).toMatchObject({ status: 0, stdout: '', stderr: '' });
    await caisson.until(id, 'stopped');
    expect(caisson.state(id).pid).toBe(0);
    expect(caisson.call(['delete', id])).toMatchObject({ status: 0, stdout: '', stderr: '' });
    expect(pictureOf(id, [caisson.root])).toEqual(before);
    expect(caisson.call(['state', id]).stderr).toContain('does not exist');
  });

  test('delete --force from every status, and of an unknown id', () => {
    const waiting = created();
    expect(caisson.call(['delete', '--force', waiting])).toMatchObject({ status: 0, stderr: '' });
    const running = created();
    caisson.call(['start', running]);
    expect(caisson.call(['delete', '-f', running])).toMatchObject({ status: 0, stderr: '' });
    expect(caisson.call(['delete', '--force', 'nobody'])).toMatchObject({ status: 0, stderr: '' });
    expect(pictureOf(waiting).cgroups).toEqual([]);
    expect(pictureOf(running)).toMatchObject({ cgroups: [], processes: [] });
  });

  test('delete --force takes away what a create that was killed has left', () => {
    const id = caisson.id();
    mkdirSync(join(caisson.root, id), { recursive: true });
    expect(caisson.call(['state', id]).stderr).toMatch(/being created/);
    expect(caisson.call(['delete', '--force', id]).status).toBe(0);
    expect(existsSync(join(caisson.root, id))).toBe(false);
  });

  test('run --detach returns, and the container goes on', async () => {
    const id = caisson.id();
    writeSpec(bundle, shellSpec('sleep 100'));
    expect(caisson.detach(['run', '--detach', '-b', bundle, id]).status).toBe(0);
    expect(caisson.state(id).status).toBe('running');
    expect(caisson.call(['kill', '--all', id, '9']).status).toBe(0);
    await caisson.until(id, 'stopped');
    expect(caisson.call(['kill', '--all', id, '9']).status).toBe(0);
    expect(caisson.call(['delete', id]).status).toBe(0);
  });

  test('without a process: created without any capability, never started, ended and deleted', async () => {
    const id = caisson.id();
    const { process: _none, ...spec } = shellSpec('true');
    writeSpec(bundle, spec);
    expect(caisson.call(['run', '-b', bundle, id])).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/nothing to execute/),
    });
    expect(caisson.detach(['create', '-b', bundle, id]).status).toBe(0);
    const { pid } = caisson.state(id);
    expect(readFileSync(`/proc/${pid}/status`, 'utf8')).toMatch(/^CapPrm:\t0+\nCapEff:\t0+\nCapBnd:\t0+$/m);
    expect(caisson.call(['start', id])).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^caisson: error: process: .*nothing to start/),
    });
    expect(caisson.state(id)).toMatchObject({ status: 'created', pid });
    expect(caisson.call(['kill', id, 'KILL']).status).toBe(0);
    await caisson.until(id, 'stopped');
    expect(caisson.call(['delete', id]).status).toBe(0);
  });

  test('the state of caisson is for its owner only', () => {
    const id = created();
    expect(statSync(join(caisson.root, id)).mode & 0o777).toBe(0o700);
    expect(statSync(join(caisson.root, id, 'record.json')).mode & 0o777).toBe(0o600);
  });
});

describe('in the wrong moment', () => {
  const refused = (args: string[]): string => {
    const outcome = caisson.call(args);
    expect(outcome.status).toBe(1);
    expect(outcome.stdout).toBe('');
    expect(outcome.stderr.trimEnd().split('\n')).toHaveLength(1);
    return outcome.stderr;
  };

  test('an id that is taken', () => {
    const id = created();
    expect(refused(['create', '-b', bundle, id])).toContain('exists already');
    expect(caisson.state(id).status).toBe('created');
  });

  test('start twice', () => {
    const id = created();
    caisson.call(['start', id]);
    expect(refused(['start', id])).toContain('it is running');
  });

  test('delete of a container that is created or running', () => {
    const id = created();
    expect(refused(['delete', id])).toContain('it is created');
    caisson.call(['start', id]);
    expect(refused(['delete', id])).toContain('it is running');
  });

  test('start and kill of a stopped one', async () => {
    const id = created('true');
    caisson.call(['start', id]);
    await caisson.until(id, 'stopped');
    expect(refused(['start', id])).toContain('it is stopped');
    expect(refused(['kill', id])).toContain('container not running');
  });

  test.each(['start', 'state', 'kill', 'delete'])('%s of an unknown id', (verb) => {
    expect(refused([verb, 'nobody'])).toContain('does not exist');
  });

  test('kill of a created container ends it', async () => {
    const id = created();
    expect(caisson.call(['kill', id, 'SIGKILL']).status).toBe(0);
    await caisson.until(id, 'stopped');
  });
});

test('list: a table, JSON, ids only', () => {
  const id = created();
  const { pid } = caisson.state(id);
  const table = caisson.call(['list']).stdout.split('\n');
  expect(table[0]).toMatch(/^ID +PID +STATUS +BUNDLE +CREATED +OWNER$/);
  expect(table.find((line) => line.startsWith(`${id} `))).toMatch(new RegExp(`${pid} +created +${bundle} .* root$`));
  const all = JSON.parse(caisson.call(['list', '--format', 'json']).stdout) as { id: string; status: string }[];
  expect(all.find((one) => one.id === id)).toMatchObject({ status: 'created', pid, owner: 'root' });
  expect(caisson.call(['list', '-q']).stdout.split('\n')).toContain(id);
});

test('list of a thousand containers', () => {
  const root = join(caisson.directory, 'thousand');
  const id = created();
  const record = readFileSync(join(caisson.root, id, 'record.json'), 'utf8');
  for (let number = 0; number < 1000; number++) {
    mkdirSync(join(root, `c${number}`), { recursive: true });
    writeFileSync(join(root, `c${number}/record.json`), record.replaceAll(`"${id}"`, `"c${number}"`));
  }
  mkdirSync(join(caisson.directory, 'none'));
  const timed = (place: string, ...flags: string[]) => {
    const begun = performance.now();
    const { stdout } = caisson.call(['--root', place, 'list', ...flags]);
    return { stdout, ms: performance.now() - begun };
  };
  const { ms: startUp } = timed(join(caisson.directory, 'none'));
  const { stdout, ms } = timed(root);
  expect(stdout.trimEnd().split('\n')).toHaveLength(1001);
  expect((JSON.parse(timed(root, '--format', 'json').stdout) as unknown[]).length).toBe(1000);
  // Sixty on an idle machine, where to start takes ten; what would be slow is a second. By emulation all of it takes longer.
  expect(ms - startUp).toBeLessThan(Math.max(500, 100 * startUp));
});

test('what start cannot execute is told by start, and the container is stopped', async () => {
  // The file is found and executable, and is no program: only execve can tell.
  const id = caisson.id();
  const spec = shellSpec('');
  spec.process.args = ['/etc/passwd-program'];
  writeSpec(bundle, spec);
  writeFileSync(join(bundle, 'rootfs/etc/passwd-program'), 'no program\n', { mode: 0o755 });
  expect(caisson.detach(['create', '-b', bundle, id]).status).toBe(0);
  const outcome = caisson.call(['start', id]);
  expect(outcome.status).toBe(1);
  expect(outcome.stderr).toMatch(/process\/args.*ENOEXEC.*#! line/);
  await caisson.until(id, 'stopped');
});

test('a frozen container is paused, and delete --force ends it', () => {
  const id = created();
  caisson.call(['start', id]);
  const freezer = cgroupMounts()
    .map((mount) => [join(mount, 'caisson', id, 'freezer.state'), join(mount, 'caisson', id, 'cgroup.freeze')])
    .flat()
    .find((file) => existsSync(file));
  writeFileSync(freezer!, freezer!.endsWith('freeze') ? '1' : 'FROZEN');
  expect(caisson.state(id).status).toBe('paused');
  expect(caisson.call(['delete', '--force', id])).toMatchObject({ status: 0, stderr: '' });
  expect(pictureOf(id)).toMatchObject({ cgroups: [], processes: [] });
});

test.each(['', '{', '{"version":99,"id":"x","teardown":[]}', 'null'])('delete --force with the record %j', (text) => {
  const id = created();
  writeFileSync(join(caisson.root, id, 'record.json'), text);
  expect(caisson.call(['state', id])).toMatchObject({ status: 1, stdout: '' });
  expect(caisson.call(['delete', '--force', id])).toMatchObject({ status: 0, stderr: '' });
  expect(pictureOf(id)).toMatchObject({ cgroups: [], processes: [] });
  expect(existsSync(join(caisson.root, id))).toBe(false);
});

test('of several starts at once, one wins', async () => {
  const id = created();
  const starts = [1, 2, 3].map(() => {
    const child = caisson.start(['start', id]);
    return new Promise<number | null>((resolve) => child.on('exit', resolve));
  });
  const statuses = await Promise.all(starts);
  expect(statuses.filter((status) => status === 0)).toHaveLength(1);
  expect(statuses.filter((status) => status === 1)).toHaveLength(2);
  expect(caisson.state(id).status).toBe('running');
});

test('a bind mount of a shared tree does not carry mounts of the container to the host', () => {
  // The host program runs in a mount namespace whose root is shared, as on a machine with systemd.
  const source = join(caisson.directory, 'shared');
  mkdirSync(join(source, 'below'), { recursive: true });
  const spec = shellSpec('true');
  spec.mounts.push({ destination: '/shared', type: 'bind', source, options: ['rbind'] });
  spec.mounts.push({ destination: '/shared/below', type: 'tmpfs', source: 'tmpfs' });
  writeSpec(bundle, spec);
  const front = join(import.meta.dirname, '../../dist/bin/caisson');
  const line =
    'mount --bind "$3" "$3"; mount --make-shared "$3"; "$0" --root "$1" run -b "$2" "$4"; grep "$3/below" /proc/self/mountinfo';
  const words = [
    '--mount',
    '--propagation',
    'private',
    'sh',
    '-c',
    line,
    front,
    caisson.root,
    bundle,
    source,
    caisson.id(),
  ];
  const result = spawnSync('unshare', words, { encoding: 'utf8' });
  expect(result).toMatchObject({ stdout: '', stderr: '', status: 1 });
});
