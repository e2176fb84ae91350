/** Network devices that the parent moves into the namespace of a process, and takes back. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type InitAct, type ParentAct, POINTS } from '../../lib/plan/wire.gen.js';
import { makeRootfs } from '../support/bundle.js';
import { Network } from '../support/network.js';
import { failureOf, type Outcome, Workplace } from './harness.js';
import { container, CLONE, ERRNO, openRoot } from './plans.js';

const work = new Workplace();
let rootfs = '';
let host: Network;
const MOST = 128;

beforeAll(() => {
  rootfs = makeRootfs(work.path('rootfs'));
});
beforeEach(async () => {
  host = await Network.make();
  host.ip('link add v0 type veth peer name v1', 'link add i0 type ifb', 'link set v0 mtu 1400');
  host.ip('address add 10.9.0.1/24 broadcast + dev v0 label v0:first', 'address add 10.9.0.2/24 dev v0');
  host.ip('address add 10.8.0.1 peer 10.8.0.2/32 dev v0', 'address add fd00::1/64 dev v0');
  host.ip(
    'address add 169.254.7.7/16 scope link dev v0',
    'address add 10.7.0.1/24 valid_lft 1000 preferred_lft 1000 dev v0',
  );
});
afterEach(() => host.close());
afterAll(() => work.remove());

const BORN: InitAct = { op: 'meet', point: POINTS.born };
const move = (name: string, newName = name): ParentAct => ({ op: 'move-network-device', name, newName });

/** A container that gets these devices and runs a line. */
function run(parent: readonly ParentAct[], line: string, options: readonly string[] = []): Promise<Outcome> {
  const init = [BORN, ...container(line)];
  const flags = CLONE.mount | CLONE.network | CLONE.pid;
  return work.init({ host: [openRoot(rootfs)], init, flags, parent, options, within: host.within });
}

test('with its permanent global addresses, its labels and its size, and up', async () => {
  const { stdout } = await run([move('v0')], 'ip address show v0');
  expect(stdout).toMatch(/<[^>]*UP[^>]*> mtu 1400/);
  expect(stdout).toContain('inet 10.9.0.1/24 brd 10.9.0.255 scope global v0:first');
  expect(stdout).toContain('inet 10.9.0.2/24 scope global secondary v0');
  expect(stdout).toContain('inet 10.8.0.1 peer 10.8.0.2/32 scope global v0');
  expect(stdout).toContain('inet6 fd00::1/64 scope global');
  // Of the link, and for a time only.
  expect(stdout).not.toMatch(/169\.254|10\.7\.0\.1/);
});

test('under another name, which its labels take too', async () => {
  const { stdout } = await run([move('v0', 'eth0')], 'ip address show eth0');
  expect(stdout).toContain('scope global eth0:first');
  expect(stdout).toContain('scope global secondary eth0');
});

test('with %d, the kernel picks the first number that is free', async () => {
  const { stdout } = await run([move('v0', 'eth%d'), move('i0', 'eth%d')], 'ip link; cat /proc/net/dev');
  expect(stdout).toMatch(/eth0@/);
  expect(stdout).toMatch(/eth1:/);
});

test('two that change their names', async () => {
  const { stdout } = await run([move('v0', 'i0'), move('i0', 'v0')], 'ip address show i0; ip address show v0');
  expect(stdout.indexOf('10.9.0.1')).toBeLessThan(stdout.indexOf('NOARP'));
});

test('taken back: name, addresses and state are what they were', async () => {
  host.ip('link set v0 up');
  const before = host.devices();
  // v1 is the other end.
  const { stdout, events } = await run([move('v0', 'eth%d'), move('i0', 'x')], 'cat /proc/net/dev', ['takeback']);
  expect(stdout).not.toMatch(/eth0|x:/);
  expect(events.filter(({ kind }) => kind === 'failed')).toEqual([]);
  const global = (address: string) => address.endsWith(' global') && !address.startsWith('10.7.');
  expect(
    host.devices().map(({ addresses, ...device }) => ({ ...device, addresses: addresses.filter(global) })),
  ).toEqual(before.map(({ addresses, ...device }) => ({ ...device, addresses: addresses.filter(global) })));
});

test.each<[string, ParentAct[], object]>([
  ['one that is missing', [move('x9')], { act: 0, errno: ERRNO.ENODEV, call: 'rtnetlink', path: 'x9' }],
  ['the loopback', [move('lo', 'x')], { act: 0, errno: ERRNO.EINVAL, path: 'lo', detail: 'it is the loopback device' }],
  [
    'a name that is taken',
    [move('v0'), move('i0', 'v0')],
    { act: 1, errno: ERRNO.EEXIST, path: 'v0', detail: 'the network of the container has one of this name' },
  ],
  ['a name that the kernel refuses', [move('v0', 'a/b')], { act: 0, errno: ERRNO.EINVAL, path: 'v0' }],
  ['a template that the kernel refuses', [move('i0'), move('v0', '%d%d')], { act: 1, errno: ERRNO.EINVAL }],
])('refused, and all are back: %s', async (_, parent, failure) => {
  const before = host.devices();
  expect(failureOf(await run(parent, 'true'))).toMatchObject({ program: 'parent', ...failure });
  const names = host.devices().map(({ ifname, flags }) => ({ ifname, flags }));
  expect(names).toEqual(before.map(({ ifname, flags }) => ({ ifname, flags })));
  expect(host.device('v0').addresses).toEqual(expect.arrayContaining(['10.9.0.1/24 global', 'fd00::1/64 global']));
});

test('as many addresses as there is room for, and one more', async () => {
  for (let index = 0; index < MOST; index++) host.ip(`address add 10.6.${index}.1/24 dev i0`);
  const { stdout } = await run([move('i0')], 'ip address show i0');
  expect(stdout.match(/inet 10\.6\./g)).toHaveLength(MOST);
  host.ip('link add i0 type ifb');
  for (let index = 0; index <= MOST; index++) host.ip(`address add 10.6.${index}.1/24 dev i0`);
  expect(failureOf(await run([move('i0')], 'true'))).toMatchObject({ errno: ERRNO.E2BIG, path: 'i0' });
  expect(host.device('i0').addresses).toHaveLength(MOST + 1);
});
