/** What a caller can give that is not what it should be: sockets, files, descriptors, the state root. One line each, and nothing left. */
import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeBundle, shellSpec, writeSpec } from '../support/bundle.js';
import { Caisson } from '../support/caisson.js';
import { pictureOf } from '../support/host.js';

const caisson = new Caisson();
const at = (...names: string[]) => join(caisson.directory, ...names);
const bundle = at('bundle');
const terminal = at('terminal');
const ONE_LINE = /^caisson: error: [^\n]+\n$/;
const PYTHON = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3';

beforeAll(() => {
  makeBundle(bundle, shellSpec('sleep 100'));
  const spec = shellSpec('sleep 100');
  spec.process.terminal = true;
  makeBundle(terminal, spec);
  writeFileSync(at('file'), '');
});
afterAll(() => caisson.clean());

/** A refusal in one line, after which there is no container. */
function refusal(args: readonly string[], id: string, status = 1): string {
  const before = pictureOf(id, [caisson.root, bundle, terminal]);
  const outcome = caisson.call([...args, id]);
  expect(outcome).toMatchObject({ status, stdout: '', stderr: expect.stringMatching(ONE_LINE) });
  expect({ ...pictureOf(id, [caisson.root, bundle, terminal]), mounts: [] }).toEqual({ ...before, mounts: [] });
  return outcome.stderr;
}

describe('a console socket', () => {
  const create = (socket: string) => ['create', '-b', terminal, '--console-socket', at(socket)];

  test.each([
    ['that is missing', 'nobody', /cannot hand the terminal over: connect .*nobody: ENOENT: .*--console-socket/],
    ['that is a file', 'file', /cannot hand the terminal over: connect .*file: ECONNREFUSED: .*--console-socket/],
    [
      'in a directory that is missing',
      'none/socket',
      /cannot hand the terminal over: open .*none: ENOENT: .*--console-socket/,
    ],
  ])('%s', (_, socket, said) => {
    expect(refusal(create(socket), caisson.id())).toMatch(said);
  });

  /** A listener; what becomes of a connection is a line of Python. */
  async function listening(name: string, queue: number, line: string, work: () => void | Promise<void>): Promise<void> {
    const script = `
import socket, sys, time
listener = socket.socket(socket.AF_UNIX); listener.bind(sys.argv[1]); listener.listen(${queue})
${line}`;
    const child = spawn(PYTHON, ['-c', script, at(name)], { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    try {
      await work();
    } finally {
      const ended = new Promise((resolve) => child.on('exit', resolve));
      child.kill('SIGKILL');
      await ended;
      rmSync(at(name));
    }
  }

  test('that hangs: given up after ten seconds', async () => {
    const full =
      'first = socket.socket(socket.AF_UNIX); first.connect(sys.argv[1]); print("there", flush=True); time.sleep(100)';
    await listening('hangs', 0, full, () => {
      expect(refusal(create('hangs'), caisson.id())).toMatch(/connect .*hangs: ETIMEDOUT: /);
    });
  }, 60_000);

  // Nobody can tell from this side. The terminal hangs up, as when a receiver ends later on.
  test('whose receiver takes no descriptor: the container is made, and can be deleted', async () => {
    const id = caisson.id();
    const line =
      'print("there", flush=True); connection, _ = listener.accept(); connection.recv(100); connection.close(); time.sleep(100)';
    await listening('takes-none', 1, line, () => {
      expect(caisson.detach([...create('takes-none'), id]).status).toBe(0);
    });
    expect(caisson.call(['delete', '--force', id])).toMatchObject({ status: 0, stderr: '' });
    expect(pictureOf(id)).toMatchObject({ cgroups: [], processes: [] });
  });
});

describe('files', () => {
  test('a pid file in a directory that is missing', () => {
    const args = ['create', '-b', bundle, '--pid-file', at('none/pid')];
    expect(refusal(args, caisson.id())).toMatch(/cannot write the pid file: open .*none: ENOENT: .*--pid-file/);
  });

  test('an id with a newline', () => {
    const { status, stderr } = caisson.call(['create', '-b', bundle, 'a\nb']);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^caisson: error: the container id "a\\nb" has the character "\\n" .*\n$/);
  });

  test.each<[string, string | undefined, RegExp]>([
    ['breaks the schema', '{"args":["true"],"cwd":5}', /process\/cwd: must be a string/],
    ['is cut off', '{"args":[', /file\.json:1:\d+: the process is not JSON: the file ends/],
    ['is empty', '', /file\.json:1:1: the process is not JSON: the file is empty/],
    ['is a directory', undefined, /cannot read the process: .*EISDIR/],
    ['has vanished', undefined, /cannot read the process: open .*file\.json: ENOENT: .*--process/],
  ])('a process of exec that %s', (what, text, said) => {
    const id = caisson.id();
    expect(caisson.detach(['run', '-d', '-b', bundle, id]).status).toBe(0);
    const file = at('file.json');
    rmSync(file, { recursive: true, force: true });
    if (text !== undefined) writeFileSync(file, text);
    if (what === 'is a directory') mkdirSync(file);
    const { status, stderr } = caisson.call(['exec', '--process', file, id]);
    expect(status).toBe(255);
    expect(stderr).toMatch(ONE_LINE);
    expect(stderr).toMatch(said);
    expect(caisson.state(id).status).toBe('running');
  });
});

describe('a record', () => {
  test.each<[string, (text: string) => string | undefined, RegExp]>([
    ['that is empty', () => '', /the record is not JSON/],
    ['that is cut off', (text) => text.slice(0, text.length / 2), /the record is not JSON/],
    [
      'of a newer caisson',
      (text) => text.replace('"version":1', '"version":99'),
      /version 99.*the caisson that made it/,
    ],
    ['that is a list', () => '[]', /the record is of version undefined/],
    ['that is a FIFO', () => undefined, /cannot read the record: open .*: ENXIO/],
  ])('%s: every verb says so, and delete --force takes the container away', (_, change, said) => {
    const id = caisson.id();
    expect(caisson.detach(['create', '-b', bundle, id]).status).toBe(0);
    const file = join(caisson.root, id, 'record.json');
    const text = change(readFileSync(file, 'utf8'));
    rmSync(file);
    if (text === undefined) expect(spawnSync('mkfifo', [file]).status).toBe(0);
    else writeFileSync(file, text);
    for (const args of [
      ['state'],
      ['start'],
      ['kill'],
      ['delete'],
      ['ps'],
      ['pause'],
      ['resume'],
      ['update', '--pids-limit=9'],
    ]) {
      const { status, stderr } = caisson.call([...args, id]);
      expect(status).toBe(1);
      expect(stderr).toMatch(ONE_LINE);
      expect(stderr).toMatch(said);
      expect(stderr).toContain('delete --force');
    }
    expect(caisson.call(['list', '-q'])).toMatchObject({ status: 0 });
    expect(caisson.call(['delete', '--force', id])).toMatchObject({ status: 0, stderr: '' });
    expect(pictureOf(id)).toMatchObject({ cgroups: [], processes: [] });
  });
});

describe('a state root', () => {
  const other = (root: string, ...args: string[]) => caisson.call(['--root', root, ...args]);

  /** On a filesystem of its own. */
  function mounted(options: string, work: (root: string) => void): void {
    const root = at('mounted');
    mkdirSync(root, { recursive: true });
    expect(spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', root]).status).toBe(0);
    try {
      work(root);
    } finally {
      expect(spawnSync('umount', [root]).status).toBe(0);
    }
  }

  // From no page at all to one for the record and none for the configuration.
  test.each([0, 1])('on a full disk with %i pages left', (pages) => {
    mounted(`size=${(pages + 1) * 4}k`, (root) => {
      writeFileSync(join(root, 'filling'), Buffer.alloc(4096));
      const id = caisson.id();
      const { status, stderr } = other(root, 'create', '-b', bundle, id);
      expect(status).toBe(1);
      expect(stderr).toMatch(ONE_LINE);
      expect(stderr).toMatch(/cannot (write the record|keep the configuration): .*ENOSPC.*free space/);
      expect(existsSync(join(root, id))).toBe(false);
      expect(pictureOf(id)).toMatchObject({ cgroups: [], processes: [] });
    });
  });

  test('on a read-only disk', () => {
    mounted('ro', (root) => {
      const id = caisson.id();
      expect(other(root, 'create', '-b', bundle, id).stderr).toMatch(
        /^caisson: error: cannot make .*: mkdir .*: EROFS: .*--root\)\n$/,
      );
      expect(other(join(root, 'below'), 'create', '-b', bundle, id).stderr).toMatch(/EROFS/);
      expect(other(root, 'list').status).toBe(0);
    });
  });

  test('that is a file', () => {
    expect(other(at('file'), 'create', '-b', bundle, caisson.id()).stderr).toMatch(
      /^caisson: error: .*ENOTDIR.*--root\)\n$/,
    );
  });

  test('that somebody else may write to, as a whole or for one container', () => {
    const root = at('theirs');
    mkdirSync(root);
    const id = caisson.id();
    expect(caisson.detach(['create', '-b', bundle, id]).status).toBe(0);
    mkdirSync(join(root, id), { mode: 0o700 });
    copyFileSync(join(caisson.root, id, 'record.json'), join(root, id, 'record.json'));
    expect(other(root, 'state', id).status).toBe(0);
    const refused = /^caisson: error: somebody else may write to the state: .*\n$/;
    for (const [owner, mode] of [
      [12_345, 0o755],
      [0, 0o777],
    ] as const) {
      chownSync(root, owner, owner);
      chmodSync(root, mode);
      expect(other(root, 'create', '-b', bundle, caisson.id()).stderr).toMatch(refused);
      for (const args of [['state'], ['kill'], ['start'], ['delete'], ['delete', '--force'], ['exec', '-d']])
        expect(other(root, ...args, id, ...(args[0] === 'exec' ? ['true'] : [])).stderr).toMatch(refused);
    }
    chownSync(root, 0, 0);
    chmodSync(root, 0o755);
    chownSync(join(root, id), 12_345, 12_345);
    expect(other(root, 'delete', '--force', id).stderr).toMatch(refused);
    expect(caisson.state(id).status).toBe('created');
  });

  test('of five thousand containers: none is slower for it, and list has them all', () => {
    const root = at('many');
    const id = caisson.id();
    expect(caisson.detach(['create', '-b', bundle, id]).status).toBe(0);
    const record = readFileSync(join(caisson.root, id, 'record.json'), 'utf8');
    for (let number = 0; number < 5000; number++) {
      mkdirSync(join(root, `c${number}`), { recursive: true });
      writeFileSync(join(root, `c${number}/record.json`), record.replaceAll(`"${id}"`, `"c${number}"`));
    }
    const { stdout, stderr } = other(root, 'list', '-q');
    expect(stderr).toBe('');
    expect(stdout.trimEnd().split('\n')).toHaveLength(5000);
    expect(other(root, 'state', 'c4999').status).toBe(0);
    expect(other(root, 'create', '-b', bundle, 'c17').stderr).toMatch(/exists already/);
  });
});

test('a terminal in a container with mapped users: run and exec, and as another user', () => {
  chmodSync(caisson.directory, 0o755);
  const mapped = at('mapped');
  const spec = shellSpec('tty; ls -ln /dev/console; echo said > /dev/tty; exit 4');
  spec.linux.namespaces.push({ type: 'user' });
  spec.linux.uidMappings = spec.linux.gidMappings = [{ containerID: 0, hostID: 200_000, size: 65_536 }];
  spec.process.terminal = true;
  makeBundle(mapped, spec);
  // script(1) tells the terminal the end of its input, and that may be echoed anywhere.
  const onPty = (args: readonly string[]) => {
    const words = ['-qec', caisson.words(args).join(' '), '/dev/null'];
    const { status, stdout } = spawnSync('script', words, { encoding: 'utf8', timeout: 30_000 });
    return { status, stdout: stdout.replaceAll(/\^[@D][\b]*/g, '') };
  };
  const first = onPty(['run', '-b', mapped, caisson.id()]);
  expect(first).toMatchObject({ status: 4 });
  expect(first.stdout).toMatch(/\/dev\/(pts\/0|console)\r\ncrw--w---- +1 0 +5 +136, .*\r\n/);
  expect(first.stdout).toMatch(/said\r\n/);
  spec.process.terminal = false;
  spec.process.args = ['/bin/sleep', '100'];
  writeSpec(mapped, spec);
  const id = caisson.id();
  expect(caisson.detach(['run', '-d', '-b', mapped, id]).status).toBe(0);
  const further = onPty(['exec', '-t', '-u', '5:6', id, '/bin/ls', '-ln', '/dev/pts/0']);
  expect(further).toMatchObject({ status: 0 });
  expect(further.stdout).toMatch(/crw--w---- +1 5 +5 +136, /);
});
