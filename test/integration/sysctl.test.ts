/** linux.sysctl: what the container and the host read afterwards, and what is refused. */
import { spawn, type ChildProcess, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type LooseSpec, makeBundle, writeSpec } from '../support/bundle.js';
import { Caisson } from '../support/caisson.js';
import { pictureOf } from '../support/host.js';
import { giveAway, pathOf, spacesSpec, userSpec } from '../support/spaces.js';

const caisson = new Caisson();
const bundle = join(caisson.directory, 'bundle');
/** A process with a network namespace of its own. */
let holder: ChildProcess;

beforeAll(async () => {
  makeBundle(bundle, spacesSpec('true', {}));
  holder = spawn('unshare', ['-n', 'sh', '-c', 'echo up; exec sleep 1000'], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(holder.stdout!, 'data');
});
afterAll(() => {
  holder.kill('SIGKILL');
  caisson.clean();
});

/** A line that prints settings, one a line. */
const print = (...paths: string[]) => `cat ${paths.map((path) => `/proc/sys/${path}`).join(' ')}`;
const ofHost = (path: string) => readFileSync(`/proc/sys/${path}`, 'utf8');
const withSettings = (spec: LooseSpec, sysctl: Record<string, string>): LooseSpec => {
  spec.linux.sysctl = sysctl;
  return spec;
};

function run(spec: LooseSpec, before: readonly string[] = []): string[] {
  writeSpec(bundle, spec);
  const [file = '', ...argv] = [...before, ...caisson.words(['run', '-b', bundle, caisson.id()])];
  const outcome = spawnSync(file, argv, { encoding: 'utf8', input: '' });
  expect(outcome).toMatchObject({ stderr: '', status: 0 });
  return outcome.stdout.trim().split('\n');
}

/** The one line that a refused config gives; nothing is left of it. */
function refusal(spec: LooseSpec): string {
  writeSpec(bundle, spec);
  const id = caisson.id();
  const before = pictureOf(id, [caisson.root]);
  const outcome = caisson.call(['run', '-b', bundle, id]);
  expect(outcome).toMatchObject({ status: 1, stdout: '' });
  expect(outcome.stderr).toMatch(/^caisson: error: [^\n]*\n$/);
  expect(pictureOf(id, [caisson.root])).toEqual(before);
  return outcome.stderr;
}

describe('is set', () => {
  const PATHS = ['net/core/somaxconn', 'net/ipv4/ip_local_port_range', 'kernel/msgmax', 'fs/mqueue/msg_max'];

  test('of each namespace, with dots and slashes', () => {
    const before = [...PATHS, 'kernel/hostname'].map(ofHost);
    const spec = withSettings(spacesSpec(`${print(...PATHS)}; hostname`, {}), {
      'net.core.somaxconn': '123',
      'net/ipv4/ip_local_port_range': '2000 3000',
      'kernel.msgmax': '4321',
      'fs/mqueue/msg_max': '7',
      'kernel.hostname': 'by-setting',
    });
    spec.hostname = '';
    expect(run(spec)).toEqual(['123', '2000\t3000', '4321', '7', 'by-setting']);
    expect([...PATHS, 'kernel/hostname'].map(ofHost)).toEqual(before);
  });

  test('in a user namespace', () => {
    giveAway(join(bundle, 'rootfs'));
    const spec = withSettings(userSpec(`${print('net/ipv4/ip_forward', 'user/max_net_namespaces')}; hostname`), {
      'net.ipv4.ip_forward': '1',
      'user.max_net_namespaces': '3',
      'kernel.hostname': 'mapped',
    });
    spec.hostname = '';
    try {
      expect(run(spec)).toEqual(['1', '3', 'mapped']);
    } finally {
      giveAway(join(bundle, 'rootfs'), 0);
    }
  });

  test('of a network namespace that is joined', () => {
    const network = pathOf(holder.pid!, 'network');
    run(withSettings(spacesSpec('true', { network }), { 'net.core.somaxconn': '77' }));
    expect(run(spacesSpec(print('net/core/somaxconn'), { network }))).toEqual(['77']);
  });
});

describe('is refused', () => {
  const bad = (sysctl: Record<string, string>) => refusal(withSettings(spacesSpec('true', {}), sysctl));

  test('a setting that is not there', () => {
    expect(bad({ 'net.ipv4.nothing': '1' })).toMatch(
      /linux\/sysctl\/net\.ipv4\.nothing: set net\/ipv4\/nothing to "1": openat2 \/proc\/sys\/net\/ipv4\/nothing: ENOENT:.*no such setting/,
    );
  });

  test('a value that the kernel does not take', () => {
    expect(bad({ 'net/core/somaxconn': 'many' })).toMatch(
      /linux\/sysctl\/net~1core~1somaxconn: .*write \S+: EINVAL:.*does not take this value/,
    );
    expect(bad({ 'net.ipv4.ip_default_ttl': '256' })).toMatch(/ip_default_ttl to "256": write \S+: EINVAL:/);
  });

  test('more values than it has', () => {
    expect(bad({ 'net.core.somaxconn': '1 2' })).toMatch(/net\.core\.somaxconn: .*write \S+: EIO:.*fewer values/);
  });

  test('a group of settings', () => {
    expect(bad({ 'net.core': '1' })).toMatch(/linux\/sysctl\/net\.core: .*openat2 \S+: EISDIR:.*name one of them/);
  });

  test('what is read-only', () => {
    expect(bad({ 'net.ipv4.tcp_available_congestion_control': 'x' })).toMatch(/openat2 \S+: EACCES:.*read-only/);
  });

  test.each([
    ['net.core.somaxconn', 'network'],
    ['kernel.msgmax', 'ipc'],
    ['kernel.hostname', 'uts'],
  ] as const)('%s without a namespace', (key, type) => {
    const spec = withSettings(spacesSpec('true', { [type]: undefined }), { [key]: '64' });
    spec.hostname = '';
    const line = refusal(spec);
    expect(line).toContain(`linux/sysctl/${key}`);
    expect(line).toContain(`"type": "${type}"`);
  });

  test('a joined namespace that is that of the host', () => {
    const before = ofHost('net/core/somaxconn');
    const spec = withSettings(spacesSpec('true', { network: '/proc/self/ns/net' }), { 'net.core.somaxconn': '9' });
    expect(refusal(spec)).toMatch(/linux\/namespaces\/\d+\/path: join the network namespace.*EINVAL/);
    expect(ofHost('net/core/somaxconn')).toBe(before);
  });

  test('a setting of the whole machine, and a way out of the settings', () => {
    expect(bad({ 'vm.swappiness': '1' })).toContain('a setting of the whole machine');
    expect(bad({ 'net/../kernel/core_pattern': 'x' })).toContain('is no name of a setting');
  });
});

describe('where /proc/sys of the host', () => {
  test.each([
    ['is read-only', 'mount --bind /proc/sys /proc/sys; mount -o remount,bind,ro /proc/sys'],
    ['has a part that is covered', 'mount -t tmpfs none /proc/sys/net'],
    ['is of a read-only procfs', 'mount -o remount,bind,ro /proc'],
  ])('%s, it is set all the same', (_, line) => {
    const spec = withSettings(spacesSpec(print('net/core/somaxconn'), {}), { 'net.core.somaxconn': '55' });
    const prepared = ['unshare', '-m', '--propagation', 'private', 'sh', '-c', `${line}; exec "$@"`, 'sh'];
    expect(run(spec, prepared)).toEqual(['55']);
  });
});
