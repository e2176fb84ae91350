/**
 * linux.intelRdt → the class of service and the monitoring group of resctrl that the container is in. Called by compile.ts; exec
 * and update use what it makes. Sources: config-linux.md#intelrdt, Documentation/filesystems/resctrl.rst of the kernel.
 *
 * A class that has a name is for several containers, made here or not: it stays. What has the name of the container goes with it.
 */
import { RuntimeError } from '../errors.js';
import type { IntelRdt, Spec } from '../spec/types.gen.js';
import { type Slots, type Step, step } from './step.js';
import type { HostAct, InitAct, TeardownAct } from './wire.gen.js';

/** Where resctrl is mounted, and what is there. */
export interface Resctrl {
  readonly root: string;
  /** The file schemata of a class, '' being that of the root; undefined where there is no such class. */
  readonly schemataOf: (name: string) => string | undefined;
}

export interface ResctrlFacts {
  /** Undefined where it is not mounted. */
  readonly resctrl: Resctrl | undefined;
}

export interface RdtSteps {
  readonly host: readonly Step<HostAct>[];
  readonly init: readonly Step<InitAct>[];
  readonly teardown: readonly Step<TeardownAct>[];
  /** The groups that a process of the container is in, in the order in which they are entered. */
  readonly groups: readonly string[];
}

const NONE: RdtSteps = { host: [], init: [], teardown: [], groups: [] };
const POINTER = 'linux/intelRdt';
/** The class that every process is in from the start. */
const DEFAULT_CLASS = '/';

/** @throws RuntimeError host-unsupported without resctrl, or where the class is not as the config says */
export function intelRdt({ linux }: Spec, id: string, facts: ResctrlFacts, slots: Slots): RdtSteps {
  const rdt = linux?.intelRdt;
  if (rdt === undefined) return NONE;
  const { resctrl } = facts;
  if (resctrl === undefined) throw withoutResctrl();
  const { closID = '', enableMonitoring = false } = rdt;
  const name = closID === '' ? id : closID === DEFAULT_CLASS ? '' : closID;
  const group = name === '' ? resctrl.root : `${resctrl.root}/${name}`;
  const own = closID === '';
  const host = [...classSteps(rdt, own ? undefined : resctrl.schemataOf(name), { group, root: resctrl.root })];
  const groups = [group];
  const removal = own ? [removing(POINTER, group)] : [];
  if (enableMonitoring) {
    const monitoring = `${group}/mon_groups/${id}`;
    const act: HostAct = { op: 'make-resctrl-group', root: resctrl.root, path: monitoring, schemata: [] };
    host.push(step(`${POINTER}/enableMonitoring`, act));
    groups.push(monitoring);
    removal.unshift(removing(`${POINTER}/enableMonitoring`, monitoring));
  }
  const entry = enterGroups(groups, slots);
  return { host: [...host, ...entry.host], init: entry.init, teardown: removal, groups };
}

/** The class first: only who is in it may be in one of its monitoring groups. */
export function enterGroups(
  groups: readonly string[],
  slots: Slots,
): { readonly host: Step<HostAct>[]; readonly init: Step<InitAct>[] } {
  const host: Step<HostAct>[] = [];
  const init: Step<InitAct>[] = [];
  for (const group of groups) {
    const slot = slots.take();
    host.push(step(POINTER, { op: 'open-write', path: `${group}/tasks`, slot }));
    init.push(step(POINTER, { op: 'enter-cgroup', slot }));
  }
  return { host, init };
}

function withoutResctrl(): RuntimeError {
  return new RuntimeError('host-unsupported', 'no resctrl filesystem is mounted', {
    pointer: POINTER,
    hint: 'mount -t resctrl resctrl /sys/fs/resctrl, on a CPU and a kernel that have it (CONFIG_X86_CPU_RESCTRL)',
  });
}

function removing(pointer: string, path: string): Step<TeardownAct> {
  return step(pointer, { op: 'remove-resctrl-group', path });
}

/** @param present the schemata of a class that is there */
function classSteps(
  rdt: IntelRdt,
  present: string | undefined,
  { group, root }: { readonly group: string; readonly root: string },
): Step<HostAct>[] {
  const { closID = '', schemata = [] } = rdt;
  const usual = usualSchemata(rdt);
  const last = schemata.length === 0 ? [] : [`${schemata.join('\n')}\n`];
  if (present === undefined) {
    const all = usual === '' ? last : [usual, ...last];
    if (closID !== '' && all.length === 0) throw missingClass(closID);
    return [step(POINTER, { op: 'make-resctrl-group', root, path: group, schemata: all })];
  }
  requireEqual(usual, present, closID);
  if (last.length === 0) return [];
  return [step(`${POINTER}/schemata`, { op: 'write-schemata', root, path: group, schemata: last })];
}

/** What l3CacheSchema and memBwSchema are together: memory bandwidth in the first gives way to the second. */
export function usualSchemata({ l3CacheSchema = '', memBwSchema = '' }: IntelRdt): string {
  const lines = l3CacheSchema.split('\n').filter((line) => line !== '' && !(memBwSchema && isBandwidth(line)));
  if (memBwSchema !== '') lines.push(memBwSchema);
  return lines.map((line) => `${line}\n`).join('');
}

function isBandwidth(line: string): boolean {
  return line.trimStart().startsWith('MB:');
}

function missingClass(name: string): RuntimeError {
  return new RuntimeError('host-unsupported', `resctrl has no class ${JSON.stringify(name)}`, {
    pointer: `${POINTER}/closID`,
    hint: 'make it, or say with which schemata it is to be made',
  });
}

/** The containers of one class share what it says. */
function requireEqual(wanted: string, present: string, closID: string): void {
  const there = valuesOf(present);
  for (const [place, value] of valuesOf(wanted)) {
    const found = there.get(place);
    if (found === value) continue;
    const [resource = '', domain = ''] = place.split(' ');
    const what = found === undefined ? 'has none' : `has ${found}`;
    throw new RuntimeError(
      'host-unsupported',
      `the class ${JSON.stringify(closID)} of resctrl ${what} for ${resource}:${domain}, not ${value}`,
      {
        pointer: `${POINTER}/${resource === 'MB' ? 'memBwSchema' : 'l3CacheSchema'}`,
        hint: 'others may be in this class: take another closID, or leave the schema out',
      },
    );
  }
}

/** `L3:0=ff;1=0f` → `L3 0` is ff, `L3 1` is f. The kernel writes blanks and zeros in front, and letters in its own way. */
function valuesOf(schemata: string): Map<string, string> {
  const values = new Map<string, string>();
  for (const line of schemata.split('\n')) {
    const colon = line.indexOf(':');
    if (colon < 0) continue;
    for (const part of line.slice(colon + 1).split(';')) {
      const [domain = '', value = ''] = part.split('=');
      const plain = value
        .trim()
        .toLowerCase()
        .replace(/^0+(?=.)/, '');
      values.set(`${line.slice(0, colon).trim()} ${domain.trim()}`, plain);
    }
  }
  return values;
}
