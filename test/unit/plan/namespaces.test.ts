/** linux.namespaces: the four shapes, what is opened, joined and forked in each, and who maps whom. */
import { describe, expect, test } from '@jest/globals';
import { hostIdOf, mapText, packedMappings } from '../../../lib/plan/mappings.js';
import { CLONE_FLAGS, namespaces } from '../../../lib/plan/namespaces.js';
import { Slots } from '../../../lib/plan/step.js';
import { timeSteps } from '../../../lib/plan/time.js';
import { userSteps, withoutUnmappedGroups } from '../../../lib/plan/userNamespace.js';
import { defaultSpec } from '../../../lib/spec/default.js';
import type { Linux, Namespace, Spec } from '../../../lib/spec/types.gen.js';

const BASE = defaultSpec({ cgroupNamespace: false });
const RANGES = [{ containerID: 0, hostID: 100_000, size: 65_536 }];

function withSpaces(list: readonly Namespace[], linux: Partial<Linux> = {}): Spec {
  return { ...BASE, linux: { ...BASE.linux, namespaces: list, ...linux } };
}
const made = (...types: Namespace['type'][]): Namespace[] => types.map((type) => ({ type }));
const joined = (...types: Namespace['type'][]): Namespace[] => types.map((type) => ({ type, path: `/ns/${type}` }));
const of = (list: readonly Namespace[]) => namespaces(withSpaces(list), new Slots());
const words = (list: readonly Namespace[]): string[] =>
  of(list).enter.map(({ act }) =>
    act.op === 'join'
      ? `join ${nameOf(act.type)}`
      : act.op === 'fork'
        ? `fork ${Number(act.flags).toString(16)}`
        : act.op,
  );

function nameOf(type: number | bigint): string {
  return Object.entries(CLONE_FLAGS).find(([, flag]) => flag === type)?.[0] ?? '?';
}

describe('the four shapes', () => {
  test('nothing of a user namespace: the clone makes, init joins', () => {
    const list = [...made('mount', 'pid'), ...joined('network', 'ipc')];
    expect(of(list).cloneFlags).toBe(CLONE_FLAGS.mount | CLONE_FLAGS.pid);
    expect(words(list)).toEqual(['join network', 'join ipc']);
  });

  test('a joined pid namespace takes a fork, whatever its place', () => {
    expect(words([...joined('pid', 'network'), ...made('mount')])).toEqual(['join pid', 'join network', 'fork 0']);
  });

  test('a new user namespace is made by the same clone as all that it owns', () => {
    const list = made('user', 'mount', 'pid', 'network');
    expect(of(list).cloneFlags).toBe(CLONE_FLAGS.user | CLONE_FLAGS.mount | CLONE_FLAGS.pid | CLONE_FLAGS.network);
    expect(words(list)).toEqual([]);
    expect(of(list).user).toBe('new');
  });

  test('a new user namespace beside joined ones: they are joined first, and a fork makes', () => {
    const list = [...made('user', 'mount', 'pid'), ...joined('network')];
    expect(of(list).cloneFlags).toBe(0);
    expect(words(list)).toEqual(['join network', `fork ${(0x1000_0000 | 0x2_0000 | 0x2000_0000).toString(16)}`]);
  });

  test('a joined user namespace is the last to be joined, and owns what the fork makes', () => {
    const list = [...joined('user', 'network'), ...made('mount', 'pid')];
    expect(of(list)).toMatchObject({ cloneFlags: 0, user: 'joined' });
    expect(words(list)).toEqual(['join network', 'join user', `fork ${(0x2_0000 | 0x2000_0000).toString(16)}`]);
  });

  test('everything joined but the mounts', () => {
    const list = [...joined('user', 'pid', 'network', 'ipc', 'uts', 'cgroup', 'time'), ...made('mount')];
    expect(words(list).slice(-2)).toEqual(['join user', 'fork 20000']);
  });
});

describe('what no order can give', () => {
  const invalid = (pointer: string) =>
    expect.objectContaining({
      code: 'config-invalid',
      details: expect.objectContaining({ pointer }),
    }) as unknown as Error;

  test('a user namespace, and the mounts of the host', () => {
    expect(() => of(made('pid', 'user'))).toThrow(invalid('linux/namespaces/1'));
    expect(() => of([...joined('user'), ...made('pid')])).toThrow(invalid('linux/namespaces/0'));
  });

  test('a new user namespace, and a mount namespace of another one', () => {
    expect(() => of([...made('user'), ...joined('mount')])).toThrow(invalid('linux/namespaces/1/path'));
    expect(words(joined('user', 'mount', 'pid'))).toEqual(['join mount', 'join pid', 'join user', 'fork 0']);
  });
});

describe('what is made later', () => {
  test('a cgroup namespace, which the clone would root at the caller, and a time namespace, which takes its offsets first', () => {
    const spaces = of(made('pid', 'mount', 'cgroup', 'time'));
    expect(spaces.cloneFlags).toBe(CLONE_FLAGS.pid | CLONE_FLAGS.mount);
    expect([spaces.isNew('cgroup'), spaces.isNew('time'), spaces.has('uts')]).toEqual([true, true, false]);
  });

  test('offsets are lines of the kernel; zeros are none, and a joined one has its own', () => {
    const linux = { timeOffsets: { monotonic: { secs: -5, nanosecs: 7 }, boottime: { secs: 9_007_199_254_740_993n } } };
    const list = made('pid', 'mount', 'time');
    const steps = timeSteps(withSpaces(list, linux), of(list));
    expect(steps.map(({ act }) => act)).toEqual([
      { op: 'new-time', offsets: 'monotonic -5 7\nboottime 9007199254740993 0\n' },
    ]);
    expect(timeSteps(withSpaces(list), of(list))).toMatchObject([
      { act: { offsets: '' }, pointer: 'linux/namespaces/2' },
    ]);
    expect(timeSteps(withSpaces(list, linux), of([...made('pid', 'mount'), ...joined('time')]))).toEqual([]);
  });
});

describe('paths', () => {
  test('each is opened into a slot of its own, as what it is said to be', () => {
    const { host } = of([...made('pid', 'mount'), ...joined('network', 'uts')]);
    expect(host).toMatchObject([
      {
        pointer: 'linux/namespaces/2/path',
        act: { path: '/ns/network', type: CLONE_FLAGS.network, slot: 0, foreign: 0 },
      },
      { pointer: 'linux/namespaces/3/path', act: { path: '/ns/uts', type: CLONE_FLAGS.uts, slot: 1, foreign: 1 } },
    ]);
  });

  test('the own one of caisson is fine for uts when no name is set', () => {
    const spec = { ...withSpaces([...made('pid', 'mount'), ...joined('uts')]), hostname: '' };
    expect(namespaces(spec, new Slots()).host).toMatchObject([{ act: { foreign: 0 } }]);
  });

  test('an empty one is none, as engines write it', () => {
    const list = [...made('pid', 'mount'), { type: 'network' as const, path: '' }];
    expect(of(list).isNew('network')).toBe(true);
  });
});

describe('ids', () => {
  test('lines of uid_map, and packed ranges', () => {
    const ranges = [...RANGES, { containerID: 70_000, hostID: 5, size: 1 }];
    expect(mapText(ranges)).toBe('0 100000 65536\n70000 5 1\n');
    expect([...new Uint32Array(packedMappings(ranges).buffer)]).toEqual([0, 100_000, 65_536, 70_000, 5, 1]);
  });

  test('who is who', () => {
    expect([0, 65_535, 65_536, -1].map((id) => hostIdOf(RANGES, id))).toEqual([100_000, 165_535, undefined, undefined]);
  });

  const mapped = (list: readonly Namespace[], linux: Partial<Linux> = {}) => {
    const spec = withSpaces(list, { uidMappings: RANGES, gidMappings: RANGES, ...linux });
    const { born, become } = userSteps(spec, namespaces(spec, new Slots()));
    return [born, become].map((steps) => steps.map(({ act }) => act.op));
  };

  test('new ones are mapped from outside, joined ones compared', () => {
    const become = ['become', 'dumpable'];
    expect(mapped(made('pid', 'mount'))).toEqual([[], []]);
    expect(mapped(made('pid', 'mount', 'user'))).toEqual([['write-process', 'write-process'], become]);
    const list = [...made('pid', 'mount'), ...joined('user')];
    expect(mapped(list)).toEqual([[], ['require-mapping', 'require-mapping', ...become]]);
    expect(mapped(list, { uidMappings: [], gidMappings: [] })).toEqual([[], become]);
  });

  test('where root is nobody, init is the user of the container', () => {
    const spec = withSpaces(made('pid', 'mount', 'user'), {
      uidMappings: [{ containerID: 1000, hostID: 1000, size: 1 }],
      gidMappings: RANGES,
    });
    const user = { ...spec, process: { ...spec.process!, user: { uid: 1000, gid: 7 } } };
    const { become } = userSteps(user, namespaces(user, new Slots()));
    expect(become[0]?.act).toEqual({ op: 'become', uid: 1000, gid: 0 });
  });

  test('a devpts for the group tty, when there is no such group', () => {
    const spec = withSpaces(made('pid', 'mount', 'user'), { gidMappings: [{ containerID: 0, hostID: 0, size: 5 }] });
    const options = (some: Spec) => some.mounts?.find(({ type }) => type === 'devpts')?.options;
    expect(options(spec)).toContain('gid=5');
    expect(options(withoutUnmappedGroups(spec))).toEqual(options(spec)?.filter((option) => option !== 'gid=5'));
    expect(options(withoutUnmappedGroups({ ...spec, linux: { ...spec.linux, gidMappings: RANGES } }))).toContain(
      'gid=5',
    );
  });
});
