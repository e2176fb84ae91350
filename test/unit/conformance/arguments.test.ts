import { expect, test } from '@jest/globals';
import { parseOptions, usage } from '../../../conformance/arguments.js';

test('without words: the given runtime, everything, a table', () => {
  const options = parseOptions([], '/dist/caisson');
  expect(options).toMatchObject({ runtimes: ['/dist/caisson'], only: [], smoke: false, json: false, deadline: 60 });
  expect(options.jobs).toBeGreaterThan(0);
});

test('--runtime may be repeated, and takes the place of the one just built', () => {
  expect(parseOptions(['--runtime', 'runc', '--runtime=./crun'], '/dist/caisson').runtimes).toEqual(['runc', './crun']);
});

test('--only may be repeated', () => {
  expect(parseOptions(['--only', 'a', '--only=b'], 'r').only).toEqual(['a', 'b']);
});

test.each(['0', '-1', '1.5', '1e3', '0x10', ' 3', '', '100000'])('--jobs=%s is refused', (text) => {
  expect(() => parseOptions([`--jobs=${text}`], 'r')).toThrow('--jobs');
});

test.each([[['--no-such']], [['a-word']], [['--runtime']], [['--deadline', 'soon']]])('%j is refused', (argv) => {
  expect(() => parseOptions(argv, 'r')).toThrow();
});

test('the usage names every option', () => {
  for (const option of [
    'runtime',
    'only',
    'smoke',
    'json',
    'details',
    'jobs',
    'deadline',
    'as-is',
    'write',
    'list',
    'help',
  ]) {
    expect(usage).toContain(`--${option}`);
  }
});
