/** What belongs to a user without privilege, on hosts made of texts: its part of cgroup v2, and where its state is. */
import { describe, expect, test } from '@jest/globals';
import { delegationOf } from '../../../lib/host/delegation.js';
import { userStateRoot } from '../../../lib/host/userState.js';
import type { CgroupLayout } from '../../../lib/plan/cgroupLayout.js';

const MOUNT = '/sys/fs/cgroup';
const LAYOUT: CgroupLayout = { kind: 'v2', hierarchies: [{ name: '', controllers: [], mount: MOUNT, version: 2 }] };

/**
 * @param cgroups path → its controllers
 * @param given those that the user may write to
 */
function delegation(own: string, cgroups: Record<string, string>, given: readonly string[]) {
  const cgroupOf = (path: string) => path.slice(MOUNT.length).replace(/\/cgroup\.\w+$/, '');
  return delegationOf(LAYOUT, false, {
    readKernelText: (path) => (path === '/proc/self/cgroup' ? `0::${own}\n` : `${cgroups[cgroupOf(path)] ?? ''}\n`),
    fileKind: (path) => (cgroupOf(path) in cgroups ? 'directory' : 'missing'),
    mayWrite: (path) => given.includes(cgroupOf(path)),
  });
}

const USER = '/user.slice/user@1.service';
const CGROUPS = { '': 'cpu memory pids', '/user.slice': 'memory pids', [USER]: 'pids', [`${USER}/app`]: 'pids' };
const session = delegation(`${USER}/app/session`, CGROUPS, [USER, `${USER}/app`]);

describe('a part of the tree', () => {
  test('the default is beside the own cgroup', () => {
    expect(session.parent).toBe(`${USER}/app`);
    expect(delegation('/', CGROUPS, []).parent).toBe('');
    expect(delegation('/one', CGROUPS, []).parent).toBe('');
  });

  test.each([
    ['beside the own one', `${USER}/app/web`, { top: USER }],
    ['where levels are missing', `${USER}/app/one/two/web`, { top: USER }],
    ['in another branch that is given', `${USER}/web`, { top: USER }],
    ['above what is given', '/user.slice/web', { barrier: '/user.slice' }],
    ['in the root', '/web', { barrier: '' }],
  ])('%s', (_, path, expected) => {
    expect(session.topOf(path)).toEqual(expected);
  });

  test('of no use to a process that is outside of it', () => {
    const outside = delegation('/user.slice/login', CGROUPS, [USER, `${USER}/app`]);
    expect(outside.topOf(`${USER}/app/web`)).toEqual({ barrier: '/user.slice' });
  });

  test('a name that begins like the own one is another', () => {
    const other = delegation(`${USER}/app/session`, { ...CGROUPS, [`${USER}/ap`]: '' }, [`${USER}/ap`]);
    expect(other.topOf(`${USER}/ap/web`)).toEqual({ barrier: USER });
  });

  test('who keeps a controller', () => {
    expect(session.withholder('pids', USER)).toBeUndefined();
    expect(session.withholder('memory', USER)).toBe('/user.slice');
    expect(session.withholder('cpu', USER)).toBe('');
  });
});

interface Place {
  readonly owner: number;
  readonly open?: true;
  readonly kind?: 'directory' | 'link';
}

function stateRoot(runtime: string, places: Record<string, Place>): string {
  return userStateRoot(() => 1000, {
    environment: () => runtime,
    fileKind: (path) => places[path]?.kind ?? (path in places ? 'directory' : 'missing'),
    owner: (path) => places[path]?.owner ?? -1,
    isForeign: (path) => places[path]?.owner !== 1000 || places[path].open === true,
    mayWrite: (path) => places[path]?.owner === 1000,
    userId: () => 1000,
  });
}

describe('the state of a user', () => {
  const ours = { owner: 1000 };
  test.each<[string, string, Record<string, Place>, string]>([
    ['XDG_RUNTIME_DIR', '/xdg', { '/xdg': ours, '/run/user/1000': ours }, '/xdg/caisson'],
    ['a slash too many', '/xdg//', { '/xdg': ours }, '/xdg/caisson'],
    ['not set', '', { '/run/user/1000': ours }, '/run/user/1000/caisson'],
    ["root's", '/xdg', { '/xdg': { owner: 0 }, '/run/user/1000': ours }, '/run/user/1000/caisson'],
    ['open', '/xdg', { '/xdg': { owner: 1000, open: true } }, '/tmp/caisson-1000'],
    ['a link', '/xdg', { '/xdg': { owner: 1000, kind: 'link' } }, '/tmp/caisson-1000'],
    ['relative', 'xdg', { xdg: ours }, '/tmp/caisson-1000'],
    ['there already', '', { '/tmp/caisson-1000': ours }, '/tmp/caisson-1000'],
  ])('%s', (_, runtime, places, expected) => {
    expect(stateRoot(runtime, places)).toBe(expected);
  });

  test.each<[string, Place]>([
    ["somebody else's", { owner: 7 }],
    ['a link', { owner: 1000, kind: 'link' }],
    ['open', { owner: 1000, open: true }],
  ])('the last place is %s', (_, place) => {
    expect(() => stateRoot('', { '/tmp/caisson-1000': place })).toThrow(/no directory for the state of this user/);
  });
});
