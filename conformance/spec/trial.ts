// One check's containers: a bundle, a state root of its own, calls of the runtime with a deadline, and what is left at the
// end is taken away. Called by the checks. It knows nothing of any runtime but the operations of the specification.

import { spawn } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { busybox } from '../../scripts/lib/needs.mjs';
import { sweepCgroups } from '../cgroups.js';
import { removeTree } from '../scratch.js';

/** What a call of the runtime gave. */
export interface Called {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface State {
  readonly status: string;
  readonly pid?: number;
  readonly [property: string]: unknown;
}

/** A config.json in the making: checks change any part of it, also to what it must not be. */
export interface Config {
  process: Record<string, unknown>;
  root: { path: string };
  mounts: object[];
  linux: { namespaces: object[]; [property: string]: unknown };
  [property: string]: unknown;
}

/** Milliseconds for one call, and for a status to come. */
const DEADLINE = 60_000;

const APPLETS = ['sh', 'sleep', 'cat', 'touch', 'true', 'false', 'hostname', 'readlink', 'kill', 'ls', 'mount'];

export class Trial {
  readonly directory = mkdtempSync(join(tmpdir(), 'conformance-spec-'));
  readonly bundle = join(this.directory, 'bundle');
  readonly root = join(this.directory, 'state');
  readonly #runtime: string;
  readonly #ids: string[] = [];

  constructor(runtime: string) {
    this.#runtime = runtime;
    chmodSync(this.directory, 0o755);
    for (const part of ['bin', 'proc', 'dev', 'sys', 'tmp']) mkdirSync(join(this.rootfs, part), { recursive: true });
    copyFileSync(busybox, join(this.rootfs, 'bin/busybox'));
    for (const name of APPLETS) symlinkSync('busybox', join(this.rootfs, 'bin', name));
    this.configure('true');
  }

  get rootfs(): string {
    return join(this.bundle, 'rootfs');
  }

  /** A new id, in the form that cgroups.ts knows as ours. */
  id(): string {
    const id = crypto.randomUUID();
    this.#ids.push(id);
    return id;
  }

  /** A path on the host, also for hooks. */
  path(name: string): string {
    return join(this.directory, name);
  }

  /** What a hook or a program wrote to a file, or nothing. */
  read(path: string): string {
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  }

  /** Writes config.json for a line of sh(1). */
  configure(line: string, change: (config: Config) => void = () => undefined): void {
    const config = defaultConfig(line);
    change(config);
    writeFileSync(join(this.bundle, 'config.json'), JSON.stringify(config));
  }

  /** A hook that runs a line of sh(1) on the host. */
  hook(line: string): object {
    return { path: '/bin/sh', args: ['sh', '-c', line], env: ['PATH=/usr/sbin:/usr/bin:/sbin:/bin'] };
  }

  /** Calls the runtime. Its streams are files: a container that stays must not keep us waiting. */
  async call(...words: readonly string[]): Promise<Called> {
    const [out, err] = [this.path('stdout'), this.path('stderr')];
    const command = `exec "$0" --root "$1" "\${@:2}" >'${out}' 2>'${err}' </dev/null`;
    const child = spawn('bash', ['-c', command, this.#runtime, this.root, ...words], {
      cwd: this.directory,
      stdio: 'ignore',
    });
    const status = await new Promise<number>((resolve, reject) => {
      const timer = setTimeout(() => child.kill('SIGKILL'), DEADLINE);
      child.once('error', reject);
      child.once('close', (code) => {
        clearTimeout(timer);
        resolve(code ?? 255);
      });
    });
    return { status, stdout: readFileSync(out, 'utf8'), stderr: readFileSync(err, 'utf8') };
  }

  create(id: string): Promise<Called> {
    return this.call('create', '--bundle', this.bundle, id);
  }

  /** @returns the id of a created container @throws Error when it could not be created */
  async created(line = 'sleep 100', change?: (config: Config) => void): Promise<string> {
    this.configure(line, change);
    const id = this.id();
    const { status, stderr } = await this.create(id);
    if (status !== 0) throw new Error(`create failed: ${stderr.trim()}`);
    return id;
  }

  async started(line = 'sleep 100', change?: (config: Config) => void): Promise<string> {
    const id = await this.created(line, change);
    const { status, stderr } = await this.call('start', id);
    if (status !== 0) throw new Error(`start failed: ${stderr.trim()}`);
    return id;
  }

  async stopped(): Promise<string> {
    const id = await this.started('true');
    await this.until(id, 'stopped');
    return id;
  }

  /** @throws Error when the runtime has no such container */
  async state(id: string): Promise<State> {
    const { status, stdout, stderr } = await this.call('state', id);
    if (status !== 0) throw new Error(`state failed: ${stderr.trim()}`);
    return JSON.parse(stdout) as State;
  }

  async isKnown(id: string): Promise<boolean> {
    return (await this.call('state', id)).status === 0;
  }

  /** @throws Error when the status does not come */
  async until(id: string, status: string): Promise<void> {
    const end = Date.now() + DEADLINE;
    for (;;) {
      const now = (await this.state(id)).status;
      if (now === status) return;
      if (Date.now() > end) throw new Error(`the container is ${now}, and does not become ${status}`);
      await sleep(20);
    }
  }

  /** Waits for a file to have a text. @throws Error when it does not come */
  async untilText(path: string, text: string): Promise<void> {
    const end = Date.now() + DEADLINE;
    while (this.read(path) !== text) {
      if (Date.now() > end)
        throw new Error(`${path} has ${JSON.stringify(this.read(path))}, not ${JSON.stringify(text)}`);
      await sleep(20);
    }
  }

  /** @returns what could not be taken away */
  async remove(): Promise<string[]> {
    for (const id of this.#ids) await this.call('delete', '--force', id);
    return [...(await sweepCgroups(this.#ids, false)), ...removeTree(this.directory)];
  }
}

function defaultConfig(line: string): Config {
  const namespaces = ['pid', 'network', 'ipc', 'uts', 'mount'].map((type) => ({ type }));
  return {
    ociVersion: '1.0.2',
    process: {
      cwd: '/',
      args: ['/bin/sh', '-c', line],
      env: ['PATH=/bin'],
      user: { uid: 0, gid: 0 },
    },
    root: { path: 'rootfs' },
    hostname: 'conformance',
    mounts: [
      { destination: '/proc', type: 'proc', source: 'proc' },
      { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'mode=755'] },
    ],
    linux: { namespaces },
  };
}
