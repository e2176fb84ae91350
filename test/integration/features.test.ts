/** `caisson features`: JSON by the schema of the specification, and what scripts that know runc look for. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, expect, test } from '@jest/globals';
import type { Features } from '../../lib/spec/types.gen.js';
import { Caisson } from '../support/caisson.js';

const caisson = new Caisson();
const outcome = caisson.call(['features']);
const features = JSON.parse(outcome.stdout) as Features;

afterAll(() => caisson.clean());

const schema = (name: string) =>
  JSON.parse(readFileSync(join(import.meta.dirname, `../../schemas/${name}.schema.json`), 'utf8')) as object;

test('the schema finds nothing wrong, and no property that it does not know', () => {
  expect(outcome).toMatchObject({ status: 0, stderr: '' });
  const ajv = new Ajv2020({ strict: false });
  ajv.addSchema(schema('config'), 'config.schema.json');
  const valid = ajv.compile(schema('features'));
  expect([valid(features), valid.errors]).toEqual([true, null]);
  const known = JSON.stringify(schema('features'));
  for (const part of [features, features.linux, features.linux?.seccomp, features.linux?.cgroup]) {
    for (const name of Object.keys(part ?? {})) expect(known).toContain(`"${name}"`);
  }
});

test('everything that runc says of itself on this machine', () => {
  const { stdout } = spawnSync('runc', ['features'], { encoding: 'utf8' });
  const runc = JSON.parse(stdout) as Features;
  expect(runc.mountOptions?.length).toBeGreaterThan(30);
  const missing = (theirs: readonly string[] = [], ours: readonly string[] = []) =>
    theirs.filter((one) => !ours.includes(one));
  expect(missing(runc.hooks, features.hooks)).toEqual([]);
  // Flags of runc that the kernel has never looked at; here these two are words for the filesystem, which may know them.
  expect(missing(runc.mountOptions, features.mountOptions)).toEqual(['acl', 'noacl']);
  expect(missing(runc.linux?.namespaces, features.linux?.namespaces)).toEqual([]);
  expect(missing(runc.linux?.capabilities, features.linux?.capabilities)).toEqual([]);
  expect(missing(runc.linux?.seccomp?.actions, features.linux?.seccomp?.actions)).toEqual([]);
  expect(missing(runc.linux?.seccomp?.operators, features.linux?.seccomp?.operators)).toEqual([]);
  expect(missing(runc.linux?.seccomp?.archs, features.linux?.seccomp?.archs)).toEqual([]);
});

test('what engines look for', () => {
  expect(features).toMatchObject({
    ociVersionMin: '1.0.0',
    ociVersionMax: '1.3.0',
    linux: {
      cgroup: { v1: true, v2: true },
      mountExtensions: { idmap: { enabled: true } },
      seccomp: { enabled: true },
    },
  });
  expect(features.mountOptions).toEqual(expect.arrayContaining(['rro', 'rbind', 'idmap']));
  expect(features.annotations?.['io.github.seccomp.libseccomp.version']).toMatch(/^2\./);
});

test('a flag of a filter that the kernel takes is told of, and works', () => {
  expect(features.linux?.seccomp?.supportedFlags).toEqual(
    expect.arrayContaining(['SECCOMP_FILTER_FLAG_TSYNC', 'SECCOMP_FILTER_FLAG_LOG', 'SECCOMP_FILTER_FLAG_SPEC_ALLOW']),
  );
});
