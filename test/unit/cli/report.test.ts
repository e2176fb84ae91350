/** A failure as people and engines read it. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { startLog, type LogChoice } from '../../../lib/cli/logFile.js';
import { describe as described, report } from '../../../lib/cli/report.js';
import { fromSystem, RuntimeError } from '../../../lib/errors.js';
import { openLog } from '../../../lib/log.js';
import { recordingWorld, systemError } from './world.js';

const CHOICE: LogChoice = { log: undefined, logFormat: 'text', logLevel: 'error', debug: false };
const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

afterEach(() => openLog('error', undefined));

const mountFailed = new RuntimeError('mount-failed', 'open the mount source', {
  pointer: 'mounts/3/source',
  errno: 'ENOENT',
  syscall: 'open_tree',
  path: '/nope',
  hint: 'make it',
});
const MOUNT_FAILED =
  'mounts/3/source: open the mount source: open_tree /nope: ENOENT: no such file or directory (make it)';

describe('the message', () => {
  test.each([
    [mountFailed, MOUNT_FAILED],
    [new RuntimeError('usage', 'ID is missing'), 'ID is missing'],
    [new RuntimeError('config-invalid', 'must be a string', { pointer: 'root/path' }), 'root/path: must be a string'],
    [
      new RuntimeError('config-syntax', 'a comma is missing', { path: '/b/config.json', line: 3, column: 14 }),
      '/b/config.json:3:14: a comma is missing',
    ],
    [new RuntimeError('config-syntax', 'a comma is missing', { line: 3 }), 'config.json:3: a comma is missing'],
    [new RuntimeError('file-exists', 'config.json exists already', { path: 'b' }), 'config.json exists already: b'],
    [new RuntimeError('system-call', 'wait', { syscall: 'poll', errno: 'EODD' }), 'wait: poll: EODD'],
    [
      fromSystem('state-root', 'write the record', systemError('openat', '/r/x', 'EACCES')),
      'write the record: openat /r/x: EACCES: permission denied',
    ],
  ])('%#', (error, text) => {
    expect(described(error)).toBe(text);
  });
});

describe('where it goes', () => {
  test('without a log: one line on stderr', () => {
    const world = recordingWorld();
    report(mountFailed, CHOICE, world);
    expect(world.stderr()).toBe(`caisson: error: ${MOUNT_FAILED}\n`);
    expect([world.stdout(), world.files.size]).toEqual(['', 0]);
  });

  test('without a log, as JSON: that line on stderr', () => {
    const world = recordingWorld();
    report(mountFailed, { ...CHOICE, logFormat: 'json' }, world);
    expect(JSON.parse(world.stderr())).toMatchObject({ level: 'error', msg: MOUNT_FAILED });
  });

  test.each(['text', 'json'] as const)('with a log (%s): stderr, and exactly one line in the file', (logFormat) => {
    const world = recordingWorld();
    report(mountFailed, { ...CHOICE, log: '/l', logFormat }, world);
    expect(world.stderr()).toBe(`caisson: error: ${MOUNT_FAILED}\n`);
    expect(world.files.get('/l')).toEqual([expect.stringMatching(/^[^\n]+\n$/)]);
  });

  test('JSON has level, msg and an RFC 3339 time, and nothing else: podman reads the file as one object', () => {
    const world = recordingWorld();
    report(mountFailed, { ...CHOICE, log: '/l', logFormat: 'json' }, world);
    const line = JSON.parse(world.files.get('/l')?.join('') ?? '') as Record<string, string>;
    expect(line).toEqual({ level: 'error', msg: MOUNT_FAILED, time: expect.stringMatching(RFC3339) });
  });

  test('text has the form of runc', () => {
    const world = recordingWorld();
    report(new RuntimeError('usage', 'a "word"'), { ...CHOICE, log: '/l' }, world);
    expect(world.files.get('/l')?.join('')).toMatch(/^time="[^"]+" level=error msg="a \\"word\\""\n$/);
  });

  test('/dev/stderr is stderr', () => {
    const world = recordingWorld();
    report(mountFailed, { ...CHOICE, log: '/dev/stderr' }, world);
    expect([world.stderr(), world.files.size]).toEqual([`caisson: error: ${MOUNT_FAILED}\n`, 0]);
  });

  test('a log that fails: both failures on stderr', () => {
    const world = recordingWorld(['/l']);
    report(mountFailed, { ...CHOICE, log: '/l' }, world);
    expect(world.stderr()).toBe(
      `caisson: error: ${MOUNT_FAILED}\n` +
        'caisson: error: write the log file: openat /l: ENOENT: no such file or directory\n',
    );
  });

  test('a log that was the failure: told once', () => {
    const world = recordingWorld(['/l']);
    const choice = { ...CHOICE, log: '/l' };
    expect(() => startLog(choice, world)).toThrow(expect.objectContaining({ code: 'system-call' }));
    const failure = fromSystem('system-call', 'open the log file', systemError('openat', '/l', 'ENOENT'));
    report(failure, choice, world);
    expect(world.stderr()).toBe('caisson: error: open the log file: openat /l: ENOENT: no such file or directory\n');
  });

  test('a closed stderr is borne', () => {
    const world = recordingWorld();
    const deaf = {
      ...world,
      print: () => {
        throw systemError('write', '', 'EPIPE');
      },
    };
    expect(() => report(mountFailed, CHOICE, deaf)).not.toThrow();
  });
});

describe('one line, whatever is in it', () => {
  test.each([
    ['a\nb', 'a\\nb'],
    ['a\r\tb', 'a\\r\\tb'],
    ['\u001b[31mred', '\\x1b[31mred'],
    ['\u0000\u007f\u0085', '\\x00\\x7f\\x85'],
    ['\u2028\u202e\u2066', '\\u2028\\u202e\\u2066'],
    ['\ud800', '\\ud800'],
    ['é 😀 \\n', 'é 😀 \\n'],
  ])('%j', (text, line) => {
    const world = recordingWorld();
    report(new RuntimeError('usage', text), CHOICE, world);
    expect(world.stderr()).toBe(`caisson: error: ${line}\n`);
  });
});

describe('a fault of caisson', () => {
  test('says so, without its stack', () => {
    const world = recordingWorld();
    report(new TypeError('x is not a function'), CHOICE, world);
    expect(world.stderr()).toBe('caisson: error: unexpected failure: TypeError: x is not a function\n');
  });

  test('shows its stack with --debug', () => {
    const world = recordingWorld();
    const choice = { ...CHOICE, debug: true };
    startLog(choice, world);
    report(new TypeError('x is not a function'), choice, world);
    expect(world.stderr()).toMatch(
      /^caisson: error: .*\ncaisson: debug: TypeError: x is not a function\ncaisson: debug: +at /,
    );
  });

  test('tells a system call that nobody expected to fail', () => {
    const world = recordingWorld();
    report(systemError('mkdirat', '/x', 'EXDEV'), CHOICE, world);
    expect(world.stderr()).toMatch(/^caisson: error: unexpected failure: mkdirat \/x: EXDEV: .*\n$/);
  });

  test('is not that the host has no more to give', () => {
    const world = recordingWorld();
    report(systemError('mkdirat', '/x', 'ENOSPC'), CHOICE, world);
    expect(world.stderr()).toBe(
      'caisson: error: a system call failed: mkdirat /x: ENOSPC: no space left on device (the filesystem is full, or a limit of the kernel is reached)\n',
    );
  });

  test.each([[undefined], [null], ['text'], [42]])('bears that %j was thrown', (thrown) => {
    const world = recordingWorld();
    report(thrown, CHOICE, world);
    expect(world.stderr()).toBe(`caisson: error: unexpected failure: ${String(thrown)}\n`);
  });
});
