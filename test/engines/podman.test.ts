/** podman and conmon with caisson, which they start without a PATH and without a HOME. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client, declareLife, type Cli } from './life.js';
import { configure, storage } from './podman.js';
import { program, removeCgroups, Stage } from './stage.js';

const stage = new Stage();
const there = ['podman', 'conmon'].every((name) => program(name) !== undefined);
const cgroup = `caisson-podman-${process.pid}`;

const cli: Cli = {
  stage,
  words: ['podman', ...storage(stage)],
  flags: ['--network', 'none', '--cgroup-parent', `/${cgroup}`],
  image: 'localhost/box',
  atOnce: ['--time', '0'],
  // podman names none.
  root: () => '/run/caisson',
};
const client = new Client(cli);

(there ? describe : describe.skip)('podman', () => {
  beforeAll(() => {
    configure(stage);
    client.ok('import', stage.tar(), cli.image);
  });

  afterAll(async () => {
    client.call('rm', '--all', '--force', '--time', '0');
    await stage.close();
    removeCgroups(cgroup);
  });

  test('it knows caisson', () => {
    expect(client.ok('info', '--format', '{{.Host.OCIRuntime.Name}} {{.Host.OCIRuntime.Version}}')).toMatch(
      /^caisson caisson version /,
    );
  });

  declareLife(cli, client);

  test('an error is told once, in the words of caisson', () => {
    const { status, stderr } = client.call('run', '--rm', ...cli.flags, cli.image, 'no-such-program');
    expect(status).toBe(127);
    expect(stderr.match(/executable file not found in \$PATH/g)).toHaveLength(1);
  });

  test('a pod: containers that share namespaces', () => {
    const first = client.started();
    const shared = ['--pid', `container:${first}`, '--ipc', `container:${first}`, '--uts', `container:${first}`];
    const ended = client.run('ps -o args | grep -c "^sleep"; hostname', ...shared);
    expect(ended).toMatchObject({ status: 0, stderr: '' });
    expect(ended.stdout.split('\n')).toEqual(['1', first.slice(0, 12), '']);
    client.remove(first);
  });
});
