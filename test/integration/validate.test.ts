/** `caisson validate` on the executable: what it prints, how it ends, what it needs, and files that are no config.json. */
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { makeBundle, shellSpec, writeSpec } from '../support/bundle.js';
import { Caisson, type Outcome } from '../support/caisson.js';
import { dockerConfig } from '../support/engines.js';
import { pictureOf } from '../support/host.js';

const caisson = new Caisson();
let bundle: string;
let file: string;

beforeEach(() => {
  bundle = mkdtempSync(join(caisson.directory, 'bundle-'));
  file = join(bundle, 'config.json');
});
afterAll(() => caisson.clean());

const validate = (...args: string[]): Outcome => caisson.call(['validate', ...args]);

const BROKEN = '{\n  "ociVersion": "1.3.0",\n  "process": { "cwd": "home", "args": ["sh"] },\n  "rot": {}\n}\n';
const BROKEN_TEXT = (name: string): string =>
  [
    `${name}:1:1: error: root: is required (root.path names the directory of the root filesystem) [config.md#root]`,
    `${name}:1:1: error: linux: is required (without linux.namespaces there is no container) ` +
      '[config.md#platform-specific-configuration]',
    `${name}:3:23: error: process/cwd: must be an absolute path, but is "home" (write / for the root) ` +
      '[config.md#process]',
    `${name}:4:3: warning: rot: not a property that runtime-spec 1.3.0 knows; ignored (did you mean root?) ` +
      '[config.md#extensibility]',
    `${name}: not valid, 3 errors, 1 warning`,
    '',
  ].join('\n');

describe('a config', () => {
  test('that is valid, in the bundle, by its file, on standard input', () => {
    writeSpec(bundle, dockerConfig());
    const text = JSON.stringify(dockerConfig());
    expect(validate('-b', bundle)).toMatchObject({ status: 0, stdout: `${file}: valid\n`, stderr: '' });
    expect(validate(file)).toMatchObject({ status: 0, stdout: `${file}: valid\n`, stderr: '' });
    expect(caisson.call(['validate'], { cwd: bundle })).toMatchObject({ status: 0, stdout: './config.json: valid\n' });
    expect(caisson.call(['validate', '-'], { input: text })).toMatchObject({ status: 0, stdout: '<stdin>: valid\n' });
  });

  test('that is not: a line for each finding, and status 1', () => {
    writeSpec(bundle, BROKEN);
    expect(validate('-b', bundle)).toMatchObject({ status: 1, stdout: BROKEN_TEXT(file), stderr: '' });
    expect(caisson.call(['validate', '-'], { input: BROKEN })).toMatchObject({ stdout: BROKEN_TEXT('<stdin>') });
  });

  test('is told of as docs/validate.md has it', () => {
    const spec = { ociVersion: '1.3.0', mont: [], ...shellSpec('true') };
    const { ociVersion: _, ...rest } = { ...spec, process: { terminal: false, cwd: 'home', args: ['sh'] } };
    writeSpec(bundle, { ociVersion: '1.3.0', ...rest });
    const page = readFileSync(join(import.meta.dirname, '../../docs/validate.md'), 'utf8');
    const { stdout } = caisson.call(['validate', 'config.json'], { cwd: bundle });
    expect(page).toContain(`\n${stdout}\``);
  });

  test('with warnings only is valid', () => {
    const spec = shellSpec('true');
    spec.process.env = ['A=1', 'A=2'];
    writeSpec(bundle, spec);
    const { status, stdout } = validate(file);
    expect(status).toBe(0);
    expect(stdout).toMatch(/warning: process\/env\/1: sets A again.*\n.*: valid, 1 warning\n$/);
  });

  test('as JSON', () => {
    writeSpec(bundle, BROKEN);
    const { status, stdout } = validate('--json', file);
    expect(status).toBe(1);
    const told = JSON.parse(stdout) as { findings: object[] };
    expect(told).toMatchObject({ file, valid: false });
    expect(told.findings).toHaveLength(4);
    expect(told.findings[2]).toEqual({
      level: 'error',
      code: 'config-invalid',
      rule: 'cwd',
      pointer: '/process/cwd',
      line: 3,
      column: 23,
      message: 'must be an absolute path, but is "home"',
      hint: 'write / for the root',
      section: 'config.md#process',
    });
    writeSpec(bundle, dockerConfig());
    expect(JSON.parse(validate('--json', file).stdout)).toEqual({ file, valid: true, findings: [] });
  });

  test('of which lines of a terminal could be made, is printed as text', () => {
    writeSpec(bundle, '{"ociVersion":"1.3.0","\\u001b[2J\\nx":1,"hostname":5}');
    const { stdout } = validate(file);
    expect(stdout).toContain('\\x1b[2J\\nx: not a property');
    // eslint-disable-next-line no-control-regex -- that is what it is about
    expect(stdout).not.toMatch(/\x1b/);
  });

  test('is refused by create in the same words, with the number of the other errors', () => {
    makeBundle(bundle, BROKEN);
    const id = caisson.id();
    const before = pictureOf(id, [caisson.root]);
    const { status, stderr } = caisson.call(['create', '-b', bundle, id]);
    expect(status).toBe(1);
    expect(stderr).toBe(
      'caisson: error: root: is required (root.path names the directory of the root filesystem; ' +
        `caisson validate ${file} shows 2 more)\n`,
    );
    expect(pictureOf(id, [caisson.root])).toEqual(before);
  });
});

describe('it needs', () => {
  const dist = join(import.meta.dirname, '../../dist');

  test('no privilege, and nothing of the host', () => {
    // A copy that everybody may read, wherever the project lies.
    const copy = mkdtempSync('/tmp/caisson-test-copy-');
    chmodSync(copy, 0o755);
    mkdirSync(join(copy, 'libexec'));
    cpSync(join(dist, 'bin'), join(copy, 'bin'), { recursive: true });
    cpSync(join(dist, 'libexec/caisson'), join(copy, 'libexec/caisson'), { recursive: true });
    // Without /sys and /run, in a namespace of our own, and then without privilege.
    const hide = 'mount -t tmpfs none /sys && mount -t tmpfs none /run && exec setpriv --reuid=65534 --regid=65534 ';
    const line = `${hide} --clear-groups --no-new-privs --bounding-set=-all ${copy}/bin/caisson validate -`;
    const result = spawnSync('unshare', ['--mount', 'sh', '-c', line], { input: BROKEN, encoding: 'utf8' });
    rmSync(copy, { recursive: true });
    expect(result).toMatchObject({ status: 1, stdout: BROKEN_TEXT('<stdin>'), stderr: '' });
  });

  test('one file, and not two', () => {
    writeSpec(bundle, BROKEN);
    const { status, stdout, stderr } = validate('-b', bundle, file);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^caisson: error: validate: a bundle and a file are one too many/);
  });
});

/** What every reader of a config.json says of it, create and validate, in one line and at once. */
function refusals(): string[] {
  return [
    ['validate', file],
    ['create', '-b', bundle, 'never'],
  ].map((args) => {
    const { status, stdout, stderr } = caisson.call(args, { timeout: 20_000 });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^caisson: error: [^\n]*\n$/);
    return stderr;
  });
}

describe('a config.json that is', () => {
  test.each<[string, () => void, RegExp]>([
    [
      'a directory',
      () => mkdirSync(file),
      /open .*config\.json: EISDIR.*\(this is a directory; a bundle is named with/,
    ],
    ['a FIFO', () => void spawnSync('mkfifo', [file]), /ENXIO.*\(it must be a regular file; caisson validate - reads/],
    ['a device', () => void spawnSync('mknod', [file, 'c', '1', '5']), /ENXIO.*\(it must be a regular file/],
    ['missing', () => undefined, /ENOENT.*\(caisson spec writes one to start from\)/],
    [
      'of 100 MB',
      () => {
        writeFileSync(file, '{');
        truncateSync(file, 100_000_000);
      },
      /EFBIG.*\(it has more than 32 MiB; is this the right file\?\)/,
    ],
    [
      'not UTF-8',
      () => writeFileSync(file, Buffer.from('{"ociVersion":"1.3.0","hostname":"\xe4"}', 'latin1')),
      /config\.json: .*not UTF-8 text.*\(save it as UTF-8\)|not UTF-8 text: .*config\.json \(save it as UTF-8\)/,
    ],
  ])('%s', (_, make, words) => {
    make();
    for (const line of refusals()) expect(line).toMatch(words);
  });

  test('endless, on standard input', () => {
    const result = spawnSync(
      'sh',
      ['-c', 'head -c 100000000 /dev/zero | "$0" validate -', join(import.meta.dirname, '../../dist/bin/caisson')],
      { encoding: 'utf8' },
    );
    expect(result).toMatchObject({ status: 1, stdout: '' });
    expect(result.stderr).toMatch(/standard input.*EFBIG.*32 MiB/);
  });

  test.each<[string, string, RegExp]>([
    ['empty', '', /:1:1: (error: )?config\.json is not JSON: the file is empty/],
    ['with a byte order mark', '\uFEFF{}', /:1:1: .*byte order mark \(save it as UTF-8 without one\)/],
    ['with comments', '{\n  // x\n}', /:2:3: .*this is a comment/],
    ['with a trailing comma', '{\n  "a": 1,\n}', /:3:1: .*the comma before this } is one too many/],
    ['10,000 levels deep and never closed', '['.repeat(10_000), /nested more than 1000 levels deep/],
    ['of one word', 'null', /config\.json must be a JSON object, but is null/],
  ])('%s', (_, text, words) => {
    writeFileSync(file, text);
    const { status, stdout } = validate(file);
    expect(status).toBe(1);
    expect(stdout).toMatch(words);
    const created = caisson.call(['create', '-b', bundle, 'never']);
    expect(created.status).toBe(1);
    expect(created.stderr).toMatch(words);
  });

  test.each<[string, (spec: ReturnType<typeof shellSpec>) => string, RegExp]>([
    [
      'a NUL in an argument',
      (spec) => JSON.stringify(((spec.process.args[1] = 'a\0'), spec)),
      /process\/args\/1: has a NUL/,
    ],
    ['a lone surrogate', (spec) => JSON.stringify(spec).replace('"caisson"', '"\\ud800"'), /hostname: has half of a/],
    [
      'a fraction',
      (spec) => JSON.stringify(((spec.process.user.uid = 1.5), spec)),
      /process\/user\/uid: must be a whole number, but is the number 1\.5/,
    ],
    [
      'a number out of range',
      (spec) => JSON.stringify(((spec.process.user.gid = 2 ** 32), spec)),
      /process\/user\/gid: must be at most 4294967295/,
    ],
    [
      'a wrong __proto__',
      (spec) => JSON.stringify(spec).replace('{', '{"annotations":{"__proto__":1},'),
      /__proto__: must/,
    ],
  ])('wrong by %s', (_, textOf, words) => {
    writeFileSync(file, textOf(shellSpec('true')));
    expect(validate(file).stdout).toMatch(words);
    expect(caisson.call(['create', '-b', bundle, 'never']).stderr).toMatch(words);
  });
});

test('names that JavaScript knows, a string of a megabyte and 10,000 levels do a container no harm', () => {
  const spec = shellSpec('echo here; [ "${#LONG}" = 100000 ] && echo long');
  spec.process.env.push(`LONG=${'x'.repeat(100_000)}`);
  spec.annotations = { long: 'y'.repeat(1 << 20) };
  const deep = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;
  const text = JSON.stringify(spec).replace('{', `{"__proto__":{"process":1},"constructor":2,"deep":${deep},`);
  makeBundle(bundle, text);
  const { status, stdout } = validate(file);
  expect(status).toBe(0);
  expect(stdout.match(/warning: (__proto__|constructor|deep): not a property/g)).toHaveLength(3);
  expect(caisson.call(['run', '-b', bundle, caisson.id()])).toMatchObject({ status: 0, stdout: 'here\nlong\n' });
});
