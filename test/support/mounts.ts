/** What the tests of mounts share: a bundle, a directory of the host to bind, and ways to look at a table of mounts. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { type LooseSpec, makeBundle, shellSpec, writeSpec } from './bundle.js';
import { Caisson, type Outcome } from './caisson.js';
import { pictureOf } from './host.js';

export const TABLE = 'cat /proc/self/mountinfo';

export interface Mounted {
  readonly options: readonly string[];
  readonly propagation: string;
  readonly type: string;
  readonly filesystem: readonly string[];
}

/** A mount point's line of mountinfo, the last one of those that lie over each other. */
export function mountAt(table: string, point: string): Mounted | undefined {
  const line = table
    .split('\n')
    .filter((text) => text.split(' ')[4] === point)
    .pop();
  if (line === undefined) return undefined;
  const [front = '', back = ''] = line.split(' - ');
  const words = front.split(' ');
  const [type = '', , filesystem = ''] = back.split(' ');
  return {
    options: words[5]?.split(',') ?? [],
    propagation: words.slice(6).join(' '),
    type,
    filesystem: filesystem.split(','),
  };
}

type Change = (spec: LooseSpec) => void;

export class MountBundle {
  readonly caisson = new Caisson();
  readonly bundle = join(this.caisson.directory, 'bundle');
  readonly rootfs = join(this.bundle, 'rootfs');
  /** A directory of the host, with a file and a directory `below` in it. */
  readonly source = join(this.caisson.directory, 'source');

  constructor() {
    makeBundle(this.bundle, shellSpec('true'));
    mkdirSync(join(this.source, 'below'), { recursive: true });
    writeFileSync(join(this.source, 'file'), 'from the host\n');
  }

  /** Writes a config with further mounts, and a root that can be written. */
  write(line: string, mounts: readonly unknown[], change: Change = () => undefined): void {
    const spec = shellSpec(line);
    spec.root.readonly = false;
    spec.mounts.push(...mounts);
    change(spec);
    writeSpec(this.bundle, spec);
  }

  run(...flags: readonly string[]): Outcome {
    return this.caisson.call(['run', ...flags, '-b', this.bundle, this.caisson.id()]);
  }

  /** What a shell line prints in a container with further mounts. */
  inside(line: string, mounts: readonly unknown[], change?: Change): string {
    this.write(line, mounts, change);
    const outcome = this.run();
    expect(outcome).toMatchObject({ stderr: '', status: 0 });
    return outcome.stdout;
  }

  /** The error of a refusal, the same by create and run, with nothing left behind. */
  refusal(mounts: readonly unknown[], change?: Change, ...flags: readonly string[]): string {
    this.write('true', mounts, change);
    const id = this.caisson.id();
    const places = [this.caisson.root, this.source];
    const before = pictureOf(id, places);
    const [created = '', ran = ''] = ['create', 'run'].map((verb) => {
      const outcome = this.caisson.call([verb, ...flags, '-b', this.bundle, id]);
      expect(outcome).toMatchObject({ status: 1, stdout: '' });
      expect(outcome.stderr).toMatch(/^(caisson: warning: .*\n)*caisson: error: [^\n]*\n$/);
      expect(pictureOf(id, places)).toEqual(before);
      return outcome.stderr;
    });
    expect(ran).toBe(created);
    return ran;
  }
}
