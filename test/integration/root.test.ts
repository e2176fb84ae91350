/** The root: mounted over, read-only, shared or not, entered without a pivot, with hidden and read-only paths. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { type LooseSpec, makeRootfs } from '../support/bundle.js';
import { mountAt, MountBundle, TABLE } from '../support/mounts.js';

const place = new MountBundle();
const { caisson, bundle, source } = place;
const front = join(import.meta.dirname, '../../dist/bin/caisson');

afterAll(() => caisson.clean());

describe('the root', () => {
  test('a mount over it takes its place, and what is mounted after it is in it', () => {
    const other = makeRootfs(join(caisson.directory, 'other'));
    writeFileSync(join(other, 'marker'), 'other\n');
    const first = (spec: LooseSpec) =>
      spec.mounts.unshift({ destination: '/', source: other, options: ['bind', 'nosuid'] });
    const out = place.inside(`cat /marker; ls -d /..${other} /../..${other} 2>/dev/null; ${TABLE}`, [], first);
    expect(out).toMatch(/^other\n\d/);
    expect(mountAt(out, '/')?.options).toContain('nosuid');
    expect(out.split('\n').filter((line) => line.split(' ')[4] === '/')).toHaveLength(1);
    const hooked = (spec: LooseSpec) => {
      first(spec);
      Object.assign(spec, { hooks: { createRuntime: [{ path: '/bin/true' }] } });
    };
    expect(place.inside('cat /marker', [], hooked)).toBe('other\n');
  });

  test('read-only with everything in it', () => {
    const change = (spec: LooseSpec) => {
      spec.root.readonly = true;
      for (const mount of spec.mounts) if (mount.type !== 'proc') mount.options = [...(mount.options ?? []), 'ro'];
    };
    const line =
      'for d in / /dev /dev/shm /sys /tmp /mnt /sys/fs/cgroup; do touch $d/x 2>/dev/null && echo $d; done; echo done';
    expect(
      place.inside(
        line,
        [
          { destination: '/tmp', type: 'tmpfs' },
          { destination: '/mnt', source, options: ['bind'] },
        ],
        change,
      ),
    ).toBe('done\n');
  });

  test.each([
    ['shared', /^shared:\d+$/, ''],
    ['rshared', /^shared:\d+$/, 'shared'],
    ['slave', /^$/, ''],
    ['rslave', /^$/, ''],
    ['private', /^$/, ''],
    ['rprivate', /^$/, ''],
    ['unbindable', /^unbindable$/, ''],
    ['runbindable', /^unbindable$/, 'unbindable'],
  ])('rootfsPropagation %s', (word, root, below) => {
    const out = place.inside(TABLE, [], (spec) => (spec.linux.rootfsPropagation = word));
    expect(mountAt(out, '/')?.propagation).toMatch(root);
    expect(mountAt(out, '/dev')?.propagation.split(':')[0]).toBe(below);
    // Paths are protected all the same.
    expect(mountAt(out, '/proc/sys')?.options[0]).toBe('ro');
  });

  /** Runs within a mount namespace where `source` is shared, and gives what of it is mounted there at the end. */
  function besideShared(mounts: readonly unknown[], propagation: string, line: string): string {
    place.write(line, mounts, (spec) => {
      spec.linux.rootfsPropagation = propagation;
      const all = ['CAP_SYS_ADMIN', ...spec.process.capabilities.bounding];
      spec.process.capabilities = { bounding: all, effective: all, permitted: all };
    });
    const script =
      'mount --bind "$3" "$3"; mount --make-shared "$3"; "$0" --root "$1" run -b "$2" "$4" || echo FAILED; grep "$3/" /proc/self/mountinfo';
    const words = [front, caisson.root, bundle, source, caisson.id()];
    const unshare = ['--mount', '--propagation', 'private', 'sh', '-c', script, ...words];
    const { stdout } = spawnSync('unshare', unshare, { encoding: 'utf8' });
    expect(stdout).not.toContain('FAILED');
    return stdout;
  }
  const make = 'mount -t tmpfs inside /mnt/below';

  test('what is mounted inside arrives outside when root and mount are shared, and else it does not', () => {
    const shared = [{ destination: '/mnt', source, options: ['rbind', 'rshared'] }];
    expect(besideShared(shared, 'rshared', make)).toContain(`${source}/below`);
    for (const [options, propagation] of [
      [['rbind', 'rshared'], 'rslave'],
      [['rbind'], 'rshared'],
      [['rbind', 'rprivate'], 'rshared'],
      [['rbind', 'rslave'], 'shared'],
    ] as const) {
      expect(besideShared([{ destination: '/mnt', source, options }], propagation, make)).toBe('');
    }
  });

  test('what is mounted outside arrives inside a slave', () => {
    for (const [option, arrives] of [
      ['rslave', true],
      ['rprivate', false],
    ] as const) {
      place.write('until test -e /tmp/go; do sleep 0.1; done; cat /proc/self/mountinfo', [
        { destination: '/mnt', source, options: ['rbind', option] },
        { destination: '/tmp', source: join(caisson.directory, 'signal'), options: ['bind'] },
      ]);
      const signal = join(caisson.directory, 'signal');
      rmSync(signal, { recursive: true, force: true });
      mkdirSync(signal);
      const script =
        'mount --bind "$3" "$3"; mount --make-shared "$3"; "$0" --root "$1" run -b "$2" "$4" & until "$0" --root "$1" state "$4" 2>/dev/null | grep -q running; do sleep 0.1; done; mount -t tmpfs outside "$3/below"; touch "$5/go"; wait';
      const words = [front, caisson.root, bundle, source, caisson.id(), signal];
      const unshare = ['--mount', '--propagation', 'private', 'sh', '-c', script, ...words];
      const { stdout } = spawnSync('unshare', unshare, { encoding: 'utf8' });
      expect(mountAt(stdout, '/mnt')).toBeDefined();
      expect(mountAt(stdout, '/mnt/below') !== undefined).toBe(arrives);
    }
  });
});

describe('--no-pivot', () => {
  test('run, create and start', () => {
    place.write(`ls -d ${caisson.directory} /../..${caisson.directory} 2>/dev/null || echo hidden; ${TABLE}`, []);
    const ran = place.run('--no-pivot');
    expect(ran.stdout).toMatch(/^hidden\n/);
    expect(
      ran.stdout.split('\n').filter((line) => / - (proc|sysfs) /.test(line) && line.split(' ')[3] === '/'),
    ).toHaveLength(2);
    place.write(`echo started > /mnt/said`, [{ destination: '/mnt', source, options: ['bind'] }]);
    const id = caisson.id();
    expect(caisson.detach(['create', '--no-pivot', '-b', bundle, id]).status).toBe(0);
    expect(caisson.call(['start', id])).toMatchObject({ status: 0, stderr: '' });
    for (let i = 0; i < 100 && !existsSync(join(source, 'said')); i++) spawnSync('sleep', ['0.05']);
    expect(readFileSync(join(source, 'said'), 'utf8')).toBe('started\n');
    rmSync(join(source, 'said'));
  });

  test('with hooks, which look for the root at its path, no way leads up from it either', () => {
    const hooks = { createRuntime: [{ path: '/bin/true' }] };
    place.write('sleep 100', [], (spec) => Object.assign(spec, { hooks }));
    const id = caisson.id();
    expect(caisson.detach(['create', '--no-pivot', '-b', bundle, id]).status).toBe(0);
    const { pid } = JSON.parse(caisson.call(['state', id]).stdout) as { pid: number };
    // Seen from the host, a root that ".." leads out of has a path.
    expect(readlinkSync(`/proc/${pid}/root`)).toBe('/');
    expect(caisson.call(['delete', '--force', id])).toMatchObject({ status: 0, stderr: '' });
  });

  test('a private root is refused', () => {
    const line = place.refusal([], (spec) => (spec.linux.rootfsPropagation = 'rprivate'), '--no-pivot');
    expect(line).toMatch(/linux\/rootfsPropagation: a rprivate root cannot be entered without a pivot \(/);
  });
});

describe('hidden and read-only paths', () => {
  test('a file, a directory, a link, what is missing, what is in /proc', () => {
    const rootfs = join(bundle, 'rootfs');
    mkdirSync(join(rootfs, 'secret/deep'), { recursive: true });
    writeFileSync(join(rootfs, 'secret/file'), 'precious\n');
    writeFileSync(join(rootfs, 'etc/secret'), 'precious\n');
    symlinkSync('../secret', join(rootfs, 'etc/way'));
    spawnSync('mkfifo', [join(rootfs, 'etc/fifo')]);
    const line = [
      'cat /etc/secret; ls -A /secret; wc -c < /proc/cpuinfo; timeout 1 cat /etc/fifo; ls /proc/irq | wc -l',
      '(echo x > /etc/secret; cat /etc/secret; touch /secret/x; touch /tmp/x; touch /root/x) 2>/dev/null || echo refused',
      TABLE,
    ].join('; ');
    const out = place.inside(line, [], (spec) => {
      spec.linux.maskedPaths = [
        '/etc/secret',
        '/etc/way',
        '/none',
        '/etc/passwd/none',
        '/proc/cpuinfo',
        '/etc/fifo',
        '/proc/irq',
      ];
      spec.linux.readonlyPaths = ['/tmp', '/root/', '/none', '/etc/passwd/none'];
    });
    expect(out).toMatch(/^0\n0\nrefused\n\d/);
    expect(mountAt(out, '/secret')?.options).toEqual(['ro', 'nosuid', 'nodev', 'noexec', 'relatime']);
  });

  test('a read-only path keeps what the mount has', () => {
    const mounts = [{ destination: '/mnt', type: 'tmpfs', options: ['nosuid', 'noexec', 'noatime'] }];
    const out = place.inside(`${TABLE}; touch /mnt/x 2>/dev/null || echo refused`, mounts, (spec) => {
      spec.linux.readonlyPaths = ['/mnt'];
    });
    expect(mountAt(out, '/mnt')?.options).toEqual(['ro', 'nosuid', 'noexec', 'noatime']);
    expect(out).toMatch(/refused\n$/);
  });

  test('the whole root', () => {
    const out = place.inside('touch /x 2>/dev/null || echo refused; touch /dev/x && echo written', [], (spec) => {
      spec.linux.readonlyPaths = ['/'];
    });
    expect(out).toBe('refused\nwritten\n');
    expect(place.refusal([], (spec) => (spec.linux.maskedPaths = ['/proc/..']))).toMatch(
      /linux\/maskedPaths\/0: the root/,
    );
  });
});
