/** Who calls without privilege: where the state of an ordinary user is, and what root of a user namespace may do. */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { defaultSpec } from '../../lib/spec/default.js';
import { type LooseSpec, makeBundle, writeSpec } from '../support/bundle.js';
import { Caisson, type Outcome } from '../support/caisson.js';
import { OrdinaryUser } from '../support/ordinaryUser.js';

const user = new OrdinaryUser(61_236);
const { caisson } = user;
const bundle = join(user.home, 'bundle');
const rootless = (line: string): LooseSpec => user.spec(line);

beforeAll(() => {
  makeBundle(bundle, rootless('true'));
  user.give(bundle);
});
afterAll(() => caisson.clean());

describe('the state root', () => {
  const list = (env: NodeJS.ProcessEnv) => user.bare(['list'], env);
  /** Where a container that is made without --root has its state. */
  function made(env: NodeJS.ProcessEnv): string | undefined {
    writeSpec(bundle, rootless('sleep 1000'));
    const id = caisson.id();
    expect(user.leave([...Caisson.executable, 'create', '-b', bundle, id], env)).toBe(0);
    const places = [env.XDG_RUNTIME_DIR ?? '', user.home].map((place) => join(place, 'caisson', id));
    const found = [...places, `/tmp/caisson-${user.id}/${id}`].find((place) => existsSync(place));
    expect(list(env).stdout).toContain(id);
    expect(user.bare(['delete', '--force', id], env)).toMatchObject({ stderr: '', status: 0 });
    return found === undefined ? undefined : join(found, '..');
  }
  const last = `/tmp/caisson-${user.id}`;
  afterAll(() => rmSync(last, { recursive: true, force: true }));

  test('is in XDG_RUNTIME_DIR, for nobody else, and is not swept away', () => {
    const directory = user.directory('runtime');
    expect(made({ XDG_RUNTIME_DIR: directory })).toBe(join(directory, 'caisson'));
    expect(statSync(join(directory, 'caisson')).mode & 0o7777).toBe(0o1700);
  });

  test.each<[string, () => string | undefined]>([
    ['not set', () => undefined],
    ["another user's", () => user.give(user.directory('other'), user.id + 1)],
    ['not absolute', () => 'home'],
    ['missing', () => join(user.home, 'missing')],
    ['out of sight', () => '/root/closed'],
    ['for everybody to write', () => user.directory('open', 0o777) && chmodded(join(caisson.directory, 'open'))],
  ])('falls back where that is %s', (_, make) => {
    const directory = make();
    expect(made(directory === undefined ? {} : { XDG_RUNTIME_DIR: directory })).toBe(last);
    expect(statSync(last).mode & 0o7777).toBe(0o1700);
    expect(statSync(last).uid).toBe(user.id);
  });

  test('no place in /tmp that somebody else has made', () => {
    rmSync(last, { recursive: true, force: true });
    mkdirSync(last, { mode: 0o777 });
    expect(list({})).toMatchObject({ status: 1, stdout: '' });
    expect(list({}).stderr).toMatch(
      /no directory for the state of this user: .*\(it is another user's; set XDG_RUNTIME_DIR /,
    );
    rmSync(last, { recursive: true });
    symlinkSync(user.home, last);
    expect(list({}).stderr).toMatch(/no directory for the state of this user/);
    rmSync(last);
  });

  test('root of the host has its own, whatever XDG_RUNTIME_DIR says', () => {
    const env = { ...process.env, XDG_RUNTIME_DIR: user.directory('runtime') };
    // What root finds there does not exist for it.
    const gone = spawnSync(Caisson.executable[0] ?? '', ['state', 'nowhere'], { encoding: 'utf8', env });
    expect(gone.stderr).toContain('/run/caisson/nowhere');
  });
});

function chmodded(path: string): string {
  chmodSync(path, 0o777);
  return path;
}

describe('root of a user namespace (podman unshare)', () => {
  /** @param flags of unshare(1), beside those of a user namespace */
  const words = (flags: readonly string[]) => ['unshare', '--user', '--map-root-user', ...flags, ...Caisson.executable];
  function inside(flags: readonly string[], args: readonly string[], env: NodeJS.ProcessEnv = {}): Outcome {
    return user.run([...words(flags), ...args], { env });
  }
  /** As engines write it: the user namespace is that of the caller. */
  function engines(line: string): LooseSpec {
    const spec = rootless(line);
    spec.linux.namespaces = spec.linux.namespaces.filter(({ type }: { type: string }) => type !== 'user');
    delete spec.linux.uidMappings;
    delete spec.linux.gidMappings;
    spec.mounts = structuredClone(defaultSpec({ cgroupNamespace: false }).mounts);
    return spec;
  }

  test.each([
    ['with mounts of its own', ['--mount']],
    ['in the mounts of the host', []],
  ])('%s', (_, flags) => {
    const directory = user.directory('runtime');
    const env = { XDG_RUNTIME_DIR: directory };
    writeSpec(bundle, engines('id -u; head -c 2 /dev/zero | wc -c; ls /sys/class/net | grep lo; sleep 1000'));
    const id = caisson.id();
    expect(user.leave([...words(flags), 'create', '-b', bundle, id], env)).toBe(0);
    expect(readdirSync(join(directory, 'caisson'))).toContain(id);
    expect(inside(flags, ['delete', '--force', id], env)).toMatchObject({ stderr: '', status: 0 });
    writeSpec(bundle, engines('id -u; head -c 2 /dev/zero | wc -c; ls /sys/class/net | grep lo'));
    expect(inside(flags, ['run', '-b', bundle, id], env)).toMatchObject({
      stdout: '0\n2\nlo\n',
      stderr: '',
      status: 0,
    });
  });

  test('a user namespace below it', () => {
    const spec = rootless('id -u');
    Object.assign(spec.linux, {
      uidMappings: [{ containerID: 0, hostID: 0, size: 1 }],
      gidMappings: [{ containerID: 0, hostID: 0, size: 1 }],
    });
    writeSpec(bundle, spec);
    const args = ['--root', caisson.root, 'run', '-b', bundle, caisson.id()];
    expect(inside(['--mount'], args)).toMatchObject({ stdout: '0\n', stderr: '', status: 0 });
  });
});
