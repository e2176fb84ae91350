/** AppArmor and SELinux: what becomes of a container that asks for what this kernel does not run. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type LooseSpec, makeBundle, shellSpec, writeSpec } from '../support/bundle.js';
import { Caisson } from '../support/caisson.js';
import { pictureOf } from '../support/host.js';

const caisson = new Caisson();
const bundle = join(caisson.directory, 'bundle');
const LABEL = 'system_u:system_r:container_t:s0:c1,c2';

const textOf = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
};
const withoutApparmor = textOf('/sys/module/apparmor/parameters/enabled').startsWith('Y') ? test.skip : test;
const withoutSelinux = textOf('/sys/fs/selinux/enforce') !== '' ? test.skip : test;

beforeAll(() => {
  makeBundle(bundle, shellSpec('true'));
});
afterAll(() => caisson.clean());

/** The one line that each of create, run and plan gives; nothing is left of it. */
function refusal(change: (spec: LooseSpec) => void): string {
  const spec = shellSpec('true');
  change(spec);
  writeSpec(bundle, spec);
  const lines = new Set<string>();
  for (const verb of ['create', 'run']) {
    const id = caisson.id();
    const before = pictureOf(id, [caisson.root]);
    const outcome = caisson.call([verb, '-b', bundle, id]);
    expect(outcome).toMatchObject({ status: 1, stdout: '' });
    expect(pictureOf(id, [caisson.root])).toEqual(before);
    lines.add(outcome.stderr);
  }
  lines.add(caisson.call(['plan', '-b', bundle]).stderr);
  expect([...lines]).toEqual([expect.stringMatching(/^caisson: error: [^\n]*\n$/)]);
  return [...lines].join('');
}

describe('of the first process', () => {
  withoutApparmor('a profile is refused where nothing would enforce it', () => {
    expect(refusal((spec) => (spec.process.apparmorProfile = 'docker-default'))).toMatch(
      /^caisson: error: process\/apparmorProfile: AppArmor is not enabled.*unconfined \(leave the profile out/,
    );
  });

  withoutSelinux('a label is refused where nothing would enforce it', () => {
    expect(refusal((spec) => (spec.process.selinuxLabel = LABEL))).toMatch(
      /^caisson: error: process\/selinuxLabel: SELinux is not enabled.*unconfined \(leave the label out/,
    );
  });

  test('the profile unconfined, and what is empty, can be had everywhere', () => {
    const spec = shellSpec('echo inside');
    Object.assign(spec.process, { apparmorProfile: 'unconfined', selinuxLabel: '' });
    spec.linux.mountLabel = '';
    writeSpec(bundle, spec);
    const outcome = caisson.call(['run', '-b', bundle, caisson.id()]);
    expect(outcome).toMatchObject({ status: 0, stdout: 'inside\n', stderr: '' });
  });
});

withoutSelinux('a label for mounts is a warning, and the container runs', () => {
  const spec = shellSpec('sleep 1000');
  spec.linux.mountLabel = LABEL;
  writeSpec(bundle, spec);
  const id = caisson.id();
  expect(caisson.detach(['run', '-d', '-b', bundle, id]).status).toBe(0);
  const { warnings } = JSON.parse(caisson.call(['state', '--warnings', id]).stdout) as { warnings: string[] };
  expect(warnings).toEqual([expect.stringMatching(/^linux\/mountLabel: left out.*SELinux/)]);
  expect(caisson.call(['exec', id, 'cat', '/proc/self/mounts']).stdout).not.toContain('context');
});

describe('of a further process', () => {
  let id = '';
  const file = join(caisson.directory, 'process.json');
  beforeAll(() => {
    writeSpec(bundle, shellSpec('sleep 1000'));
    id = caisson.id();
    expect(caisson.detach(['run', '-d', '-b', bundle, id]).status).toBe(0);
  });

  function execRefusal(...words: string[]): string {
    const outcome = caisson.call(['exec', ...words]);
    expect(outcome).toMatchObject({ status: 255, stdout: '', stderr: expect.stringMatching(/^[^\n]*\n$/) });
    const processes = caisson.call(['ps', '--format', 'json', id]).stdout;
    expect(JSON.parse(processes)).toHaveLength(1);
    return outcome.stderr;
  }
  const written = (process: object) => {
    writeFileSync(file, JSON.stringify({ cwd: '/', args: ['true'], ...process }));
    return file;
  };

  withoutApparmor('a profile is refused, of a flag and of a file', () => {
    const words = /process\/apparmorProfile: AppArmor is not enabled/;
    expect(execRefusal('--apparmor', 'x', id, 'true')).toMatch(words);
    expect(execRefusal('--process', written({ apparmorProfile: 'x' }), id)).toMatch(words);
  });

  withoutSelinux('a label is refused, of a flag and of a file', () => {
    const words = /process\/selinuxLabel: SELinux is not enabled/;
    expect(execRefusal('--process-label', LABEL, id, 'true')).toMatch(words);
    expect(execRefusal('--process', written({ selinuxLabel: LABEL }), id)).toMatch(words);
  });

  test('a flag comes before the file', () => {
    const changed = caisson.call([
      'exec',
      '--apparmor',
      'unconfined',
      '--process',
      written({ apparmorProfile: '' }),
      id,
    ]);
    expect(changed).toMatchObject({ status: 0, stderr: '' });
  });

  test('a label is one line', () => {
    expect(execRefusal('--apparmor', 'a\nb', id, 'true')).toMatch(/--apparmor "a\\nb" has a newline/);
    expect(execRefusal('--process-label', 'a\n', id, 'true')).toMatch(/--process-label .*newline/);
  });
});
