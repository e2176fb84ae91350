/** Filesystems, idmapped mounts and sources of every kind, as a container sees them. */
import { spawnSync } from 'node:child_process';
import { chownSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { LooseSpec } from '../support/bundle.js';
import { mountAt, MountBundle, TABLE } from '../support/mounts.js';

const place = new MountBundle();
const { caisson, bundle, source } = place;

afterAll(() => caisson.clean());

describe('filesystems', () => {
  test('tmpcopyup begins with what is there, with capabilities and attributes', () => {
    const content = join(bundle, 'rootfs/content');
    mkdirSync(join(content, 'deep'), { recursive: true });
    writeFileSync(join(content, 'deep/file'), 'words\n');
    chownSync(join(content, 'deep/file'), 1000, 1001);
    const set = `import os; os.setxattr("${content}/deep/file", "user.note", b"hello")`;
    expect(spawnSync('python3', ['-c', set]).status).toBe(0);
    expect(spawnSync('setcap', ['cap_net_raw+ep', join(content, 'deep/file')]).status).toBe(0);
    place.write('sleep 60', [{ destination: '/content', type: 'tmpfs', options: ['tmpcopyup', 'size=1m', 'ro'] }]);
    const id = caisson.id();
    expect(caisson.detach(['create', '-b', bundle, id]).status).toBe(0);
    const inner = `/proc/${caisson.state(id).pid}/root/content`;
    const get = `import os; f = "${inner}/deep/file"; print(os.getxattr(f, "user.note").decode(), len(os.getxattr(f, "security.capability")), os.stat(f).st_uid, os.stat(f).st_gid, open(f).read())`;
    expect(spawnSync('python3', ['-c', get], { encoding: 'utf8' }).stdout).toBe('hello 20 1000 1001 words\n\n');
    expect(spawnSync('touch', [`${inner}/new`], { encoding: 'utf8' }).stderr).toMatch(/Read-only/);
    expect(caisson.call(['delete', '--force', id]).status).toBe(0);
  });

  test('any that the kernel has: overlay, with more layers than fsconfig takes in a word', () => {
    const layers = Array.from({ length: 12 }, (_, index) => join(caisson.directory, `layer-with-a-long-name-${index}`));
    for (const [index, layer] of layers.entries()) {
      mkdirSync(layer, { recursive: true });
      writeFileSync(join(layer, `file-${index}`), '');
    }
    const options = [`lowerdir=${layers.join(':')}`];
    expect(options[0]!.length).toBeGreaterThan(256);
    const out = place.inside(`ls /over | wc -l; ${TABLE}`, [{ destination: '/over', type: 'overlay', options }]);
    expect(out).toMatch(/^12\n/);
    expect(mountAt(out, '/over')?.type).toBe('overlay');
  });

  test('in a read-only tmpfs and a read-only /dev, later mount points and devices can be made', () => {
    const mounts = [
      { destination: '/run', type: 'tmpfs', options: ['ro', 'nosuid'] },
      { destination: '/run/deep/place', source, options: ['bind'] },
    ];
    const readOnlyDev = (spec: LooseSpec) => {
      spec.mounts.find(({ destination }: { destination: string }) => destination === '/dev').options.push('ro');
    };
    const line =
      '(touch /run/x || touch /dev/x || echo read-only) 2>/dev/null; cat /run/deep/place/file; echo > /dev/null';
    expect(place.inside(line, mounts, readOnlyDev)).toBe('read-only\nfrom the host\n');
  });

  test('are listed in the order of the config, bind mounts among them', () => {
    const tmpfs = (destination: string) => ({ destination, type: 'tmpfs' });
    const bound = (destination: string, from = source) => ({ destination, source: from, options: ['rbind'] });
    const mounts = [tmpfs('/o/1'), bound('/o/2'), tmpfs('/o/3'), bound('/o/4', `${source}/file`), bound('/o/5')];
    const points = place
      .inside(TABLE, mounts)
      .split('\n')
      .map((line) => line.split(' ')[4] ?? '');
    expect(points.filter((point) => point.startsWith('/o/'))).toEqual(mounts.map(({ destination }) => destination));
  });

  test('mqueue, devpts, sysfs, proc of its own', () => {
    const out = place.inside(TABLE, []);
    for (const [point, type] of [
      ['/dev/mqueue', 'mqueue'],
      ['/dev/pts', 'devpts'],
      ['/sys', 'sysfs'],
      ['/proc', 'proc'],
    ] as const) {
      expect(mountAt(out, point)?.type).toBe(type);
    }
  });
});

describe('idmapped mounts', () => {
  const owned = join(caisson.directory, 'owned');
  const mapping = (containerID: number, hostID: number, size = 1) => ({ containerID, hostID, size });

  beforeAll(() => {
    mkdirSync(owned);
    writeFileSync(join(owned, 'file'), '');
    chownSync(join(owned, 'file'), 1000, 1001);
  });

  test.each(['idmap', 'ridmap'])('%s with mappings of the mount', (option) => {
    const mount = {
      destination: '/mnt',
      source: owned,
      options: ['rbind', option, 'ro'],
      uidMappings: [mapping(0, 70), mapping(1000, 5000, 10)],
      gidMappings: [mapping(1001, 6001)],
    };
    const other = { ...mount, destination: '/other', uidMappings: [mapping(1000, 8000)] };
    const out = place.inside(`stat -c %u:%g /mnt /mnt/file /other/file; ${TABLE}`, [mount, other]);
    expect(out).toMatch(/^70:65534\n5000:6001\n8000:6001\n/);
    expect(mountAt(out, '/mnt')?.options).toEqual(['ro', 'relatime', 'idmapped']);
  });

  test('a filesystem that cannot be mapped', () => {
    const mount = {
      destination: '/mnt',
      source: '/proc',
      options: ['bind', 'idmap'],
      uidMappings: [mapping(0, 1)],
      gidMappings: [mapping(0, 1)],
    };
    expect(place.refusal([mount])).toMatch(
      /mounts\/7: map the owners in the mount: mount_setattr: EINVAL.*cannot be idmapped/,
    );
  });
});

describe('sources', () => {
  test('files of every kind, on places that are made', () => {
    const made = join(caisson.directory, 'kinds');
    mkdirSync(made);
    writeFileSync(join(made, 'file'), 'x');
    spawnSync('mkfifo', [join(made, 'fifo')]);
    spawnSync('mknod', [join(made, 'node'), 'c', '1', '5']);
    spawnSync('python3', ['-c', `import socket; socket.socket(socket.AF_UNIX).bind("${made}/socket")`]);
    symlinkSync('file', join(made, 'link'));
    const names = ['file', 'fifo', 'node', 'socket', 'link'];
    const mounts = names.map((name) => ({ destination: `/k/${name}`, source: join(made, name), options: ['bind'] }));
    const out = place.inside(`stat -c %F ${names.map((name) => `/k/${name}`).join(' ')}`, mounts);
    expect(out).toBe('regular file\nfifo\ncharacter special file\nsocket\nregular file\n');
  });

  test('relative to the bundle; the destination relative to the root', () => {
    mkdirSync(join(bundle, 'data'), { recursive: true });
    writeFileSync(join(bundle, 'data/file'), 'relative\n');
    place.write('cat /some/where/file', [{ destination: 'some/./where/', source: 'data', options: ['bind'] }]);
    const outcome = caisson.call(['run', '-b', bundle, caisson.id()], { cwd: '/' });
    expect(outcome).toMatchObject({ status: 0, stdout: 'relative\n' });
  });

  test('over files and links of the image, which are followed inside only', () => {
    symlinkSync('/etc', join(bundle, 'rootfs/away'));
    writeFileSync(join(bundle, 'rootfs/etc/file'), '');
    const mounts = [{ destination: '/away/file', source: join(source, 'file'), options: ['bind', 'ro'] }];
    expect(place.inside('cat /etc/file', mounts)).toBe('from the host\n');
    rmSync(join(bundle, 'rootfs/away'));
  });

  test('ten thousand', () => {
    const mounts = Array.from({ length: 10_000 }, (_, index) => ({
      destination: `/many/${index}`,
      source: index % 1000 === 999 ? join(source, 'file') : '/etc/hostname',
      options: ['bind', 'ro'],
    }));
    const out = place.inside('grep -c /many/ /proc/self/mountinfo; cat /many/999 /many/9999', mounts);
    expect(out).toBe('10000\nfrom the host\nfrom the host\n');
  });
});
