/** What the tests of unusual mounts share. */
import { readFileSync } from 'node:fs';
import { expect } from '@jest/globals';
import type { HostAct, InitAct } from '../../lib/plan/wire.gen.js';
import { makeRootfs } from '../support/bundle.js';
import { type Outcome, Workplace } from './harness.js';
import { ALL, container, openRoot } from './plans.js';

export const ATTR = { rdonly: 1, nosuid: 2, nodev: 4, noexec: 8, noatime: 0x10, atime: 0x70 };
export const TABLE = 'cat /proc/self/mountinfo';

export const tree = (path: string, slot = 1): HostAct => ({ op: 'open-tree', path, slot, recursive: 1, directory: 0 });

export const bind = (target: string, slot = 1, more: Partial<Extract<InitAct, { op: 'bind' }>> = {}): InitAct => ({
  op: 'bind',
  tree: slot,
  target,
  set: 0,
  clear: 0,
  propagation: 0,
  peers: 0,
  ...more,
});

/** The line of mountinfo for a mount point. */
export function mountOf(outcome: Outcome, target: string): string {
  return outcome.stdout.split('\n').find((line) => line.split(' ')[4] === target) ?? '';
}

/** A place with a rootfs. */
export class MountPlace extends Workplace {
  readonly rootfs = makeRootfs(this.path('rootfs'));

  /** Runs a line in a container with these acts before the pivot, and after it. */
  run(
    line: string,
    before: readonly InitAct[],
    host: readonly HostAct[] = [],
    after: readonly InitAct[] = [],
  ): Promise<Outcome> {
    return this.init({ host: [openRoot(this.rootfs), ...host], init: container(line, before, after), flags: ALL });
  }

  override remove(): void {
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(this.directory);
    super.remove();
  }
}
