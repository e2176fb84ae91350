/** What a label comes to beside other options; plans with labels are golden (cases/labels.ts). */
import { expect, test } from '@jest/globals';
import { compile } from '../../lib/plan/compile.js';
import type { Mount } from '../../lib/spec/types.gen.js';
import { HOST, SPEC } from './cases/labels.js';
import { FILTER, PLACE } from './cases/world.js';

test('where there are labels, nothing is to be warned of', () => {
  expect(compile(SPEC, PLACE, HOST, FILTER).warnings).toEqual([]);
});

test('where init takes mount(2), the commas of a label are quoted', () => {
  const lower = `lowerdir=${'/x'.repeat(200)}`;
  const plan = compile(
    { ...SPEC, mounts: [mount('/a', [lower]), mount('/b', ['silent']), mount('/c', [])] },
    PLACE,
    HOST,
    FILTER,
  );
  const labels = plan.init.flatMap(({ act }) => (act.op === 'mount' ? act.options.slice(-1) : []));
  const label = SPEC.linux!.mountLabel;
  expect(labels).toEqual([`context="${label}"`, `context="${label}"`, `context=${label}`]);
});

function mount(destination: string, options: readonly string[]): Mount {
  return { destination, type: 'overlay', source: 'overlay', options };
}

test('the mqueue of another container keeps its label', () => {
  const namespaces = (SPEC.linux?.namespaces ?? []).map((one) =>
    one.type === 'ipc' ? { ...one, path: '/proc/4711/ns/ipc' } : one,
  );
  const joined = compile({ ...SPEC, linux: { ...SPEC.linux, namespaces } }, PLACE, HOST, FILTER);
  expect(joined.init.filter(({ act }) => act.op === 'label-mount')).toEqual([]);
});
