/**
 * A plan as text for a person: what `caisson plan` prints and what the golden files hold. Pure.
 * One line a step: the act, its fields, the place in config.json, and the reason where there is one.
 */
import type { Plan, Step } from './step.js';
import type { PlannedUnit } from './systemdScope.js';
import { CLONE_FLAGS } from './namespaces.js';

/** The whole plan. */
export function planProse(plan: Plan): string {
  return [
    ...(plan.unit === undefined ? [] : unitProse(plan.unit)),
    'host, before the clone',
    ...plan.host.map(stepProse),
    cloneProse(plan),
    'init, in the container',
    ...plan.init.map(stepProse),
    ...plan.meetings.flatMap(({ point, steps }) => [`parent, while init waits at ${point}`, ...steps.map(stepProse)]),
    ...(plan.started.length === 0 ? [] : ['parent, when the program runs', ...plan.started.map(stepProse)]),
    'teardown, when it has ended',
    ...plan.teardown.map(stepProse),
    ...(plan.warnings.length === 0 ? [] : ['warnings', ...plan.warnings.map((warning) => `  ${warning}`)]),
    '',
  ].join('\n');
}

/** Some steps, a line each. */
export function stepsProse(steps: readonly Step[]): string[] {
  return steps.map(stepProse);
}

/** A unit and its properties, a line each. */
export function unitProse({ name, user, properties, settled = [] }: PlannedUnit): string[] {
  const lines = properties.map(([property, signature, value]) => `  ${property} ${signature} ${valueProse(value)}`);
  const behind = settled.map(({ path, value }) => `  once init is there: write ${path} ${JSON.stringify(value)}`);
  return [`systemd${user ? ' of the user' : ''}, first of all: ${name}`, ...lines, ...behind];
}

function valueProse(value: unknown): string {
  if (value instanceof Uint8Array) return [...value].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  if (typeof value === 'bigint') return value === 2n ** 64n - 1n ? 'infinity' : value.toString();
  return JSON.stringify(value);
}

function cloneProse({ cloneFlags, cgroupSlot }: Plan): string {
  return `clone${cloneFlags === 0 ? '' : ` with new ${spacesProse(cloneFlags)}`}${cgroupSlot < 0 ? '' : `, into the cgroup in slot ${cgroupSlot}`}`;
}

function stepProse({ act, pointer, why }: Step): string {
  const { op, ...fields } = act;
  const flags = WITH_CLONE_FLAGS.has(op) ? ['type', 'flags'] : [];
  const words = Object.entries(fields).map(
    ([name, value]) => `${name}=${flags.includes(name) ? spacesProse(value as number) : fieldProse(name, value)}`,
  );
  const line = `  ${[op, ...words].join(' ')}`;
  const notes = [pointer, why].filter((note) => note !== undefined && note !== '').join(': ');
  return notes === '' ? line : `${line}  # ${notes}`;
}

const WITH_CLONE_FLAGS = new Set(['open-namespace', 'join', 'join-process', 'fork', 'unshare']);

function spacesProse(flags: number): string {
  const named = Object.entries(CLONE_FLAGS).filter(([, flag]) => (flags & flag) !== 0);
  return named.map(([name]) => name).join(' ') || '0';
}

const OCTAL = new Set(['mode', 'mask']);
const HEX = new Set([
  'attributes',
  'set',
  'clear',
  'propagation',
  'flags',
  'optional',
  'unset',
  'bound',
  'effective',
  'permitted',
  'inheritable',
  'ambient',
  'keep',
]);

function fieldProse(name: string, value: unknown): string {
  if (value instanceof Uint8Array) return `<${value.length} bytes>`;
  if (typeof value === 'string' || Array.isArray(value)) return JSON.stringify(value);
  const number = value as number | bigint;
  if (OCTAL.has(name)) return `0${number.toString(8)}`;
  return HEX.has(name) ? `0x${number.toString(16)}` : number.toString();
}
