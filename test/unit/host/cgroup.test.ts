import { describe, expect, test } from '@jest/globals';
import { cgroupLayout, cgroupProcesses, type Files, isFrozen } from '../../../lib/host/cgroup.js';

/** A host made of texts by path; what has something below it is a directory. */
function host(texts: Record<string, string>): Files {
  const paths = Object.keys(texts);
  const below = (path: string) => paths.filter((one) => one.startsWith(`${path}/`));
  const missing = (path: string) => Object.assign(new Error('missing'), { errno: 'ENOENT', syscall: 'open', path });
  return {
    readKernelText(path) {
      if (!(path in texts)) throw missing(path);
      return texts[path]!;
    },
    listDirectory(path) {
      const names = below(path).map((one) => one.slice(path.length + 1).split('/')[0]!);
      if (names.length === 0) throw missing(path);
      return [...new Set(names)];
    },
    fileKind(path) {
      if (path in texts) return 'file';
      return below(path).length > 0 ? 'directory' : 'missing';
    },
  };
}

const ROOT = '/sys/fs/cgroup';
const HYBRID = {
  '/proc/self/cgroup': '11:name=systemd:/\n3:cpu,cpuacct:/user\n2:memory:/elsewhere\n0::/\n',
  [`${ROOT}/systemd/tasks`]: '',
  [`${ROOT}/cpu,cpuacct/tasks`]: '',
  [`${ROOT}/cpu`]: 'a link',
  [`${ROOT}/memory/tasks`]: '',
  [`${ROOT}/unified/cgroup.controllers`]: '\n',
};
const V1_HIERARCHIES = [
  { name: 'name=systemd', controllers: [], mount: `${ROOT}/systemd`, version: 1 },
  { name: 'cpu,cpuacct', controllers: ['cpu', 'cpuacct'], mount: `${ROOT}/cpu,cpuacct`, version: 1 },
  { name: 'memory', controllers: ['memory'], mount: `${ROOT}/memory`, version: 1 },
];

describe('the layout', () => {
  test('pure v2', () => {
    const files = host({ [`${ROOT}/cgroup.controllers`]: 'cpuset cpu io memory pids\n' });
    expect(cgroupLayout(files)).toEqual({
      kind: 'v2',
      hierarchies: [{ name: '', controllers: ['cpuset', 'cpu', 'io', 'memory', 'pids'], mount: ROOT, version: 2 }],
    });
  });

  test('hybrid, without a look at the table of mounts', () => {
    expect(cgroupLayout(host(HYBRID))).toEqual({
      kind: 'hybrid',
      hierarchies: [...V1_HIERARCHIES, { name: 'unified', controllers: [], mount: `${ROOT}/unified`, version: 2 }],
    });
  });

  test('v1', () => {
    const { [`${ROOT}/unified/cgroup.controllers`]: _, ...v1 } = HYBRID;
    expect(cgroupLayout(host(v1))).toEqual({ kind: 'v1', hierarchies: V1_HIERARCHIES });
  });

  test('unusual places and a hierarchy that is not mounted: the table of mounts tells', () => {
    const files = host({
      '/proc/self/cgroup': '3:cpuacct,cpu:/\n2:memory:/\n1:hugetlb:/\n0::/\n',
      [`${ROOT}/hugetlb/left`]: 'a plain directory',
      '/proc/self/mountinfo': [
        '7 2 0:30 / /mnt/memory rw - cgroup cgroup rw,memory',
        `8 2 0:30 / ${ROOT}/memory rw - cgroup cgroup rw,memory`,
        '9 2 0:31 / /cg/cpu rw - cgroup cgroup rw,cpu,cpuacct',
        '9 2 0:32 / /cg/v2 rw - cgroup2 none rw',
      ].join('\n'),
      '/cg/v2/cgroup.controllers': 'pids\n',
    });
    expect(cgroupLayout(files)).toEqual({
      kind: 'hybrid',
      hierarchies: [
        { name: 'cpuacct,cpu', controllers: ['cpuacct', 'cpu'], mount: '/cg/cpu', version: 1 },
        { name: 'memory', controllers: ['memory'], mount: `${ROOT}/memory`, version: 1 },
        { name: 'unified', controllers: ['pids'], mount: '/cg/v2', version: 2 },
      ],
    });
  });

  test('no cgroups at all', () => {
    const files = host({
      '/proc/self/cgroup': '0::/\n',
      '/proc/self/mountinfo': '1 2 0:3 / /proc rw - proc proc rw\n',
    });
    expect(() => cgroupLayout(files)).toThrow(expect.objectContaining({ code: 'host-unsupported' }));
    expect(() => cgroupLayout(host({}))).toThrow(expect.objectContaining({ code: 'host-unsupported' }));
  });
});

describe('frozen', () => {
  test.each([
    ['THAWED\n', false],
    ['FREEZING\n', false],
    ['FROZEN\n', true],
  ])('v1: %j', (state, frozen) => {
    const files = host({ '/f/a/freezer.state': state, '/u/a/cgroup.events': 'populated 1\nfrozen 1\n' });
    expect(isFrozen({ freezer: '/f/a', unified: '/u/a' }, files)).toBe(frozen);
  });

  test('v2, a hybrid without a freezer, a cgroup that is gone', () => {
    const files = host({ '/u/a/cgroup.events': 'populated 1\nfrozen 1\n', '/u/b/cgroup.events': 'frozen 0\n' });
    expect(isFrozen({ '': '/u/a' }, files)).toBe(true);
    expect(isFrozen({ '': '/u/b' }, files)).toBe(false);
    expect(isFrozen({ memory: '/m/a', unified: '/u/a' }, files)).toBe(true);
    expect(isFrozen({ '': '/u/gone' }, files)).toBe(false);
    expect(isFrozen({}, files)).toBe(false);
  });
});

describe('processes', () => {
  test('of the cgroup and all below it', () => {
    const files = host({
      '/u/a/cgroup.procs': '12\n7\n',
      '/u/a/cgroup.events': '',
      '/u/a/child/cgroup.procs': '300\n',
      '/u/a/child/deeper/cgroup.procs': '4\n',
    });
    expect(cgroupProcesses({ memory: '/m/a', unified: '/u/a' }, files)).toEqual([12, 7, 300, 4]);
  });

  test('a threaded cgroup, which does not tell, and one that is too deep', () => {
    const files = host({ '/u/a/cgroup.procs': '12\n', '/u/a/one/cgroup.procs': '', '/u/a/two/cgroup.procs': '' });
    const refusing: Files = {
      ...files,
      readKernelText(path) {
        const errno = path.startsWith('/u/a/one')
          ? 'EOPNOTSUPP'
          : path.startsWith('/u/a/two')
            ? 'ENAMETOOLONG'
            : undefined;
        if (errno === undefined) return files.readKernelText(path);
        throw Object.assign(new Error(errno), { errno, syscall: 'read', path });
      },
    };
    expect(cgroupProcesses({ unified: '/u/a' }, refusing)).toEqual([12]);
  });

  test('of a cgroup that is gone', () => {
    expect(cgroupProcesses({ '': '/u/a' }, host({}))).toEqual([]);
    expect(cgroupProcesses({}, host({}))).toEqual([]);
  });
});
