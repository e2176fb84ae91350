/**
 * linux.resources.devices → the rules of device access.
 * Called by cgroups.ts; deviceWrites.ts makes the writes of v1 out of them, deviceProgram.ts the program of v2.
 * Source: config-linux.md#allowed-device-list.
 *
 * Meaning of a list of rules: everything is denied at first; for each of read, write and mknod the last rule that
 * speaks of the device decides.
 */
import { RuntimeError } from '../errors.js';
import type { DeviceRule } from '../spec/types.gen.js';

/** Bits of an access, as in BPF_DEVCG_ACC_* (linux/bpf.h). */
export const ACCESS = { mknod: 1, read: 2, write: 4, all: 7 } as const;

/** A major or minor number that stands for all of them. */
export const ANY = -1;

/** One rule, whole and checked. */
export interface Rule {
  readonly allow: boolean;
  readonly type: 'all' | 'character' | 'block';
  readonly major: number;
  readonly minor: number;
  /** Bits of ACCESS. */
  readonly access: number;
  readonly pointer: string;
}

type DeviceSet = Pick<Rule, 'type' | 'major' | 'minor'>;

const TYPES: Readonly<Record<string, Rule['type']>> = { a: 'all', b: 'block', c: 'character' };
const LETTERS: Readonly<Record<string, number>> = { r: ACCESS.read, w: ACCESS.write, m: ACCESS.mknod };
const LARGEST = 0xffff_ffff;

/** What every container may use, whatever the rules say: the same list as runc's, which images and engines count on. */
const ALWAYS: readonly Rule[] = [
  // mknod alone opens nothing: packages and image unpackers make nodes that they never read.
  always('character', ANY, ANY, ACCESS.mknod),
  always('block', ANY, ANY, ACCESS.mknod),
  // /dev/null, zero, full, random, urandom, tty
  always('character', 1, 3),
  always('character', 1, 5),
  always('character', 1, 7),
  always('character', 1, 8),
  always('character', 1, 9),
  always('character', 5, 0),
  // Terminals: /dev/pts/*, /dev/ptmx. The console of a container is one of /dev/pts, so 5:1 is not needed.
  always('character', 136, ANY),
  always('character', 5, 2),
  // /dev/net/tun: it was here from the beginning, and VPN containers broke when runc 1.2.0 dropped it.
  always('character', 10, 200),
];

function always(type: Rule['type'], major: number, minor: number, access: number = ACCESS.all): Rule {
  return { allow: true, type, major, minor, access, pointer: '' };
}

/**
 * The rules of a container in their order, those that every container has at the end.
 * @throws RuntimeError config-invalid
 */
export function deviceRules(rules: readonly DeviceRule[] = []): Rule[] {
  return [...rules.map((rule, index) => readRule(rule, `linux/resources/devices/${index}`)), ...ALWAYS];
}

function readRule(rule: DeviceRule, pointer: string): Rule {
  // Engines written in Go send '' for what is not set.
  const type = TYPES[rule.type === undefined || rule.type === '' ? 'a' : rule.type];
  if (type === undefined)
    throw invalid(`${rule.type ?? ''} is not a type of device`, `${pointer}/type`, 'use a, b or c');
  return {
    allow: rule.allow,
    type,
    major: deviceNumber(rule.major, `${pointer}/major`),
    minor: deviceNumber(rule.minor, `${pointer}/minor`),
    access: readAccess(rule.access ?? '', `${pointer}/access`),
    pointer,
  };
}

function deviceNumber(value: number | undefined, pointer: string): number {
  if (value === undefined || value === ANY) return ANY;
  if (Number.isInteger(value) && value >= 0 && value <= LARGEST) return value;
  throw invalid(`${value} is not a device number`, pointer, 'use -1, or leave it out, for all');
}

function readAccess(text: string, pointer: string): number {
  let access = 0;
  for (const letter of text) {
    const bit = LETTERS[letter];
    if (bit === undefined)
      throw invalid(`${letter} is not an access to a device`, pointer, 'use letters out of r, w, m');
    access |= bit;
  }
  if (access === 0) throw invalid('a device rule needs an access', pointer, 'use letters out of r, w, m');
  return access;
}

function invalid(message: string, pointer: string, hint: string): RuntimeError {
  return new RuntimeError('config-invalid', message, { pointer, hint });
}

/** Whether a rule speaks of everything, so that no rule before it has an effect. */
export function isTotal({ type, major, minor, access }: Rule): boolean {
  return type === 'all' && major === ANY && minor === ANY && access === ACCESS.all;
}

/** Whether a rule speaks of every device that another one speaks of. */
export function covers(wide: DeviceSet, narrow: DeviceSet): boolean {
  return (
    wide.type === narrow.type &&
    (wide.major === ANY || wide.major === narrow.major) &&
    (wide.minor === ANY || wide.minor === narrow.minor)
  );
}
