/** dockerd with caisson as a runtime by its path: docker.io of Debian, which starts a containerd of its own. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client, declareLife, type Cli } from './life.js';
import { CAISSON, program, removeCgroups, Stage } from './stage.js';

const stage = new Stage();
const socket = `unix://${stage.path('docker.sock')}`;
const there = ['dockerd', 'docker', 'containerd'].every((name) => program(name) !== undefined);

const cgroup = `caisson-docker-${process.pid}`;

const cli: Cli = {
  stage,
  words: ['docker', '--host', socket],
  flags: ['--network', 'none'],
  image: 'box',
  atOnce: [],
  root: () => stage.path('exec/runtime-runc/moby'),
};
const client = new Client(cli);

(there ? describe : describe.skip)('dockerd', () => {
  beforeAll(async () => {
    const folders = [`--data-root=${stage.path('data')}`, `--exec-root=${stage.path('exec')}`];
    const network = ['--iptables=false', '--ip6tables=false', '--bridge=none'];
    const flags = [
      `--host=${socket}`,
      `--pidfile=${stage.path('pid')}`,
      '--storage-driver=overlay2',
      `--cgroup-parent=/${cgroup}`,
    ];
    const runtime = ['--add-runtime', `caisson=${CAISSON}`, '--default-runtime', 'caisson'];
    await stage.serve('dockerd', [...folders, ...network, ...flags, ...runtime], () => client.call('version'));
    client.ok('import', stage.tar(), 'box');
  });

  afterAll(async () => {
    for (const id of client.call('ps', '--all', '--quiet').stdout.split('\n').filter(Boolean)) client.remove(id);
    await stage.close();
    removeCgroups(cgroup);
  });

  test('it knows caisson', () => {
    expect(client.ok('info', '--format', '{{.DefaultRuntime}} {{index .Runtimes "caisson" | printf "%v"}}')).toMatch(
      new RegExp(`^caisson .*${CAISSON}`),
    );
  });

  declareLife(cli, client);

  test('that memory was the reason is what the engine says', () => {
    const id = client.started('exec dd if=/dev/zero of=/dev/null bs=64M count=1', '--memory', '16m');
    client.ok('wait', id);
    expect(client.inspect(id, '.State.OOMKilled')).toBe('true');
    client.remove(id);
  });

  test('a container that fails is started again, as its policy says', () => {
    const id = client.started('exit 5', '--restart', 'on-failure:2');
    client.ok('wait', id);
    for (let tries = 0; tries < 100 && client.inspect(id, '.RestartCount') !== '2'; tries++) client.call('wait', id);
    expect(client.inspect(id, '.RestartCount')).toBe('2');
    client.remove(id);
  });
});
