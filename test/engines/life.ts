/**
 * What containers do under an engine whose command line is docker's. The same for dockerd and podman: what differs is told
 * by whoever calls this.
 */
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { type Ended, leftOf, memoryLimit, program, type Stage, stateOf, until } from './stage.js';

export interface Cli {
  readonly stage: Stage;
  /** The name of the program, and its flags before a command. */
  readonly words: readonly [program: string, ...flags: string[]];
  /** Flags of `run` for every container. */
  readonly flags: readonly string[];
  readonly image: string;
  /** Flags of `rm --force` by which it does not wait for a stop. */
  readonly atOnce: readonly string[];
  /** The state root that the engine gives to caisson. */
  readonly root: () => string;
}

/** Calls of an engine. */
export class Client {
  readonly #cli: Cli;
  readonly prefix: string;
  #made = 0;

  constructor(cli: Cli) {
    this.#cli = cli;
    this.prefix = `caisson-${cli.words[0]}-${process.pid}`;
  }

  call(...args: string[]): Ended {
    const [name, ...flags] = this.#cli.words;
    return this.#cli.stage.call(name, [...flags, ...args]);
  }

  /** As `call`, and it must go well; gives what it printed. */
  ok(...args: string[]): string {
    const { status, stdout, stderr } = this.call(...args);
    if (status !== 0) throw new Error(`${args.join(' ')}: ${status}: ${stdout}${stderr}`);
    return stdout.trim();
  }

  name(): string {
    return `${this.prefix}-${++this.#made}`;
  }

  /** Runs a line of a shell to its end. */
  run(line: string, ...flags: string[]): Ended {
    return this.call('run', '--rm', ...this.#cli.flags, ...flags, this.#cli.image, 'sh', '-c', line);
  }

  /** A container that stays, by its whole id. */
  started(line = 'exec sleep 1000', ...flags: string[]): string {
    const args = [...this.#cli.flags, ...flags, this.#cli.image, 'sh', '-c', line];
    return this.ok('run', '--detach', '--name', this.name(), ...args);
  }

  /** On a terminal of its own (script(1) of util-linux). */
  onTerminal(...args: string[]): Ended {
    const [name, ...flags] = this.#cli.words;
    const command = [program(name), ...flags, ...args].map((word) => `'${word}'`).join(' ');
    return this.#cli.stage.call('script', ['-qec', command, '/dev/null']);
  }

  inspect(id: string, format: string): string {
    return this.ok('inspect', '--format', `{{${format}}}`, id);
  }

  remove(...ids: string[]): void {
    this.ok('rm', '--force', ...this.#cli.atOnce, ...ids);
  }
}

/** Declares the tests. */
export function declareLife(cli: Cli, client: Client): void {
  const { root } = cli;

  test('run: output, errors, input and status come back; nothing is left', () => {
    expect(client.run('echo hello; echo oh >&2; exit 7')).toMatchObject({
      status: 7,
      stdout: 'hello\n',
      stderr: 'oh\n',
    });
    const [name, ...flags] = cli.words;
    const words = [...flags, 'run', '--rm', '-i', ...cli.flags, cli.image, 'cat'];
    expect(cli.stage.call(name, words, { input: 'a line\n' })).toMatchObject({ status: 0, stdout: 'a line\n' });
  });

  test.each([
    ['is not there', 'no-such-program', 127],
    ['is no program', '/etc/text', 126],
  ])('a program that %s', (_, command, status) => {
    const ended = client.call('run', '--rm', ...cli.flags, cli.image, command);
    expect(ended).toMatchObject({ status, stdout: '' });
    expect(ended.stderr).toContain(command);
  });

  test('it is caisson that runs it; exec, its user, its environment and its status', () => {
    const id = client.started();
    expect(stateOf(root(), id)).toMatchObject({ status: 'running', pid: Number(client.inspect(id, '.State.Pid')) });
    expect(client.call('exec', id, 'sh', '-c', 'echo inside; exit 9')).toMatchObject({ status: 9, stdout: 'inside\n' });
    expect(client.ok('exec', '--user', '1000:1001', id, 'id', '-u')).toBe('1000');
    expect(client.ok('exec', '--env', 'A=b', '--workdir', '/tmp', id, 'sh', '-c', 'echo $A $PWD')).toBe('b /tmp');
    // dockerd 20.10 takes the second one for both.
    expect([127, 126]).toContain(client.call('exec', id, 'no-such-program').status);
    client.remove(id);
    expect(leftOf(id)).toEqual([]);
  });

  test('a terminal, of a container and of an exec', () => {
    // podman loses what a program says that has ended before it attaches, with any runtime.
    const words = ['run', '--rm', '-it', ...cli.flags, cli.image, 'sh', '-c', 'tty; sleep 0.5'];
    expect(client.onTerminal(...words)).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/\/dev\/(console|pts\/0)/),
    });
    const id = client.started();
    expect(client.onTerminal('exec', '-it', id, 'sh', '-c', 'tty; exit 4')).toMatchObject({
      status: 4,
      stdout: expect.stringMatching(/\/dev\/pts\/\d/),
    });
    client.remove(id);
  });

  test('logs; a stop that the program handles; start again', async () => {
    const id = client.started('trap "echo bye; exit 3" TERM; echo up; while :; do sleep 0.1; done');
    await until('it is up', () => client.ok('logs', id).includes('up'));
    client.ok('stop', id);
    expect(client.inspect(id, '.State.ExitCode')).toBe('3');
    expect(client.ok('logs', id)).toBe('up\nbye');
    const before = client.inspect(id, '.State.StartedAt');
    client.ok('restart', '--time', '1', id);
    expect(client.inspect(id, '.State.Running')).toBe('true');
    expect(client.inspect(id, '.State.StartedAt')).not.toBe(before);
    await until('it is up again', () => client.ok('logs', id) === 'up\nbye\nup');
    client.ok('kill', '--signal', 'KILL', id);
    await until('it has ended', () => client.inspect(id, '.State.ExitCode') === '137');
    client.remove(id);
  });

  test('pause and unpause; stats; top', () => {
    const id = client.started('sleep 999 & sleep 1000; true', '--memory', '32m');
    client.ok('pause', id);
    expect([client.inspect(id, '.State.Status'), stateOf(root(), id).status]).toEqual(['paused', 'paused']);
    client.ok('unpause', id);
    expect(client.inspect(id, '.State.Status')).toBe('running');
    expect(client.ok('stats', '--no-stream', '--format', '{{.MemUsage}} {{.PIDs}}', id)).toMatch(
      /^\d.* \/ 3[23]\.?\d*Mi?B 3$/,
    );
    expect(client.ok('top', id).split('\n')).toHaveLength(4);
    client.remove(id);
  });

  test('what is written stays in the container', () => {
    const id = client.started('echo mine > /new; echo changed > /etc/passwd; exec sleep 1000');
    expect(client.ok('exec', id, 'cat', '/new', '/etc/passwd')).toBe('mine\nchanged');
    expect(client.ok('diff', id).split('\n')).toEqual(expect.arrayContaining(['A /new', 'C /etc/passwd']));
    expect(client.run('cat /etc/passwd; ls /new')).toMatchObject({
      stdout: expect.stringMatching(/^root:x:0:0:/),
      status: 1,
    });
    client.remove(id);
  });

  test('a directory of the host, read-only and not', () => {
    spawnSync('mkdir', ['-p', cli.stage.path('shared')]);
    const shared = cli.stage.path('shared');
    expect(client.run('echo out > /shared/file', '--volume', `${shared}:/shared`).status).toBe(0);
    const ended = client.run('cat /shared/file; echo no > /shared/file', '--volume', `${shared}:/shared:ro`);
    expect(ended).toMatchObject({ stdout: 'out\n', stderr: expect.stringMatching(/Read-only file system/) });
  });

  test('a limit of memory bites, and the engine knows it', async () => {
    const line = 'exec dd if=/dev/zero of=/dev/null bs=64M count=1';
    const id = client.started(line, '--memory', '16m');
    await until('it has ended', () => client.inspect(id, '.State.Running') === 'false');
    expect(client.inspect(id, '.State.ExitCode')).toBe('137');
    client.remove(id);
    expect(client.run(line).status).toBe(0);
  });

  test('a limit of tasks bites; it can be changed', () => {
    const id = client.started('exec sleep 1000', '--pids-limit', '1');
    expect(client.call('exec', id, 'sh', '-c', 'true | true').status).not.toBe(0);
    client.remove(id);
    const limited = client.started('exec sleep 1000', '--memory', '32m', '--memory-swap', '64m');
    client.ok('update', '--memory', '48m', limited);
    expect(memoryLimit(stateOf(root(), limited).pid)).toBe(48 << 20);
    client.remove(limited);
  });

  test('the filter of the engine refuses what it is there for', () => {
    // No profile lets it through, whatever a container may do otherwise; without one, the kernel looks for the file.
    const line = 'swapoff /no-such-file; grep Seccomp: /proc/self/status';
    const filtered = client.run(line, '--cap-add', 'SYS_ADMIN');
    expect([filtered.stdout, filtered.stderr]).toEqual(['Seccomp:\t2\n', expect.stringMatching(/not permitted/)]);
    const open = client.run(line, '--cap-add', 'SYS_ADMIN', '--security-opt', 'seccomp=unconfined');
    expect([open.stdout, open.stderr]).toEqual(['Seccomp:\t0\n', expect.stringMatching(/No such file/)]);
  });

  test('init, a read-only root, no capabilities, another user and its groups', () => {
    const line = 'touch /x; id -u; id -G; grep CapEff /proc/self/status';
    const flags = ['--read-only', '--cap-drop', 'ALL', '--user', '1000:1000', '--group-add', '2000'];
    const { stdout, stderr } = client.run(line, ...flags);
    expect(stderr).toMatch(/Read-only file system/);
    expect(stdout).toMatch(/^1000\n1000 2000\nCapEff:\t0{16}\n$/);
  });

  describe('many', () => {
    test('eight at once, and nothing is left', () => {
      const ids = Array.from({ length: 8 }, () => client.started());
      expect(ids.map((id) => stateOf(root(), id).status)).toEqual(ids.map(() => 'running'));
      client.remove(...ids);
      expect(ids.flatMap((id) => leftOf(id))).toEqual([]);
    });
  });
}
