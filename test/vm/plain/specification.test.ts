/** Demands of the specification that only cgroup v2 can show: `npm run conformance:spec` does not try them on other hosts. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type CheckName, CHECKS } from '../../../conformance/spec/checks.js';
import { Trial } from '../../../conformance/spec/trial.js';

let trial: Trial;

beforeEach(() => {
  trial = new Trial(join(import.meta.dirname, '../../../dist/bin/caisson'));
  mkdirSync(trial.root, { recursive: true });
});
afterEach(async () => expect(await trial.remove()).toEqual([]));

const NAMES = [
  'absolute cgroupsPath',
  'same cgroupsPath',
  "cgroups without a namespace stay root's",
  "cgroups that are not mounted stay root's",
  'cgroup is given away',
  'files that are given away',
  "files without the kernel's list",
  'rules of devices',
  'no further process',
  'unified controller',
  'unified file',
  'unified without its controller',
  'what v2 has not',
] satisfies CheckName[];

// One that cannot be made here throws as one that fails.
test.each(NAMES)('%s', async (name) => {
  await CHECKS[name](trial);
});
