/** A bundle for tests of hooks: a directory that hooks and container see under the same path, and what they write there. */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type LooseSpec, makeBundle, shellSpec, writeSpec } from './bundle.js';
import type { Caisson } from './caisson.js';

export interface Hook {
  path: string;
  args?: string[];
  env?: string[];
  timeout?: number;
}

export const MOMENTS = [
  'prestart',
  'createRuntime',
  'createContainer',
  'startContainer',
  'poststart',
  'poststop',
] as const;
export type Moment = (typeof MOMENTS)[number];

/** A hook that is a line of shell. */
export function shell(line: string, more: Partial<Hook> = {}): Hook {
  return { path: '/bin/sh', args: ['sh', '-c', line], env: ['PATH=/usr/bin:/bin:/usr/sbin:/sbin'], ...more };
}

export class HookBundle {
  readonly bundle: string;
  readonly rootfs: string;
  /** Seen by all hooks and by the container under the same path. */
  readonly shared: string;
  /** The file of `says`. */
  readonly said: string;
  readonly #caisson: Caisson;

  constructor(caisson: Caisson) {
    this.#caisson = caisson;
    this.bundle = makeBundle(join(caisson.directory, 'bundle'), shellSpec('true'));
    this.rootfs = join(this.bundle, 'rootfs');
    this.shared = join(caisson.directory, 'shared');
    this.said = join(this.shared, 'said');
    this.empty();
  }

  /** Forgets what was written. */
  empty(): void {
    rmSync(this.shared, { recursive: true, force: true });
    mkdirSync(this.shared);
  }

  /** A hook that adds a line to what is said. */
  says(text: string): Hook {
    return shell(`echo ${text} >> ${this.said}`);
  }

  /** What was said. */
  lines(): string[] {
    return existsSync(this.said) ? readFileSync(this.said, 'utf8').trimEnd().split('\n') : [];
  }

  /** Writes a config with these hooks for a container that runs a line; gives a new id. */
  configure(line: string, hooks: Partial<Record<Moment, Hook[]>>, change?: (spec: LooseSpec) => void): string {
    const spec = shellSpec(line);
    delete spec.hostname;
    spec.root.readonly = false;
    spec.mounts.push({ destination: this.shared, type: 'bind', source: this.shared, options: ['rbind', 'rw'] });
    spec.hooks = hooks;
    change?.(spec);
    writeSpec(this.bundle, spec);
    return this.#caisson.id();
  }
}
