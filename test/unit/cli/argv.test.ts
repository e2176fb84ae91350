/** Words in, a request out: the forms in which people and engines write a command line. */
import { describe, expect, test } from '@jest/globals';
import { parse, type Invocation, type Understood } from '../../../lib/cli/argv.js';
import type { CreateRequest, Globals, KillRequest, ListRequest } from '../../../lib/cli/requests.js';
import type { RuntimeError } from '../../../lib/errors.js';

const read = (...words: string[]): Invocation => parse(words, { globals: {}, verb: undefined });

/** The request alone. */
function request(...words: string[]): Record<string, unknown> {
  const invocation = read(...words);
  if (!('request' in invocation)) throw new Error(`${invocation.verb} has no request`);
  return invocation.request;
}

/** `code: message (hint)` of what is thrown. */
function refusal(...words: string[]): string {
  try {
    read(...words);
  } catch (error) {
    const { code, message, details } = error as RuntimeError;
    return `${code}: ${message}${details.hint === undefined ? '' : ` (${details.hint})`}`;
  }
  throw new Error(`accepted: ${words.join(' ')}`);
}

const GLOBALS: Globals = {
  root: undefined,
  log: undefined,
  logFormat: 'text',
  logLevel: 'error',
  debug: false,
  trace: undefined,
  rootless: 'auto',
  cgroupManager: 'cgroupfs',
  systemdCgroup: false,
};

describe('what a request holds', () => {
  test('everything that was not given', () => {
    const expected: CreateRequest = {
      globals: GLOBALS,
      id: 'web',
      bundle: '.',
      config: 'config.json',
      consoleSocket: undefined,
      pidFile: undefined,
      pidfdSocket: undefined,
      preserveFds: undefined,
      noNewKeyring: false,
      noPivot: false,
    };
    expect(read('create', 'web')).toEqual({ verb: 'create', request: expected });
  });

  test('every global flag', () => {
    const globals = [
      '--root',
      '/r',
      '--log=/l',
      '--log-format',
      'json',
      '--log-level=debug',
      '--debug',
      '--trace',
      '/t',
    ];
    expect(request(...globals, '--rootless=false', '--cgroup-manager=cgroupfs', 'list').globals).toEqual({
      ...GLOBALS,
      root: '/r',
      log: '/l',
      logFormat: 'json',
      logLevel: 'debug',
      debug: true,
      trace: '/t',
      rootless: 'false',
    });
  });

  test('global flags after the verb', () => {
    expect(request('state', '--root', '/r', 'web')).toMatchObject({ id: 'web', globals: { root: '/r' } });
  });

  test('a signal, as its number', () => {
    const expected: KillRequest = { globals: GLOBALS, id: 'web', signal: 9, all: false };
    expect(request('kill', 'web', 'SIGKILL')).toEqual(expected);
    expect(request('kill', 'web')).toMatchObject({ signal: 15 });
  });

  test('a choice', () => {
    const expected: ListRequest = { globals: GLOBALS, format: 'json', quiet: true };
    expect(request('list', '-f', 'json', '-q')).toEqual(expected);
  });
});

describe('the forms of a flag', () => {
  test.each([
    [['--bundle', '/b', 'web']],
    [['--bundle=/b', 'web']],
    [['-b', '/b', 'web']],
    [['-b=/b', 'web']],
    [['-bundle', '/b', 'web']],
    [['-bundle=/b', 'web']],
    [['web', '--bundle', '/b']],
    [['--bundle', '/first', '--bundle', '/b', 'web']],
    [['--bundle', '/b', '--', 'web']],
  ])('create %j', (words) => {
    expect(request('create', ...words)).toMatchObject({ id: 'web', bundle: '/b' });
  });

  test.each([
    [['--detach'], true],
    [['-d'], true],
    [['-detach'], true],
    [['--detach=true'], true],
    [['--detach=false'], false],
    [['--detach', '--detach=false'], false],
    [['--detach', '--detach'], true],
  ])('run %j', (words, detach) => {
    expect(request('run', ...words, 'web')).toMatchObject({ id: 'web', detach });
  });

  test('a value may look like a flag, or have an equals sign', () => {
    expect(request('create', '--pid-file', '--x=y', 'web')).toMatchObject({ pidFile: '--x=y' });
    expect(request('create', '--pid-file=a=b', 'web')).toMatchObject({ pidFile: 'a=b' });
  });

  test('an empty text is the same as none', () => {
    const words = ['--root=', 'create', '--pid-file', '', '--bundle=', 'web'];
    expect(request(...words)).toMatchObject({ globals: { root: undefined }, pidFile: undefined, bundle: '.' });
  });

  test('what follows -- is no flag', () => {
    expect(request('state', '--', 'web')).toMatchObject({ id: 'web' });
    expect(request('--', 'state', 'web')).toMatchObject({ id: 'web' });
    expect(request('state', '--', '-web')).toMatchObject({ id: '-web' });
  });

  test('flags end at the id of kill', () => {
    expect(request('kill', 'web', '-9')).toMatchObject({ signal: 9, all: false });
    expect(request('kill', '--all', 'web', '9')).toMatchObject({ signal: 9, all: true });
    expect(request('kill', '-a', 'web', '9')).toMatchObject({ signal: 9, all: true });
    expect(refusal('kill', 'web', '9', '--all')).toMatch('usage: kill: "--all" is one argument too many');
  });

  test('flags without effect are accepted', () => {
    expect(request('--criu', '/bin/criu', 'create', '-no-subreaper', 'web')).not.toHaveProperty('noSubreaper');
    expect(request('--systemd-cgroup=false', 'state', 'web')).toHaveProperty('globals.systemdCgroup', false);
  });
});

// From the sources of the callers: containerd's shim, conmon, podman, CRI-O, buildah.
test.each([
  '--root /run/containerd/runc/k8s.io --log /b/log.json --log-format json create --bundle /b --pid-file /b/init.pid --console-socket /s web',
  '--root /r --log /l --log-format json --rootless=false start web',
  '--root /r --debug --log /l --log-format json delete --force web',
  '--root /r --log /l --log-format json kill --all web 9',
  '--root=/r create --bundle /b --pid-file /p web',
  '--log-format=json --log /l kill web 15',
  '--root /r kill web SIGTERM',
  'kill -a web 9',
  'list --format=json',
  '--root /r run --bundle /b --keep web',
  'run --detach --pid-file /p --console-socket /s -no-subreaper --bundle /b web',
])('an engine calls: %s', (line) => {
  expect(read(...line.split(' '))).toHaveProperty('request');
});

describe('what is refused', () => {
  test.each([
    ['creat web', 'usage: unknown command "creat" (did you mean create? caisson --help lists the commands)'],
    ['frobnicate', 'usage: unknown command "frobnicate" (caisson --help lists the commands)'],
    ['constructor', 'usage: unknown command "constructor" (caisson --help lists the commands)'],
    ['__proto__', 'usage: unknown command "__proto__" (caisson --help lists the commands)'],
    ['--rot /r list', 'usage: unknown flag --rot (did you mean --root? caisson --help lists the flags)'],
    [
      'create --bundel /b web',
      'usage: create: unknown flag --bundel (did you mean --bundle? caisson create --help lists the flags)',
    ],
    ['create --pidFile /p web', /^usage: create: unknown flag --pidFile \(did you mean --pid-file\?/],
    ['create --constructor web', /^usage: create: unknown flag --constructor /],
    ['create --__proto__ web', /^usage: create: unknown flag --__proto__ /],
    ['create ---bundle /b web', /^usage: create: unknown flag ---bundle /],
    ['create --pid- web', /^usage: create: unknown flag --pid- /],
    ['create -z web', /^usage: create: unknown flag -z /],
    ['kill -9 web', /^usage: kill: unknown flag -9 /],
    ['start --all web', /^usage: start: unknown flag --all /],
    ['create', 'usage: create: ID is missing (see caisson create --help)'],
    ['create web two', 'usage: create: "two" is one argument too many (see caisson create --help)'],
    ['list web', 'usage: list: "web" is one argument too many (see caisson list --help)'],
    ['create web --bundle', 'usage: create: --bundle needs a value: DIR (see caisson create --help)'],
    ['list --format', 'usage: list: --format needs a value: table or json (see caisson list --help)'],
    ['list --format=xml', 'usage: list: --format takes table, json, not "xml" (see caisson list --help)'],
    ['list --format=', 'usage: list: --format takes table, json, not "" (see caisson list --help)'],
    ['--log-format=xml list', 'usage: --log-format takes text, json, not "xml" (see caisson --help)'],
    ['run --detach=yes web', 'usage: run: --detach takes true or false, not "yes" (see caisson run --help)'],
    ['kill web TREM', /^usage: unknown signal "TREM" \(did you mean TERM\?/],
    ['state a/b', /^id-invalid: the container id "a\/b" has the character "\/" /],
    ['create --preserve-fds 0x2 web', /^usage: create: --preserve-fds takes a whole number, not "0x2"/],
    ['delete --regex web', 'flag-unsupported: delete: the flag --regex is not supported yet'],
    ['--rootless=maybe list', 'usage: --rootless takes true, false, auto, not "maybe" (see caisson --help)'],
    ['restore web', 'usage: the command restore is not supported yet'],
    ['help frob', /^usage: unknown command "frob"/],
  ])('%s', (line, expected) => {
    expect(refusal(...line.split(' '))).toMatch(expected);
  });

  test('an empty id, and an empty command', () => {
    expect(refusal('state', '')).toMatch('id-invalid: the container id "" is empty');
    expect(refusal('')).toMatch('usage: unknown command ""');
  });
});

test('what was understood before a fault is known to the report', () => {
  const understood: Understood = { globals: {}, verb: undefined };
  expect(() => parse(['--log', '/l', '--log-format', 'json', 'restore', 'web'], understood)).toThrow(
    'not supported yet',
  );
  expect(understood).toMatchObject({ globals: { log: '/l', logFormat: 'json' }, verb: 'restore' });
});

test.each([
  [[], { verb: 'help', topic: undefined }],
  [['--help'], { verb: 'help', topic: undefined }],
  [['-h'], { verb: 'help', topic: undefined }],
  [['help'], { verb: 'help', topic: undefined }],
  [['help', 'run'], { verb: 'help', topic: 'run' }],
  [['--root', '/r', '--help'], { verb: 'help', topic: undefined }],
  [['run', '--help'], { verb: 'help', topic: 'run' }],
  [['run', 'web', '-h'], { verb: 'help', topic: 'run' }],
  [['checkpoint', '--help'], { verb: 'help', topic: 'checkpoint' }],
  [['--version'], { verb: 'version' }],
  [['-v'], { verb: 'version' }],
])('%j only prints', (words, expected) => {
  expect(read(...words)).toEqual(expected);
});
