/** The six lists of hooks: where, when and with what they are run. */
import { existsSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { makeBundle, shellSpec, writeSpec } from '../support/bundle.js';
import { Caisson } from '../support/caisson.js';
import { type Hook, HookBundle, type Moment, MOMENTS, shell } from '../support/hooks.js';
import { giveAway, userSpec } from '../support/spaces.js';

const caisson = new Caisson();
const place = new HookBundle(caisson);
const { bundle, rootfs, shared, said } = place;
const says = place.says.bind(place);
const lines = place.lines.bind(place);
const configure = place.configure.bind(place);

afterEach(() => place.empty());
afterAll(() => caisson.clean());

const NAMESPACES = ['mnt', 'pid', 'net', 'uts', 'ipc'];

describe('a whole life', () => {
  /** Writes a JSON object about itself to SHARED/NAME. */
  const look = (name: string): Hook =>
    shell(
      `{ printf '{"state":'; cat; printf ',"cwd":"%s","links":"' "$(pwd)"; ` +
        `for n in ${NAMESPACES.join(' ')}; do printf '%s ' "$(readlink /proc/self/ns/$n)"; done; ` +
        `printf '","args":"%s"}' "$0"; } > ${shared}/${name}; echo ${name} >> ${said}`,
    );
  const seen = (name: string) =>
    JSON.parse(readFileSync(join(shared, name), 'utf8')) as {
      state: Record<string, unknown>;
      cwd: string;
      links: string;
    };

  test('each in its namespaces, in the order of the specification, with the state of the moment', async () => {
    const hooks = Object.fromEntries(MOMENTS.map((moment) => [moment, [look(moment), says(`${moment} again`)]]));
    const line = `for n in ${NAMESPACES.join(' ')}; do readlink /proc/self/ns/$n; done > ${shared}/program; echo program >> ${said}`;
    const annotations = { 'com.example.key': 'a "quoted" value' };
    const id = configure(line, hooks, (spec) => {
      spec.annotations = annotations;
      spec.process.cwd = '/tmp';
    });
    expect(caisson.detach(['create', '-b', bundle, id]).status).toBe(0);
    const { pid } = caisson.state(id);
    const again = (moment: Moment): string[] => [moment, `${moment} again`];
    expect(lines()).toEqual([...again('prestart'), ...again('createRuntime'), ...again('createContainer')]);
    // Too late to change anything.
    writeSpec(bundle, shellSpec('true'));
    expect(caisson.call(['start', id])).toMatchObject({ status: 0, stderr: '' });
    await caisson.until(id, 'stopped');
    expect(lines().slice(6).sort()).toEqual([...again('poststart'), 'program', ...again('startContainer')].sort());
    expect(lines().slice(6, 8)).toEqual(again('startContainer'));
    expect(caisson.call(['delete', id])).toMatchObject({ status: 0, stderr: '' });
    expect(lines().slice(11)).toEqual(again('poststop'));

    const own = NAMESPACES.map((name) => readlinkSync(`/proc/self/ns/${name}`)).join(' ');
    const inside = readFileSync(join(shared, 'program'), 'utf8').trimEnd().split('\n').join(' ');
    const state = { ociVersion: '1.3.0', id, bundle, annotations };
    const expected: Record<Moment, [links: string, cwd: string, status: string, pid: number | undefined]> = {
      prestart: [own, caisson.directory, 'created', pid],
      createRuntime: [own, caisson.directory, 'creating', pid],
      createContainer: [inside, rootfs, 'creating', 1],
      startContainer: [inside, '/tmp', 'created', 1],
      poststart: [own, caisson.directory, 'running', pid],
      poststop: [own, caisson.directory, 'stopped', undefined],
    };
    for (const moment of MOMENTS) {
      const [links, cwd, status, number] = expected[moment];
      expect([moment, seen(moment)]).toMatchObject([moment, { links: `${links} `, cwd }]);
      expect(seen(moment).state).toEqual({ ...state, status, ...(number === undefined ? {} : { pid: number }) });
    }
  });

  test.each([['run'], ['run', '--detach']])('%s %s: the same, in one go', async (...verb) => {
    const id = configure(`echo program >> ${said}`, Object.fromEntries(MOMENTS.map((name) => [name, [says(name)]])));
    expect(caisson.detach([...verb, '-b', bundle, id]).status).toBe(0);
    if (verb.length > 1) {
      await caisson.until(id, 'stopped');
      caisson.call(['delete', id]);
    }
    const all = lines();
    expect(all.slice(0, 4)).toEqual(['prestart', 'createRuntime', 'createContainer', 'startContainer']);
    expect(all.slice(4, 6).sort()).toEqual(['poststart', 'program']);
    expect(all.slice(6)).toEqual(['poststop']);
  });

  test('run --keep leaves the hooks of the end to delete', () => {
    const id = configure('true', { poststop: [says('poststop')] });
    expect(caisson.call(['run', '--keep', '-b', bundle, id]).status).toBe(0);
    expect(lines()).toEqual([]);
    expect(caisson.call(['delete', id]).status).toBe(0);
    expect(lines()).toEqual(['poststop']);
  });

  test('of two deletes at once, one runs them', async () => {
    const id = configure('sleep 100', { poststop: [says('poststop')] });
    caisson.detach(['run', '--detach', '-b', bundle, id]);
    const deletes = [1, 2, 3].map(
      () => new Promise((resolve) => caisson.start(['delete', '--force', id]).on('close', resolve)),
    );
    await Promise.all(deletes);
    expect(lines()).toEqual(['poststop']);
  });
});

describe('what hooks can do', () => {
  const enter = 'pid=$(sed "s/.*\\"pid\\"://; s/[^0-9].*//"); exec nsenter -t "$pid"';

  test('prestart: in its namespaces, before the program is there', () => {
    const id = configure('hostname; cat /mnt/file; wc -l < /proc/self/mountinfo > /dev/null', {
      prestart: [
        shell(`${enter} -u hostname hooked`),
        // As the hooks of graphics drivers do: at the path of the rootfs, in the mount namespace.
        shell(
          `${enter} -m sh -c "mkdir -p ${rootfs}/mnt && mount -t tmpfs none ${rootfs}/mnt && echo mounted > ${rootfs}/mnt/file"`,
        ),
      ],
    });
    expect(caisson.call(['run', '-b', bundle, id])).toMatchObject({
      status: 0,
      stdout: 'hooked\nmounted\n',
      stderr: '',
    });
    expect(existsSync(join(rootfs, 'mnt/file'))).toBe(false);
  });

  test('createRuntime: the mounts are there, and the limits of the cgroup', () => {
    const line =
      `pid=$(sed "s/.*\\"pid\\"://; s/[^0-9].*//"); grep -c " ${rootfs}/dev/pts " /proc/$pid/mountinfo > ${said}; ` +
      `for f in /sys/fs/cgroup/pids/caisson/ID/pids.max /sys/fs/cgroup/caisson/ID/pids.max; do [ -e $f ] && cat $f >> ${said}; done; true`;
    const id = configure('true', {}, () => undefined);
    const spec = JSON.parse(readFileSync(join(bundle, 'config.json'), 'utf8'));
    spec.linux.resources = { pids: { limit: 77 } };
    spec.hooks = { createRuntime: [shell(line.replaceAll('ID', id))] };
    writeSpec(bundle, spec);
    expect(caisson.call(['run', '-b', bundle, id])).toMatchObject({ status: 0, stderr: '' });
    expect(lines()).toEqual(['1', '77']);
  });

  test('createContainer: a directory that is going to be read-only is not yet', () => {
    const hooks = { createContainer: [shell('echo made > ro/file')] };
    const id = configure('cat /ro/file; touch /ro/other 2>/dev/null || echo refused', hooks, (spec) => {
      spec.mounts.push({ destination: '/ro', type: 'tmpfs', source: 'tmpfs', options: ['ro'] });
    });
    expect(caisson.call(['run', '-b', bundle, id])).toMatchObject({ status: 0, stdout: 'made\nrefused\n' });
  });

  test("createContainer: the environment of the image does not reach the host's programs (CVE-2025-23266)", () => {
    const line = `env > ${said}`;
    const hooks = { createContainer: [{ path: '/bin/sh', args: ['sh', '-c', line] }] };
    const id = configure('true', hooks, (spec) => spec.process.env.push('LD_PRELOAD=./evil.so'));
    expect(caisson.call(['run', '-b', bundle, id]).status).toBe(0);
    expect(readFileSync(said, 'utf8')).not.toMatch(/LD_PRELOAD|PATH=|TERM=/);
  });

  test('startContainer: as the program, with its user, environment, limits and filter', () => {
    const look = 'id; echo "$MARK $HOME"; ulimit -n; grep -E "^(NoNewPrivs|Seccomp|CapEff|CapBnd):" /proc/self/status';
    const hook = {
      path: '/bin/sh',
      args: ['sh', '-c', `(${look}) > ${said}; mkdir /tmp/refused || echo refused >> ${said}`],
    };
    const id = configure(look, { startContainer: [hook] }, (spec) => {
      spec.process.env.push('MARK=of the process');
      spec.process.user = { uid: 1000, gid: 1001 };
      spec.process.rlimits = [{ type: 'RLIMIT_NOFILE', soft: 99, hard: 99 }];
      spec.process.noNewPrivileges = false;
      const syscalls = [{ names: ['mkdir', 'mkdirat', 'pipe2', 'memfd_create', 'clone3'], action: 'SCMP_ACT_ERRNO' }];
      spec.linux.seccomp = { defaultAction: 'SCMP_ACT_ALLOW', syscalls };
    });
    // Of the user, and the config has none.
    writeFileSync(join(rootfs, 'etc/passwd'), 'root:x:0:0::/root:/bin/sh\nuser:x:1000:1001::/home/of/user:/bin/sh\n');
    spawnSync('chmod', ['0777', shared, join(rootfs, 'tmp')]);
    const outcome = caisson.call(['run', '-b', bundle, id]);
    expect(outcome).toMatchObject({ status: 0, stderr: '' });
    expect(outcome.stdout).toContain('uid=1000');
    expect(outcome.stdout).toContain('of the process /home/of/user\n');
    expect(`${lines().join('\n')}\n`).toBe(`${outcome.stdout}refused\n`);
  });

  test('in a user namespace: createContainer as its root, who must be able to walk to the root directory', () => {
    const own = join(caisson.directory, 'mapped');
    const look = `tr -s " " < /proc/self/uid_map >> ${said}; pwd >> ${said}`;
    const spec = userSpec('true');
    spec.hooks = { prestart: [shell(look)], createContainer: [shell(look)] };
    makeBundle(own, spec);
    giveAway(join(own, 'rootfs'));
    writeFileSync(said, '');
    spawnSync('chmod', ['0777', shared, said]);
    const refused = caisson.call(['run', '-b', own, caisson.id()]);
    expect(refused.stderr).toMatch(
      /^caisson: error: root\/path: attach root: open \S+rootfs: EACCES: .*\(hooks look for/,
    );
    spawnSync('chmod', ['0755', caisson.directory]);
    expect(caisson.call(['run', '-b', own, caisson.id()])).toMatchObject({ status: 0, stderr: '' });
    const map = (text: string): string => text.replace(/ +/g, ' ').trimEnd();
    const [outside, directory, ...inside] = lines();
    expect([outside, directory]).toEqual([map(readFileSync('/proc/self/uid_map', 'utf8')), caisson.directory]);
    expect(inside[0]).toMatch(/^ 0 100000 /);
    expect(inside.at(-1)).toBe(join(own, 'rootfs'));
  });

  test('each has words and an environment of its own', () => {
    const own = (moment: Moment): Hook => ({
      path: '/bin/sh',
      args: ['sh', '-c', `echo "$0 $1 $OWN" >> ${said}`, 'zero', `word-${moment}`],
      env: ['PATH=/usr/bin:/bin', `OWN=of ${moment}`],
    });
    const id = configure('true', Object.fromEntries(MOMENTS.map((moment) => [moment, [own(moment)]])));
    expect(caisson.call(['run', '-b', bundle, id])).toMatchObject({ status: 0, stderr: '' });
    expect(lines().sort()).toEqual(MOMENTS.map((moment) => `zero word-${moment} of ${moment}`).sort());
  });

  test('the environment of the caller, where a hook of the host has none', () => {
    const hook = { path: '/bin/sh', args: ['sh', '-c', `env >> ${said}; echo >> ${said}`] };
    const id = configure('true', { prestart: [hook], poststart: [hook], poststop: [hook] });
    const env = { PATH: process.env.PATH!, MARK: 'of the caller', NODE_OPTIONS: '--no-warnings' };
    expect(caisson.call(['run', '-b', bundle, id], { env })).toMatchObject({ status: 0, stderr: '' });
    const all = lines().join('\n').split('\n\n');
    expect(all).toHaveLength(3);
    for (const one of all) {
      expect(one).toContain('MARK=of the caller');
      expect(one).not.toMatch(/CAISSON|BUN_/);
    }
  });
});
