/**
 * process of config.json → who the container's process is, what it may do, and what it executes. Called by compile.ts.
 * Sources: config.md#process, capabilities(7), credentials(7).
 */
import { RuntimeError } from '../errors.js';
import type { Process, Spec } from '../spec/types.gen.js';
import { type CapabilitySets, capabilityMask, capabilitySets, type HeldCapabilities } from './capabilities.js';
import { cleanPath } from './paths.js';
import { type Step, step } from './step.js';
import type { InitAct } from './wire.gen.js';

/** What init does to become the container's process, cut where the meeting point and the gate go between. */
export interface ProcessSteps {
  readonly workingDirectory: readonly Step<InitAct>[];
  readonly console: readonly Step<InitAct>[];
  readonly identity: readonly Step<InitAct>[];
  readonly executable: readonly Step<InitAct>[];
  readonly exec: readonly Step<InitAct>[];
  readonly warnings: readonly string[];
}

/** What must be known of the host. */
interface CallersPower {
  readonly capabilities: HeldCapabilities;
}

/** The default of runc and crun; the specification leaves it to the runtime. */
const DEFAULT_UMASK = 0o022;

/**
 * @param waits whether init waits for `start`: only then may there be no process
 * @throws RuntimeError config-invalid
 */
export function processSteps(spec: Spec, facts: CallersPower, waits = false): ProcessSteps {
  const process = spec.process;
  const args = process?.args;
  const sets = capabilitySets(spec, heldCapabilities(spec, facts));
  if (process === undefined && waits) return withoutProcess(sets);
  if (process === undefined || args === undefined || args.length === 0) {
    throw new RuntimeError('config-invalid', 'there is nothing to execute', {
      pointer: 'process/args',
      hint: 'give process.args at least the name of a program',
    });
  }
  const { env, home } = environment(process);
  // Without no_new_privs, seccomp(2) demands CAP_SYS_ADMIN: kept over the change of identity. Execution computes all sets
  // but the bounding and the inheritable one anew (capabilities(7)), so that nothing has to drop it behind the filter.
  const keep =
    spec.linux?.seccomp !== undefined && process.noNewPrivileges !== true ? capabilityMask('CAP_SYS_ADMIN') : 0;
  return {
    workingDirectory: [step('process/cwd', { op: 'make-cwd', path: cleanPath(process.cwd) })],
    console: consoleSteps(process),
    identity: [...home, ...identitySteps(process, sets, keep)],
    executable: [step('process/args/0', { op: 'find-executable', name: args[0] ?? '', searchPath: searchPath(env) })],
    exec: [step('process/args', { op: 'exec', args, env })],
    warnings: sets.warnings,
  };
}

/**
 * A container that can be created, and never started (runtime.md#start refuses): init waits in it without any capability,
 * for whoever joins its namespaces.
 */
function withoutProcess(sets: CapabilitySets): ProcessSteps {
  const identity = identitySteps({ cwd: '/' }, sets, 0);
  return { workingDirectory: [], console: [], identity, executable: [], exec: [], warnings: [] };
}

/** In a user namespace, init has every capability, whatever the caller has. */
function heldCapabilities(spec: Spec, facts: CallersPower): HeldCapabilities | undefined {
  for (const { type } of spec.linux?.namespaces ?? []) if (type === 'user') return undefined;
  return facts.capabilities;
}

function consoleSteps(process: Process): Step<InitAct>[] {
  if (process.terminal !== true) return [];
  const { height, width } = process.consoleSize ?? { height: 0, width: 0 };
  return [step('process/terminal', { op: 'console', rows: height, columns: width })];
}

function identitySteps(process: Process, sets: CapabilitySets, keep: number): Step<InitAct>[] {
  const { uid = 0, gid = 0, umask = DEFAULT_UMASK, additionalGids = [] } = process.user ?? {};
  const { bounding, effective, permitted, inheritable, ambient } = sets;
  const directory = cleanPath(process.cwd);
  const steps: Step<InitAct>[] = [
    step('process/user', { op: 'stdio-owner', uid, gid }, 'the user opens /dev/stdout again by name'),
    step('process/cwd', { op: 'try-chdir', path: directory }, 'what only the caller may enter'),
    step('process/capabilities/bounding', { op: 'bounding', keep: bounding }, 'while CAP_SETPCAP is there'),
    step('process/user', { op: 'identity', uid, gid, groups: packed(additionalGids) }),
    step('process/capabilities', { op: 'capabilities', effective, permitted, inheritable, ambient, keep }),
    step('process/cwd', { op: 'chdir', path: directory }, 'what only the user may enter'),
    step('process/user/umask', { op: 'umask', mask: umask }),
  ];
  if (process.noNewPrivileges === true) steps.push(step('process/noNewPrivileges', { op: 'no-new-privileges' }));
  return steps;
}

function packed(ids: readonly number[]): Uint8Array {
  const words = new Uint32Array(ids.length);
  let index = 0;
  for (const id of ids) words[index++] = id;
  return new Uint8Array(words.buffer);
}

/** The home directory of a user whom the image does not know, or whose entry there cannot be used. */
const NO_HOME = 'HOME=/';

/** The variables, and where HOME has no value, what looks for it: programs fail in odd ways without one. */
export function environment(process: Process): { env: string[]; home: Step<InitAct>[] } {
  const env = lastOfEach(process.env ?? []);
  const at = env.findIndex((entry) => entry.startsWith('HOME='));
  if (at >= 0 && env[at] !== 'HOME=') return { env, home: [] };
  if (at >= 0) env.splice(at, 1);
  env.push(NO_HOME);
  const uid = process.user?.uid ?? 0;
  return { env, home: [step('process/user/uid', { op: 'home', uid }, 'the environment has no HOME')] };
}

/** Of variables named twice, execve(2) would pass both and programs would disagree: the last one counts. */
export function lastOfEach(env: readonly string[]): string[] {
  const byName = new Map<string, string>();
  for (const entry of env) {
    const name = entry.slice(0, entry.indexOf('='));
    byName.delete(name);
    byName.set(name, entry);
  }
  return [...byName.values()];
}

function searchPath(env: readonly string[]): string {
  for (const entry of env) if (entry.startsWith('PATH=')) return entry.slice('PATH='.length);
  return '';
}
