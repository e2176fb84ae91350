/** process.execCPUAffinity: the CPUs of a further process, as the kernel tells of them inside. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { makeBundle, shellSpec, writeSpec } from '../support/bundle.js';
import { Caisson, type Outcome } from '../support/caisson.js';

const caisson = new Caisson();
const bundle = join(caisson.directory, 'bundle');

beforeAll(() => void makeBundle(bundle, shellSpec('true')));
afterAll(() => caisson.clean());

/** A container that waits, of which exec is asked for these CPUs. */
function beside(execCPUAffinity: object): (line: string) => Outcome {
  const id = caisson.id();
  const spec = shellSpec('exec sleep 1000');
  spec.process.execCPUAffinity = execCPUAffinity;
  writeSpec(bundle, spec);
  expect(caisson.detach(['run', '-d', '-b', bundle, id]).status).toBe(0);
  return (line) => caisson.call(['exec', id, 'sh', '-c', line]);
}

test.each([
  ['initial', { initial: '4000' }, /process\/execCPUAffinity\/initial: .*EINVAL/],
  ['final', { initial: '0', final: '4000' }, /process\/execCPUAffinity\/final: .*EINVAL/],
])('%s is one that the host has', (_, affinity, told) => {
  const outcome = beside(affinity)('true');
  expect(outcome.status).not.toBe(0);
  expect(outcome.stderr).toMatch(told);
});

test('the last one is what the process has, and the first process has not', () => {
  const last = /Cpus_allowed_list:.*?(\d+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '';
  const exec = beside({ initial: '0', final: last });
  expect(exec('grep Cpus_allowed_list /proc/self/status').stdout).toBe(`Cpus_allowed_list:\t${last}\n`);
  expect(exec('grep Cpus_allowed_list /proc/1/status').stdout).not.toBe(`Cpus_allowed_list:\t${last}\n`);
});
