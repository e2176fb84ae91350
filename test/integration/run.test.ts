/** `run` in the foreground: what a process sees from inside, and what its caller gets. */
import { readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeBundle, runcSpec, shellSpec, writeSpec } from '../support/bundle.js';
import { Caisson } from '../support/caisson.js';
import { cgroupMounts, pictureOf } from '../support/host.js';

const caisson = new Caisson();
const bundle = join(caisson.directory, 'bundle');

beforeAll(() => void makeBundle(bundle, shellSpec('true')));
afterAll(() => caisson.clean());

/** Runs a shell line in a container and gives what it printed. */
function inside(line: string, change: (spec: ReturnType<typeof shellSpec>) => void = () => undefined): string {
  const spec = shellSpec(line);
  change(spec);
  writeSpec(bundle, spec);
  const outcome = caisson.call(['run', '-b', bundle, caisson.id()]);
  expect(outcome.stderr).toBe('');
  expect(outcome.status).toBe(0);
  return outcome.stdout;
}

describe('what the process sees', () => {
  test('it is pid 1 and has the hostname of the config', () => {
    expect(inside('echo $$; hostname')).toBe('1\ncaisson\n');
  });

  test('it has the domain name of the config', () => {
    expect(inside('cat /proc/sys/kernel/domainname', (spec) => (spec.domainname = 'example.org'))).toBe(
      'example.org\n',
    );
  });

  test('namespaces are its own, but for user, time and (beside v1) cgroup', () => {
    const names = ['pid', 'net', 'ipc', 'uts', 'mnt', 'user', 'time'];
    const seen = inside(`for n in ${names.join(' ')}; do readlink /proc/self/ns/$n; done`)
      .trim()
      .split('\n');
    const same = names.filter((name, index) => readlinkSync(`/proc/self/ns/${name}`) === seen[index]);
    expect(same).toEqual(['user', 'time']);
  });

  test('every default mount is there with its options', () => {
    const mounts = inside('cat /proc/self/mounts')
      .trim()
      .split('\n')
      .map((line) => line.split(' '));
    const of = (path: string): string[] | undefined => mounts.filter((words) => words[1] === path).pop();
    expect(of('/proc')?.[2]).toBe('proc');
    expect(of('/dev')?.[2]).toBe('tmpfs');
    expect(of('/dev')?.[3]).toMatch(/^rw,nosuid,size=65536k,mode=755/);
    expect(of('/dev/pts')?.[3]).toMatch(/nosuid,noexec.*gid=5.*mode=620.*ptmxmode=666/);
    expect(of('/dev/shm')?.[3]).toMatch(/nosuid,nodev,noexec/);
    expect(of('/dev/mqueue')?.[2]).toBe('mqueue');
    expect(of('/sys')?.[3]).toMatch(/^ro,nosuid,nodev,noexec/);
    expect(of('/sys/fs/cgroup')?.[3]).toMatch(/^ro,nosuid,nodev,noexec/);
    expect(of('/')?.[3]).toMatch(/^ro/);
  });

  test('it is in a cgroup of its own in every hierarchy', () => {
    const paths = inside('cat /proc/self/cgroup')
      .trim()
      .split('\n')
      .map((line) => line.split(':')[2] ?? '');
    // A hierarchy that is mounted nowhere has nothing to offer, and everybody is at its top.
    const [own, top] = [/^\/caisson\/test-/, /^\/$/];
    expect(paths.filter((path) => own.test(path))).toHaveLength(cgroupMounts().length);
    expect(paths.filter((path) => !own.test(path) && !top.test(path))).toEqual([]);
  });

  test('masked paths are empty, read-only paths refuse', () => {
    const out = inside(
      'wc -c < /proc/keys; ls /proc/scsi /sys/firmware 2>/dev/null | wc -l; (echo x > /proc/sys/kernel/domainname) 2>/dev/null || echo refused',
    );
    expect(out).toMatch(/^0\n/);
    expect(out).toMatch(/refused/);
  });

  test('capabilities, no_new_privs and limits are those of the config', () => {
    const out = inside('grep -E "^(Cap|NoNew|Seccomp:)" /proc/self/status; ulimit -n; umask');
    expect(out).toMatch(
      /CapPrm:\s0000000020000420\nCapEff:\s0000000020000420\nCapBnd:\s0000000020000420\nCapAmb:\s0{16}/,
    );
    expect(out).toMatch(/NoNewPrivs:\s1/);
    expect(out).toMatch(/Seccomp:\s0/);
    expect(out).toMatch(/1024\n0022\n$/);
  });

  test('the default devices and links are there and nothing else', () => {
    const out = inside(
      'ls /dev | sort | tr "\\n" " "; echo; echo hi > /dev/null; head -c 4 /dev/zero | wc -c; ls -l /dev/null',
    );
    expect(out.split('\n')[0]?.trim()).toBe(
      'fd full mqueue null ptmx pts random shm stderr stdin stdout tty urandom zero',
    );
    expect(out).toMatch(/\n4\n/);
    expect(out).toMatch(/crw-rw-rw-.*1,\s+3 /);
  });

  test('no fd of the host is open', () => {
    expect(inside('ls /proc/self/fd | tr "\\n" " "').trim()).toBe('0 1 2 3');
  });

  test('devices that are not allowed cannot be opened', () => {
    const out = inside('mknod /tmp/kmsg c 1 11 || exit 2; head -c 1 /tmp/kmsg 2>/dev/null; echo $?', (spec) => {
      spec.root.readonly = false;
      for (const set of ['bounding', 'effective', 'permitted'])
        spec.process.capabilities[set].push('CAP_MKNOD', 'CAP_SYSLOG');
    });
    expect(out.trim()).toBe('1');
  });
});

describe('what the caller gets', () => {
  test.each([0, 1, 7, 255])('exit status %i', (status) => {
    writeSpec(bundle, shellSpec(`exit ${status}`));
    expect(caisson.call(['run', '-b', bundle, caisson.id()]).status).toBe(status);
  });

  test('the status that a shell gives a child that a signal ended', () => {
    const spec = shellSpec('');
    // Pid 1 ignores signals it did not ask for, but for those of the kernel: a fault.
    spec.process.args = ['/bin/sh', '-c', 'sh -c "kill -9 \\$\\$"; exit $?'];
    writeSpec(bundle, spec);
    expect(caisson.call(['run', '-b', bundle, caisson.id()]).status).toBe(137);
  });

  test('stdin, stdout and stderr are its own', () => {
    writeSpec(bundle, shellSpec('cat; echo warned >&2'));
    const outcome = caisson.call(['run', '-b', bundle, caisson.id()], { input: 'through\n' });
    expect(outcome).toMatchObject({ stdout: 'through\n', stderr: 'warned\n', status: 0 });
  });

  test('signals to caisson reach the process', async () => {
    writeSpec(bundle, shellSpec('trap "echo got it; exit 3" TERM; echo ready; while true; do sleep 0.05; done'));
    const child = caisson.start(['run', '-b', bundle, caisson.id()]);
    let out = '';
    const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
    child.stdout?.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      if (out === 'ready\n') child.kill('SIGTERM');
    });
    expect(await ended).toBe(3);
    expect(out).toBe('ready\ngot it\n');
  });

  test('nothing is left behind', () => {
    const id = caisson.id();
    const before = pictureOf(id, [caisson.root]);
    writeSpec(bundle, shellSpec('sleep 100 & exit 0'));
    expect(caisson.call(['run', '-b', bundle, id]).status).toBe(0);
    expect(pictureOf(id, [caisson.root])).toEqual(before);
  });

  test('--keep keeps the state, --pid-file holds the pid without a newline', () => {
    const id = caisson.id();
    const pidFile = join(caisson.directory, 'pid');
    writeSpec(bundle, shellSpec('true'));
    expect(caisson.call(['run', '--keep', '--pid-file', pidFile, '-b', bundle, id]).status).toBe(0);
    expect(readFileSync(pidFile, 'utf8')).toMatch(/^\d+$/);
    expect(caisson.state(id).status).toBe('stopped');
    expect(caisson.call(['delete', id]).status).toBe(0);
  });
});

test("the config that Debian's runc writes runs as it is, but for the terminal", () => {
  const spec = runcSpec(join(caisson.directory, 'runc'));
  spec.process.terminal = false;
  spec.process.args = ['/bin/sh', '-c', 'hostname'];
  writeSpec(bundle, spec);
  const outcome = caisson.call(['run', '-b', bundle, caisson.id()]);
  expect(outcome).toMatchObject({ status: 0, stdout: 'runc\n', stderr: '' });
});
