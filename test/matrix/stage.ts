/** What the containers of the matrix need around them: a mount namespace, a rootfs for each, files, processes to join. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLAIMS } from '../../lib/plan/claims.js';
import { makeRootfs } from '../support/bundle.js';
import type { Config, World } from './engines/parts.js';

const PROBE = join(import.meta.dirname, '../support/probe/probe.sh');
/** The id that the root of MAPPINGS is on the host. */
const MAPPED_ROOT = 200_000;

/** Until caisson carries it out, the configs do without: as soon as the table claims it, they have it. */
const CARRIES_SYSCTL = typeof (CLAIMS.linux as { readonly sysctl?: unknown }).sysctl === 'string';

export class Stage {
  readonly directory = mkdtempSync(join(tmpdir(), 'caisson-matrix-'));
  readonly #processes: ChildProcess[] = [];
  #mounts = 0;
  neighbour = 0;
  mapped = 0;
  #made = 0;

  /** Makes everything; call close() at the end, whatever happens. */
  async open(): Promise<void> {
    // A mapped root must be able to walk here.
    chmodSync(this.directory, 0o755);
    this.#makeFiles();
    makeRootfs(join(this.directory, 'rootfs'));
    copyFileSync(PROBE, join(this.directory, 'rootfs/probe.sh'));
    this.#mounts = (
      await this.#hold('unshare', ['--mount', '--propagation', 'private', 'sh', join(import.meta.dirname, 'stage.sh')])
    ).pid;
    const spaces = ['--net', '--ipc', '--uts'];
    const wait = ['sh', '-c', 'echo ready; cat'];
    const neighbour = await this.#hold('unshare', [...spaces, '--pid', '--fork', '--kill-child', ...wait]);
    this.neighbour = childOf(neighbour.pid);
    this.mapped = (await this.#hold('unshare', ['--user', ...spaces, ...wait])).pid;
    for (const map of ['uid_map', 'gid_map']) writeFileSync(`/proc/${this.mapped}/${map}`, `0 ${MAPPED_ROOT} 65536\n`);
  }

  async close(): Promise<void> {
    for (const one of this.#processes) one.stdin?.end();
    await Promise.all(this.#processes.map(ended));
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** Runs a command in the stage's mount namespace. */
  call(words: readonly string[], input = ''): { status: number; stdout: string; stderr: string } {
    const result = spawnSync('nsenter', [`--mount=/proc/${this.#mounts}/ns/mnt`, '--', ...words], {
      encoding: 'utf8',
      input,
      cwd: '/',
      env: { PATH: process.env.PATH ?? '/usr/sbin:/usr/bin:/sbin:/bin' },
      timeout: 30_000,
      killSignal: 'SIGKILL',
    });
    if (result.error) throw result.error;
    return { status: result.status ?? -1, stdout: result.stdout, stderr: result.stderr };
  }

  /** A bundle of a config, with a rootfs of its own that belongs to the container's root. */
  bundle(config: (world: World) => Config, name: string): string {
    const directory = join(this.directory, `bundle-${++this.#made}`);
    const rootfs = join(directory, 'rootfs');
    mkdirSync(directory);
    const { neighbour, mapped } = this;
    const made = config({
      rootfs,
      files: join(this.directory, 'files'),
      neighbour,
      mapped,
      cgroupsPath: `/caisson-matrix/${name}`,
    });
    cpSync(join(this.directory, 'rootfs'), rootfs, { recursive: true, verbatimSymlinks: true });
    if (made.linux.uidMappings !== undefined) give(rootfs, MAPPED_ROOT);
    if (!CARRIES_SYSCTL) delete made.linux.sysctl;
    const { maskedPaths = [], readonlyPaths = [], sysctl = {} } = made.linux;
    made.process.env.push(
      `PROBE_MASKED=${maskedPaths.join(' ')}`,
      `PROBE_READONLY=${readonlyPaths.join(' ')}`,
      `PROBE_SYSCTL=${Object.keys(sysctl).join(' ')}`,
    );
    writeFileSync(join(directory, 'config.json'), JSON.stringify(made));
    return directory;
  }

  #makeFiles(): void {
    const files = join(this.directory, 'files');
    for (const name of ['shm', 'data/ro', 'data/inner', 'secret']) mkdirSync(join(files, name), { recursive: true });
    for (const name of ['hosts', 'hostname', 'resolv.conf', 'data/file', 'secret/token'])
      writeFileSync(join(files, name), `${name}\n`);
  }

  /** Starts a process that says `ready` and lives until its stdin ends. */
  async #hold(file: string, args: readonly string[]): Promise<{ pid: number }> {
    const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#processes.push(child);
    await new Promise<void>((resolve, reject) => {
      child.stdout.on('data', (text) => String(text).includes('ready') && resolve());
      child.once('exit', (status) => reject(new Error(`${file} ${args.join(' ')}: status ${status}`)));
    });
    return { pid: child.pid! };
  }
}

/** All of them end when their stdin does. */
async function ended(one: ChildProcess): Promise<void> {
  const timer = setTimeout(() => one.kill('SIGKILL'), 10_000);
  if (one.exitCode === null && one.signalCode === null) await new Promise((resolve) => one.once('exit', resolve));
  clearTimeout(timer);
}

/** The one child of a process. */
function childOf(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim());
}

function give(path: string, owner: number): void {
  for (const entry of readdirSync(path, { withFileTypes: true, recursive: true })) {
    if (!entry.isSymbolicLink()) chownSync(join(entry.parentPath, entry.name), owner, owner);
  }
  chownSync(path, owner, owner);
}
