/** All that is wrong with a config at once: its words, its place in the text, its order, and nothing that only follows. */
import { describe, expect, test } from '@jest/globals';
import { type Finding, findingsOf, refusal } from '../../../lib/spec/findings.js';
import { ENGINE_CONFIGS, type EngineConfig } from '../../support/engines.js';
import { configWith } from './cases/case.js';

const findings = (text: string): Finding[] => findingsOf(text, 'config.json');
const pretty = (config: unknown): string => JSON.stringify(config, null, 2);

/** `line:column level rule pointer` of each finding. */
const brief = (text: string): string[] =>
  findings(text).map(({ line, column, level, rule, pointer }) => `${line}:${column} ${level} ${rule} ${pointer}`);

const BROKEN = `{
  "ociVersion": "banana",
  "proces": {},
  "process": {
    "terminal": "yes",
    "cwd": "home",
    "args": ["sh"],
    "env": ["A=1", 5, "A=2"],
    "rlimits": [{"type": "nofile", "soft": 1, "hard": 2}, {"type": "RLIMIT_NOFIL", "soft": 3, "hard": 2}]
  },
  "root": {},
  "hostname": "h",
  "mounts": [],
  "mounts": [{"destination": "/a"}, {"type": "tmpfs"}, {"destination": "p", "type": "proc"}],
  "linux": {"namespaces": [{"type": "pids"}, {"type": "mount"}, {"type": "mount"}]}
}
`;

describe('a config with much wrong', () => {
  test('is told of at once, in the order of the text', () => {
    expect(brief(BROKEN)).toEqual([
      '2:17 error version ociVersion',
      '3:3 warning unknown-property proces',
      '5:17 error schema-type process/terminal',
      '6:12 error cwd process/cwd',
      '8:20 error schema-type process/env/1',
      '8:23 warning env-duplicate process/env/2',
      '9:26 error schema-pattern process/rlimits/0/type',
      '9:68 error limit-known process/rlimits/1/type',
      '9:92 error limit-order process/rlimits/1/soft',
      '11:11 error schema-required root/path',
      '14:3 warning duplicate-name mounts',
      '14:14 error mount-type mounts/0/type',
      '14:37 error schema-required mounts/1/destination',
      '14:72 warning destination-absolute mounts/2/destination',
      '15:37 error schema-enum linux/namespaces/0/type',
      '15:65 error namespace-duplicate linux/namespaces/2',
    ]);
  });

  test('names other places as they stand in the text', () => {
    const messages = findings(BROKEN).map(({ message }) => message);
    expect(messages).toContain('sets A again, after process/env/0; the last counts');
    expect(messages).toContain('names the mount namespace again, after linux/namespaces/1');
    expect(messages).toContain('is named twice in this object, first in line 13; the last one counts');
  });

  test('says what would be right, and where that is written', () => {
    const by = (rule: string) => findings(BROKEN).find((one) => one.rule === rule);
    expect(by('unknown-property')).toMatchObject({
      hint: 'did you mean process?',
      section: 'config.md#extensibility',
    });
    expect(by('schema-enum')).toMatchObject({
      hint: 'did you mean pid? one of pid, network, mount, ipc, uts, user, cgroup, time',
      section: 'config-linux.md#namespaces',
    });
    expect(by('limit-known')).toMatchObject({
      hint: 'did you mean RLIMIT_NOFILE?',
      section: 'config.md#posix-process',
    });
    expect(findings(BROKEN).filter(({ section }) => !/^config(-linux)?\.md#/.test(section ?? ''))).toEqual([]);
  });

  test('is refused with the first error, in the same words, and the number of the others', () => {
    const { code, message, details } = refusal(BROKEN, '/b/config.json');
    expect({ code, message, ...details }).toMatchObject({
      code: 'config-invalid',
      message: 'must be a version 1.x.y of the specification, but is "banana"',
      pointer: 'ociVersion',
      hint: 'write 1.3.0; caisson validate /b/config.json shows 11 more',
    });
    expect(findings(BROKEN).filter(({ level }) => level === 'error')).toHaveLength(12);
  });
});

describe('a refusal', () => {
  test('that is the only one speaks of no others', () => {
    const one = refusal(pretty(configWith({ 'process/cwd': 'x' })), 'c');
    expect(one.details).toMatchObject({ pointer: 'process/cwd', hint: 'write / for the root' });
    const bare = refusal(pretty(configWith({ 'process/env': ['A'] })), 'c');
    expect(bare.details.hint).toBeUndefined();
  });

  test('counts no warnings', () => {
    const text = pretty(configWith({ 'process/env': ['A=1', 'A=2'], 'process/cwd': 'x' }));
    expect(refusal(text, 'c').details).toMatchObject({ pointer: 'process/cwd', hint: 'write / for the root' });
  });
});

describe('a text that is no config', () => {
  test.each([
    ['', '1:1 error json ', 'config.json is not JSON: the file is empty', 'config-syntax'],
    [
      '{\n  "a": 1,\n}',
      '3:1 error json ',
      'config.json is not JSON: the comma before this } is one too many',
      'config-syntax',
    ],
    [
      '{\n  // x\n}',
      '2:3 error json ',
      'config.json is not JSON: this is a comment, and JSON has none',
      'config-syntax',
    ],
    ['\uFEFF{}', '1:1 error json ', 'config.json is not JSON: the file begins with a byte order mark', 'config-syntax'],
    ['[]', '1:1 error json-object ', 'config.json must be a JSON object, but is an array', 'config-invalid'],
    ['['.repeat(100_000), '1:1 error json ', 'config.json is nested more than 1000 levels deep', 'config-syntax'],
  ])('%j', (text, expected, message, code) => {
    expect(brief(text)).toEqual([expected]);
    expect(findings(text)[0]).toMatchObject({ message, code });
  });
});

describe('names', () => {
  test('that are there twice are told of at each later time, wherever they are', () => {
    const text = '{"ociVersion":"1.3.0","x":{"a":[{"b":1,"b":2,"b":3}]},"annotations":{"k":"1","\\u006b":"2"}}';
    expect(brief(text).filter((one) => one.includes('duplicate'))).toEqual([
      '1:40 warning duplicate-name x/a/0/b',
      '1:46 warning duplicate-name x/a/0/b',
      '1:78 warning duplicate-name annotations/k',
    ]);
  });

  test('that JavaScript knows are names like others', () => {
    const odd = '"__proto__":{"cwd":1},"constructor":1,"toString":{}';
    const text = pretty(configWith({})).replace('{', `{${odd},`).replace('"process": {', `"process": {${odd},`);
    expect(brief(text).map((one) => one.replace(/^\S+ /, ''))).toEqual(
      ['', 'process/'].flatMap((above) =>
        ['__proto__', 'constructor', 'toString'].map((name) => `warning unknown-property ${above}${name}`),
      ),
    );
    const maps =
      '{"ociVersion":"1.3.0","annotations":{"__proto__":5,"constructor":"x"},"linux":{"sysctl":{"__proto__":1}}}';
    expect(brief(maps)).toEqual(
      expect.arrayContaining([
        expect.stringContaining('error schema-type annotations/__proto__'),
        expect.stringContaining('error schema-type linux/sysctl/__proto__'),
      ]),
    );
    expect(({} as Record<string, unknown>).cwd).toBeUndefined();
  });

  test('have pointers as RFC 6901 has them', () => {
    expect(brief('{"ociVersion":"1.3.0","annotations":{"a/b~c":1}}')).toContain(
      '1:46 error schema-type annotations/a~1b~0c',
    );
  });

  test('$schema is for editors', () => {
    expect(brief(pretty({ $schema: 'https://example.com/config.schema.json', ...configWith({}) }))).toEqual([]);
  });
});

describe('numbers', () => {
  const limits = (soft: string, hard: string): string =>
    pretty(configWith({ 'process/rlimits': [{ type: 'RLIMIT_CORE', soft: 's', hard: 'h' }] }))
      .replace('"s"', soft)
      .replace('"h"', hard);

  test.each([
    ['1.5', '2', 'schema-type process/rlimits/0/soft'],
    ['-1', '2', 'schema-minimum process/rlimits/0/soft'],
    ['1', '1e300', 'schema-maximum process/rlimits/0/hard'],
    ['1', '18446744073709551616', 'schema-exact process/rlimits/0/hard'],
    ['9007199254740993', '9007199254740992', 'limit-order process/rlimits/0/soft'],
    ['1e2', '1.5e2', ''],
  ])('soft %s, hard %s: %s', (soft, hard, expected) => {
    expect(findings(limits(soft, hard)).map(({ rule, pointer }) => `${rule} ${pointer}`)).toEqual(
      expected === '' ? [] : [expected],
    );
  });
});

test('10,000 levels where nobody looks are no error, and where somebody looks one', () => {
  const deep = `${'[{"a":'.repeat(10_000)}1${'}]'.repeat(10_000)}`;
  expect(brief(pretty(configWith({})).replace('{', `{"x":${deep},`))).toEqual(['1:2 warning unknown-property x']);
  expect(brief(`{"ociVersion":"1.3.0","mounts":${deep}}`)).toContain('1:33 error schema-required mounts/0/destination');
  expect(brief(`{"ociVersion":"1.3.0","hostname":${deep}}`)).toContain('1:34 error schema-type hostname');
});

test('a string of a megabyte is a string', () => {
  expect(brief(pretty(configWith({ 'process/args': ['x'.repeat(1 << 20)] })))).toEqual([]);
  const [long] = findings(pretty(configWith({ 'root/readonly': 'y'.repeat(1 << 20) })));
  expect(long?.message).toHaveLength('must be true or false, but is ""'.length + 41);
});

test('many wrong items are told of in a time that grows with their number', () => {
  const mounts = Array.from({ length: 5000 }, () => ({ destination: 5 }));
  const begun = performance.now();
  expect(findings(JSON.stringify(configWith({ mounts })))).toHaveLength(5000);
  expect(performance.now() - begun).toBeLessThan(10_000);
});

describe.each(ENGINE_CONFIGS)('what %s writes', (_, make) => {
  test('has nothing to be told of', () => {
    expect(brief(pretty(make()))).toEqual([]);
  });

  test('with anything of a wrong type is told of that, and of nothing that follows from it', () => {
    for (const path of placesOf(make())) {
      // Neither is right anywhere.
      for (const wrong of [null, 1.5]) {
        const config = JSON.parse(JSON.stringify(make())) as EngineConfig;
        set(config, path, wrong);
        const errors = findings(JSON.stringify(config)).filter(({ level }) => level === 'error');
        const rules = errors.map(({ rule, pointer }) => `${rule} ${pointer}`);
        expect([wrong, rules]).toEqual([wrong, [`schema-type ${path.join('/')}`]]);
      }
    }
  });
});

/** Each place of a config once: of a list, its first item. */
function placesOf(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [];
  const entries = Array.isArray(value) ? Object.entries(value).slice(0, 1) : Object.entries(value);
  return entries.flatMap(([key, child]) => [[...path, key], ...placesOf(child, [...path, key])]);
}

function set(config: EngineConfig, path: readonly string[], value: unknown): void {
  const owner = path.slice(0, -1).reduce((node, step) => node[step] as EngineConfig, config);
  owner[path.at(-1)!] = value;
}
