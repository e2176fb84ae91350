/**
 * Starts the native program the way the addon does, by harness.cpp: a host program, a clone, an init program, and what
 * was heard of it. No Node addon is involved, and everything runs under sanitizers.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { encodePlan } from '../../lib/plan/encode.js';
import {
  type Act,
  CALLS,
  type HostAct,
  type InitAct,
  type ParentAct,
  type TeardownAct,
} from '../../lib/plan/wire.gen.js';

const project = join(import.meta.dirname, '../..');
const native = join(project, 'addon/native');

/** The static program with AddressSanitizer and UndefinedBehaviorSanitizer (`npm run build:sanitized`). */
export const IMAGE = process.env.CAISSON_TEST_IMAGE ?? join(project, 'build/sanitized/caisson-native');

/** What init, the host program or the teardown program said when it failed. */
export interface FailedEvent {
  readonly kind: 'failed';
  /** `hook`: one of a teardown program, which goes on. */
  readonly program: 'host' | 'init' | 'parent' | 'teardown' | 'hook';
  readonly act: number;
  readonly errno: number;
  readonly call: string;
  readonly path: string;
  readonly detail: string;
}

export type Event =
  | FailedEvent
  | { readonly kind: 'met'; readonly point: number; readonly console: boolean }
  | { readonly kind: 'closed' | 'stuck' }
  | { readonly kind: 'forked'; readonly status: number }
  | { readonly kind: 'ended'; readonly signalled: boolean; readonly status: number }
  | { readonly kind: 'slot'; readonly slot: number }
  | { readonly kind: 'times'; readonly times: readonly number[] }
  | { readonly kind: 'fuzzed'; readonly valid: number; readonly count: number };

export interface Outcome {
  readonly events: readonly Event[];
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number | null;
}

export interface InitRun {
  readonly host?: readonly HostAct[];
  readonly init: readonly InitAct[] | Uint8Array;
  /** CLONE_NEW* flags. */
  readonly flags?: number;
  /** Words of harness.cpp: hangup, vanish, trace, private, processor, input=FILE. */
  readonly options?: readonly string[];
  /** Connects to the gate in this directory once init waits there. */
  readonly start?: string;
  /** Runs at the meeting points `born` and `mounted`. */
  readonly parent?: readonly ParentAct[];
  /** Becomes the supervisor with this program. */
  readonly supervise?: readonly TeardownAct[];
  readonly input?: string;
  /** Standard input is /dev/null. */
  readonly nullInput?: boolean;
  readonly image?: string;
  /** Words before the command: a program that runs it in another place. */
  readonly within?: readonly string[];
}

function newestSource(): number {
  const sources = ['', 'host', 'parent', 'teardown'].flatMap((folder) =>
    readdirSync(join(native, folder)).map((name) => join(native, folder, name)),
  );
  const own = [join(import.meta.dirname, 'harness.cpp'), join(project, 'addon/wire/wire.gen.h')];
  return Math.max(...[...sources, ...own].map((file) => statSync(file).mtimeMs));
}

/** Compiles harness.cpp, when it is older than what it is made of; gives its path. Safe to call from several workers. */
function buildHarness(): string {
  const folder = join(project, 'build/test-init');
  const harness = join(folder, 'harness');
  if (existsSync(harness) && statSync(harness).mtimeMs > newestSource()) return harness;
  mkdirSync(folder, { recursive: true });
  const below = (room: string) =>
    readdirSync(join(native, room))
      .filter((name) => name.endsWith('.cpp'))
      .map((name) => join(native, room, name));
  const made = `${harness}.${process.pid}`;
  const flags = [
    '-std=c++20',
    '-D_GNU_SOURCE',
    '-O1',
    '-g',
    '-Wall',
    '-Wextra',
    '-Werror',
    '-fsanitize=address,undefined',
  ];
  const sources = ['plan.cpp', 'run.cpp', 'files.cpp', 'hook.cpp', 'tree.cpp'].map((name) => join(native, name));
  const all = [
    join(import.meta.dirname, 'harness.cpp'),
    ...sources,
    ...below('host'),
    ...below('parent'),
    ...below('teardown'),
  ];
  const include = ['-fno-sanitize-recover=all', `-I${native}`, `-I${join(project, 'addon/wire')}`];
  const compiler = spawnSync('c++', [...flags, ...include, '-o', made, ...all], { encoding: 'utf8' });
  if (compiler.status !== 0) throw new Error(`harness.cpp: ${compiler.stderr}`);
  renameSync(made, harness);
  return harness;
}

/** The compiled harness. */
export const HARNESS = buildHarness();
const REPORTS = 3;

// The machine may be busy with other lanes.
jest.setTimeout(60_000);

/** Runs the harness with these arguments. Input null is /dev/null. */
export function runHarness(
  args: readonly string[],
  input: string | null = '',
  within: readonly string[] = [],
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    // Leaks are not looked for: init ends by _exit(2) and execve(2), and has no heap.
    const env = { ...process.env, ASAN_OPTIONS: 'detect_leaks=0', UBSAN_OPTIONS: 'print_stacktrace=1' };
    const [file = HARNESS, ...words] = [...within, HARNESS, ...args];
    const child = spawn(file, words, { stdio: [input === null ? 'ignore' : 'pipe', 'pipe', 'pipe', 'pipe'], env });
    const texts = ['', '', '', ''];
    for (const fd of [1, 2, REPORTS]) {
      child.stdio[fd]!.on('data', (chunk: Buffer) => {
        texts[fd] = `${texts[fd]!}${chunk.toString()}`;
      });
    }
    child.stdin?.on('error', () => undefined); // a container that does not read its input
    child.stdin?.end(input);
    child.on('error', reject);
    child.on('close', (status) => {
      const events = texts[REPORTS]!.split('\n').filter(Boolean).map(parseEvent);
      resolve({ events, stdout: texts[1]!, stderr: texts[2]!, status });
    });
  });
}

function parseEvent(line: string): Event {
  const event = JSON.parse(line) as Event & { call?: number };
  return event.kind === 'failed' ? { ...event, call: CALLS[Number(event.call)] ?? '' } : event;
}

/** A directory of its own for a test, and files in it. */
export class Workplace {
  readonly directory = mkdtempSync(join(tmpdir(), 'caisson-init-'));
  #count = 0;

  path(...parts: string[]): string {
    return join(this.directory, ...parts);
  }

  /** Writes a program (or bytes as they are) to a file; gives its path. */
  plan(program: readonly Act[] | Uint8Array, trace = false): string {
    const bytes = program instanceof Uint8Array ? program : encodePlan(program, trace);
    const path = this.path(`plan-${++this.#count}`);
    writeFileSync(path, bytes);
    return path;
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** Runs a host program, clones, and runs an init program; nothing of it is left when the promise is fulfilled. */
  async init(run: InitRun): Promise<Outcome> {
    const { host = [], init, flags = 0, options = [], start, parent, supervise, input, nullInput } = run;
    const more = [...options];
    if (start !== undefined) more.push(`start=${start}`);
    if (parent !== undefined) more.push(`parent=${this.plan(parent)}`);
    if (supervise !== undefined) more.push(`supervise=${this.plan(supervise)}`);
    const plan = this.plan(init, options.includes('trace'));
    return runHarness(
      ['init', run.image ?? IMAGE, flags.toString(), this.plan(host), plan, ...more],
      nullInput === true ? null : input,
      run.within,
    );
  }

  host(acts: readonly HostAct[]): Promise<Outcome> {
    return runHarness(['host', this.plan(acts)]);
  }

  teardown(acts: readonly TeardownAct[]): Promise<Outcome> {
    return runHarness(['teardown', this.plan(acts)]);
  }
}

/** The one failure of a run. */
export function failureOf(outcome: Outcome): FailedEvent {
  const failures = outcome.events.filter((event) => event.kind === 'failed');
  if (failures.length !== 1) throw new Error(`expected one failure: ${JSON.stringify(outcome)}`);
  return failures[0]!;
}
