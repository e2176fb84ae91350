import { describe, expect, test } from '@jest/globals';
import { deviceSteps } from '../../../lib/plan/devices.js';
import type { Device, Mount } from '../../../lib/spec/types.gen.js';

const steps = (devices: Device[], mounts: Mount[] = []) =>
  deviceSteps({ ociVersion: '1.3.0', mounts, linux: { devices } });
const paths = (devices: Device[], mounts: Mount[] = []) =>
  steps(devices, mounts).map(({ act }) => 'path' in act && act.path);
const DEFAULTS = ['null', 'zero', 'full', 'random', 'urandom', 'tty'].map((name) => `/dev/${name}`);
const LINKS = ['fd', 'stdin', 'stdout', 'stderr', 'ptmx'].map((name) => `/dev/${name}`);

describe('/dev', () => {
  test('has six devices and five links', () => {
    expect(paths([])).toEqual([...DEFAULTS, ...LINKS]);
    expect(deviceSteps({ ociVersion: '1.3.0' })[0]).toEqual({
      pointer: '',
      act: { op: 'device', path: '/dev/null', mode: 0o020666, major: 1, minor: 3, uid: 0, gid: 0 },
    });
    expect(steps([]).at(-1)?.act).toEqual({ op: 'symlink', target: 'pts/ptmx', path: '/dev/ptmx' });
  });

  test('has what the config lists, each by its type', () => {
    const listed = steps([
      { type: 'c', path: '/dev/fuse', major: 10, minor: 229, fileMode: 0o600, uid: 1, gid: 2 },
      { type: 'b', path: '/dev/sda', major: 8, minor: 0 },
      { type: 'u', path: '/dev/u', major: 1, minor: 1 },
      { type: 'p', path: '/run/pipe', fileMode: 0o644, major: -1 },
    ]).slice(6, 10);
    expect(listed).toEqual([
      {
        pointer: 'linux/devices/0',
        act: { op: 'device', path: '/dev/fuse', mode: 0o020600, major: 10, minor: 229, uid: 1, gid: 2 },
      },
      {
        pointer: 'linux/devices/1',
        act: { op: 'device', path: '/dev/sda', mode: 0o060666, major: 8, minor: 0, uid: 0, gid: 0 },
      },
      {
        pointer: 'linux/devices/2',
        act: { op: 'device', path: '/dev/u', mode: 0o020666, major: 1, minor: 1, uid: 0, gid: 0 },
      },
      {
        pointer: 'linux/devices/3',
        act: { op: 'device', path: '/run/pipe', mode: 0o010644, major: 0, minor: 0, uid: 0, gid: 0 },
      },
    ]);
  });

  test('a listed device takes the place of a default one, and never that of ptmx', () => {
    const zero: Device = { type: 'c', path: '/dev//zero', major: 1, minor: 5, uid: 7 };
    const ptmx: Device = { type: 'c', path: '/dev/ptmx', major: 5, minor: 2 };
    expect(paths([zero, ptmx])).toEqual([...DEFAULTS.filter((path) => path !== '/dev/zero'), '/dev/zero', ...LINKS]);
  });

  test.each([
    [{ destination: '/dev', type: 'bind', source: '/dev' }, true],
    [{ destination: '/dev/', source: '/dev', options: ['rbind'] }, true],
    [{ destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['nosuid'] }, false],
    [{ destination: '/dev/shm', source: '/dev/shm', options: ['bind'] }, false],
  ])('%j is of the host: %s', (mount, host) => {
    expect(paths([], [mount]).length === 0).toBe(host);
  });

  test.each([
    [{ type: 'c', path: '/dev/x', major: 1 }, 'minor'],
    [{ type: 'b', path: '/dev/x', minor: 1 }, 'major'],
    [{ type: 'c', path: '/dev/x', major: 4096, minor: 0 }, 'major'],
    [{ type: 'c', path: '/dev/x', major: 1, minor: 2 ** 20 }, 'minor'],
    [{ type: 'c', path: '/dev/x', major: -1, minor: 0 }, 'major'],
    [{ type: 'x', path: '/dev/x', major: 1, minor: 0 }, 'type'],
  ])('%j is refused', (device, field) => {
    const details = expect.objectContaining({ pointer: `linux/devices/0/${field}` });
    expect(() => steps([device])).toThrow(expect.objectContaining({ code: 'config-invalid', details }));
  });
});
