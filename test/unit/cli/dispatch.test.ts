/** From words to an exit status. */
import { afterEach, expect, test } from '@jest/globals';
import type { Commands } from '../../../lib/cli/commands.js';
import { dispatch } from '../../../lib/cli/dispatch.js';
import { VERBS } from '../../../lib/cli/verbs.js';
import { RuntimeError } from '../../../lib/errors.js';
import { debug, openLog, warning } from '../../../lib/log.js';
import { mark } from '../../../lib/trace.js';
import { recordingWorld } from './world.js';

afterEach(() => openLog('error', undefined));

/** Commands that all do the same. */
function commands(act: (request: unknown) => Promise<number>): Commands {
  return Object.fromEntries(Object.keys(VERBS).map((name) => [name, act])) as unknown as Commands;
}

const nothing = commands(() => Promise.resolve(0));

test('the status of the command is the exit status, and nothing is printed', async () => {
  const world = recordingWorld();
  expect(
    await dispatch(
      ['state', 'web'],
      world,
      commands(() => Promise.resolve(42)),
    ),
  ).toBe(42);
  expect([world.stdout(), world.stderr(), world.files.size]).toEqual(['', '', 0]);
});

test('a failure is told, and is status 1', async () => {
  const world = recordingWorld();
  const failing = commands(() => Promise.reject(new RuntimeError('container-unknown', 'container web does not exist')));
  expect(await dispatch(['--log', '/l', 'state', 'web'], world, failing)).toBe(1);
  expect(world.stderr()).toBe('caisson: error: container web does not exist\n');
  expect(world.files.get('/l')?.join('')).toMatch(/^time=.* level=error msg="container web does not exist"\n$/);
});

test('a failure of exec is status 255', async () => {
  const world = recordingWorld();
  const failing = commands(() => Promise.reject(new RuntimeError('container-unknown', 'container web does not exist')));
  expect(await dispatch(['exec', 'web', 'true'], world, failing)).toBe(255);
});

test('the log file is there even when there was nothing to say', async () => {
  const world = recordingWorld();
  await dispatch(['--log', '/l', '--log-format', 'json', 'state', 'web'], world, nothing);
  expect(world.files.get('/l')).toEqual(['']);
});

test('a log that cannot be opened is an error before anything is done', async () => {
  const world = recordingWorld(['/l']);
  let called = false;
  const noting = commands(() => {
    called = true;
    return Promise.resolve(0);
  });
  expect(await dispatch(['--log', '/l', 'state', 'web'], world, noting)).toBe(1);
  expect(called).toBe(false);
  expect(world.stderr()).toBe('caisson: error: open the log file: openat /l: ENOENT: no such file or directory\n');
});

const chatty = commands(() => {
  warning('mountLabel is ignored');
  debug(() => 'a detail');
  return Promise.resolve(0);
});

test.each([
  [[], ''],
  [['--log-level', 'warning'], 'caisson: warning: mountLabel is ignored\n'],
  [['--log-level', 'debug'], 'caisson: warning: mountLabel is ignored\ncaisson: debug: a detail\n'],
  [['--debug'], 'caisson: warning: mountLabel is ignored\ncaisson: debug: a detail\n'],
])('warnings and details with %j', async (flags, stderr) => {
  const world = recordingWorld();
  await dispatch([...flags, 'state', 'web'], world, chatty);
  expect(world.stderr()).toBe(stderr);
});

test('warnings go to the log file and not to stderr', async () => {
  const world = recordingWorld();
  await dispatch(['--log', '/l', '--log-format=json', '--log-level=warning', 'state', 'web'], world, chatty);
  expect(JSON.parse(world.files.get('/l')?.join('') ?? '')).toMatchObject({ level: 'warning' });
  expect(world.stderr()).toBe('');
});

interface TraceFile {
  readonly traceEvents: readonly { readonly name: string; readonly ph: string }[];
}

function phases(text: string | undefined): string[] {
  const { traceEvents } = JSON.parse(text ?? '') as TraceFile;
  return traceEvents.filter(({ ph }) => ph === 'X').map(({ name }) => name);
}

test('a trace has the phases of the command', async () => {
  const world = recordingWorld();
  const marking = commands(() => {
    mark('config read');
    return Promise.resolve(0);
  });
  await dispatch(['--trace', '/t', 'state', 'web'], world, marking);
  expect(phases(world.files.get('/t')?.at(-1))).toEqual(['engine started', 'config read', 'end']);
});

test('a trace of a failure is written too', async () => {
  const world = recordingWorld();
  const failing = commands(() => Promise.reject(new RuntimeError('internal', 'no')));
  await dispatch(['--trace', '/t', 'state', 'web'], world, failing);
  expect(phases(world.files.get('/t')?.at(-1))).toEqual(['engine started', 'end']);
});

test('a trace that cannot be written is an error before anything is done', async () => {
  const world = recordingWorld(['/t']);
  expect(await dispatch(['--trace', '/t', 'state', 'web'], world, nothing)).toBe(1);
  expect(world.stderr()).toBe('caisson: error: write the trace: openat /t: ENOENT: no such file or directory\n');
});

test('--version is what engines parse', async () => {
  const world = recordingWorld();
  expect(await dispatch(['--version'], world, nothing)).toBe(0);
  expect(world.stdout()).toMatch(
    /^caisson version \d+\.\d+\.\d+\n(commit: .*\n)?spec: 1\.3\.0\nlibseccomp: 2\.5\.4\n$/,
  );
  // docker takes the last line that has the word.
  expect(
    world
      .stdout()
      .split('\n')
      .filter((line) => line.includes('version')),
  ).toHaveLength(1);
});
