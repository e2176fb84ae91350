/** Text → Spec: what is refused, and in which words. */
import { describe, expect, test } from '@jest/globals';
import type { RuntimeError } from '../../../lib/errors.js';
import { defaultSpec } from '../../../lib/spec/default.js';
import { loadSpec } from '../../../lib/spec/load.js';
import type { Spec } from '../../../lib/spec/types.gen.js';

/** The default config with some properties set, by pointer. */
function config(changes: Readonly<Record<string, unknown>> = {}): string {
  const spec = structuredClone(defaultSpec({ cgroupNamespace: false })) as unknown as Record<string, unknown>;
  for (const [pointer, value] of Object.entries(changes)) {
    const steps = pointer.split('/');
    const last = steps.pop() ?? '';
    const owner = steps.reduce((node, step) => node[step] as Record<string, unknown>, spec);
    if (value === undefined) Reflect.deleteProperty(owner, last);
    else owner[last] = value;
  }
  return JSON.stringify(spec);
}

async function refusal(text: string): Promise<RuntimeError> {
  try {
    await loadSpec(text, '/b/config.json');
  } catch (error) {
    return error as RuntimeError;
  }
  throw new Error(`accepted: ${text.slice(0, 200)}`);
}

describe('a good config', () => {
  test('is returned as it is', async () => {
    await expect(loadSpec(config(), 'config.json')).resolves.toEqual(defaultSpec({ cgroupNamespace: false }));
  });

  test('may have properties that nobody knows, at any depth, and `__proto__` among them', async () => {
    const text = `{"__proto__":{"polluted":1},"constructor":1,"x":${'['.repeat(20000)}${']'.repeat(20000)},${config().slice(1)}`;
    const spec = await loadSpec(text, 'config.json');
    expect(spec.hostname).toBe('caisson');
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test('with a relative mount destination is accepted with a warning', async () => {
    const warnings: string[] = [];
    await loadSpec(config({ 'mounts/0/destination': 'proc' }), 'config.json', (warning) => warnings.push(warning));
    expect(warnings).toEqual(['mounts/0/destination: should be absolute; proc is taken as /proc']);
  });
});

describe('a text that is not JSON', () => {
  test.each([
    ['', 1, 1, 'the file is empty'],
    [' \n\t', 1, 1, 'the file is empty'],
    ['\uFEFF{}', 1, 1, 'the file begins with a byte order mark'],
    ['{\n  "a": 1,\n}', 3, 1, 'the comma before this } is one too many'],
    ['{"a": [1, 2,]}', 1, 13, 'the comma before this ] is one too many'],
    ['{\n  // why\n  "a": 1}', 2, 3, 'this is a comment, and JSON has none'],
    ['{"a": 1} # end', 1, 10, 'this is a comment, and JSON has none'],
    ['{"a": /* why */ 1}', 1, 7, 'this is a comment, and JSON has none'],
    ['{a: 1}', 1, 2, 'the name a needs double quotes'],
    ["{'a': 1}", 1, 2, 'a single quote; JSON has double quotes'],
    ['{"a": True}', 1, 7, 'unknown word True'],
    ['{"a" 1}', 1, 6, 'a colon is missing before this'],
    ['{"a": 1 "b": 2}', 1, 9, 'a comma is missing before this'],
    ['{"a": }', 1, 7, 'a value is due here'],
    ['{"a": 1', 1, 8, 'the file ends before the object does'],
    ['{"a": "b', 1, 7, 'this string has no closing quote'],
    ['{"a": "b\nc"}', 1, 7, 'this string has no closing quote'],
    ['{"a": "\t"}', 1, 7, 'this string has a control character, which must be escaped'],
    ['{"a": "\\q"}', 1, 7, 'this string has an unknown escape'],
    ['{"a": "\\u12"}', 1, 7, '\\u needs four hexadecimal digits'],
    ['{"a": 010}', 1, 8, 'a number does not begin with 0'],
    ['{} {}', 1, 4, 'the object has ended, and something follows'],
    ['\0\x01', 1, 1, 'unknown word \0\x01'],
  ])('%j: line %d, column %d: %s', async (text, line, column, what) => {
    const error = await refusal(text);
    expect(error).toMatchObject({ code: 'config-syntax', details: { line, column, path: '/b/config.json' } });
    expect(error.message).toBe(`config.json is not JSON: ${what}`);
  });

  test('is refused however deep it is', async () => {
    const error = await refusal('['.repeat(100000));
    expect(error).toMatchObject({ code: 'config-syntax', message: 'config.json is nested more than 1000 levels deep' });
  });
});

describe('JSON that is no object', () => {
  test.each([
    ['[]', 'an array'],
    ['null', 'null'],
    ['"x"', 'a string'],
    ['3', 'a number'],
    ['true', 'a boolean'],
  ])('%s', async (text, found) => {
    const error = await refusal(text);
    expect(error).toMatchObject({
      code: 'config-invalid',
      message: `config.json must be a JSON object, but is ${found}`,
    });
  });
});

describe('a breach of the schema', () => {
  test.each<readonly [Record<string, unknown>, string, string]>([
    [{ ociVersion: undefined }, 'ociVersion', 'is required'],
    [{ 'process/cwd': undefined }, 'process/cwd', 'is required'],
    [{ 'mounts/3/options/0': 5 }, 'mounts/3/options/0', 'must be a string, but is the number 5'],
    [{ 'process/args': null }, 'process/args', 'must be an array, but is null'],
    [{ 'process/terminal': 'yes' }, 'process/terminal', 'must be true or false, but is "yes"'],
    [{ 'process/user/uid': 1.5 }, 'process/user/uid', 'must be a whole number, but is the number 1.5'],
    [{ 'process/user/uid': -1 }, 'process/user/uid', 'must be at least 0, but is the number -1'],
    [{ 'process/user/uid': 2 ** 32 }, 'process/user/uid', 'must be at most 4294967295, but is the number 4294967296'],
    [{ linux: [] }, 'linux', 'must be an object, but is an array'],
    [{ 'linux/namespaces/0/type': 'pids' }, 'linux/namespaces/0/type', 'has an unknown value, "pids"'],
    [
      { 'process/rlimits/0/type': 'nofile' },
      'process/rlimits/0/type',
      'must be a name such as RLIMIT_NOFILE, but is "nofile"',
    ],
    [{ annotations: { 'a/b~c': 1 } }, 'annotations/a~1b~0c', 'must be a string, but is the number 1'],
    [
      { 'linux/seccomp': { defaultAction: 'SCMP_ACT_ALLOW', syscalls: [{ names: [], action: 'SCMP_ACT_KILL' }] } },
      'linux/seccomp/syscalls/0/names',
      'must not be empty',
    ],
    [{ hostname: { x: 'y'.repeat(99) } }, 'hostname', 'must be a string, but is an object'],
    [{ 'root/readonly': 'y'.repeat(99) }, 'root/readonly', `must be true or false, but is "${'y'.repeat(40)}…"`],
  ])('%# %j: %s %s', async (changes, pointer, message) => {
    expect(await refusal(config(changes))).toMatchObject({ code: 'config-invalid', message, details: { pointer } });
  });

  test('names what would fit', async () => {
    const error = await refusal(config({ 'linux/namespaces/0/type': 'pids' }));
    expect(error.details.hint).toBe('did you mean pid? one of pid, network, mount, ipc, uts, user, cgroup, time');
  });
});

describe('numbers of 64 bits', () => {
  const limits = (soft: string, hard: string) =>
    config({ 'process/rlimits': 0 }).replace(
      '"rlimits":0',
      `"rlimits":[{"type":"RLIMIT_CORE","soft":${soft},"hard":${hard}}]`,
    );
  const load = async (text: string): Promise<Spec> => loadSpec(text, 'config.json');

  test('are exact beyond 2^53, and numbers below', async () => {
    const spec = await load(limits('9007199254740993', '18446744073709551615'));
    expect(spec.process?.rlimits?.[0]).toEqual({
      type: 'RLIMIT_CORE',
      soft: 9007199254740993n,
      hard: 18446744073709551615n,
    });
    expect((await load(limits('0', '1000000000000000'))).process?.rlimits?.[0]).toMatchObject({
      soft: 0,
      hard: 1e15,
    });
  });

  test('are exact in seccomp rules and in limits of memory', async () => {
    const text = config({
      'linux/seccomp': {
        defaultAction: 'SCMP_ACT_ALLOW',
        syscalls: [{ names: ['a'], action: 'SCMP_ACT_KILL', args: 0 }],
      },
      'linux/resources/memory': { limit: 0 },
    })
      .replace('"args":0', '"args":[{"index":0,"value":18446744073709551614,"valueTwo":3,"op":"SCMP_CMP_EQ"}]')
      .replace('"limit":0', '"limit":9223372036854775807');
    const { linux } = await load(text);
    expect(linux?.seccomp?.syscalls?.[0]?.args?.[0]).toMatchObject({ value: 18446744073709551614n, valueTwo: 3 });
    expect(linux?.resources?.memory?.limit).toBe(9223372036854775807n);
  });

  test('are what the last of duplicate keys says, as for JSON.parse', async () => {
    const spec = await load(limits('1,"soft":9007199254740993', '18446744073709551615'));
    expect(spec.process?.rlimits?.[0]?.soft).toBe(9007199254740993n);
  });

  test('leave other numbers, strings and unknown properties alone', async () => {
    const text = config({ annotations: { id: ' 1234567890123456789' } }).replace(
      '{',
      '{"x":[12345678901234567890],"__proto__":{"a":1},',
    );
    const spec = await load(text);
    expect(spec.annotations?.id).toBe(' 1234567890123456789');
    expect(Object.getPrototypeOf(spec)).toBe(Object.prototype);
  });

  test.each([
    ['18446744073709551616', 'must be at most 18446744073709551615, but is 18446744073709551616'],
    ['1.8446744073709551615e19', 'is a number that cannot be read exactly'],
    ['18446744073709551617000', 'must be at most 18446744073709551615, but is the number 1.8446744073709552e+22'],
  ])('refuses %s', async (hard, message) => {
    const error = await refusal(limits('0', hard));
    expect(error).toMatchObject({ code: 'config-invalid', message, details: { pointer: 'process/rlimits/0/hard' } });
  });

  test('are found in a text that is nested without end', async () => {
    const text = limits('0', '18446744073709551615').replace('{', `{"x":${'['.repeat(50000)}${']'.repeat(50000)},`);
    expect((await load(text)).process?.rlimits?.[0]?.hard).toBe(18446744073709551615n);
  });

  test('are found between strings and fractions that look like them', async () => {
    const tricky =
      '"a":"\\\\","b":"\\" 12345678901234567890","c":0.12345678901234567890,"d":[1e20,-12345678901234567890]';
    const text = limits('9007199254740993', '18446744073709551615').replace('{', `{${tricky},`);
    expect((await load(text)).process?.rlimits?.[0]).toMatchObject({ soft: 9007199254740993n });
  });
});

describe('strings that no system call can take', () => {
  test('are refused where they stand', async () => {
    expect(await refusal(config({ 'process/args/0': 'a\0b' }))).toMatchObject({
      code: 'config-invalid',
      message: 'has a NUL character',
      details: { pointer: 'process/args/0' },
    });
    expect(await refusal(config({ annotations: { 'a\0': '' } }))).toMatchObject({
      details: { pointer: 'annotations' },
    });
    const half = await refusal(config().replace('"caisson"', '"\\ud800"'));
    expect(half).toMatchObject({ code: 'config-invalid', details: { pointer: 'hostname' } });
  });

  test('are not found where an escape only looks like one', async () => {
    const spec = await loadSpec(
      config({ annotations: { a: '\\u0000 \u{1F4E6}' } }).replace('\u{1F4E6}', '\\ud83d\\udce6'),
      'config.json',
    );
    expect(spec.annotations?.a).toBe('\\u0000 \u{1F4E6}');
  });
});

test('a string of a megabyte is a string', async () => {
  const spec = await loadSpec(config({ 'process/args/1': 'x'.repeat(1 << 20) }), 'config.json');
  expect(spec.process?.args?.[1]).toHaveLength(1 << 20);
});
