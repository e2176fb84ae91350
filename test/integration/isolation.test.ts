/** The bundle and the environment of the caller do nothing to the engine; and the engine leaves no file in /tmp. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeBundle, shellSpec, writeSpec } from '../support/bundle.js';
import { Caisson } from '../support/caisson.js';

const caisson = new Caisson();
const bundle = join(caisson.directory, 'bundle');
const evil = join(caisson.directory, 'evil.js');
const shared = join(caisson.directory, 'evil.so');
const front = join(import.meta.dirname, '../../dist/bin/caisson');
const SIGN = 'THE BUNDLE RAN';

beforeAll(() => {
  makeBundle(bundle, shellSpec('echo fine; env'));
  writeFileSync(evil, `console.error(${JSON.stringify(SIGN)});`);
  const source = join(caisson.directory, 'evil.c');
  writeFileSync(
    source,
    `#include <unistd.h>\n__attribute__((constructor)) static void go(void) { write(2, "${SIGN}\\n", ${SIGN.length + 1}); }\n`,
  );
  expect(spawnSync('cc', ['-shared', '-fPIC', '-o', shared, source]).status).toBe(0);
});
afterAll(() => caisson.clean());

/** Runs the bundle from within it and expects that nothing of it showed. */
function expectQuiet(env: NodeJS.ProcessEnv = {}): void {
  const outcome = caisson.call(['run', caisson.id()], { cwd: bundle, env: { PATH: process.env.PATH, ...env } });
  expect(outcome).toMatchObject({ status: 0, stderr: '' });
  expect(outcome.stdout).toMatch(/^fine\n/);
  expect(outcome.stdout).not.toContain(SIGN);
  for (const name of Object.keys(env)) expect(outcome.stdout).not.toContain(`${name}=`);
}

describe('files in the working directory', () => {
  test.each([
    ['bunfig.toml', `preload = ["${evil}"]\n[run]\npreload = ["${evil}"]\n`],
    ['.env', `BUN_OPTIONS=--preload=${evil}\nNODE_OPTIONS=--require=${evil}\nLEAK=${SIGN}\n`],
    ['.env.local', `BUN_OPTIONS=--preload=${evil}\n`],
    [
      'package.json',
      JSON.stringify({ name: 'x', main: evil, imports: { '#x': evil }, type: 'commonjs', scripts: { run: 'false' } }),
    ],
    ['tsconfig.json', JSON.stringify({ compilerOptions: { paths: { '*': [evil] } } })],
  ])('%s', (name, text) => {
    writeFileSync(join(bundle, name), text);
    expectQuiet();
  });

  test('node_modules', () => {
    for (const name of ['yargs', 'lossless-json', 'jsonc-parser', 'bun']) {
      mkdirSync(join(bundle, 'node_modules', name), { recursive: true });
      writeFileSync(join(bundle, 'node_modules', name, 'index.js'), `console.error(${JSON.stringify(SIGN)});`);
      writeFileSync(join(bundle, 'node_modules', name, 'package.json'), JSON.stringify({ name, main: 'index.js' }));
    }
    expectQuiet();
    const help = caisson.call(['run', '--help'], { cwd: bundle });
    expect(help.status).toBe(0);
    expect(help.stderr).toBe('');
  });
});

describe('the environment of the caller', () => {
  test.each([
    ['BUN_OPTIONS', () => `--preload=${evil}`],
    ['BUN_BE_BUN', () => '1'],
    ['BUN_INSPECT', () => '127.0.0.1:0'],
    ['BUN_INSPECT_PRELOAD', () => evil],
    ['NODE_OPTIONS', () => `--require=${evil}`],
    ['NODE_PATH', () => join(bundle, 'node_modules')],
    ['LD_PRELOAD', () => shared],
    ['JSC_dumpOptions', () => '2'],
    ['CAISSON_CALLER', () => 'nofile=1;closed=7;passed=0;ignored=0;mask=0;link=1'],
  ])('%s', (name, value) => {
    // A static program does not read LD_PRELOAD: what would show is the engine behind it.
    expectQuiet({ [name]: value() });
  });
});

test('no file of ours in /tmp', () => {
  // An empty /tmp that nobody else can see, and everything of the test elsewhere.
  const elsewhere = new Caisson('/var/tmp');
  try {
    const own = makeBundle(join(elsewhere.directory, 'bundle'), shellSpec('true'));
    const script =
      'mount -t tmpfs tmpfs /tmp && "$0" --root "$1" run -b "$2" "$3" && "$0" --help > /dev/null && ls -A /tmp';
    // The checkout itself may be below /tmp.
    const prefix = join(elsewhere.directory, 'prefix');
    const install = join(import.meta.dirname, '../../scripts/install-host.mjs');
    expect(spawnSync(process.execPath, [install, '--prefix', prefix], { encoding: 'utf8' })).toMatchObject({
      status: 0,
    });
    const schemas = readdirSync(join(prefix, 'share/caisson/schemas'));
    expect(schemas).toEqual(readdirSync(join(import.meta.dirname, '../../schemas')));
    const words = [script, join(prefix, 'bin/caisson'), elsewhere.root, own, elsewhere.id()];
    const result = spawnSync('unshare', ['--mount', '--propagation', 'private', 'sh', '-c', ...words], {
      encoding: 'utf8',
    });
    expect(result).toMatchObject({ status: 0, stderr: '', stdout: '' });
  } finally {
    elsewhere.clean();
  }
});

test('closed stdio, ignored and blocked signals of the caller do not reach the container', () => {
  writeSpec(bundle, shellSpec('grep -E "^Sig(Blk|Ign)" /proc/self/status; ls /proc/self/fd | tr "\\n" " "'));
  const out = join(caisson.directory, 'out');
  const id = caisson.id();
  const script = `trap '' PIPE XFSZ HUP; exec "$0" --root "$1" run -b "$2" "$3" > "${out}" <&-`;
  const result = spawnSync('/bin/sh', ['-c', script, front, caisson.root, bundle, id], { encoding: 'utf8' });
  expect(result).toMatchObject({ status: 0, stderr: '' });
  const text = spawnSync('cat', [out], { encoding: 'utf8' }).stdout;
  expect(text).toMatch(/SigBlk:\s0{16}\nSigIgn:\s0{16}\n/);
  expect(text).toMatch(/0 1 2 3/);
});
