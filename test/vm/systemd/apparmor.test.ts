/** AppArmor that really enforces: profiles of a container's processes, allowed and refused, and that of exec --apparmor. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeBundle, shellSpec, writeSpec } from '../../support/bundle.js';
import { Caisson } from '../../support/caisson.js';

const caisson = new Caisson();
const bundle = join(caisson.directory, 'bundle');
const rules = join(caisson.directory, 'profiles');

/** Two profiles: all of a container but one file, and one that may not write to /tmp. Standard streams are sockets here. */
const PROFILES = `
profile caisson-test-secret flags=(attach_disconnected, mediate_deleted) {
  file,
  capability,
  network,
  signal,
  deny /tmp/secret rw,
}
profile caisson-test-readonly flags=(attach_disconnected, mediate_deleted) {
  file,
  capability,
  network,
  signal,
  deny /tmp/** w,
}
`;

function parser(flag: string): void {
  const { status, stderr } = spawnSync('apparmor_parser', [flag, rules], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`apparmor_parser ${flag}: ${stderr}`);
}

beforeAll(() => {
  makeBundle(bundle, shellSpec('true'));
  for (const name of ['secret', 'open']) writeFileSync(join(bundle, 'rootfs/tmp', name), `${name}\n`);
  writeFileSync(rules, PROFILES);
  parser('--replace');
});
afterAll(() => {
  parser('--remove');
  caisson.clean();
});

const READ = 'cat /tmp/open; cat /tmp/secret; cat /proc/self/attr/current';

function run(line: string, profile: string | undefined) {
  const spec = shellSpec(line);
  spec.process.apparmorProfile = profile;
  spec.root.readonly = false;
  writeSpec(bundle, spec);
  return caisson.call(['run', '-b', bundle, caisson.id()]);
}

describe('the profile of the config', () => {
  test('is in force: what it denies is refused, what it allows is not', () => {
    const outcome = run(READ, 'caisson-test-secret');
    expect(outcome.stdout).toBe('open\ncaisson-test-secret (enforce)\n');
    expect(outcome.stderr).toBe("cat: can't open '/tmp/secret': Permission denied\n");
  });

  test('binds the children of its process too, and a shell that is root', () => {
    const outcome = run('sh -c "echo no > /tmp/written"; cat /tmp/open', 'caisson-test-readonly');
    expect(outcome.stdout).toBe('open\n');
    expect(outcome.stderr).toMatch(/can't create \/tmp\/written: Permission denied/);
  });

  test.each([undefined, 'unconfined'])('%s: nothing is refused', (profile) => {
    expect(run(READ, profile).stdout).toBe('open\nsecret\nunconfined\n');
  });

  test('that nobody has loaded is an error before the program runs, with its place', () => {
    const outcome = run('echo ran', 'caisson-test-nonesuch');
    expect(outcome).toMatchObject({ status: 1, stdout: '' });
    expect(outcome.stderr).toMatch(/^caisson: error: process\/apparmorProfile: [^\n]*caisson-test-nonesuch[^\n]*\n$/);
  });
});

describe('exec', () => {
  let id = '';
  beforeAll(() => {
    const spec = shellSpec('while true; do sleep 1; done');
    spec.process.apparmorProfile = 'caisson-test-secret';
    writeSpec(bundle, spec);
    id = caisson.id();
    expect(caisson.detach(['run', '--detach', '-b', bundle, id]).status).toBe(0);
  });
  const exec = (...flags: string[]) => caisson.call(['exec', ...flags, id, 'sh', '-c', READ]);

  test('has the profile of the container', () => {
    expect(exec().stdout).toBe('open\ncaisson-test-secret (enforce)\n');
  });

  test('--apparmor gives another one', () => {
    expect(exec('--apparmor', 'caisson-test-readonly').stdout).toBe('open\nsecret\ncaisson-test-readonly (enforce)\n');
    expect(exec('--apparmor', 'unconfined').stdout).toBe('open\nsecret\nunconfined\n');
  });

  test('--apparmor with one that nobody has loaded is an error, and nothing runs', () => {
    const outcome = exec('--apparmor', 'caisson-test-nonesuch');
    expect(outcome).toMatchObject({ status: 255, stdout: '' });
    expect(outcome.stderr).toMatch(/caisson-test-nonesuch/);
  });
});
