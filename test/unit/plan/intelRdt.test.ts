/** Classes of resctrl: which are made, which are there already and must be as the config says. */
import { describe, expect, test } from '@jest/globals';
import { intelRdt, type Resctrl } from '../../../lib/plan/intelRdt.js';
import { Slots } from '../../../lib/plan/step.js';
import type { IntelRdt } from '../../../lib/spec/types.gen.js';

/** As the kernel writes it. */
const PRESENT = '    MB:0= 20;1= 70\n    L3:0=0007f0;1=00001f\n';
const RESCTRL: Resctrl = {
  root: '/sys/fs/resctrl',
  schemataOf: (name) => (name === 'gold' || name === '' ? PRESENT : undefined),
};

const steps = (rdt: IntelRdt, resctrl: Resctrl | undefined = RESCTRL) =>
  intelRdt({ ociVersion: '1.3.0', linux: { intelRdt: rdt } }, 'web', { resctrl }, new Slots());
const host = (rdt: IntelRdt) => steps(rdt).host.map(({ act }) => act);
const make = (name: string, ...schemata: string[]) => ({
  op: 'make-resctrl-group',
  root: '/sys/fs/resctrl',
  path: `/sys/fs/resctrl/${name}`,
  schemata,
});

describe('what is written', () => {
  test.each<[string, IntelRdt, string[]]>([
    ['nothing', {}, []],
    ['one line of the cache', { l3CacheSchema: 'L3:0=f' }, ['L3:0=f\n']],
    ['cache and bandwidth at once', { l3CacheSchema: 'L3:0=f', memBwSchema: 'MB:0=20' }, ['L3:0=f\nMB:0=20\n']],
    [
      'bandwidth of the one place, not of the other',
      { l3CacheSchema: 'L3:0=f\nMB:0=99\nL2:0=1', memBwSchema: 'MB:0=20' },
      ['L3:0=f\nL2:0=1\nMB:0=20\n'],
    ],
    [
      'bandwidth beside the cache, when it is the only one',
      { l3CacheSchema: 'L3:0=f\nMB:0=99' },
      ['L3:0=f\nMB:0=99\n'],
    ],
    ['schemata last', { schemata: ['L2:0=1', 'L3:1=f'], memBwSchema: 'MB:0=20' }, ['MB:0=20\n', 'L2:0=1\nL3:1=f\n']],
  ])('%s', (_, rdt, lines) => {
    expect(host(rdt)[0]).toEqual(make('web', ...lines));
  });
});

test('the class of a container goes with it, one with a name stays', () => {
  const own = steps({ enableMonitoring: true });
  expect(own.groups).toEqual(['/sys/fs/resctrl/web', '/sys/fs/resctrl/web/mon_groups/web']);
  expect(own.teardown.map(({ act }) => act)).toEqual([
    { op: 'remove-resctrl-group', path: '/sys/fs/resctrl/web/mon_groups/web' },
    { op: 'remove-resctrl-group', path: '/sys/fs/resctrl/web' },
  ]);
  const named = steps({ closID: 'gold', enableMonitoring: true });
  expect(named.groups).toEqual(['/sys/fs/resctrl/gold', '/sys/fs/resctrl/gold/mon_groups/web']);
  expect(named.teardown.map(({ act }) => act)).toEqual([
    { op: 'remove-resctrl-group', path: '/sys/fs/resctrl/gold/mon_groups/web' },
  ]);
  expect(steps({ closID: '/' }).groups).toEqual(['/sys/fs/resctrl']);
});

describe('a class with a name', () => {
  test('that is there is taken', () => {
    expect(host({ closID: 'gold' })).toMatchObject([{ op: 'open-write', path: '/sys/fs/resctrl/gold/tasks' }]);
  });

  test('that is there, and as the config says', () => {
    const same = { closID: 'gold', l3CacheSchema: 'L3:1=1F', memBwSchema: 'MB:0=20;1=70' };
    expect(host(same)).toMatchObject([{ op: 'open-write' }]);
  });

  test('gets schemata, whether it is there or not', () => {
    expect(host({ closID: 'gold', schemata: ['L2:0=1'] })[0]).toMatchObject({
      op: 'write-schemata',
      path: '/sys/fs/resctrl/gold',
      schemata: ['L2:0=1\n'],
    });
    expect(host({ closID: 'new', schemata: ['L2:0=1'] })[0]).toEqual(make('new', 'L2:0=1\n'));
  });

  test.each<[string, IntelRdt, string, RegExp]>([
    ['is not there', { closID: 'x' }, 'linux/intelRdt/closID', /no class "x"/],
    [
      'has another mask',
      { closID: 'gold', l3CacheSchema: 'L3:0=7f0;1=f' },
      'linux/intelRdt/l3CacheSchema',
      /"gold" of resctrl has 1f for L3:1, not f/,
    ],
    [
      'has no such share',
      { closID: 'gold', memBwSchema: 'MB:2=50' },
      'linux/intelRdt/memBwSchema',
      /has none for MB:2, not 50/,
    ],
  ])('%s', (_, rdt, pointer, message) => {
    expect(() => steps(rdt)).toThrow(
      expect.objectContaining({
        code: 'host-unsupported',
        message: expect.stringMatching(message),
        details: expect.objectContaining({ pointer, hint: expect.any(String) }),
      }),
    );
  });
});

test('a host without resctrl', () => {
  const nothing = () =>
    intelRdt({ ociVersion: '1.3.0', linux: { intelRdt: {} } }, 'w', { resctrl: undefined }, new Slots());
  expect(nothing).toThrow(expect.objectContaining({ code: 'host-unsupported' }));
});
