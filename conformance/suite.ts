// Builds the suite that go.mod pins into a directory outside git. Called by run.ts. Go's own cache makes a second
// build take no time, so nothing here remembers what was built.

import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const suiteModule = 'github.com/opencontainers/runtime-tools';

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

function copyRootfs(source: string, out: string): string {
  const name = `rootfs-${{ x64: 'amd64', ia32: '386' }[process.arch as string] ?? process.arch}.tar.gz`;
  if (!existsSync(join(source, name))) throw new Error(`the suite has no ${name}: it can't be run on this processor`);
  copyFileSync(join(source, name), join(out, name));
  return join(out, name);
}

function findGo(home: string): string {
  const found = ['go', '/usr/local/go/bin/go'].map((path) => ({ path, version: goVersion(path, home) }));
  const good = found.find(({ version }) => version !== undefined && isRecent(version));
  if (good) return good.path;
  const old = found.find(({ version }) => version !== undefined)?.version;
  throw new Error(`Go 1.24 or newer is needed to build the OCI runtime-tools suite, and this machine has ${old ?? 'none'}.
  Debian 13:  apt-get install golang-go
  Debian 12:  apt-get install -t bookworm-backports golang-go   (its Go fetches the newer one by itself)`);
}

/** Asked in `home`, since Go 1.21 and newer switch to the toolchain that go.mod wants. */
function goVersion(path: string, home: string): string | undefined {
  const { stdout, status } = spawnSync(path, ['version'], { cwd: home, encoding: 'utf8' });
  return status === 0 ? /\bgo\d+\.\d+\S*/.exec(stdout)?.[0] : undefined;
}

function isRecent(version: string): boolean {
  const [, major, minor] = /^go(\d+)\.(\d+)/.exec(version) ?? [];
  return Number(major) > 1 || (Number(major) === 1 && Number(minor) >= 24);
}

function runGo(go: string, home: string, args: readonly string[]): string {
  const env = { ...process.env, CGO_ENABLED: '0' };
  const { stdout, status, error } = spawnSync(go, args, {
    cwd: home,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`go ${args[0]} failed with exit status ${status} (its words are above)`);
  return stdout;
}
