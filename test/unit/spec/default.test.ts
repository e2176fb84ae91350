/** What `caisson spec` writes. */
import { expect, test } from '@jest/globals';
import { unknownWarnings } from '../../../lib/container/unknown.js';
import { defaultSpec, defaultSpecText } from '../../../lib/spec/default.js';
import { loadSpec } from '../../../lib/spec/load.js';

test.each([true, false])('the default config passes every check (cgroup namespace: %s)', async (cgroupNamespace) => {
  const warnings: string[] = [];
  const spec = await loadSpec(defaultSpecText({ cgroupNamespace }), 'config.json', (warning) => warnings.push(warning));
  expect([...warnings, ...unknownWarnings(spec)]).toEqual([]);
  expect(spec.linux?.namespaces?.some(({ type }) => type === 'cgroup')).toBe(cgroupNamespace);
});

test('its text is that of runc: tabs, one value a line, in the order of the specification', () => {
  const text = defaultSpecText({ cgroupNamespace: false });
  expect(text.startsWith('{\n\t"ociVersion": "1.3.0",\n\t"process": {\n\t\t"terminal": true,\n\t\t"user": {')).toBe(
    true,
  );
  expect(text.endsWith('\n\t}\n}\n')).toBe(true);
  expect(Object.keys(defaultSpec({ cgroupNamespace: false }))).toEqual([
    'ociVersion',
    'process',
    'root',
    'hostname',
    'mounts',
    'linux',
  ]);
});

test('it has no ambient and no inheritable capabilities', () => {
  const { capabilities } = defaultSpec({ cgroupNamespace: false }).process ?? {};
  expect(Object.keys(capabilities ?? {})).toEqual(['bounding', 'effective', 'permitted']);
});
