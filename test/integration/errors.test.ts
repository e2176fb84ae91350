/** What is wrong names itself: one line with the place, the errno, the path and a hint; nothing is left behind. */
import { chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type LooseSpec, makeBundle, shellSpec, writeSpec } from '../support/bundle.js';
import { Caisson } from '../support/caisson.js';
import { pictureOf } from '../support/host.js';

const caisson = new Caisson();
let bundle: string;

beforeEach(() => {
  bundle = join(caisson.directory, caisson.id());
  makeBundle(bundle, shellSpec('true'));
});
afterAll(() => caisson.clean());

/** run and create both refuse with the same line and leave the host as it was; gives the line. */
function refusal(change?: (spec: LooseSpec) => void): string {
  if (change !== undefined) {
    const spec = shellSpec('true');
    change(spec);
    writeSpec(bundle, spec);
  }
  const id = caisson.id();
  const places = [caisson.root, bundle];
  const before = pictureOf(id, places);
  const said = ['create', 'run'].map((verb) => {
    const outcome = caisson.call([verb, '--bundle', bundle, '--pid-file', join(bundle, 'pid'), id]);
    expect(outcome.status).toBe(1);
    expect(outcome.stdout).toBe('');
    expect(pictureOf(id, places)).toEqual(before);
    return outcome.stderr;
  });
  expect(said[0]).toBe(said[1]);
  expect(said[0]).toMatch(/^caisson: error: [^\n]*\n$/);
  return said[0]!;
}

describe('the bundle', () => {
  test('is not there', () => {
    rmSync(bundle, { recursive: true });
    const { stderr } = caisson.call(['run', '-b', bundle, caisson.id()]);
    expect(stderr).toMatch(/cannot find the bundle.*ENOENT.*--bundle/);
    mkdirSync(bundle);
  });

  test('has no config.json', () => {
    rmSync(join(bundle, 'config.json'));
    expect(refusal()).toMatch(/config\.json.*ENOENT.*caisson spec/);
  });

  test('has a config.json that is not JSON', () => {
    writeSpec(bundle, '{\n  "ociVersion": "1.3.0",\n  "process": nonsense\n}');
    expect(refusal()).toMatch(/3:14|line 3, column 14/);
  });

  test('has a config.json that is no object', () => {
    writeSpec(bundle, '[]');
    expect(refusal()).toMatch(/object/);
  });

  test.each([
    ['a directory', (path: string) => mkdirSync(path), /EISDIR/],
    ['a link to nowhere', (path: string) => symlinkSync('/nowhere', path), /ENOENT/],
  ])('has %s for config.json', (_, make, words) => {
    rmSync(join(bundle, 'config.json'));
    make(join(bundle, 'config.json'));
    expect(refusal()).toMatch(words);
  });

  test('has no rootfs', () => {
    rmSync(join(bundle, 'rootfs'), { recursive: true });
    expect(refusal()).toMatch(/root\/path.*rootfs.*ENOENT/);
  });

  test('has a file for a rootfs', () => {
    rmSync(join(bundle, 'rootfs'), { recursive: true });
    writeFileSync(join(bundle, 'rootfs'), '');
    expect(refusal()).toMatch(/root\/path.*not a directory/);
  });
});

describe('a step that fails', () => {
  test('a mount source that is missing', () => {
    const mount = { destination: '/data', type: 'bind', source: '/no/such/source', options: ['rbind'] };
    expect(refusal((spec) => spec.mounts.push(mount))).toMatch(
      /mounts\/7\/source.*ENOENT.*\/no\/such\/source|mounts\/7\/source.*\/no\/such\/source.*ENOENT/,
    );
  });

  test('an option that the filesystem does not know', () => {
    const mount = { destination: '/data', type: 'tmpfs', source: 'tmpfs', options: ['sizee=1m'] };
    const line = refusal((spec) => spec.mounts.push(mount));
    expect(line).toMatch(/mounts\/7.*mount tmpfs on \/data/);
    expect(line).toMatch(/EINVAL/);
    expect(line).toMatch(/sizee/);
  });

  test('a command that is not found', () => {
    const line = refusal((spec) => (spec.process.args = ['no-such-command']));
    expect(line).toMatch(/process\/args\/0.*no-such-command.*executable file not found in \$PATH/);
  });

  test('a command that is not there', () => {
    const line = refusal((spec) => (spec.process.args = ['/bin/no-such-command']));
    expect(line).toMatch(/process\/args\/0.*no such file or directory/);
  });

  test('a command that is not executable', () => {
    writeFileSync(join(bundle, 'rootfs/plain'), 'text');
    chmodSync(join(bundle, 'rootfs/plain'), 0o644);
    expect(refusal((spec) => (spec.process.args = ['/plain']))).toMatch(
      /process\/args\/0.*permission denied.*chmod \+x/,
    );
  });

  test('a cgroup that cannot be made', () => {
    // Every hierarchy has this file, and nothing can be below a file.
    const line = refusal((spec) => (spec.linux.cgroupsPath = '/cgroup.procs/x'));
    expect(line).toMatch(
      /linux\/cgroupsPath.*make the cgroup.*ENOTDIR.*\(a part of linux\.cgroupsPath is the name of a file/,
    );
  });

  test('a limit that the kernel refuses', () => {
    const line = refusal((spec) => (spec.linux.resources.pids = { limit: 99_999_999_999 }));
    expect(line).toMatch(/linux\/resources\/pids\/limit.*EINVAL/);
  });
});

describe('the command line', () => {
  const refused = (...args: string[]): string => {
    const outcome = caisson.call(args);
    expect(outcome.status).toBe(1);
    expect(outcome.stderr).toMatch(/^caisson: error: [^\n]*\n$/);
    return outcome.stderr;
  };

  test.each(['', '..', '.', 'a/b', 'x'.repeat(300), 'a\nb', 'ä'])('an id that is %j', (id) => {
    expect(refused('run', '-b', bundle, id)).toMatch(/container id/);
  });

  test('an unknown command, flag or signal', () => {
    expect(refused('rnu')).toMatch(/rnu/);
    expect(refused('run', '--bundel', bundle, 'x')).toMatch(/--bundel.*--bundle/);
    expect(refused('kill', 'x', 'NOSUCH')).toMatch(/NOSUCH/);
    expect(refused('kill', 'x', '99')).toMatch(/99/);
    expect(refused('state')).toMatch(/id/i);
    expect(refused('state', 'a', 'b')).toMatch(/b/);
  });

  test('a flag that is not supported yet', () => {
    expect(refused('kill', '--regex', 'x')).toMatch(/--regex.*not supported yet/);
  });

  test('a state root that cannot be written', () => {
    const file = join(caisson.directory, 'a-file');
    writeFileSync(file, '');
    expect(refused('--root', join(file, 'root'), 'run', '-b', bundle, 'x')).toMatch(/state.*ENOTDIR/);
    expect(refused('--root', '/proc/nowhere', 'run', '-b', bundle, 'x')).toMatch(/state.*ENOENT/);
  });
});

test('--log holds exactly one JSON line', () => {
  const log = join(caisson.directory, 'log.json');
  const outcome = caisson.call(['--log', log, '--log-format', 'json', 'state', 'nobody']);
  expect(outcome.status).toBe(1);
  expect(outcome.stderr).toContain('does not exist');
  const text = readFileSync(log, 'utf8');
  expect(text.endsWith('\n')).toBe(true);
  const entry = JSON.parse(text) as { level: string; msg: string; time: string };
  expect(entry.level).toBe('error');
  expect(entry.msg).toContain('does not exist');
  expect(entry.time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/);
});
