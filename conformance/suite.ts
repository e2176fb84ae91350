// Builds the suite that go.mod pins into a directory outside git. Called by run.ts. Go's own cache makes a second
// build take no time, so nothing here remembers what was built.

import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { goHint, goPlaces } from '../scripts/lib/go.mjs';

export const suiteModule = 'github.com/opencontainers/runtime-tools';
export const specModule = 'github.com/opencontainers/runtime-spec';

export interface Suite {
  /** Directory of the built programs and `runtimetest`. */
  readonly bin: string;
  /** The root filesystem that the programs unpack; its file name is part of the suite. */
  readonly rootfs: string;
}

/** The suite's programs, as the `tool` lines of go.mod name them. */
export function listPrograms(home: string): string[] {
  const text = readFileSync(join(home, 'go.mod'), 'utf8');
  return [...text.matchAll(/^\s*(?:tool )?\S+\/validation\/(\w+)$/gm)].map((match) => match[1]!);
}

/**
 * @param home directory of go.mod
 * @param out where the programs go
 * @throws Error when Go is missing or too old, or the build fails
 */
export function buildSuite(home: string, out: string): Suite {
  const bin = buildPrograms(home, out, ['tool']);
  return { bin, rootfs: copyRootfs(moduleFolder(home, suiteModule), out) };
}

/**
 * Builds programs of the modules that go.mod pins.
 * @param packages as `go build` takes them
 * @returns the directory that they are in
 * @throws Error when Go is missing or too old, or the build fails
 */
export function buildPrograms(home: string, out: string, packages: readonly string[]): string {
  const bin = join(out, 'bin');
  mkdirSync(bin, { recursive: true });
  // Static, because runtimetest runs inside a root filesystem without a C library.
  const flags = ['-mod=readonly', '-trimpath', '-buildvcs=false', '-ldflags=-s -w'];
  runGo(findGo(home), home, ['build', ...flags, '-o', `${bin}/`, ...packages]);
  return bin;
}

/**
 * Where the source of a module lies that go.mod pins.
 * @throws Error when Go is missing or too old, or the module cannot be fetched
 */
export function moduleFolder(home: string, module: string): string {
  const go = findGo(home);
  runGo(go, home, ['mod', 'download', module]);
  return runGo(go, home, ['list', '-mod=readonly', '-m', '-f', '{{.Dir}}', module]).trim();
}

/** Where the sources of Go's own packages lie, of the Go that builds the suite. */
export function goRoot(home: string): string {
  return runGo(findGo(home), home, ['env', 'GOROOT']).trim();
}

function copyRootfs(source: string, out: string): string {
  const name = `rootfs-${{ x64: 'amd64', ia32: '386' }[process.arch as string] ?? process.arch}.tar.gz`;
  if (!existsSync(join(source, name))) throw new Error(`the suite has no ${name}: it can't be run on this processor`);
  copyFileSync(join(source, name), join(out, name));
  return join(out, name);
}

function findGo(home: string): string {
  const found = goPlaces().map((path) => ({ path, version: goVersion(path, home) }));
  const good = found.find(({ version }) => version !== undefined && isRecent(version));
  if (good) return good.path;
  const old = found.find(({ version }) => version !== undefined)?.version;
  throw new Error(`${goHint}; this machine has ${old ?? 'none'}`);
}

/** Asked in `home`, since Go 1.21 and newer switch to the toolchain that go.mod wants. */
function goVersion(path: string, home: string): string | undefined {
  const { stdout, status } = spawnSync(path, ['version'], { cwd: home, env: goEnvironment(), encoding: 'utf8' });
  return status === 0 ? /\bgo\d+\.\d+\S*/.exec(stdout)?.[0] : undefined;
}

/** A Go that is too old may fetch the one that go.mod wants, also where its user's settings (`go env -w`) keep it from that. */
function goEnvironment(): NodeJS.ProcessEnv {
  return { GOTOOLCHAIN: 'auto', ...process.env, CGO_ENABLED: '0' };
}

function isRecent(version: string): boolean {
  const [, major, minor] = /^go(\d+)\.(\d+)/.exec(version) ?? [];
  return Number(major) > 1 || (Number(major) === 1 && Number(minor) >= 24);
}

function runGo(go: string, home: string, args: readonly string[]): string {
  const { stdout, status, error } = spawnSync(go, args, {
    cwd: home,
    env: goEnvironment(),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`go ${args[0]} failed with exit status ${status} (its words are above)`);
  return stdout;
}
