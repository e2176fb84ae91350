/**
 * A containerd with its own shim (containerd-shim-runc-v2), and caisson as the binary that this calls. For the releases of
 * containerd.test.ts and containerd2.test.ts.
 */
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CAISSON, type Ended, leftOf, removeCgroups, Stage, stateOf, until } from './stage.js';

/**
 * @param title of the release, in names
 * @param folder of its programs; without, those that the machine or its packages have
 */
export function tryContainerd(title: string, folder?: string): void {
  const stage = new Stage(folder);
  const socket = stage.path('containerd.sock');
  const space = `caisson-${title}-${process.pid}`;
  /** Where the shim has the state, whatever the daemon's folders are. */
  const root = join('/run/containerd/runc', space);
  const image = 'example.invalid/box:latest';
  const there = ['containerd', 'ctr', 'containerd-shim-runc-v2'].every((name) => stage.program(name) !== undefined);

  const ctr = (...args: string[]): Ended => stage.call('ctr', ['-a', socket, '-n', space, ...args]);

  /** As `ctr`, and it must go well; gives what it printed. */
  function ok(...args: string[]): string {
    const { status, stdout, stderr } = ctr(...args);
    if (status !== 0) throw new Error(`ctr ${args.join(' ')}: ${status}: ${stdout}${stderr}`);
    return stdout;
  }

  const prefix = `caisson-e${title}-${process.pid}`;
  let made = 0;
  const name = () => `${prefix}-${++made}`;

  const CREATE = ['--runc-binary', CAISSON, '--snapshotter', 'overlayfs'];
  /** Runs a line of a shell to its end. */
  const run = (line: string, ...flags: string[]) =>
    ctr('run', '--rm', ...CREATE, ...flags, image, name(), 'sh', '-c', line);

  /** A container that stays, by its name. */
  function started(line = 'sleep 1000', ...flags: string[]): string {
    const id = name();
    ok('run', '--detach', ...CREATE, ...flags, image, id, 'sh', '-c', line);
    return id;
  }

  const status = (id: string) => new RegExp(`^${id} .* (\\w+) *$`, 'm').exec(ok('task', 'ls'))?.[1];

  async function remove(id: string): Promise<void> {
    ctr('task', 'kill', '-s', 'SIGKILL', id);
    await until(`${id} has stopped`, () => status(id) === 'STOPPED');
    ok('task', 'rm', id);
    ok('container', 'rm', id);
  }

  (there ? describe : describe.skip)(title, () => {
    beforeAll(async () => {
      const unused = ['grpc.v1.cri', ...['aufs', 'btrfs', 'devmapper', 'zfs'].map((kind) => `snapshotter.v1.${kind}`)];
      writeFileSync(
        stage.path('config.toml'),
        `version = 2\nroot = "${stage.path('root')}"\nstate = "${stage.path('state')}"\n` +
          `disabled_plugins = ${JSON.stringify(unused.map((plugin) => `io.containerd.${plugin}`))}\n` +
          `[grpc]\n  address = "${socket}"\n`,
      );
      await stage.serve('containerd', ['--config', stage.path('config.toml')], () => ctr('version'));
      ok('image', 'import', '--snapshotter', 'overlayfs', stage.ociImage(image));
    });

    afterAll(async () => {
      for (const id of ctr('container', 'ls', '-q').stdout.split('\n').filter(Boolean)) {
        ctr('task', 'kill', '-s', 'SIGKILL', id);
        ctr('task', 'rm', '-f', id);
        ctr('container', 'rm', id);
      }
      await stage.close();
      removeCgroups(space);
      rmSync(root, { recursive: true, force: true });
    });

    test('run: output, errors and status come back; nothing is left', () => {
      expect(run('echo hello; echo oh >&2; exit 7')).toMatchObject({ status: 7, stdout: 'hello\n' });
      expect(leftOf(prefix)).toEqual([]);
      expect(existsSync(root) ? readdirSync(root).filter((entry) => !entry.startsWith('.')) : []).toEqual([]);
    });

    test('a program that is not there', () => {
      const outcome = ctr('run', '--rm', ...CREATE, image, name(), 'no-such-program');
      expect(outcome.status).not.toBe(0);
      expect(outcome.stderr).toMatch(/executable file not found in \$PATH/);
    });

    test('it is caisson that runs it; exec, its user and its status', async () => {
      const id = started();
      const { status: now, pid } = stateOf(root, id);
      expect([now, ok('task', 'ls')]).toEqual(['running', expect.stringMatching(new RegExp(`^${id} +${pid} `, 'm'))]);
      const exec = (...args: string[]) => ctr('task', 'exec', '--exec-id', name(), ...args);
      expect(exec(id, 'sh', '-c', 'echo inside; exit 9')).toMatchObject({ status: 9, stdout: 'inside\n' });
      expect(exec('--user', '1000:1001', id, 'id', '-u').stdout).toBe('1000\n');
      expect(exec(id, 'no-such-program').stderr).toMatch(/executable file not found/);
      await remove(id);
    });

    test('a terminal, of a container and of an exec', async () => {
      const onPty = (...words: string[]) =>
        stage.call('script', [
          '-qec',
          [stage.program('ctr'), '-a', socket, '-n', space, ...words].join(' '),
          '/dev/null',
        ]);
      const ran = onPty('run', '--rm', '--tty', ...CREATE, image, name(), 'tty');
      expect(ran).toMatchObject({ status: 0, stdout: expect.stringMatching(/\/dev\/(console|pts\/0)/) });
      const id = started();
      expect(onPty('task', 'exec', '--tty', '--exec-id', name(), id, 'tty').stdout).toMatch(/\/dev\/pts\/\d/);
      await remove(id);
    });

    test('pause and resume; metrics; processes', async () => {
      const id = started('sleep 999 & sleep 1000; true');
      ok('task', 'pause', id);
      expect([status(id), stateOf(root, id).status]).toEqual(['PAUSED', 'paused']);
      ok('task', 'resume', id);
      expect(status(id)).toBe('RUNNING');
      expect(ok('task', 'metrics', id)).toMatch(/^pids.current +3\b|^memory.usage_in_bytes +[1-9]/m);
      const pids = ok('task', 'ps', id).split('\n').slice(1).filter(Boolean);
      expect(pids).toHaveLength(3);
      await remove(id);
    });

    test('a signal that the program handles, and its status; a task can be started again', async () => {
      const id = started('trap "exit 3" USR1; while :; do sleep 0.1; done');
      ok('task', 'kill', '-s', 'SIGUSR1', id);
      await until('it has ended', () => status(id) === 'STOPPED');
      expect(ctr('task', 'rm', id).stderr).toContain('exit code 3');
      ok('task', 'start', '--detach', id);
      expect(status(id)).toBe('RUNNING');
      await remove(id);
      expect(leftOf(id)).toEqual([]);
    });

    test('what is written stays in the container', () => {
      expect(run('echo mine > /new; echo changed > /etc/passwd; cat /new /etc/passwd').stdout).toBe('mine\nchanged\n');
      expect(run('cat /etc/passwd; ls /new')).toMatchObject({
        stdout: expect.stringMatching(/^root:x:0:0:/),
        status: 1,
      });
    });

    test('a limit of memory bites', () => {
      const greedy = 'dd if=/dev/zero of=/dev/null bs=64M count=1';
      expect(run(`exec ${greedy}`, '--memory-limit', String(16 << 20)).status).toBe(137);
      expect(run(`exec ${greedy}`).status).toBe(0);
    });

    test('the filter of the engine refuses what it is there for', () => {
      const line = 'unshare -U true && echo made; grep Seccomp: /proc/self/status';
      expect(run(line, '--seccomp').stdout).toMatch(/^Seccomp:\t2\n$/);
      expect(run(line).stdout).toMatch(/^made\nSeccomp:\t0\n$/);
    });

    test('eight at once, and nothing is left', async () => {
      const ids = Array.from({ length: 8 }, () => started());
      expect(ids.map((id) => stateOf(root, id).status)).toEqual(ids.map(() => 'running'));
      for (const id of ids) await remove(id);
      expect(leftOf(prefix)).toEqual([]);
    });
  });
}
