// What `features` prints, and whether the runtime keeps its word. Called by checks.ts.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Trial } from '../trial.js';

interface Features {
  readonly ociVersionMin: string;
  readonly ociVersionMax: string;
  readonly hooks?: readonly string[];
  readonly mountOptions?: readonly string[];
  readonly annotations?: Readonly<Record<string, unknown>>;
}

async function ask(trial: Trial): Promise<Features> {
  const { status, stdout, stderr } = await trial.call('features');
  assert.equal(status, 0, `features failed: ${stderr.trim()}`);
  return JSON.parse(stdout) as Features;
}

/** Major, minor and patch. */
function numbers(version: string): number[] {
  return version.split(/[-+]/)[0]!.split('.').map(Number);
}

function findNulls(value: unknown, path = ''): string[] {
  if (value === null) return [path];
  if (typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, one]) => findNulls(one, `${path}/${key}`));
}

async function takesVersion(trial: Trial, version: string): Promise<void> {
  const id = await trial.created('sleep 100', (config) => (config.ociVersion = version));
  assert.equal((await trial.state(id)).status, 'created');
}

/** Options that need a source, a mapping or a mount that is there; each is a word of its own kind of mount. */
const NEEDS_MORE = new Set([
  'bind',
  'rbind',
  'remount',
  'idmap',
  'ridmap',
  'copy-symlink',
  'src-nofollow',
  'dest-nofollow',
]);

/** What mount(2) takes as data of tmpfs, overlay, proc, devpts. */
const OF_FILESYSTEMS = [
  'size',
  'mode',
  'nr_inodes',
  'nr_blocks',
  'uid',
  'gid',
  'lowerdir',
  'upperdir',
  'hidepid',
  'newinstance',
  'ptmxmode',
];

/** The properties of schema/features-schema.json and features-linux-schema.json at the top. */
const PROPERTIES = [
  'ociVersionMin',
  'ociVersionMax',
  'hooks',
  'mountOptions',
  'annotations',
  'potentiallyUnsafeConfigAnnotations',
  'linux',
];

export const features = {
  'features of any host': async (trial: Trial) => {
    // Whatever is covered for this call: the answer stays.
    const [here, there] = [await ask(trial), await trial.call('features')];
    assert.deepEqual(JSON.parse(there.stdout), here);
    const text = JSON.stringify(here);
    assert.ok(
      !text.includes(readFileSync('/proc/sys/kernel/osrelease', 'utf8').trim()),
      'the kernel of this host is in it',
    );
  },
  'features without null': async (trial: Trial) => assert.deepEqual(findNulls(await ask(trial)), [], 'null'),
  'oldest version': async (trial: Trial) => takesVersion(trial, (await ask(trial)).ociVersionMin),
  'newest version': async (trial: Trial) => takesVersion(trial, (await ask(trial)).ociVersionMax),
  'order of versions': async (trial: Trial) => {
    const { ociVersionMin, ociVersionMax } = await ask(trial);
    const [low, high] = [numbers(ociVersionMin), numbers(ociVersionMax)];
    const first = low.findIndex((part, index) => part !== high[index]);
    assert.ok(first < 0 || low[first]! < high[first]!, `${ociVersionMin} to ${ociVersionMax}`);
  },
  'features schema': async (trial: Trial) => {
    const strange = Object.keys(await ask(trial)).filter((name) => !PROPERTIES.includes(name));
    assert.deepEqual(strange, [], 'properties that the specification has not');
  },
  'hooks of features': async (trial: Trial) => {
    const names = (await ask(trial)).hooks ?? [];
    const own = (name: string) => ({
      path: '/bin/sh',
      args: ['sh', '-c', `echo ${name} >>/notes`],
      env: ['PATH=/bin'],
    });
    const hook = (name: string) =>
      name === 'startContainer'
        ? own(name)
        : trial.hook(`cat >/dev/null; echo ${name} >>'${join(trial.rootfs, 'notes')}'`);
    const id = await trial.started('sleep 100', (config) => {
      config.hooks = Object.fromEntries(names.map((name) => [name, [hook(name)]]));
    });
    await trial.call('kill', id, 'KILL');
    await trial.until(id, 'stopped');
    await trial.call('delete', id);
    const ran = trial.read(join(trial.rootfs, 'notes')).trim().split('\n');
    assert.deepEqual(ran.toSorted(), names.toSorted());
  },
  'options of features': async (trial: Trial) => {
    const options = ((await ask(trial)).mountOptions ?? []).filter((option) => !NEEDS_MORE.has(option));
    assert.ok(options.length > 0, 'no mount option is named');
    // A tmpfs takes no word that it does not know, so that one which is passed on to it is told.
    await trial.created('sleep 100', (config) => {
      for (const [index, option] of options.entries()) {
        config.mounts.push({ destination: `/tmp/${index}`, type: 'tmpfs', source: 'tmpfs', options: [option] });
      }
    });
  },
  'no options of filesystems': async (trial: Trial) => {
    const options = (await ask(trial)).mountOptions ?? [];
    assert.deepEqual(
      options.filter((option) => OF_FILESYSTEMS.includes(option.split('=')[0]!)),
      [],
    );
  },
  'annotations of features': async (trial: Trial) => {
    for (const [key, value] of Object.entries((await ask(trial)).annotations ?? {})) {
      assert.notEqual(key, '', 'an empty key');
      assert.equal(typeof value, 'string', `${key} is no string`);
    }
  },
};
