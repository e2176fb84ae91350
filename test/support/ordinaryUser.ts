/**
 * caisson as an ordinary user of this host runs it: without privilege, under a number that no other file of tests has. What a
 * user's name and ranges of ids are, only its own processes see: nothing of the host is changed.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultSpec } from '../../lib/spec/default.js';
import type { LooseSpec } from './bundle.js';
import { Caisson, type Outcome, type RunOptions } from './caisson.js';

/** The first id of the ranges that a user is granted, and how many. */
export const GRANTED = 700_000;
export const GRANTED_COUNT = 65_536;

export class OrdinaryUser {
  readonly id: number;
  /** Calls with a state root of its own. */
  readonly caisson: Caisson;
  /** A directory that is the user's alone. */
  readonly home: string;
  readonly #words: readonly string[];

  /** @param id a number that is no other user's */
  constructor(id: number) {
    this.id = id;
    this.#words = ['setpriv', `--reuid=${id}`, `--regid=${id}`, '--clear-groups'];
    this.caisson = new Caisson('/tmp', [...this.#words, ...Caisson.executable]);
    chmodSync(this.caisson.directory, 0o755);
    this.home = this.directory('home');
    mkdirSync(this.caisson.root, { mode: 0o700 });
    this.give(this.caisson.root);
  }

  /** Makes a directory of the user's. */
  directory(name: string, mode = 0o700): string {
    const path = join(this.caisson.directory, name);
    mkdirSync(path, { recursive: true, mode });
    this.give(path);
    return path;
  }

  /** Gives a file, or a directory with all that is in it, to the user, or to one of the ids it is granted. */
  give(path: string, id = this.id): string {
    const { status, stderr } = spawnSync('chown', ['-hR', `${id}:${id}`, path], { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    return path;
  }

  /** The front of the built executable. */
  readonly front = Caisson.executable[0] ?? '';

  /** The same user, calling from a cgroup of v2, with a state root of its own. @param cgroup its directory */
  within(cgroup: string): Caisson {
    const words = ['/bin/sh', '-c', `echo $$ >${cgroup}/cgroup.procs && exec "$@"`, 'sh'];
    return this.#caisson([...words, ...this.#words, ...Caisson.executable]);
  }

  #caisson(words: readonly string[]): Caisson {
    const caisson = new Caisson(this.caisson.directory, words);
    mkdirSync(caisson.root, { mode: 0o700 });
    chmodSync(caisson.directory, 0o755);
    this.give(caisson.root);
    return caisson;
  }

  /** What `caisson spec --rootless` writes for it, with a shell line instead of a shell on a terminal. */
  spec(line: string, cgroupNamespace = false): LooseSpec {
    const spec = structuredClone(
      defaultSpec({ cgroupNamespace, rootless: { uid: this.id, gid: this.id } }),
    ) as LooseSpec;
    spec.process.terminal = false;
    spec.process.args = ['/bin/sh', '-c', line];
    return spec;
  }

  /** Runs a program as the user. */
  run(words: readonly string[], options: RunOptions = {}): Outcome {
    const [file = '', ...rest] = [...this.#words, ...words];
    const { env = {}, input = '', cwd = this.home, timeout = 60_000 } = options;
    const all = { PATH: process.env.PATH, ...env };
    const ended = spawnSync(file, rest, { encoding: 'utf8', env: all, input, cwd, timeout });
    if (ended.error) throw ended.error;
    return { status: ended.status ?? -1, signal: ended.signal, stdout: ended.stdout, stderr: ended.stderr };
  }

  /** The same for what leaves a container behind, which would hold our pipes: its exit status. */
  leave(words: readonly string[], env: NodeJS.ProcessEnv = {}): number | null {
    const [file = '', ...rest] = [...this.#words, ...words];
    const all = { PATH: process.env.PATH, ...env };
    return spawnSync(file, rest, { env: all, cwd: this.home, stdio: 'ignore', timeout: 60_000 }).status;
  }

  /** Runs caisson without --root: it finds the state root by itself. */
  bare(args: readonly string[], env: NodeJS.ProcessEnv = {}): Outcome {
    return this.run([...Caisson.executable, ...args], { env });
  }

  /**
   * The same user, with a name, to whom /etc/subuid and /etc/subgid grant ranges.
   * @param lines what stands there in place of one range
   */
  granted(lines = `${this.id}:${GRANTED}:${GRANTED_COUNT}\n`): Caisson {
    const files = {
      passwd: `root:x:0:0:root:/root:/bin/sh\nordinary${this.id}:x:${this.id}:${this.id}::/:/bin/sh\n`,
      group: `root:x:0:\nordinary${this.id}:x:${this.id}:\n`,
      subuid: lines,
      subgid: lines,
    };
    const binds: string[] = [];
    const place = join(this.caisson.directory, `etc-${Buffer.from(lines).toString('hex').slice(0, 40)}`);
    mkdirSync(place, { recursive: true });
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(join(place, name), text);
      binds.push(`[ -e /etc/${name} ] || touch /etc/${name}; mount --bind ${place}/${name} /etc/${name}`);
    }
    const line = `set -e; ${binds.join('; ')}; exec "$@"`;
    const words = ['unshare', '--mount', '/bin/sh', '-c', line, 'sh', ...this.#words, ...Caisson.executable];
    return this.#caisson(words);
  }
}
