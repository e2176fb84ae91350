/** The demands of the specification, check by check, on cgroup v2: what `npm run conformance:spec` does on the host. */
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { type CheckName, CHECKS } from '../../../conformance/spec/checks.js';
import type { Outcome } from '../../../conformance/spec/report.js';
import { tryAll } from '../../../conformance/spec/try.js';

const runtime = join(import.meta.dirname, '../../../dist/bin/caisson');
const names = Object.keys(CHECKS) as CheckName[];
let outcome: Outcome | undefined;

beforeAll(async () => {
  [outcome] = await tryAll([runtime], names, 2);
}, 900_000);

test.each(names)('%s', (name) => {
  expect(outcome?.made).toContain(name);
  expect(outcome?.failed.get(name)).toBeUndefined();
});

test('nothing is left untried but what this machine has not', () => {
  expect(new Set(outcome?.notTried.values())).toEqual(new Set(['no resctrl filesystem is mounted']));
});
