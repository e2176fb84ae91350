/** The rules that a schema cannot say: for every row of the table what breaks it, and what is near it and does not. */
import { describe, expect, test } from '@jest/globals';
import { isPlain } from '../../../lib/spec/glance.js';
import { breachesOfRules, RULES } from '../../../lib/spec/rules.js';
import { fitsConfig } from '../../../lib/spec/validate.gen.js';
import type { Spec } from '../../../lib/spec/types.gen.js';
import { follow, readSchema, type Schema } from '../../../scripts/spec-schema.js';
import { mutants } from '../../support/configs.js';
import { ENGINE_CONFIGS } from '../../support/engines.js';
import { type Case, type Cases, type Changes, configWith } from './cases/case.js';
import { COMMON } from './cases/common.js';
import { LINUX, NET_DEVICES, SECCOMP } from './cases/linux.js';
import { HOOKS, MOUNTS } from './cases/mounts.js';
import { NAMESPACES, SYSCTL } from './cases/namespaces.js';
import { PROCESS } from './cases/process.js';
import { DEVICES, RESOURCES } from './cases/resources.js';

const CASES: Cases = {
  ...COMMON,
  ...PROCESS,
  ...HOOKS,
  ...MOUNTS,
  ...LINUX,
  ...NAMESPACES,
  ...SYSCTL,
  ...DEVICES,
  ...RESOURCES,
  ...SECCOMP,
  ...NET_DEVICES,
};

/** Whether a config fits the schema. It refuses bigints, which are made of numbers that have passed it. */
function fits(spec: Spec): boolean {
  const plain = JSON.stringify(spec, (_, value: unknown) => (typeof value === 'bigint' ? Number(value) : value));
  return fitsConfig(JSON.parse(plain)) !== 'no';
}

const pattern = (pointer: string) =>
  new RegExp(`^${pointer.replaceAll('**', '.*').replace(/(?<!\.)\*/g, '[^/]*')}$`, 's');

/** Configs with strings that the kernel cannot take are not shown to the glance. */
const odd = ['string-nul', 'string-surrogate'];

describe.each(Object.entries(CASES))('%s', (name, { hits, misses }: Case) => {
  test.each(hits)('is broken by %j', (changes: Changes, at: string, says: string | RegExp) => {
    const spec = configWith(changes);
    expect(fits(spec)).toBe(true);
    const breaches = breachesOfRules(spec);
    expect(breaches.map(({ rule, pointer }) => [rule.name, pointer])).toEqual([[name, at]]);
    const [breach] = breaches;
    expect(breach?.message).toEqual(says instanceof RegExp ? expect.stringMatching(says) : says);
    expect(breach?.rule.pointers.some((pointer) => pattern(pointer).test(at))).toBe(true);
    if (!odd.includes(name)) expect(isPlain(spec)).toBe(false);
  });

  test.each(misses)('is not broken by %j', (changes: Changes) => {
    const spec = configWith(changes);
    expect(fits(spec)).toBe(true);
    expect(breachesOfRules(spec).map(({ rule, pointer }) => [rule.name, pointer])).toEqual([]);
  });
});

describe('the table', () => {
  test('has cases for each row, and rows for each case', () => {
    expect(Object.keys(CASES).sort()).toEqual(RULES.map(({ name }) => name).sort());
    const thin = Object.entries(CASES).filter(([, { hits, misses }]) => hits.length === 0 || misses.length === 0);
    expect(thin.map(([name]) => name)).toEqual([]);
  });

  test('has a case for each place of a row', () => {
    const reported = Object.entries(CASES).flatMap(([name, { hits }]) => hits.map(([, at]) => [name, at] as const));
    const unseen = RULES.flatMap(({ name, pointers }) => {
      const at = reported.filter(([row]) => row === name).map(([, pointer]) => pointer);
      return pointers.filter((place) => !at.some((one) => pattern(place).test(one))).map((place) => `${name} ${place}`);
    });
    // These rows do the same for each of several lists.
    const same = /^(hook-env|capability-known|mapping-|block-)/;
    expect(unseen.filter((one) => !same.test(one))).toEqual([]);
  });

  test('names places that the schema has, and sections', () => {
    const config = readSchema('config');
    for (const { pointers, demands, section, needs = [] } of RULES) {
      expect(demands).not.toBe('');
      expect(section).toMatch(/^config(-linux)?\.md#/);
      for (const pointer of [...pointers, ...needs]) {
        if (pointer !== '**') expect([pointer, leads(config, config, pointer.split('/'))]).toEqual([pointer, true]);
      }
    }
  });
});

/** Whether a pointer, with `*` for indexes and keys, leads anywhere in a schema. */
function leads(root: Schema, schema: Schema | undefined, [step, ...rest]: readonly string[]): boolean {
  if (schema === undefined) return false;
  if (step === undefined) return true;
  const found = follow(root, schema);
  const inside = step === '*' || step === '0' ? (found.items ?? found.additionalProperties) : found.properties?.[step];
  return leads(root, inside, rest);
}

describe('the glance', () => {
  test('finds nothing odd in the default config', () => {
    expect(isPlain(configWith({}))).toBe(true);
  });

  test.each(ENGINE_CONFIGS)('finds nothing odd in what %s writes, nor do the rules', (_, make) => {
    const spec = make() as unknown as Spec;
    expect(fitsConfig(spec)).toBe('yes');
    expect(breachesOfRules(spec)).toEqual([]);
    expect(isPlain(spec)).toBe(true);
  });

  test.each(ENGINE_CONFIGS)('never passes over what breaks a rule, in 2000 mutants of what %s writes', (_, make) => {
    let passed = 0;
    let stopped = 0;
    for (const mutant of mutants(2000, 4, make, WORDS)) {
      if (fitsConfig(mutant) === 'no') continue;
      if (isPlain(mutant as Spec)) passed++;
      else stopped++;
      const breaches = isPlain(mutant as Spec) ? breachesOfRules(mutant as Spec) : [];
      if (breaches.length > 0) throw new Error(`passed over: ${JSON.stringify(breaches)}`);
    }
    expect(passed).toBeGreaterThan(100);
    expect(stopped).toBeGreaterThan(100);
  });
});

/** Values that mean something somewhere in a config. */
const WORDS: readonly unknown[] = [
  ...['rw', 'ro', 'nosuid', 'suid', 'bind', 'rbind', 'idmap', 'remount', 'sync', 'async', 'noatime', 'relatime', 'a=b'],
  ...['user', 'time', 'network', 'tmpfs', 'none', '/x', 'x/y', 'A', 'A=', '=A', 'CAP_KILL', 'CAP_X', 'RLIMIT_NOFILE'],
  ...['RLIMIT_AS', 'SCMP_ACT_NOTIFY', 'SCMP_ACT_ERRNO', 'SCMP_ACT_TRACE', 'p', 'u', 'b', 'a', 'rwm', 'wr', '0-', '0-1'],
  ...['2MB', '1GB', '3MB', '1.0.0', '2.0.0', 'a\nb', 'x'.repeat(65), 'é'.repeat(33)],
  ...[-1, -2, 6, 9, 99, 999, 1000, 1001, 4095, 4096, 65_537, 1_000_001, 70_000],
  ...[{}, [{}], [{ type: 'user' }], ['A=b', 'A=c'], [{ containerID: 0, hostID: 0, size: 0 }]],
  ...[{ 'kernel.shmmax': '1' }, { 'net.a': '1', 'net/a': '2' }, { '': 'x' }, { '../x': '1' }, { limit: 5, swap: 4 }],
];
