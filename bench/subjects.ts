// Who is compared: the runtimes, found and asked for their version, and the floor. All runtimes are given the same
// command line, which is runc's.

import { execFileSync, spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { runtimeNames, type Operation, type Options, type RuntimeName, type SubjectName } from './options.js';
import { bundleFolder, environment, idPrefix, repository, rootfs, stateRoot, type BundleName } from './place.js';
import { compile } from './programs.js';

/** One of those that are timed. */
export interface Subject {
  readonly name: SubjectName;
  /** The id of its container and the name of its cgroups. */
  readonly id: string;
  /** Words that do the operation; undefined for what it cannot do. */
  command(operation: Operation): readonly string[] | undefined;
}

export interface Runtime extends Subject {
  readonly name: RuntimeName;
  readonly program: string;
  /** First line of `--version`. */
  readonly version: string;
  /** What stands before the command. */
  readonly globalWords: readonly string[];
  command(operation: Operation, bundle?: BundleName): readonly string[];
}

const installation: Readonly<Record<RuntimeName, string>> = {
  caisson: 'npm run build',
  runc: 'apt-get install runc',
  crun: 'apt-get install crun',
};

/** @throws {Error} when a program is missing, with the command that installs it */
export function findRuntimes(options: Options): Runtime[] {
  return runtimeNames.filter((name) => !options.without.includes(name)).map((name) => makeRuntime(name, options));
}

function makeRuntime(name: RuntimeName, options: Options): Runtime {
  const program = findProgram(name, options.programs[name]);
  const globalWords = ['--root', stateRoot(name)];
  const words = [program, ...globalWords];
  const id = idPrefix + name;
  const command = (operation: Operation, bundle?: BundleName): readonly string[] => {
    if (operation === 'run' || operation === 'create') {
      const fallback = operation === 'run' ? 'true' : 'sleep';
      return [...words, operation, '--bundle', bundleFolder(bundle ?? fallback), id];
    }
    if (operation === 'kill') return [...words, 'kill', id, 'KILL'];
    return operation === 'exec' ? [...words, 'exec', id, '/bin/true'] : [...words, operation, id];
  };
  const version = execFileSync(program, ['--version'], { encoding: 'utf8', env: environment }).split('\n', 1)[0]!;
  return { name, id, program, version, globalWords, command };
}

function findProgram(name: RuntimeName, given: string | undefined): string {
  const path = environment.PATH!.split(':').map((folder) => join(folder, name));
  const places =
    given !== undefined ? [resolve(given)] : name === 'caisson' ? [join(repository, 'dist/bin/caisson')] : path;
  const program = places.find((place) => existsSync(place));
  if (program !== undefined) return program;
  throw new Error(`${given ?? name} is not there: ${installation[name]} (or --${name} PATH, or --without ${name})`);
}

/** The kernel's own share of `run`, compiled from bench/floor.cpp. */
export function makeFloor(): Subject {
  const id = `${idPrefix}floor`;
  const words = [compile('floor'), rootfs, id];
  return { name: 'floor', id, command: (operation) => (operation === 'run' ? words : undefined) };
}

/** Runs a runtime's command to its end, not timed. */
export function call(words: readonly string[]): SpawnSyncReturns<string> {
  return spawnSync(words[0]!, words.slice(1), {
    encoding: 'utf8',
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}
