/** The other engine: the same life of a container, by `node dist/main.js`. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { makeBundle, shellSpec, writeSpec } from '../support/bundle.js';
import { Caisson } from '../support/caisson.js';

const caisson = new Caisson('/tmp', [process.execPath, join(import.meta.dirname, '../../dist/main.js')]);
const bundle = join(caisson.directory, 'bundle');

beforeAll(() => void makeBundle(bundle, shellSpec('true')));
afterAll(() => caisson.clean());

test('--version and --help', () => {
  expect(caisson.call(['--version']).stdout).toMatch(/^caisson version \d/);
  expect(caisson.call(['--help'])).toMatchObject({ status: 0, stderr: '' });
});

test('run: output, status, nothing left', () => {
  writeSpec(bundle, shellSpec('echo on node; exit 7'));
  const id = caisson.id();
  expect(caisson.call(['run', '-b', bundle, id])).toMatchObject({ status: 7, stdout: 'on node\n', stderr: '' });
  expect(caisson.call(['state', id]).stderr).toContain('does not exist');
});

test('create, state, start, kill, list, delete', async () => {
  writeSpec(bundle, shellSpec('sleep 100'));
  const id = caisson.id();
  expect(caisson.detach(['create', '-b', bundle, id]).status).toBe(0);
  expect(caisson.state(id).status).toBe('created');
  expect(caisson.call(['start', id])).toMatchObject({ status: 0, stderr: '' });
  expect(caisson.state(id).status).toBe('running');
  expect(caisson.call(['list', '-q']).stdout).toBe(`${id}\n`);
  expect(caisson.call(['kill', id, '9'])).toMatchObject({ status: 0, stderr: '' });
  await caisson.until(id, 'stopped');
  expect(caisson.call(['delete', id])).toMatchObject({ status: 0, stderr: '' });
});

test('plan prints, and makes nothing', () => {
  writeSpec(bundle, shellSpec('true'));
  const { status, stdout } = caisson.call(['plan', '-b', bundle]);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^host, before the clone\n/);
  expect(caisson.call(['list', '-q'])).toMatchObject({ status: 0, stdout: '' });
});

test('an error is one line, with its place', () => {
  const spec = shellSpec('true');
  spec.mounts.push({ destination: '/mnt', type: 'bind', source: '/no/such/source', options: ['bind'] });
  writeSpec(bundle, spec);
  expect(caisson.call(['run', '-b', bundle, caisson.id()])).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^caisson: error: mounts\/\d+[^\n]*ENOENT[^\n]*\n$/),
  });
});
