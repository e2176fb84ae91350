/**
 * Configs as engines write them, each run by caisson, runc and crun: what the container sees must be the same. Where it is
 * not, differences.ts says why that is right.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Facts, readFacts } from '../support/probe/facts.js';
import { reasonFor, REFUSALS } from './differences.js';
import { CONTAINERD } from './engines/containerd.js';
import { DOCKER } from './engines/docker.js';
import { NSPAWN } from './engines/nspawn.js';
import type { Case } from './engines/parts.js';
import { PODMAN } from './engines/podman.js';
import { Stage } from './stage.js';

const CASES = [...DOCKER, ...CONTAINERD, ...PODMAN, ...NSPAWN];
const PEERS = ['runc', 'crun'] as const;
const CAISSON = join(import.meta.dirname, '../../dist/bin/caisson');

const stage = new Stage();
beforeAll(() => stage.open());
afterAll(() => stage.close());

/** What a runtime's container saw, or what the runtime said instead of running it. */
function observe(runtime: string, one: Case): Facts | string {
  const id = `matrix-${process.pid}-${runtime}`;
  const bundle = stage.bundle(one.config, id);
  const words = [runtime === 'caisson' ? CAISSON : runtime, '--root', join(stage.directory, `state-${runtime}`)];
  const { status, stdout, stderr } = stage.call([...words, 'run', '--bundle', bundle, id]);
  stage.call([...words, 'delete', '--force', id]);
  rmSync(bundle, { recursive: true, force: true });
  return status === 0 ? readFacts(stdout, id) : stderr.trim() || stdout;
}

/** Every fact that differs and that no entry of differences.ts allows. */
function unexpected(peer: string, ours: Facts, theirs: Facts): string[] {
  return [...new Set([...ours.keys(), ...theirs.keys()])]
    .filter((fact) => ours.get(fact) !== theirs.get(fact))
    .filter((fact) => reasonFor({ peer, fact, ours: ours.get(fact), theirs: theirs.get(fact) }) === undefined)
    .map((fact) => `${fact}\n    caisson: ${ours.get(fact) ?? '-'}\n    ${peer}: ${theirs.get(fact) ?? '-'}`);
}

test('there are forty of them', () => {
  expect(CASES.length).toBeGreaterThanOrEqual(40);
  expect(new Set(CASES.map(({ name }) => name)).size).toBe(CASES.length);
});

describe.each(CASES)('$name', (one) => {
  let ours: Facts;

  test('runs', () => {
    const seen = observe('caisson', one);
    expect(seen).toBeInstanceOf(Map);
    ours = seen as Facts;
    expect(ours.size).toBeGreaterThan(80);
  });

  test.each(PEERS)('is what %s makes of it', (peer) => {
    const theirs = observe(peer, one);
    const refusal = REFUSALS.find((entry) => entry.peer === peer && entry.name.test(one.name));
    if (typeof theirs === 'string') expect(theirs).toMatch(refusal?.said ?? /^it runs$/);
    else {
      expect(refusal).toBeUndefined();
      expect(unexpected(peer, ours, theirs)).toEqual([]);
    }
  });
});
