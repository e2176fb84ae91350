/**
 * What a real engine runs on: its programs (this machine's, or those under build/engines), a folder of its own for all that
 * it keeps, an image made here, and processes that are ended by number. Used by every test of the lane.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll } from '@jest/globals';
import { makeRootfs } from '../support/bundle.js';
import { cgroupMounts } from '../support/host.js';

const project = join(import.meta.dirname, '../..');
const unpacked = join(project, 'build/engines/root');

/** Where scripts/lib/engines.mjs puts what it builds. */
export const BUILT = join(project, 'build/engines/built');

/** The built executable. */
export const CAISSON = join(project, 'dist/bin/caisson');

export const PATH = [
  join(unpacked, 'usr/bin'),
  join(unpacked, 'usr/sbin'),
  ...(process.env.PATH ?? '/usr/bin:/bin').split(':').filter((folder) => folder.startsWith('/')),
  '/usr/sbin',
  '/sbin',
].join(':');

/** Where a program is, or undefined. Debian's, before another one of the same name that this machine may have. */
export function program(name: string): string | undefined {
  return ['/usr/bin', '/usr/sbin', ...PATH.split(':')].map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A file of a package: a profile, a policy. */
export function packaged(file: string): string | undefined {
  return [join('/', file), join(unpacked, file)].find((candidate) => {
    try {
      accessSync(candidate, constants.R_OK);
      return true;
    } catch {
      return false;
    }
  });
}

export interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** More of busybox than tests of caisson alone need. */
const APPLETS = [
  'unshare',
  'stty',
  'seq',
  'date',
  'crond',
  'crontab',
  'nc',
  'httpd',
  'wget',
  'tail',
  'trap',
  'rm',
  'find',
];

/** The folder of one engine, and everything that is started in it. */
export class Stage {
  /** Short: paths of sockets have 108 bytes. */
  readonly directory = `/tmp/caisson-engine-${randomBytes(4).toString('hex')}`;
  readonly #servers: ChildProcess[] = [];
  readonly folder: string | undefined;
  env: NodeJS.ProcessEnv;

  /**
   * Made where tests are declared; its folder is made when one of them runs, since nothing would remove it behind skipped ones.
   * @param folder of an engine's own programs: none of them is then the machine's
   */
  constructor(folder?: string) {
    beforeAll(() => mkdirSync(this.directory, { mode: 0o700 }));
    this.folder = folder;
    this.env = { PATH: folder === undefined ? PATH : `${folder}:${PATH}`, HOME: this.directory };
  }

  /** Where a program of the engine is, or undefined. */
  program(name: string): string | undefined {
    return this.folder === undefined ? program(name) : [join(this.folder, name)].find(isExecutable);
  }

  path(...parts: readonly string[]): string {
    return join(this.directory, ...parts);
  }

  /** Puts a command of the stage's own before those of the machine: for lines of a shell. */
  command(name: string, script: string): void {
    mkdirSync(this.path('bin'), { recursive: true });
    writeFileSync(this.path('bin', name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    this.env = { ...this.env, PATH: `${this.path('bin')}:${this.env.PATH ?? ''}` };
  }

  /** Runs a program to its end. */
  call(name: string, args: readonly string[], options: { input?: string; cwd?: string; timeout?: number } = {}): Ended {
    const result = spawnSync(this.program(name) ?? program(name) ?? name, args, {
      encoding: 'utf8',
      input: options.input ?? '',
      cwd: options.cwd ?? this.directory,
      env: this.env,
      timeout: options.timeout ?? 30_000,
      killSignal: 'SIGKILL',
      maxBuffer: 64 * 1024 * 1024,
    });
    if (result.error) throw result.error;
    return { status: result.status ?? -1, stdout: result.stdout, stderr: result.stderr };
  }

  /** Starts a server, and waits until a question to it is answered with status 0. Its output is server.log. */
  async serve(name: string, args: readonly string[], ready: () => Ended): Promise<void> {
    const log = openSync(this.path('server.log'), 'a');
    const server = spawn(this.program(name) ?? name, args, {
      cwd: this.directory,
      env: this.env,
      stdio: ['ignore', log, log],
    });
    this.#servers.push(server);
    await until(`${name} answers`, () => {
      if (server.exitCode !== null)
        throw new Error(`${name} has ended:\n${readFileSync(this.path('server.log'), 'utf8')}`);
      return ready().status === 0;
    });
  }

  /** Ends what was started, and removes everything. */
  async close(): Promise<void> {
    for (const server of this.#servers) await end(server);
    for (const mount of mountsBelow(this.directory)) spawnSync('umount', ['-l', mount]);
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** The root filesystem of the image, as a folder. */
  rootfs(): string {
    const rootfs = this.path('rootfs');
    mkdirSync(rootfs);
    makeRootfs(rootfs);
    for (const applet of APPLETS) {
      try {
        symlinkSync('busybox', join(rootfs, 'bin', applet));
      } catch {
        // makeRootfs has made it.
      }
    }
    writeFileSync(join(rootfs, 'etc/text'), 'no program\n', { mode: 0o644 });
    return rootfs;
  }

  /** The image as a tar of its files. */
  tar(): string {
    const file = this.path('rootfs.tar');
    const made = spawnSync('tar', ['-C', this.rootfs(), '-cf', file, '.'], { encoding: 'utf8' });
    if (made.status !== 0) throw new Error(made.stderr);
    return file;
  }

  /** The image as a tar of the OCI's image layout. */
  ociImage(name: string): string {
    const layer = readFileSync(this.tar());
    const arch = process.arch === 'x64' ? 'amd64' : process.arch;
    const config = Buffer.from(
      JSON.stringify({
        architecture: arch,
        os: 'linux',
        config: { Env: ['PATH=/bin'], Cmd: ['sh'] },
        rootfs: { type: 'layers', diff_ids: [digest(layer)] },
      }),
    );
    const type = (what: string) => `application/vnd.oci.image.${what}`;
    const about = (what: string, bytes: Buffer) => ({
      mediaType: type(what),
      digest: digest(bytes),
      size: bytes.length,
    });
    const manifest = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: type('manifest.v1+json'),
        config: about('config.v1+json', config),
        layers: [about('layer.v1.tar', layer)],
      }),
    );
    const annotations = { 'io.containerd.image.name': name };
    const index = { schemaVersion: 2, manifests: [{ ...about('manifest.v1+json', manifest), annotations }] };
    const layout = this.path('layout');
    mkdirSync(join(layout, 'blobs/sha256'), { recursive: true });
    for (const blob of [layer, config, manifest]) {
      writeFileSync(join(layout, 'blobs', digest(blob).replace(':', '/')), blob);
    }
    writeFileSync(join(layout, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
    writeFileSync(join(layout, 'index.json'), JSON.stringify(index));
    const file = this.path('image.tar');
    spawnSync('tar', ['-C', layout, '-cf', file, 'oci-layout', 'index.json', 'blobs']);
    return file;
  }
}

function digest(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** Waits for something to become true. */
export async function until(what: string, holds: () => boolean, milliseconds = 20_000): Promise<void> {
  const deadline = Date.now() + milliseconds;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`not within ${milliseconds} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = new Promise((resolve) => server.on('exit', resolve));
  server.kill('SIGTERM');
  const patience = setTimeout(() => server.kill('SIGKILL'), 15_000);
  await ended;
  clearTimeout(patience);
}

/** Mount points below a directory, the innermost first. */
export function mountsBelow(directory: string): string[] {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .filter((mount) => mount.startsWith(`${directory}/`))
    .reverse();
}

/** What is left on this machine of something whose name holds a token: cgroups and mounts. */
export function leftOf(token: string): string[] {
  const found = spawnSync('find', [...cgroupMounts(), '-type', 'd', '-name', `*${token}*`], { encoding: 'utf8' });
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  return [...found.stdout.split('\n').filter(Boolean), ...mounts.filter((line) => line.includes(token))];
}

/** `caisson state` on a root that an engine has chosen. */
export function stateOf(root: string, id: string): { readonly status: string; readonly pid: number } {
  const { stdout, stderr } = spawnSync(CAISSON, ['--root', root, 'state', id], { encoding: 'utf8' });
  if (stderr !== '') throw new Error(stderr);
  return JSON.parse(stdout) as { status: string; pid: number };
}

/** Removes the parent that an engine has named for its containers, with what is empty below it. */
export function removeCgroups(parent: string): void {
  for (const mount of cgroupMounts()) spawnSync('find', [join(mount, parent), '-depth', '-type', 'd', '-delete']);
}

/** The limit of memory, in bytes, of the cgroup that a process is in. */
export function memoryLimit(pid: number): number {
  for (const line of readFileSync(`/proc/${pid}/cgroup`, 'utf8').trimEnd().split('\n')) {
    const [, controllers = '', path = ''] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    const files = cgroupMounts().flatMap((mount) =>
      ['memory.limit_in_bytes', 'memory.max'].map((file) => join(mount, path, file)),
    );
    const file = files.find((candidate) => existsSync(candidate));
    if ((controllers === 'memory' || controllers === '') && file !== undefined) {
      return Number(readFileSync(file, 'utf8'));
    }
  }
  throw new Error(`process ${pid} has no cgroup with a limit of memory`);
}
