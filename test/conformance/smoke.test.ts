/** A cross-section of the OCI suite: what caisson fails in it, and what it skips, must stand in conformance/expected.json. */
import { spawnSync } from 'node:child_process';
import { beforeAll, expect, test } from '@jest/globals';
import { pickPrograms } from '../../conformance/programs.js';
import { listPrograms } from '../../conformance/suite.js';
import { bun } from '../../scripts/lib/project.mjs';

const names = pickPrograms(listPrograms('conformance'), [], true);
let complaints: readonly string[] = [];
let ran: readonly string[] = [];

beforeAll(() => {
  const words = ['conformance/run.ts', '--smoke', '--json', '--deadline', '120'];
  const { stdout, stderr } = spawnSync(bun(), words, { encoding: 'utf8', timeout: 900_000, maxBuffer: 64 << 20 });
  if (stdout === '') throw new Error(stderr);
  interface Printed {
    readonly runtimes: readonly { readonly programs: readonly { readonly name: string }[] }[];
    readonly complaints: readonly string[];
  }
  const printed = JSON.parse(stdout) as Printed;
  complaints = printed.complaints;
  ran = printed.runtimes[0]?.programs.map(({ name }) => name) ?? [];
}, 930_000);

test.each(names)('%s', (name) => {
  expect(ran).toContain(name);
  expect(complaints.filter((line) => line.startsWith(`${name}: `))).toEqual([]);
});

test('what is listed is found, and its evidence holds', () => {
  expect(complaints.filter((line) => line.startsWith('expected.json'))).toEqual([]);
});
