/** The schemas themselves, and the two validators made of config.schema.json. */
import { describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { breachesOfConfig } from '../../../lib/spec/breaches.gen.js';
import { defaultSpec } from '../../../lib/spec/default.js';
import { fitsConfig } from '../../../lib/spec/validate.gen.js';
import { EXACT_LEAVES } from '../../../lib/spec/words.gen.js';
import { follow, leavesOf, readSchema, type Schema, SCHEMA_NAMES } from '../../../scripts/spec-schema.js';
import { mutants, wholeConfig } from '../../support/configs.js';

const ajv = new Ajv2020({ strict: true, allErrors: true });
for (const word of ['x-section', 'x-unit', 'x-expects', 'x-exact']) ajv.addKeyword(word);
for (const name of SCHEMA_NAMES) ajv.addSchema(readSchema(name), `${name}.schema.json`);

const fits = (name: string, value: unknown) => ajv.validate(`${name}.schema.json`, value);

function* properties(schema: Schema, path: string): Generator<[string, Schema]> {
  for (const [name, child] of Object.entries(schema.properties ?? {})) yield [`${path}.${name}`, child];
  for (const [name, child] of Object.entries(schema.$defs ?? {})) yield* properties(child, name);
}

describe.each(SCHEMA_NAMES)('schemas/%s.schema.json', (name) => {
  test('is a JSON Schema 2020-12 that a strict ajv takes', () => {
    expect(readSchema(name)).toHaveProperty('$schema', 'https://json-schema.org/draft/2020-12/schema');
    expect(ajv.getSchema(`${name}.schema.json`)).toBeInstanceOf(Function);
  });

  test('says of each property what it is and where the specification has it', () => {
    const silent = [...properties(readSchema(name), name)].filter(
      ([, { title, 'x-section': section = '' }]) =>
        !title || !/^(config|config-linux|runtime|features|features-linux)\.md/.test(section),
    );
    expect(silent.map(([path]) => path)).toEqual([]);
  });
});

/** Numbers that count nothing: names, places on a scale, weights. By type and property. */
const WITHOUT_UNIT: readonly string[] = [
  ...['User.uid', 'User.gid', 'IdMapping.containerID', 'IdMapping.hostID', 'Device.uid', 'Device.gid'],
  ...['Device.major', 'Device.minor', 'DeviceRule.major', 'DeviceRule.minor', 'BlockIoWeight.major'],
  ...['BlockIoWeight.minor', 'BlockIoThrottle.major', 'BlockIoThrottle.minor', 'NetworkLimits.classID', 'state.pid'],
  ...['Process.oomScoreAdj', 'Scheduler.nice', 'Scheduler.priority', 'IoPriority.priority', 'MemoryLimits.swappiness'],
  ...['InterfacePriority.priority', 'CpuLimits.shares', 'CpuLimits.idle', 'BlockIoLimits.weight'],
  ...['BlockIoLimits.leafWeight', 'BlockIoWeight.weight', 'BlockIoWeight.leafWeight'],
  ...['SeccompArg.index', 'SeccompArg.value', 'SeccompArg.valueTwo'],
];

test('each number has its unit, or is known to have none', () => {
  const numbers = SCHEMA_NAMES.flatMap((name) => {
    const root = readSchema(name);
    return [...properties(root, name)].filter(([, property]) => follow(root, property).type === 'integer');
  });
  const bare = numbers.filter(([, property]) => property['x-unit'] === undefined).map(([path]) => path);
  expect([...bare].sort()).toEqual([...WITHOUT_UNIT].sort());
  for (const [, property] of numbers) expect(property['x-unit']).not.toBe('');
});

describe('the config schema', () => {
  test('takes the default config, and one that uses every leaf', () => {
    expect(fits('config', defaultSpec({ cgroupNamespace: true }))).toBe(true);
    expect(fits('config', wholeConfig())).toBe(true);
  });

  test('knows each leaf that the whole config uses', () => {
    const known = new Set([...leavesOf(readSchema('config'))].map(({ pointer }) => pointer));
    const used = new Set<string>();
    for (const pointer of known) if (reaches(wholeConfig(), pointer.split('/'))) used.add(pointer);
    expect([...known].filter((pointer) => !used.has(pointer))).toEqual([]);
  });

  test('accepts properties it does not know, and capabilities too', () => {
    expect(
      fits('config', {
        ociVersion: '1.3.0',
        extra: 1,
        process: { cwd: '/', more: [], capabilities: { bounding: ['CAP_X'] } },
      }),
    ).toBe(true);
  });

  test('has `pids` without a limit, as the text of 1.3.0 does', () => {
    expect(fits('config', { ociVersion: '1.3.0', linux: { resources: { pids: {} } } })).toBe(true);
  });

  test('has the recursive propagations that engines send', () => {
    expect(fits('config', { ociVersion: '1.3.0', linux: { rootfsPropagation: 'rslave' } })).toBe(true);
    expect(fits('config', { ociVersion: '1.3.0', linux: { rootfsPropagation: 'banana' } })).toBe(false);
  });

  test('has exact bounds for every number: what a JavaScript number does not hold is marked', () => {
    const rounded = [...leavesOf(readSchema('config'))].filter(
      ({ schema: { type, minimum = 0, maximum = 0, 'x-exact': exact } }) =>
        type === 'integer' && exact !== true && !(Number.isSafeInteger(minimum) && Number.isSafeInteger(maximum)),
    );
    expect(rounded.map(({ pointer }) => pointer)).toEqual([]);
    expect(
      fits('config', { ociVersion: '1.3.0', process: { cwd: '/', consoleSize: { height: 2 ** 53, width: 1 } } }),
    ).toBe(false);
  });

  test('marks the numbers of 64 bits', () => {
    const paths = EXACT_LEAVES.map(({ path }) => path.join('/'));
    expect(paths).toEqual(expect.arrayContaining(['process/rlimits/*/soft', 'linux/seccomp/syscalls/*/args/*/value']));
    expect(paths).not.toContain('linux/devices/*/major');
  });
});

describe('the state and features schemas', () => {
  test('take what they should', () => {
    expect(fits('state', { ociVersion: '1.3.0', id: 'a', status: 'paused', pid: 3, bundle: '/b', more: 1 })).toBe(true);
    expect(fits('state', { ociVersion: '1.3.0', id: 'a', status: 'lost', bundle: '/b' })).toBe(false);
    expect(fits('features', { ociVersionMin: '1.0.0', ociVersionMax: '1.3.0', linux: { namespaces: ['pid'] } })).toBe(
      true,
    );
    expect(fits('features', { ociVersionMin: '1.0.0' })).toBe(false);
  });
});

test('the verdict, the list of breaches and ajv itself agree on 1500 mutants of a config', () => {
  let good = 0;
  for (const mutant of mutants(1500, 1)) {
    const verdict = fits('config', mutant);
    if ((fitsConfig(mutant) !== 'no') !== verdict || (breachesOfConfig(mutant).length === 0) !== verdict) {
      throw new Error(`they differ on ${JSON.stringify(mutant)}`);
    }
    if (verdict) good++;
  }
  expect(good).toBeGreaterThan(300);
  expect(good).toBeLessThan(1200);
});

function reaches(value: unknown, [step, ...rest]: readonly string[]): boolean {
  if (step === undefined) return value !== undefined;
  if (typeof value !== 'object' || value === null) return false;
  if (step === '*') return Object.values(value).some((child) => reaches(child, rest));
  return reaches((value as Record<string, unknown>)[step], rest);
}
