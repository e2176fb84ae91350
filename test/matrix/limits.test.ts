/**
 * Resources as engines write them, each carried out by caisson, runc and crun: what the files of the container's cgroup
 * say must be the same. Where it is not, limitDifferences.ts says why that is right.
 */
import { readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { shellSpec } from '../support/bundle.js';
import { limitCases } from './limitCases.js';
import { LIMIT_DECISIONS, limitReason } from './limitDifferences.js';
import { Stage } from './stage.js';

const PEERS = ['runc', 'crun'] as const;
const CAISSON = join(import.meta.dirname, '../../dist/bin/caisson');

const disk = readdirSync('/sys/block').find((name) => !/^(loop|ram|zram)/.test(name)) ?? 'loop0';
const [major = 0, minor = 0] = readFileSync(`/sys/block/${disk}/dev`, 'utf8').split(':').map(Number);
const CASES = limitCases({ major, minor });

/** Every file of a cgroup that holds a limit; what counts, or tells of pressure, is left out. */
const PRINT = `
  for controller in memory cpu cpuset pids blkio hugetlb; do
    for path in /sys/fs/cgroup/$controller/$controller.*; do
      case $path in
        *usage*|*failcnt*|*stat*|*slabinfo|*pressure*|*event*|*io_serv*|*force_empty|*reset*|*effective*|*numa*|*current|*peak|*.list|*.allow|*.deny) ;;
        *) echo "\${path##*/} $(cat $path | tr '\\n' ' ')" ;;
      esac
    done
  done`;

const stage = new Stage();
beforeAll(() => stage.open());
afterAll(() => stage.close());

/** What the files of a runtime's container say, or what the runtime said instead. */
function limitsBy(runtime: string, name: string): ReadonlyMap<string, string> {
  const id = `limits-${process.pid}-${runtime}`;
  const bundle = stage.bundle(({ cgroupsPath }) => {
    const spec = shellSpec(PRINT);
    spec.ociVersion = '1.0.2';
    spec.linux.cgroupsPath = cgroupsPath;
    Object.assign(spec.linux.resources, CASES[name]);
    return spec;
  }, id);
  const words = [runtime === 'caisson' ? CAISSON : runtime, '--root', join(stage.directory, `state-${runtime}`)];
  const { status, stdout, stderr } = stage.call([...words, 'run', '--bundle', bundle, id]);
  stage.call([...words, 'delete', '--force', id]);
  // What a peer leaves when it refuses, in any hierarchy; one that is left keeps the stage's own from going away.
  stage.call(['sh', '-c', `rmdir /sys/fs/cgroup/*/caisson-matrix/${id} 2>/dev/null || true`]);
  rmSync(bundle, { recursive: true, force: true });
  if (status !== 0) return new Map([['refused', stderr.trim() || stdout]]);
  return new Map(
    stdout
      .trimEnd()
      .split('\n')
      .map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1).trim()]),
  );
}

test('there are thirty of them', () => {
  expect(Object.keys(CASES).length).toBeGreaterThanOrEqual(30);
});

const used = new Set<string>();

describe.each(Object.keys(CASES))('%s', (name) => {
  let ours: ReadonlyMap<string, string>;

  test('is carried out', () => {
    ours = limitsBy('caisson', name);
    expect(ours.get('refused')).toBeUndefined();
    expect(ours.size).toBeGreaterThan(25);
  });

  test.each(PEERS)('has the limits that %s sets', (peer) => {
    const theirs = limitsBy(peer, name);
    const names = theirs.has('refused') ? ['refused'] : [...new Set([...ours.keys(), ...theirs.keys()])];
    const differences = names
      .map((file) => ({ peer, name, file, ours: ours.get(file) ?? '-', theirs: theirs.get(file) ?? '-' }))
      .filter((one) => one.ours !== one.theirs);
    const undecided = differences.filter((one) => {
      const reason = limitReason(one);
      if (reason !== undefined) used.add(reason);
      return reason === undefined;
    });
    expect(undecided).toEqual([]);
  });
});

test('every decision is about a difference that is there', () => {
  expect(LIMIT_DECISIONS.map(({ reason }) => reason).filter((reason) => !used.has(reason))).toEqual([]);
});
