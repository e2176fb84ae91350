// linux.netDevices: devices of a network namespace of the check's own, in which the runtime is called. Called by checks.ts.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { hold, type Holder } from '../holder.js';
import { needs } from '../notTried.js';
import { namespaceOf } from '../outside.js';
import { pidOf, type Trial } from '../trial.js';

/** What ip(8) tells of a device, as far as it is compared. */
interface Device {
  readonly ifname: string;
  readonly flags: readonly string[];
  readonly mtu: number;
  readonly address: string;
  readonly addr_info: readonly { readonly local: string; readonly prefixlen: number; readonly scope: string }[];
}

function devicesIn(namespace: string): Device[] {
  const words = [`--net=${namespace}`, '--', 'ip', '-json', 'address'];
  const { status, stdout, stderr } = spawnSync('nsenter', words, { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout) as Device[];
}

const namesIn = (namespace: string) => devicesIn(namespace).map(({ ifname }) => ifname);

/** Of global scope, which are those that persist. */
const addressesOf = ({ addr_info }: Device) =>
  addr_info.filter(({ scope }) => scope === 'global').map(({ local, prefixlen }) => `${local}/${prefixlen}`);

/** Places the runtime in a namespace with the devices v0 and v1. */
async function withDevices(trial: Trial): Promise<Holder> {
  needs(spawnSync('ip', ['-V']).status === 0, 'ip(8) of iproute2 is not installed');
  const runtime = await hold(trial, '--net');
  runtime.ip('link add v0 type veth peer name v1');
  runtime.ip('link set v0 mtu 1400 address 02:00:00:00:00:07');
  for (const address of ['10.9.0.1/24', 'fd00::1/64']) runtime.ip(`address add ${address} dev v0`);
  trial.within = runtime.within;
  return runtime;
}

/** A container that was given v0, before its program runs. @returns its network namespace */
async function given(trial: Trial, runtime: Holder, name?: string): Promise<{ id: string; namespace: string }> {
  const id = await trial.created('sleep 100', ({ linux }) => {
    linux.netDevices = { v0: name === undefined ? {} : { name } };
  });
  const pid = pidOf(await trial.state(id));
  assert.notEqual(namespaceOf(pid, 'net'), namespaceOf(runtime.pid, 'net'), "the namespace is the runtime's");
  return { id, namespace: `/proc/${pid}/ns/net` };
}

/** @throws Error when it is not there */
function deviceIn(namespace: string, name: string): Device {
  const device = devicesIn(namespace).find(({ ifname }) => ifname === name);
  assert.ok(device, `no ${name} among ${namesIn(namespace).join(', ')}`);
  return device;
}

export const network = {
  'network device': async (trial: Trial) => {
    const runtime = await withDevices(trial);
    const { namespace } = await given(trial, runtime, 'inside');
    deviceIn(namespace, 'inside');
    assert.deepEqual(namesIn(`/proc/${runtime.pid}/ns/net`).includes('v0'), false, 'it is still with the runtime');
  },

  'network device that cannot move': async (trial: Trial) => {
    const runtime = await withDevices(trial);
    await trial.refuses('a device that is not there', ({ linux }) => (linux.netDevices = { none: {} }));
    await trial.refuses('a device that no namespace gives away', ({ linux }) => {
      linux.netDevices = { lo: { name: 'lo1' } };
    });
    assert.ok(namesIn(`/proc/${runtime.pid}/ns/net`).includes('lo'), 'it is gone');
  },

  'name of a device is taken': async (trial: Trial) => {
    await withDevices(trial);
    const container = await hold(trial, '--net');
    container.ip('link add taken type veth peer name other');
    await trial.refuses('a name that is taken', ({ linux }) => {
      linux.namespaces = [{ type: 'mount' }, { type: 'pid' }, { type: 'uts' }];
      linux.namespaces.push({ type: 'network', path: `/proc/${container.pid}/ns/net` });
      linux.netDevices = { v0: { name: 'taken' } };
    });
  },

  'name of a device is a template': async (trial: Trial) => {
    await withDevices(trial);
    const container = await hold(trial, '--net');
    container.ip('link add eth0 type veth peer name other');
    await trial.created('sleep 100', ({ linux }) => {
      linux.namespaces = [{ type: 'mount' }, { type: 'pid' }, { type: 'uts' }];
      linux.namespaces.push({ type: 'network', path: `/proc/${container.pid}/ns/net` });
      linux.netDevices = { v0: { name: 'eth%d' } };
    });
    deviceIn(`/proc/${container.pid}/ns/net`, 'eth1');
  },

  'network device keeps its attributes': async (trial: Trial) => {
    const runtime = await withDevices(trial);
    const before = deviceIn(`/proc/${runtime.pid}/ns/net`, 'v0');
    const after = deviceIn((await given(trial, runtime)).namespace, 'v0');
    assert.deepEqual([after.mtu, after.address], [before.mtu, before.address], 'size or address of the link');
    assert.deepEqual(addressesOf(after).toSorted(), addressesOf(before).toSorted(), 'addresses');
  },

  'network device is up': async (trial: Trial) => {
    const runtime = await withDevices(trial);
    assert.equal(deviceIn(`/proc/${runtime.pid}/ns/net`, 'v0').flags.includes('UP'), false);
    assert.ok(deviceIn((await given(trial, runtime)).namespace, 'v0').flags.includes('UP'), 'it is down');
  },

  'network device is left alone': async (trial: Trial) => {
    const { id, namespace } = await given(trial, await withDevices(trial));
    for (const words of ['set v0 down', 'set v0 name renamed'])
      spawnSync('nsenter', [`--net=${namespace}`, '--', 'ip', 'link', ...words.split(' ')]);
    assert.equal((await trial.call('start', id)).status, 0, 'start failed');
    assert.equal((await trial.state(id)).status, 'running');
    assert.equal(deviceIn(namespace, 'renamed').flags.includes('UP'), false, 'it is up again');
  },

  'network device stays in its namespace': async (trial: Trial) => {
    const runtime = await withDevices(trial);
    const container = await hold(trial, '--net');
    const id = await trial.started('true', ({ linux }) => {
      linux.namespaces = [{ type: 'mount' }, { type: 'pid' }, { type: 'uts' }];
      linux.namespaces.push({ type: 'network', path: `/proc/${container.pid}/ns/net` });
      linux.netDevices = { v0: {} };
    });
    await trial.until(id, 'stopped');
    assert.equal((await trial.call('delete', id)).status, 0, 'delete failed');
    deviceIn(`/proc/${container.pid}/ns/net`, 'v0');
    assert.equal(namesIn(`/proc/${runtime.pid}/ns/net`).includes('v0'), false, 'it is back with the runtime');
  },
};
