/** linux.netDevices: devices of a host that is a namespace of the test's own, seen from inside and from there. */
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type LooseSpec, makeBundle, shellSpec, writeSpec } from '../support/bundle.js';
import { Caisson } from '../support/caisson.js';
import { pictureOf } from '../support/host.js';
import { Network } from '../support/network.js';
import { giveAway, spacesSpec, userSpec } from '../support/spaces.js';

const place = new Caisson();
const bundle = join(place.directory, 'bundle');
const mine = join(place.directory, 'mine');
let host: Network;
let caisson: Caisson;

beforeAll(() => {
  makeBundle(bundle, shellSpec('true'));
  makeBundle(mine, shellSpec('true'));
  giveAway(join(mine, 'rootfs'));
});
beforeEach(async () => {
  host = await Network.make();
  caisson = new Caisson('/tmp', [...host.within, ...Caisson.executable]);
  host.ip('link add v0 type veth peer name v1', 'link add i0 type ifb', 'link set v0 mtu 1400');
  host.ip('address add 10.9.0.1/24 dev v0', 'address add fd00::1/64 dev v0 nodad', 'link set v0 up');
});
afterEach(() => {
  caisson.clean();
  host.close();
});
afterAll(() => place.clean());

const withDevices = (spec: LooseSpec, netDevices: object): LooseSpec => ({
  ...spec,
  linux: { ...spec.linux, netDevices },
});

/** A spec whose process has one more capability. */
function able(spec: LooseSpec, capability: string): LooseSpec {
  for (const set of ['bounding', 'effective', 'permitted']) spec.process.capabilities[set].push(capability);
  return spec;
}

function run(spec: LooseSpec, from = bundle): string {
  writeSpec(from, spec);
  const outcome = caisson.call(['run', '-b', from, caisson.id()]);
  expect(outcome).toMatchObject({ stderr: '', status: 0 });
  return outcome.stdout;
}

/** The one line that a refused config gives; nothing is left of it, and the devices are where they were, as they were. */
function refusal(spec: LooseSpec): string {
  const before = { host: pictureOf(caisson.root, [caisson.root]), devices: host.devices() };
  writeSpec(bundle, spec);
  const outcome = caisson.call(['create', '-b', bundle, caisson.id()]);
  expect(outcome).toMatchObject({ status: 1, stdout: '' });
  expect(outcome.stderr).toMatch(/^caisson: error: [^\n]*\n$/);
  expect({ host: pictureOf(caisson.root, [caisson.root]), devices: host.devices() }).toEqual(before);
  return outcome.stderr;
}

/** The kernel ends virtual devices with their namespace, a moment later; and the other end of a pair with them. */
async function untilGone(): Promise<void> {
  for (let tries = 0; host.devices().length > 0 && tries < 400; tries++)
    await new Promise((done) => setTimeout(done, 50));
  expect(host.devices()).toEqual([]);
}

const LIST = 'ip address show v0; ip link show i0';

describe('given', () => {
  test('with addresses and size, and up; the host has them no more', async () => {
    const inside = run(withDevices(shellSpec(LIST), { v0: {}, i0: {} }));
    expect(inside).toMatch(/v0@\S+ <[^>]*UP[^>]*> mtu 1400/);
    expect(inside).toMatch(/i0: <[^>]*UP/);
    expect(inside).toContain('inet 10.9.0.1/24 scope global v0');
    expect(inside).toContain('inet6 fd00::1/64 scope global');
    await untilGone();
  });

  test('under other names, one of them picked by the kernel', () => {
    const inside = run(withDevices(shellSpec('ip link'), { v0: { name: 'eth%d' }, i0: { name: 'lan' } }));
    expect(inside).toMatch(/eth0@/);
    expect(inside).toMatch(/lan: </);
  });

  test('traffic goes through', () => {
    host.ip('address add 10.9.0.2/24 dev v1', 'link set v1 up');
    const spec = able(shellSpec('sleep 1000'), 'CAP_NET_RAW');
    writeSpec(bundle, withDevices(spec, { v0: { name: 'eth0' } }));
    const id = caisson.id();
    expect(caisson.detach(['run', '-d', '-b', bundle, id]).status).toBe(0);
    const ping = caisson.call(['exec', id, '/bin/busybox', 'ping', '-c', '1', '-W', '5', '10.9.0.2']);
    expect(ping.stdout).toContain('1 packets received');
  });

  test('settings of the device are made when it is there', () => {
    const spec = withDevices(shellSpec('cat /proc/sys/net/ipv4/conf/eth0/rp_filter'), { v0: { name: 'eth0' } });
    spec.linux.sysctl = { 'net.ipv4.conf.eth0.rp_filter': '2' };
    expect(run(spec)).toBe('2\n');
  });

  test('to a container with a user namespace, whose root may change them', () => {
    const line = `${LIST}; ip address add 10.5.0.1/24 dev v0 && echo mine`;
    const spec = able(userSpec(line, { network: '' }), 'CAP_NET_ADMIN');
    const inside = run(withDevices(spec, { v0: {}, i0: {} }), mine);
    expect(inside).toContain('inet 10.9.0.1/24 scope global v0');
    expect(inside).toContain('mine');
  });

  test('to a namespace that is joined, and they stay there', async () => {
    const other = await Network.make();
    try {
      run(withDevices(spacesSpec('true', { network: other.path }), { v0: { name: 'eth0' } }));
      expect(other.device('eth0')).toMatchObject({ mtu: 1400, flags: expect.arrayContaining(['UP']) });
      expect(other.device('eth0').addresses).toContain('10.9.0.1/24 global');
      expect(host.devices().map(({ ifname }) => ifname)).toEqual(['v1', 'i0']);
    } finally {
      other.close();
    }
  });
});

describe('refused', () => {
  test.each<[string, object, RegExp]>([
    [
      'one that the host has not',
      { v0: {}, x9: {} },
      /linux\/netDevices\/x9: give the network device x9.*ENODEV.*ip link/,
    ],
    ['the loopback', { lo: { name: 'lo1' } }, /linux\/netDevices\/lo: .*it is the loopback device.*EINVAL/],
    ['the name of the loopback', { v0: { name: 'lo' } }, /linux\/netDevices\/v0: .*has one of this name.*EEXIST.*%d/],
    ['a name too long', { v0: { name: 'x'.repeat(16) } }, /linux\/netDevices\/v0\/name: .*no name of a network device/],
    ['two of one name', { v0: { name: 'a' }, i0: { name: 'a' } }, /linux\/netDevices\/i0\/name: gives the name a/],
    ['a template of two numbers', { v0: { name: 'e%d%d' } }, /linux\/netDevices\/v0\/name: .*is no template/],
  ])('%s', (_, devices, line) => {
    expect(refusal(withDevices(shellSpec('true'), devices))).toMatch(line);
  });

  test("in the host's network, shared", () => {
    const spec = withDevices(spacesSpec('true', { network: undefined }), { v0: {} });
    expect(refusal(spec)).toMatch(/linux\/netDevices: needs a network namespace/);
  });

  test("in the host's network, joined by its path", () => {
    const spec = withDevices(spacesSpec('true', { network: host.path }), { v0: {} });
    expect(refusal(spec)).toMatch(/linux\/namespaces\/\d\/path: .*it is the network namespace of caisson itself/);
  });

  test('a name that is taken in a namespace that is joined', async () => {
    const other = await Network.make();
    try {
      other.ip('link add eth0 type ifb');
      const spec = withDevices(spacesSpec('true', { network: other.path }), { i0: {}, v0: { name: 'eth0' } });
      expect(refusal(spec)).toMatch(/linux\/netDevices\/v0: .*has one of this name.*EEXIST/);
      expect(other.devices().map(({ ifname }) => ifname)).toEqual(['eth0']);
    } finally {
      other.close();
    }
  });
});

describe('given back when the container does not come to be, because of', () => {
  const DEVICES = { v0: { name: 'eth%d' }, i0: { name: 'lan' } };

  test.each<[string, (spec: LooseSpec) => void, RegExp]>([
    ['a mount', (spec) => spec.mounts.push({ destination: '/x', type: 'nothing' }), /mounts\/\d+: /],
    ['a hook of the host', (spec) => (spec.hooks = { prestart: [{ path: '/bin/false' }] }), /hooks\/prestart\/0: /],
    ['a program that is missing', (spec) => (spec.process.args = ['/missing']), /process\/args/],
    ['a setting', (spec) => (spec.linux.sysctl = { 'net.core.somaxconn': 'x' }), /linux\/sysctl\/net.core.somaxconn/],
  ])('%s', (_, change, line) => {
    const spec = withDevices(shellSpec('true'), DEVICES);
    change(spec);
    expect(refusal(spec)).toMatch(line);
  });

  test('a pid file that cannot be written, when all else is done', () => {
    const before = host.devices();
    writeSpec(bundle, withDevices(shellSpec('true'), DEVICES));
    const outcome = caisson.call(['create', '-b', bundle, '--pid-file', '/missing/pid', caisson.id()]);
    expect(outcome.status).toBe(1);
    expect(host.devices()).toEqual(before);
  });
});

test('a container that was created and is deleted takes them with it', async () => {
  writeSpec(bundle, withDevices(shellSpec('true'), { v0: {}, i0: {} }));
  const id = caisson.id();
  expect(caisson.detach(['create', '-b', bundle, id]).status).toBe(0);
  expect(host.devices().map(({ ifname }) => ifname)).toEqual(['v1']);
  expect(caisson.call(['delete', '--force', id]).status).toBe(0);
  await untilGone();
});
