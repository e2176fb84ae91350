// One check's containers: a bundle, a state root of its own, calls of the runtime with a deadline, and what is left at the
// end is taken away. Called by the checks. It knows nothing of any runtime but the operations of the specification.

import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sweepCgroups } from '../cgroups.js';
import { removeTree } from '../scratch.js';
import { type Called, fails, succeeds } from './called.js';
import { type Change, defaultConfig, makeRootfs } from './config.js';

export interface State {
  readonly status: string;
  readonly pid?: number;
  readonly [property: string]: unknown;
}

/** Milliseconds for one call, and for a status to come. */
const DEADLINE = 60_000;

export class Trial {
  readonly directory = mkdtempSync(join(tmpdir(), 'conformance-spec-'));
  readonly bundle = join(this.directory, 'bundle');
  readonly rootfs = join(this.bundle, 'rootfs');
  readonly root = join(this.directory, 'state');
  /** Words before each call of the runtime: what places it elsewhere. */
  within: readonly string[] = [];
  readonly #runtime: string;
  readonly #ids: string[] = [];
  readonly #undo: (() => void)[] = [];

  constructor(runtime: string) {
    this.#runtime = runtime;
    chmodSync(this.directory, 0o755);
    makeRootfs(this.rootfs);
    this.configure('true');
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

  /** What is to be done when the containers are gone, the last first. */
  finally(undo: () => void): void {
    this.#undo.unshift(undo);
  }

  /** Writes config.json for a line of sh(1). */
  configure(line: string, change: Change = () => undefined): void {
    const config = defaultConfig(line);
    change(config);
    this.write(JSON.stringify(config));
  }

  /** Writes config.json as it is. */
  write(text: string): void {
    writeFileSync(join(this.bundle, 'config.json'), text);
  }

  /** A hook that runs a line of sh(1) on the host. */
  hook(line: string): object {
    return { path: '/bin/sh', args: ['sh', '-c', line], env: ['PATH=/usr/sbin:/usr/bin:/sbin:/bin'] };
  }

  /** Calls the runtime. Its streams are files: a container that stays must not keep us waiting. */
  async call(...words: readonly string[]): Promise<Called> {
    const [out, err] = [this.path('stdout'), this.path('stderr')];
    const command = `exec "$@" >'${out}' 2>'${err}' </dev/null`;
    const [line, ...rest] = [...this.within, this.#runtime, '--root', this.root, ...words];
    const child = spawn('bash', ['-c', command, 'bash', line!, ...rest], { cwd: this.directory, stdio: 'ignore' });
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
  async created(line = 'sleep 100', change?: Change): Promise<string> {
    this.configure(line, change);
    const id = this.id();
    succeeds(await this.create(id), 'create');
    return id;
  }

  async started(line = 'sleep 100', change?: Change): Promise<string> {
    const id = await this.created(line, change);
    succeeds(await this.call('start', id), 'start');
    return id;
  }

  async stopped(): Promise<string> {
    const id = await this.started('true');
    await this.until(id, 'stopped');
    return id;
  }

  /** What a line of sh(1) prints in a container. @throws Error when it does not come to its end */
  async seen(line: string, change?: Change): Promise<string> {
    const result = join(this.rootfs, 'result');
    rmSync(result, { force: true });
    const id = await this.started(`{ ${line}\n} >/unfinished 2>&1; mv /unfinished /result`, change);
    const end = Date.now() + DEADLINE;
    for (let turn = 1; !existsSync(result); turn += 1) {
      await sleep(10);
      const over = turn % 50 === 0 && ((await this.state(id)).status === 'stopped' || Date.now() > end);
      if (over && !existsSync(result)) throw new Error('the program did not come to its end');
    }
    return readFileSync(result, 'utf8');
  }

  /** @throws Error when a container with this config can be created and started */
  async refuses(what: string, change: Change): Promise<void> {
    this.configure('sleep 100', change);
    await this.refusesAsIs(what);
  }

  /** The same of config.json as it was written. */
  async refusesAsIs(what: string): Promise<void> {
    const id = this.id();
    const created = await this.create(id);
    if (created.status === 0) fails(await this.call('start', id), what);
  }

  /** The process of a created container. @throws Error when it has none */
  async createdProcess(line?: string, change?: Change): Promise<number> {
    return pidOf(await this.state(await this.created(line, change)));
  }

  /** @throws Error when the runtime has no such container */
  async state(id: string): Promise<State> {
    const called = await this.call('state', id);
    succeeds(called, 'state');
    return JSON.parse(called.stdout) as State;
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
    for (const undo of this.#undo) undo();
    return [...(await sweepCgroups(this.#ids, false)), ...removeTree(this.directory)];
  }
}

/** @throws Error when a container that must have a process has none */
export function pidOf({ pid }: State): number {
  if (pid === undefined || pid <= 0) throw new Error('the container has no pid');
  return pid;
}
