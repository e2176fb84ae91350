/**
 * The device nodes and links of /dev: those that every container has, and linux.devices. Called by compile.ts.
 * Which of them may be used is a matter of the cgroup (deviceRules.ts).
 * Sources: config-linux.md#default-devices, runtime-linux.md#dev-symbolic-links, mknod(2).
 */
import { RuntimeError } from '../errors.js';
import type { Device, Mount, Spec } from '../spec/types.gen.js';
import { cleanPath } from './paths.js';
import { type Step, step } from './step.js';
import type { InitAct } from './wire.gen.js';

/** S_IF* of stat.h. */
const FILE_TYPE: Readonly<Record<string, number>> = { c: 0o02_0000, u: 0o02_0000, b: 0o06_0000, p: 0o01_0000 };
const DEFAULT_MODE = 0o666;

/** What a device number of the kernel has room for (MINORBITS of linux/kdev_t.h). */
const LARGEST = { major: 0xfff, minor: 0xf_ffff } as const;

const DEFAULTS: readonly (readonly [name: string, major: number, minor: number])[] = [
  ['null', 1, 3],
  ['zero', 1, 5],
  ['full', 1, 7],
  ['random', 1, 8],
  ['urandom', 1, 9],
  ['tty', 5, 0],
];

/** runc also links /dev/core to /proc/kcore: the specification has no such link, and engines mask where it leads. */
const LINKS: readonly (readonly [name: string, target: string])[] = [
  ['fd', '/proc/self/fd'],
  ['stdin', '/proc/self/fd/0'],
  ['stdout', '/proc/self/fd/1'],
  ['stderr', '/proc/self/fd/2'],
  ['ptmx', 'pts/ptmx'],
];

type DeviceAct = Extract<InitAct, { op: 'device' }>;

/** Devices that are asked for and not made, since /dev is the host's. */
export function deviceWarnings(spec: Spec): string[] {
  const devices = spec.linux?.devices ?? [];
  if (devices.length === 0 || !hasHostDev(spec.mounts ?? [])) return [];
  return ['linux/devices: /dev is bound from the host, and nothing is made in it'];
}

/**
 * What is made in /dev after it was mounted. A /dev that is bound from the host is the host's: nothing is made in it.
 * @throws RuntimeError config-invalid
 */
export function deviceSteps(spec: Spec): Step<InitAct>[] {
  const listed = (spec.linux?.devices ?? []).map((device, index) => deviceStep(device, `linux/devices/${index}`));
  if (hasHostDev(spec.mounts ?? [])) return [];
  const taken = listed.map(({ act }) => act.path);
  const steps: Step<InitAct>[] = [];
  for (const [name, major, minor] of DEFAULTS) {
    if (!taken.includes(`/dev/${name}`)) steps.push(defaultStep(`/dev/${name}`, major, minor));
  }
  // The devpts of the container has its own: a node made here would be that of the host.
  for (const one of listed) if (one.act.path !== '/dev/ptmx') steps.push(one);
  for (const [name, target] of LINKS) steps.push(step('', { op: 'symlink', target, path: `/dev/${name}` }));
  return steps;
}

function hasHostDev(mounts: readonly Mount[]): boolean {
  for (const { destination, type, options = [] } of mounts) {
    if (cleanPath(destination) !== '/dev') continue;
    if (type === 'bind' || options.includes('bind') || options.includes('rbind')) return true;
  }
  return false;
}

function defaultStep(path: string, major: number, minor: number): Step<DeviceAct> {
  return step('', { op: 'device', path, mode: 0o02_0000 | DEFAULT_MODE, major, minor, uid: 0, gid: 0 });
}

function deviceStep(device: Device, pointer: string): Step<DeviceAct> {
  const type = FILE_TYPE[device.type];
  if (type === undefined)
    throw invalid(`${device.type} is not a type of device`, `${pointer}/type`, 'use c, u, b or p');
  const { fileMode, uid = 0, gid = 0 } = device;
  const fifo = device.type === 'p';
  return step(pointer, {
    op: 'device',
    path: cleanPath(device.path),
    mode: type | (fileMode ?? DEFAULT_MODE),
    major: fifo ? 0 : deviceNumber('major', device.major, pointer),
    minor: fifo ? 0 : deviceNumber('minor', device.minor, pointer),
    uid,
    gid,
  });
}

function deviceNumber(name: 'major' | 'minor', value: number | undefined, pointer: string): number {
  const most = LARGEST[name];
  if (value !== undefined && Number.isInteger(value) && value >= 0 && value <= most) return value;
  const message = value === undefined ? `a device needs a ${name} number` : `${value} is not a ${name} number`;
  throw invalid(message, `${pointer}/${name}`, `give a number from 0 to ${most}`);
}

function invalid(message: string, pointer: string, hint: string): RuntimeError {
  return new RuntimeError('config-invalid', message, { pointer, hint });
}
