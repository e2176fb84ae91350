/**
 * A new filesystem of config.json, of whatever type the kernel has. Called by mounts.ts.
 * Sources: config.md#mounts, config-linux.md#default-filesystems, fsconfig(2), mount(2).
 */
import { RuntimeError } from '../errors.js';
import type { Mount, NamespaceType, Spec } from '../spec/types.gen.js';
import { furtherPropagation } from './mountBind.js';
import { ATTR, FLAG, type MountOptions, PLAIN_FLAGS } from './mountOptions.js';
import { isNew } from './ownership.js';
import { type Slots, type Step, step } from './step.js';
import type { HostAct, InitAct } from './wire.gen.js';

interface FilesystemPlace {
  readonly spec: Spec;
  readonly slots: Slots;
  /** Clean and absolute, inside the container. */
  readonly target: string;
  readonly pointer: string;
  /** SELinux label; '' = none. */
  readonly label: string;
  /** Whether it is in a user namespace, which may not own what the filesystem shows. */
  readonly userNamespace: boolean;
}

interface FilesystemSteps {
  readonly host: Step<HostAct>[];
  readonly init: Step<InitAct>[];
  readonly readOnly: Step<InitAct>[];
}

/** Filesystems of the kernel's own, without a device. `ro` is of the mount: of some there is only one for all. */
const KERNEL: ReadonlySet<string> = new Set(['proc', 'sysfs', 'tmpfs', 'devpts', 'mqueue']);

/** What shows a namespace, and can be mounted by its owner only; and where the host has it. */
const SHOWS: Readonly<Record<string, { namespace: NamespaceType; path: string; always: number }>> = {
  proc: { namespace: 'pid', path: '/proc', always: 0 },
  // With all that the host has mounted below it, such as its cgroups.
  sysfs: { namespace: 'network', path: '/sys', always: ATTR.rdonly | ATTR.nosuid | ATTR.nodev | ATTR.noexec },
  mqueue: { namespace: 'ipc', path: '/dev/mqueue', always: 0 },
};

/** @throws RuntimeError config-invalid for tmpcopyup on another filesystem than a tmpfs */
export function filesystem(mount: Mount, options: MountOptions, place: FilesystemPlace): FilesystemSteps {
  const { type = '' } = mount;
  const { target, pointer, spec, label } = place;
  const set = (options.attributes.set & ~options.recursive.clear) | options.recursive.set;
  // Later mounts, devices and the working directory may have to be made inside a tmpfs that ends up read-only.
  const late = type === 'tmpfs' && (set & ATTR.rdonly) !== 0;
  const attributes = late ? set & ~ATTR.rdonly : set;
  const readOnly = late ? [step<InitAct>(pointer, { op: 'read-only', path: target })] : [];
  const { data } = options;
  const [propagation = 0] = options.propagation;
  const source = mount.source === undefined || mount.source === '' ? type : mount.source;
  const flags = options.flags.set | ((set & ATTR.rdonly) !== 0 && !KERNEL.has(type) ? FLAG.rdonly : 0);
  const plain = (flags & PLAIN_FLAGS) === 0 ? 0 : 1;
  const labelled =
    label === '' ? data : withLabel(type, data, label, !options.copyUp && takesMount(flags, [source, ...data]));
  const common = { type, source, target, attributes, options: labelled, propagation } as const;
  const further = furtherPropagation(options.propagation, pointer);

  const shown = Object.hasOwn(SHOWS, type) && place.userNamespace ? SHOWS[type] : undefined;
  if (shown !== undefined && !isNew(spec, shown.namespace)) {
    const tree = place.slots.take();
    const bound = attributes | shown.always;
    return {
      host: [step(pointer, { op: 'open-fallback', path: shown.path, slot: tree }, 'if it may not be mounted')],
      init: [step(pointer, { op: 'mount-or-bind', ...common, tree, bound }), ...further],
      readOnly,
    };
  }
  if (options.copyUp) requireTmpfs(type, pointer);
  const act: InitAct = options.copyUp
    ? { op: 'mount-copied', ...common, flags }
    : { op: 'mount', ...common, flags, plain };
  const init = [step(pointer, act), ...further];
  if (type === 'mqueue' && label !== '' && isNew(spec, 'ipc')) {
    // Has no such option. That of another container, or of the host, keeps its label.
    init.splice(1, 0, step('linux/mountLabel', { op: 'label-mount', value: label }));
  }
  return { host: [], init, readOnly };
}

/** What has labels of its own in every file, or takes none by an option. */
const UNLABELLED: ReadonlySet<string> = new Set(['proc', 'sysfs', 'mqueue']);

/**
 * The options with the label. fsconfig(2) takes each option whole; mount(2) one text of all, in which the commas of a label
 * (s0:c1,c2) need quotes. A label that the mount names itself stays.
 */
export function withLabel(type: string, data: readonly string[], label: string, plain: boolean): readonly string[] {
  if (label === '' || UNLABELLED.has(type)) return data;
  for (const option of data) if (option.startsWith('context=')) return data;
  return [...data, plain ? `context="${label}"` : `context=${label}`];
}

/** What fsconfig(2) takes in one value; where one text may be longer, init takes mount(2). */
const LONGEST = 255;

function takesMount(flags: number, texts: readonly string[]): boolean {
  if ((flags & PLAIN_FLAGS) !== 0) return true;
  const bytes = new TextEncoder();
  for (const text of texts) if (bytes.encode(text).length > LONGEST) return true;
  return false;
}

function requireTmpfs(type: string, pointer: string): void {
  if (type === 'tmpfs') return;
  throw new RuntimeError('config-invalid', `tmpcopyup is for a tmpfs, not for ${type}`, {
    pointer: `${pointer}/options`,
  });
}
