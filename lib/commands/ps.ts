/** `caisson ps`: the processes of a container, as the host's ps(1) tells of them, or their numbers as JSON. */
import { spawnSync } from 'node:child_process';
import type { PsRequest } from '../cli/requests.js';
import { findContainer, requireCgroup, requireStatus } from '../container/status.js';
import { stateRoot } from '../container/store.js';
import { RuntimeError } from '../errors.js';
import { cgroupProcesses } from '../host/cgroup.js';
import { native } from '../native/load.js';

const STDOUT = 1;
const DEFAULT_OPTIONS = ['-ef'];
const MOST_OUTPUT = 256 * 1024 * 1024;
/** Podman starts a runtime without a PATH. */
const USUAL_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export function ps({ id, options, format, globals }: PsRequest): Promise<number> {
  const container = findContainer(stateRoot(globals.root), id);
  requireStatus('ps', container);
  requireCgroup(container.record);
  const processes = cgroupProcesses(container.record.cgroups);
  const print = format === 'json' ? `${JSON.stringify(processes)}\n` : table(processes, options);
  native().print(STDOUT, print);
  return Promise.resolve(0);
}

/** The header of ps, and the lines with a number of ours in its column PID. */
function table(processes: readonly number[], options: readonly string[]): string {
  const [header = '', ...lines] = hostPs(options.length === 0 ? DEFAULT_OPTIONS : options).split('\n');
  const at = header.search(/\bPID\b/);
  if (at < 0) {
    throw new RuntimeError('usage', 'ps: these options print no column PID', { hint: 'add it, as in -o pid,args' });
  }
  const ours = new Set(processes.map(String));
  const index = words(header).indexOf('PID');
  return `${[header, ...lines.filter((line) => ours.has(pidIn(line, at, index)))].join('\n')}\n`;
}

/** What stands under PID, or in its turn where a long word before it has shifted the line. */
function pidIn(line: string, at: number, index: number): string {
  const under = words(line.slice(0, at + 'PID'.length)).at(-1) ?? '';
  const whole = /^\s*$/.test(line.charAt(at + 'PID'.length));
  return whole && /^\d+$/.test(under) ? under : (words(line)[index] ?? '');
}

/** @throws RuntimeError system-call where there is no ps, usage when it refuses its options */
function hostPs(options: readonly string[]): string {
  const PATH = native().environment('PATH') || USUAL_PATH;
  const { status, stdout, stderr, error } = spawnSync('ps', options, {
    encoding: 'utf8',
    env: { PATH },
    maxBuffer: MOST_OUTPUT,
  });
  if (error !== undefined) {
    const hint = 'install it (procps), or take --format json';
    throw new RuntimeError('system-call', 'cannot run ps', { errno: (error as NodeJS.ErrnoException).code, hint });
  }
  if (status === 0) return stdout.trimEnd();
  throw new RuntimeError('usage', `ps: ${stderr.trim().split('\n')[0] ?? ''}`, {
    hint: 'what follows the id are options of ps(1)',
  });
}

function words(line: string): string[] {
  return line.trim().split(/\s+/);
}
