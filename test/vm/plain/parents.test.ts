/** Cgroups of v2 that stand above a container and do not let it be: one line says why, at once, and nothing is left. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type LooseSpec, makeBundle, shellSpec, writeSpec } from '../../support/bundle.js';
import { Caisson, type Outcome } from '../../support/caisson.js';
import { pictureOf } from '../../support/host.js';

const caisson = new Caisson();
const bundle = join(caisson.directory, 'bundle');
const name = `caisson-parents-${process.pid}`;
const parent = `/sys/fs/cgroup/${name}`;
const LIMIT = { memory: { limit: 64 << 20 } };

beforeAll(() => void makeBundle(bundle, shellSpec('true')));
afterAll(() => caisson.clean());
beforeEach(() => mkdirSync(parent));
afterEach(() => rmdirSync(parent));

function run(line: string, resources: object): Outcome {
  const spec: LooseSpec = shellSpec(line);
  Object.assign(spec.linux.resources, resources);
  spec.linux.cgroupsPath = `/${name}/inner`;
  writeSpec(bundle, spec);
  return caisson.call(['run', '-b', bundle, caisson.id()]);
}

function refusal(resources: object = {}): string {
  const { status, stdout, stderr } = run('echo ran', resources);
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(/^caisson: error: [^\n]+\n$/);
  expect(existsSync(`${parent}/inner`)).toBe(false);
  expect(pictureOf(`test-${process.pid}`, [caisson.root]).processes).toEqual([]);
  return stderr;
}

describe('full of processes', () => {
  let strangers: ChildProcess[] = [];

  beforeEach(() => {
    strangers = Array.from({ length: 5 }, () => spawn('sleep', ['1000'], { stdio: 'ignore' }));
    for (const { pid } of strangers) writeFileSync(`${parent}/cgroup.procs`, String(pid));
  });
  afterEach(async () => {
    const ended = strangers.map((one) => new Promise((resolve) => one.once('exit', resolve)));
    for (const one of strangers) one.kill('SIGKILL');
    await Promise.all(ended);
  });

  test('it gives no controller to those below', () => {
    expect(refusal(LIMIT)).toMatch(
      /linux\/resources\/memory\/limit: .*\/cgroup\.subtree_control: EBUSY: .*\(a cgroup above has processes of its own/,
    );
    expect(readFileSync(`${parent}/cgroup.procs`, 'utf8').trim().split('\n')).toHaveLength(strangers.length);
  });

  test('a container without limits needs none', () => {
    expect(run('echo ran', {})).toMatchObject({ status: 0, stdout: 'ran\n', stderr: '' });
  });
});

test('frozen: told at once', () => {
  writeFileSync(`${parent}/cgroup.freeze`, '1');
  const begun = Date.now();
  expect(refusal()).toMatch(
    /linux\/cgroupsPath: enter the cgroup: .*\/cgroup\.events: EBUSY: .*\(it is frozen, or one/,
  );
  // A deadline of a launch is a minute.
  expect(Date.now() - begun).toBeLessThan(50_000);
  writeFileSync(`${parent}/cgroup.freeze`, '0');
});

test.each([
  ['a controller that threads cannot have', LIMIT, /cgroup\.subtree_control: EOPNOTSUPP: .*threaded/],
  ['the container itself', {}, /EOPNOTSUPP: .*\(a cgroup above it is threaded, and a container needs a domain/],
])('threaded: %s', (_, resources, message) => {
  mkdirSync(`${parent}/threads`);
  try {
    writeFileSync(`${parent}/threads/cgroup.type`, 'threaded');
    const spec = shellSpec('echo ran');
    Object.assign(spec.linux.resources, resources);
    spec.linux.cgroupsPath = `/${name}/threads/inner`;
    writeSpec(bundle, spec);
    const outcome = caisson.call(['run', '-b', bundle, caisson.id()]);
    expect(outcome).toMatchObject({ status: 1, stdout: '' });
    expect(outcome.stderr).toMatch(message);
    expect(existsSync(`${parent}/threads/inner`)).toBe(false);
  } finally {
    rmdirSync(`${parent}/threads`);
  }
});
