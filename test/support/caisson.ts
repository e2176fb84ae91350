/**
 * The built executable as tests call it, each file of tests with a state root and ids of its own, so that files run beside
 * each other.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** The front of the built executable. */
const FRONT = join(import.meta.dirname, '../../dist/bin/caisson');

export interface Outcome {
  readonly status: number;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly input?: string;
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Milliseconds. */
  readonly timeout?: number;
}

let made = 0;

/** One state root, and calls of caisson on it. */
export class Caisson {
  /** Everything this object makes is below it; also the place for bundles. */
  readonly directory: string;
  readonly root: string;
  readonly #ids: string[] = [];

  readonly #command: readonly string[];

  /** The words that the executable is called by. */
  static readonly executable: readonly string[] = [FRONT];

  /** @param command words that caisson is called by, when not as the executable */
  constructor(parent = '/tmp', command: readonly string[] = [FRONT]) {
    this.#command = command;
    this.directory = mkdtempSync(join(parent, 'caisson-test-'));
    this.root = join(this.directory, 'state');
  }

  /** An id that no other test uses. */
  id(): string {
    const id = `test-${process.pid}-${++made}`;
    this.#ids.push(id);
    return id;
  }

  /** The words that run caisson with these arguments, for a program that runs it. */
  words(args: readonly string[]): string[] {
    return [...this.#command, '--root', this.root, ...args];
  }

  /** Runs caisson to its end. */
  call(args: readonly string[], options: RunOptions = {}): Outcome {
    const [file = '', ...before] = this.#command;
    const result = spawnSync(file, [...before, '--root', this.root, ...args], {
      encoding: 'utf8',
      input: options.input ?? '',
      cwd: options.cwd ?? this.directory,
      env: options.env ?? process.env,
      timeout: options.timeout ?? 60_000,
      maxBuffer: 64 * 1024 * 1024,
    });
    if (result.error) throw result.error;
    return { status: result.status ?? -1, signal: result.signal, stdout: result.stdout, stderr: result.stderr };
  }

  /** Runs caisson to its end with stdio on /dev/null but for stderr: a container that outlives the call holds no pipe of ours. */
  detach(args: readonly string[], options: RunOptions = {}): Outcome {
    const [file = '', ...before] = this.#command;
    const result = spawnSync(file, [...before, '--root', this.root, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'ignore', 'ignore'],
      cwd: options.cwd ?? this.directory,
      env: options.env ?? process.env,
      timeout: options.timeout ?? 60_000,
    });
    return { status: result.status ?? -1, signal: result.signal, stdout: '', stderr: '' };
  }

  /** Starts caisson and returns at once. */
  start(args: readonly string[], options: RunOptions = {}): ChildProcess {
    const [file = '', ...before] = this.#command;
    return spawn(file, [...before, '--root', this.root, ...args], {
      cwd: options.cwd ?? this.directory,
      env: options.env ?? process.env,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
  }

  /** `state`, parsed; fails when there is none. */
  state(id: string): { status: string; pid: number; [field: string]: unknown } {
    const outcome = this.call(['state', id]);
    if (outcome.status !== 0) throw new Error(outcome.stderr);
    return JSON.parse(outcome.stdout) as { status: string; pid: number };
  }

  /** Waits until a container has a status. */
  async until(id: string, status: string, milliseconds = 10_000): Promise<void> {
    const deadline = Date.now() + milliseconds;
    while (this.state(id).status !== status) {
      if (Date.now() > deadline) throw new Error(`${id} is not ${status} but ${this.state(id).status}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Ends every container and removes all files. */
  clean(): void {
    for (const id of this.#ids) this.call(['delete', '--force', id]);
    rmSync(this.directory, { recursive: true, force: true });
  }
}
