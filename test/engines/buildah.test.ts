/** buildah, which builds images in containers that caisson makes. */
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { configure, storage } from './podman.js';
import { CAISSON, type Ended, program, Stage } from './stage.js';

const stage = new Stage();
const there = program('buildah') !== undefined;

const buildah = (...args: string[]): Ended => stage.call('buildah', [...storage(stage), ...args]);

/** As `buildah`, and it must go well; gives what it printed. */
function ok(...args: string[]): string {
  const { status, stdout, stderr } = buildah(...args);
  if (status !== 0) throw new Error(`buildah ${args.join(' ')}: ${status}: ${stdout}${stderr}`);
  return stdout.trim();
}

const RUNTIME = ['--runtime', CAISSON, '--isolation', 'oci', '--network', 'none'];

function build(image: string, text: string): Ended {
  writeFileSync(stage.path('Containerfile'), text);
  return buildah('bud', ...RUNTIME, '--tag', image, '--file', stage.path('Containerfile'), stage.directory);
}

(there ? describe : describe.skip)('buildah', () => {
  beforeAll(() => {
    configure(stage);
    const base = ok('from', 'scratch');
    ok('add', base, stage.tar(), '/');
    ok('config', '--env', 'PATH=/bin', base);
    ok('commit', base, 'box');
    ok('rm', base);
  });

  afterAll(async () => {
    buildah('rm', '--all');
    await stage.close();
  });

  test('the steps of a build see what those before have made, as their user and with their environment', () => {
    const { status, stdout } = build(
      'localhost/made',
      `FROM localhost/box
RUN echo built > /made; chmod 644 /made; id -u
ENV WORD=value
USER 1000
WORKDIR /tmp
RUN cat /made; echo $WORD; pwd; id -u
`,
    );
    expect(status).toBe(0);
    expect(stdout).toMatch(/^0$[^]*^built\nvalue\n\/tmp\n1000$/m);
  });

  test('what was built is what the next one begins with', () => {
    const { status, stdout } = build('localhost/next', 'FROM localhost/made\nUSER 0\nRUN cat /made && rm /made\n');
    expect([status, stdout]).toEqual([0, expect.stringContaining('\nbuilt\n')]);
    expect(build('localhost/last', 'FROM localhost/next\nRUN test ! -e /made\n').status).toBe(0);
  });

  test('a step that fails ends the build', () => {
    const { status, stderr } = build('localhost/failed', 'FROM localhost/box\nRUN exit 6\n');
    expect(status).not.toBe(0);
    expect(stderr).toMatch(/exit status 6/);
    expect(build('localhost/failed', 'FROM localhost/box\nRUN ["no-such-program"]\n').stderr).toMatch(
      /executable file not found in \$PATH/,
    );
  });

  test('run: a command in a working container, its input and its status', () => {
    const container = ok('from', 'localhost/box');
    const words = [...storage(stage), 'run', ...RUNTIME, container, '--', 'sh', '-c'];
    expect(stage.call('buildah', [...words, 'cat; exit 3'], { input: 'a line\n' })).toMatchObject({
      status: 3,
      stdout: 'a line\n',
    });
    expect(stage.call('buildah', [...words, 'echo kept > /kept']).status).toBe(0);
    expect(stage.call('buildah', [...words, 'cat /kept']).stdout).toBe('kept\n');
    ok('rm', container);
  });
});
