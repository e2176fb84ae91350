/** SCMP_ACT_NOTIFY: another program decides on system calls, whoever runs the container. */
import { spawn } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { Agent } from '../support/agent.js';
import { makeBundle, shellSpec, writeSpec } from '../support/bundle.js';
import { Caisson, type Outcome } from '../support/caisson.js';
import { compileProbe, systemCallNumbers } from '../support/seccomp.js';

// The machine may be busy with other lanes.
jest.setTimeout(60_000);

const caisson = new Caisson();
const bundle = join(caisson.directory, 'bundle');
const socket = join(caisson.directory, 'agent');
const numbers = systemCallNumbers();
const number = (name: string) => numbers.get(name)!;
const ENOSYS = 38;
let agent: Agent | undefined;

beforeAll(() => {
  makeBundle(bundle, shellSpec('true'));
  compileProbe(join(bundle, 'rootfs/bin/probe'));
});
afterEach(() => {
  agent?.end();
  agent = undefined;
  rmSync(socket, { force: true });
});
afterAll(() => caisson.clean());

const asking = (names: string[], more: object = {}) => ({
  defaultAction: 'SCMP_ACT_ALLOW',
  listenerPath: socket,
  syscalls: [{ names, action: 'SCMP_ACT_NOTIFY' }],
  ...more,
});

type Change = (spec: ReturnType<typeof shellSpec>) => void;

function prepare(seccomp: unknown, args: readonly (string | number)[], change: Change = () => undefined): void {
  const spec = shellSpec('');
  spec.process.args = ['/bin/probe', ...args.map(String)];
  spec.linux.seccomp = seccomp;
  change(spec);
  writeSpec(bundle, spec);
}

/** Runs to the end without blocking this process, which has to hear the agent. */
function call(words: readonly string[]): Promise<Outcome> {
  const [file = '', ...args] = caisson.words(words);
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], cwd: caisson.directory });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => void (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => void (stderr += chunk.toString()));
    child.on('error', reject);
    child.on('close', (status, signal) => resolve({ status: status ?? -1, signal, stdout, stderr }));
  });
}

const run = (id = caisson.id()) => call(['run', '-b', bundle, id]);

describe('the listener decides', () => {
  test('a value, an errno, or that the call may go on', async () => {
    agent = await Agent.listening(socket, `${number('getppid')}=4711`, `${number('mkdir')}=-77`);
    prepare(asking(['getppid', 'mkdir', 'getpid']), [number('getppid'), number('mkdir'), number('getpid')]);
    expect(await run()).toMatchObject({ status: 0, stdout: '4711\n-77\n1\n', stderr: '' });
    expect(agent.calls).toEqual([number('getppid'), number('mkdir'), number('getpid')]);
  });

  test('of everything: caisson makes no system call before it is there, and one after', async () => {
    agent = await Agent.listening(socket);
    const profile = { defaultAction: 'SCMP_ACT_NOTIFY', listenerPath: socket };
    for (const noNewPrivileges of [true, false]) {
      prepare(profile, [], (spec) => {
        spec.process.noNewPrivileges = noNewPrivileges;
        spec.process.user.uid = noNewPrivileges ? 1000 : 0;
      });
      expect(await run()).toMatchObject({ status: 0, stderr: '' });
      const after = agent.calls.indexOf(number('execve'));
      expect(after).toBe(0);
      expect(agent.calls.filter((one) => one === number('execve'))).toHaveLength(1);
      expect(agent.calls.at(-1)).toBe(number('exit_group'));
      agent.end();
      rmSync(socket);
      agent = await Agent.listening(socket);
    }
  });

  test('of every process of the container, and the descriptor is nobody else’s', async () => {
    agent = await Agent.listening(socket, `${number('getppid')}=9`);
    prepare(asking(['getppid']), [], (spec) => {
      const line = `/bin/probe ${number('getppid')}; ls -l /proc/self/fd | grep -c seccomp; ls /proc | grep -c '^[0-9]'`;
      spec.process.args = ['/bin/sh', '-c', line];
    });
    const { stdout, status } = await run();
    // The shell itself asks once, when it starts. Processes: shell, ls and grep.
    expect([status, stdout]).toEqual([1 - 1, '9\n0\n3\n']);
    expect(agent.calls).toEqual([number('getppid'), number('getppid')]);
  });
});

describe('what it is told', () => {
  test('by run: one state, with its words for us', async () => {
    agent = await Agent.listening(socket);
    const metadata = 'mknod=/dev/null "quoted" \u00e9\n';
    prepare(asking(['getppid'], { listenerMetadata: metadata }), [number('getpid')], (spec) => {
      spec.annotations = { 'org.example.key': 'value' };
    });
    const id = caisson.id();
    expect(await run(id)).toMatchObject({ status: 0, stdout: '1\n', stderr: '' });
    await agent.until(() => agent?.state !== undefined);
    const pid = agent.state?.pid ?? 0;
    expect(pid).toBeGreaterThan(1);
    expect(agent.said[1]?.descriptors).toBe(1);
    expect(agent.state).toEqual({
      ociVersion: shellSpec('').ociVersion,
      fds: ['seccompFd'],
      pid,
      metadata,
      state: {
        ociVersion: shellSpec('').ociVersion,
        id,
        status: 'created',
        pid,
        bundle,
        annotations: { 'org.example.key': 'value' },
      },
    });
  });

  test('by create nothing, by start the same', async () => {
    agent = await Agent.listening(socket, `${number('getppid')}=12`);
    prepare(asking(['getppid']), [number('getppid'), 'wait:/tmp/end'], (spec) => {
      spec.root.readonly = false;
    });
    const id = caisson.id();
    expect(caisson.detach(['create', '-b', bundle, id]).status).toBe(0);
    expect(agent.said).toHaveLength(1);
    const { pid } = caisson.state(id);
    expect(await call(['start', id])).toMatchObject({ status: 0, stdout: '', stderr: '' });
    await agent.until(() => agent?.calls.length === 1);
    expect(agent.state).toMatchObject({ pid, state: { id, pid, status: 'created' } });
    expect(agent.state).not.toHaveProperty('metadata');
    expect(caisson.state(id).status).toBe('running');
    writeFileSync(join(bundle, 'rootfs/tmp/end'), '');
    await caisson.until(id, 'stopped');
    rmSync(join(bundle, 'rootfs/tmp/end'));
  });

  test('more words than a socket takes at once', async () => {
    agent = await Agent.listening('--slow', '1', socket);
    const metadata = 'x'.repeat(2 << 20);
    prepare(asking(['getppid'], { listenerMetadata: metadata }), [number('getpid')]);
    expect(await run()).toMatchObject({ status: 0, stdout: '1\n', stderr: '' });
    await agent.until(() => agent?.state !== undefined);
    expect(agent.state?.metadata).toBe(metadata);
  });
});

describe('a listener that is', () => {
  test('slow keeps the system calls waiting, not caisson', async () => {
    const go = join(caisson.directory, 'go');
    agent = await Agent.listening('--slow', '1', '--wait', go, socket, `${number('getppid')}=5`);
    prepare(asking(['getppid']), [number('getppid')]);
    const id = caisson.id();
    expect(caisson.detach(['run', '--detach', '-b', bundle, id]).status).toBe(0);
    expect(caisson.state(id).status).toBe('running');
    const stat = () => readFileSync(`/proc/${caisson.state(id).pid}/stat`, 'utf8').split(') ')[1] ?? '';
    await agent.until(() => agent?.state !== undefined);
    expect(stat()).toMatch(/^S /);
    writeFileSync(go, '');
    await agent.until(() => agent?.calls.length === 1);
    await caisson.until(id, 'stopped');
  });

  test('dead when the calls come: they fail with ENOSYS', async () => {
    agent = await Agent.listening(socket);
    prepare(asking(['getppid']), ['wait:/tmp/go', number('getppid')], (spec) => {
      spec.root.readonly = false;
    });
    const running = run();
    await agent.until(() => agent?.state !== undefined);
    agent.end();
    writeFileSync(join(bundle, 'rootfs/tmp/go'), '');
    expect(await running).toMatchObject({ status: 0, stdout: `${-ENOSYS}\n`, stderr: '' });
    rmSync(join(bundle, 'rootfs/tmp/go'));
  });

  const refusals: [string, () => unknown, RegExp][] = [
    ['absent', () => undefined, /cannot find the listener: realpath .*ENOENT.*\(is the program running/],
    ['no socket', () => writeFileSync(socket, ''), /the listener is not a socket/],
  ];
  test.each(refusals)('%s is told by create and by run, and nothing is left', async (_, make, message) => {
    make();
    prepare(asking(['getppid']), []);
    for (const verb of ['create', 'run']) {
      const id = caisson.id();
      const outcome = await call([verb, '-b', bundle, id]);
      expect(outcome.status).toBe(1);
      expect(outcome.stderr).toMatch(/^caisson: error: linux\/seccomp\/listenerPath: /);
      expect(outcome.stderr).toMatch(message);
      expect(caisson.call(['list', '--quiet']).stdout).not.toContain(id);
    }
  });

  test('gone between create and start can come back: the container is still created', async () => {
    agent = await Agent.listening(socket);
    prepare(asking(['getppid']), [number('getppid')]);
    const id = caisson.id();
    expect(caisson.detach(['create', '-b', bundle, id]).status).toBe(0);
    agent.end();
    await new Promise((resolve) => setTimeout(resolve, 100));
    const outcome = await call(['start', id]);
    expect(outcome.status).toBe(1);
    expect(outcome.stderr).toMatch(
      /^caisson: error: linux\/seccomp\/listenerPath: hand the filter over to the listener: connect \S+: ECONNREFUSED/,
    );
    expect(caisson.state(id).status).toBe('created');
    rmSync(socket);
    agent = await Agent.listening(socket, `${number('getppid')}=3`);
    expect(await call(['start', id])).toMatchObject({ status: 0, stderr: '' });
    await agent.until(() => agent?.calls.length === 1);
    await caisson.until(id, 'stopped');
  });

  test('dead already in run: told, and nothing is left', async () => {
    agent = await Agent.listening(socket);
    agent.end();
    await new Promise((resolve) => setTimeout(resolve, 100));
    prepare(asking(['getppid']), [number('getppid')]);
    const id = caisson.id();
    const outcome = await run(id);
    expect(outcome).toMatchObject({ status: 1, stdout: '' });
    expect(outcome.stderr).toMatch(/listenerPath: hand the filter over .*ECONNREFUSED/);
    expect(caisson.call(['list', '--quiet']).stdout).not.toContain(id);
  });
});

describe('a startContainer hook', () => {
  const WAITING = 'SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV';
  const withHook = (more: object, args: readonly (string | number)[]) => {
    prepare(asking(['getppid'], more), args, (spec) => {
      const line = `exec >/tmp/hook; /bin/probe ${number('getppid')}; grep ^Seccomp: /proc/self/status`;
      Object.assign(spec, { hooks: { startContainer: [{ path: '/bin/sh', args: ['sh', '-c', line] }] } });
      spec.root.readonly = false;
    });
  };
  const said = () => readFileSync(join(bundle, 'rootfs/tmp/hook'), 'utf8');

  afterEach(() => rmSync(join(bundle, 'rootfs/tmp/hook'), { force: true }));

  test.each([[[]], [[WAITING]]])(
    'has the filter, and nobody who answers: only the program has, with flags %j',
    async (flags) => {
      agent = await Agent.listening(socket, `${number('getppid')}=8`);
      withHook({ flags }, [number('getppid')]);
      expect(await run()).toMatchObject({ status: 0, stdout: '8\n', stderr: '' });
      expect(said()).toBe(`${-ENOSYS}\nSeccomp:\t2\n`);
      expect(agent.calls).toEqual([number('getppid')]);
    },
  );

  test('that cannot be executed so is told of', async () => {
    agent = await Agent.listening(socket);
    withHook({ syscalls: [{ names: ['execve'], action: 'SCMP_ACT_NOTIFY' }] }, []);
    const outcome = await run();
    expect(outcome.status).toBe(1);
    expect(outcome.stderr).toMatch(/^caisson: error: hooks\/startContainer\/0: .*ENOSYS.*\(.*listener/);
    expect(agent.calls).toEqual([]);
  });
});

test('a listener that no rule speaks of is ignored, as the specification says', async () => {
  prepare({ defaultAction: 'SCMP_ACT_ALLOW', listenerPath: '/nowhere' }, [number('getpid')]);
  expect(await run()).toMatchObject({ status: 0, stdout: '1\n', stderr: '' });
});
