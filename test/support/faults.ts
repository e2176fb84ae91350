/**
 * Strikes caisson at a system call: lets the call fail, or kills one of its processes there. It is caisson as it is shipped,
 * looked at from outside, so nothing for that is in the program: faults/tracer.c follows the processes of the static program,
 * faults/shim.c stands between the addon and the C library. Used by test/crash.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, closeSync, copyFileSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import type { Caisson } from './caisson.js';

const SOURCES = join(import.meta.dirname, 'faults');
const DIST = join(import.meta.dirname, '../../dist');

/** A process of caisson: the front with the supervisor that it becomes, the engine, init from its clone on. */
export type Who = 'front' | 'engine' | 'init';

/** What happens at a call. `fail` is the name of an errno. */
export type Deed = { readonly kill: readonly Who[] } | { readonly fail: Errno };
export type Errno = keyof typeof constants.errno;

/** A call that was counted: its number, and its name or the number of the system call. */
export interface Call {
  readonly at: number;
  readonly name: string;
  /** Whether it is of a kind that never fails, or does not come back. */
  readonly never: boolean;
}

export interface Struck {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly calls: readonly Call[];
  /** Whether it came to the call. */
  readonly struck: boolean;
  /** All processes of caisson that were seen. */
  readonly processes: readonly number[];
}

/** Further words on a call. */
export interface Circumstances {
  /** A process that is init as well, and was made by another call of caisson. */
  readonly init?: number;
}

/** Functions of the C library that faults/shim.c stands before. */
export function coveredCalls(): string[] {
  const text = readFileSync(join(SOURCES, 'calls.h'), 'utf8');
  return [...text.matchAll(/^[A-Z]+\((\w+)\)$/gm)].map(([, name = '']) => name);
}

function compile(flags: readonly string[], source: string, to: string): string {
  const words = ['-O1', '-Wall', '-Wextra', '-Werror', ...flags, '-o', to, join(SOURCES, source)];
  const compiler = spawnSync('gcc', words, { encoding: 'utf8' });
  if (compiler.status !== 0) throw new Error(`gcc: ${compiler.stderr}`);
  return to;
}

export class Faults {
  readonly #caisson: Caisson;
  readonly #directory: string;
  readonly #tracer: string;
  readonly #front: string;

  constructor(caisson: Caisson) {
    this.#caisson = caisson;
    this.#directory = join(caisson.directory, 'faults');
    this.#front = join(this.#directory, 'tree/bin/caisson');
    mkdirSync(join(this.#directory, 'tree/bin'), { recursive: true });
    mkdirSync(join(this.#directory, 'tree/libexec/caisson'), { recursive: true });
    this.#tracer = compile([], 'tracer.c', join(this.#directory, 'tracer'));
    const shim = compile(['-shared', '-fPIC', '-fno-builtin'], 'shim.c', join(this.#directory, 'shim.so'));
    copyFileSync(join(DIST, 'bin/caisson'), this.#front);
    const engine = join(this.#directory, 'tree/libexec/caisson/engine');
    // The front drops LD_PRELOAD, and finds its engine beside itself.
    writeFileSync(engine, `#!/bin/sh\nLD_PRELOAD=${shim} exec ${join(DIST, 'libexec/caisson/engine')} "$@"\n`);
    chmodSync(engine, 0o755);
  }

  /** Runs caisson without a deed. The container that it leaves is the caller's. */
  watch(whose: Who, args: readonly string[], more: Circumstances = {}): Struck {
    const watched = this.#run(whose, 0, 'count', args, more);
    if (watched.status !== 0) throw new Error(`caisson ${args.join(' ')}: ${watched.stderr}`);
    return watched;
  }

  /** Runs caisson to its end, or to that of its front, with a deed at a call. */
  strike(whose: Who, at: number, deed: Deed, args: readonly string[], more: Circumstances = {}): Struck {
    const word = 'kill' in deed ? `kill=${deed.kill.join(',')}` : `fail=${constants.errno[deed.fail]}`;
    return this.#run(whose, at, word, args, more);
  }

  #run(whose: Who, at: number, deed: string, args: readonly string[], { init }: Circumstances): Struck {
    const [report, shimReport] = [join(this.#directory, 'report'), join(this.#directory, 'shim-report')];
    writeFileSync(shimReport, '');
    const engine = whose === 'engine';
    const words = engine ? ['nobody', '0', 'count', report] : [whose, at.toString(), deed, report];
    if (init !== undefined) words.push(`pid=${init}`);
    words.push('--', this.#front, '--root', this.#caisson.root, ...args);
    const env = engine ? { ...process.env, CAISSON_SHIM: `${at}:${deed}:${shimReport}` } : process.env;
    const ended = this.#spawn(words, env);
    const told = readFileSync(report, 'utf8').trimEnd().split('\n');
    const calls = engine ? readFileSync(shimReport, 'utf8').trimEnd().split('\n') : told;
    const of = (lines: readonly string[], first: string) =>
      lines.filter((line) => line.startsWith(first)).map((line) => line.split(' '));
    return {
      ...ended,
      calls: of(calls, 'call ').map(([, number, name = '', never]) => ({
        at: Number(number),
        name,
        never: never !== undefined,
      })),
      struck: of(calls, 'struck ').length > 0,
      processes: of(told, 'process ').map(([, pid]) => Number(pid)),
    };
  }

  /** Output goes to files: a container that stays holds its standard error, and nobody waits for the end of a file. */
  #spawn(words: readonly string[], env: NodeJS.ProcessEnv) {
    const files = ['stdout', 'stderr'].map((name) => join(this.#directory, name));
    const fds = files.map((file) => openSync(file, 'w'));
    const options = { cwd: this.#directory, env, timeout: 60_000 };
    const { status, signal } = spawnSync(this.#tracer, words, { ...options, stdio: ['ignore', ...fds] });
    for (const fd of fds) closeSync(fd);
    const [stdout = '', stderr = ''] = files.map((file) => readFileSync(file, 'utf8'));
    return { status, signal, stdout, stderr };
  }

  clean(): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

/** Whether everything is struck that can be, which takes half an hour: CAISSON_CRASH=all in the environment. */
export const EVERYTHING = process.env.CAISSON_CRASH === 'all';

/**
 * The calls to strike at: each situation once, which is a call behind the same call before; of forty capabilities dropped in
 * a row, the first two. Or all of them.
 */
export function situations(calls: readonly Call[]): Call[] {
  if (EVERYTHING) return [...calls];
  const seen = new Set<string>();
  return calls.filter(({ name }, index) => {
    const pair = `${calls[index - 1]?.name} ${name}`;
    return seen.has(pair) ? false : seen.add(pair).size > 0;
  });
}
