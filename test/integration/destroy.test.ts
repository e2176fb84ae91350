/** The end of containers that do not make it easy: whatever they have done, delete and kill --all leave nothing. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cgroupLayout } from '../../lib/host/cgroup.js';
import { makeBundle, shellSpec, writeSpec, type LooseSpec } from '../support/bundle.js';
import { Caisson } from '../support/caisson.js';
import { pictureOf } from '../support/host.js';

const caisson = new Caisson();
const bundle = join(caisson.directory, 'bundle');
const mounts = cgroupLayout().hierarchies.map(({ mount }) => mount);

beforeAll(() => void makeBundle(bundle, shellSpec('true')));
afterAll(() => caisson.clean());

type Change = (spec: LooseSpec) => void;

const sharedPids: Change = ({ linux }) => {
  linux.namespaces = linux.namespaces.filter(({ type }: { type: string }) => type !== 'pid');
  linux.resources.pids = { limit: 300 };
};
const plain: Change = () => undefined;

function started(line: string, change: Change): string {
  const spec = shellSpec(line);
  change(spec);
  writeSpec(bundle, spec);
  const id = caisson.id();
  expect(caisson.detach(['run', '--detach', '-b', bundle, id]).status).toBe(0);
  return id;
}

const nothing = { cgroups: [], processes: [], files: [] };
function leftOf(id: string) {
  const { cgroups, processes, files } = pictureOf(id, [caisson.root]);
  return { cgroups, processes, files: files.filter((path) => path.includes(id)) };
}

/** Cgroups of a container, three deep in each hierarchy, with processes of it in the deepest. */
function nest(id: string): void {
  const processes = JSON.parse(caisson.call(['ps', '-f', 'json', id]).stdout) as number[];
  for (const mount of mounts) {
    const top = `${mount}/caisson/${id}`;
    const deepest = `${top}/a/b/c`;
    mkdirSync(deepest, { recursive: true });
    mkdirSync(`${top}/a/other`);
    for (const level of ['a', 'a/b', 'a/b/c']) {
      for (const file of ['cpuset.cpus', 'cpuset.mems']) {
        const path = `${top}/${level}/${file}`;
        if (existsSync(path) && existsSync(`${top}/tasks`)) writeFileSync(path, readFileSync(`${top}/${file}`, 'utf8'));
      }
    }
    for (const pid of processes.slice(1)) writeFileSync(`${deepest}/cgroup.procs`, String(pid));
  }
}

const LINE = 'for i in 1 2 3 4 5 6; do sleep 1000 & done; wait';
const untilThere = async (id: string, count: number) => {
  for (let tries = 0; (JSON.parse(caisson.call(['ps', '-f', 'json', id]).stdout) as number[]).length < count; tries++) {
    expect(tries).toBeLessThan(400);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

describe.each<[string, Change]>([
  ['with a pid namespace', plain],
  ['without one', sharedPids],
])('a container %s', (_, change) => {
  test.each<[string, (id: string) => void]>([
    ['as it is', () => undefined],
    ['with cgroups of its own below', nest],
    ['paused', (id) => void caisson.call(['pause', id])],
    ['with cgroups of its own, paused', (id) => (nest(id), void caisson.call(['pause', id]))],
  ])(
    '%s: delete --force leaves nothing',
    async (_name, before) => {
      const id = started(LINE, change);
      await untilThere(id, 7);
      before(id);
      expect(caisson.call(['delete', '--force', id])).toMatchObject({ status: 0, stderr: '' });
      expect(leftOf(id)).toEqual(nothing);
    },
    60_000,
  );

  test('kill --all reaches every process, also in cgroups below, and delete the rest', async () => {
    const id = started(LINE, change);
    await untilThere(id, 7);
    nest(id);
    expect(caisson.call(['kill', '--all', id, '9'])).toMatchObject({ status: 0, stderr: '' });
    await caisson.until(id, 'stopped');
    expect(caisson.call(['kill', '--all', id, '9'])).toMatchObject({ status: 0, stderr: '' });
    expect(caisson.call(['delete', id])).toMatchObject({ status: 0, stderr: '' });
    expect(leftOf(id)).toEqual(nothing);
  }, 60_000);

  test('kill --all with another signal reaches every process', async () => {
    const id = started(
      `trap 'exit 0' USR1; for i in 1 2 3; do sh -c 'trap "exit 0" USR1; while true; do sleep 0.05; done' & done; while true; do sleep 0.05; done`,
      change,
    );
    await untilThere(id, 5);
    // A signal that comes before the trap ends the shell as well.
    expect(caisson.call(['kill', '--all', id, 'USR1'])).toMatchObject({ status: 0, stderr: '' });
    await caisson.until(id, 'stopped');
    expect(caisson.call(['delete', '--force', id]).status).toBe(0);
    expect(leftOf(id)).toEqual(nothing);
  }, 60_000);
});

describe('processes that multiply', () => {
  // A child outlives its parent by a moment only, and has two of its own by then.
  const BOMB =
    'b() { while true; do (true) & (sleep 0.01) & wait; done; }; for i in 1 2 3 4 5 6 7 8; do b & done; exit 0';

  test.each([
    ['delete', (id: string) => caisson.call(['delete', id])],
    ['delete --force', (id: string) => caisson.call(['delete', '--force', id])],
  ])(
    'in a container without a pid namespace, whose first one has ended: %s ends them all',
    async (_, end) => {
      const id = started(BOMB, sharedPids);
      await caisson.until(id, 'stopped');
      expect(leftOf(id).processes.length).toBeGreaterThan(7);
      expect(end(id)).toMatchObject({ status: 0, stderr: '' });
      expect(leftOf(id)).toEqual(nothing);
    },
    60_000,
  );
});
