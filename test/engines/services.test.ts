/** Services as people run them, under podman: php-fpm that answers over a unix socket, and a cron that fires. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client, type Cli } from './life.js';
import { configure, storage } from './podman.js';
import { packaged, program, removeCgroups, Stage, until } from './stage.js';

const stage = new Stage();
const cgroup = `caisson-services-${process.pid}`;
const shared = stage.path('shared');

/** php-fpm has its version in its name. */
const sbin = packaged('usr/sbin/php-fpm8.2') ?? packaged('usr/sbin/php-fpm8.4') ?? '';
const there = ['podman', 'conmon'].every((name) => program(name) !== undefined) && sbin !== '';

const cli: Cli = {
  stage,
  words: ['podman', ...storage(stage)],
  flags: ['--network', 'none', '--cgroup-parent', `/${cgroup}`, '--volume', `${shared}:/shared`],
  image: 'localhost/box',
  atOnce: ['--time', '0'],
  root: () => '/run/caisson',
};
const client = new Client(cli);

// FastCGI: https://fastcgi-archives.github.io/FastCGI_Specification.html
const [BEGIN, END, PARAMS, STDIN, STDOUT] = [1, 3, 4, 5, 6];
const HEADER = 8;

function fastcgi(type: number, content: Buffer): Buffer {
  const head = Buffer.from([1, type, 0, 1, content.length >> 8, content.length & 0xff, 0, 0]);
  return Buffer.concat([head, content]);
}

/** Asks a FastCGI server for a script, and gives what it says, with its head. */
function ask(socket: string, script: string): Promise<string> {
  const values = { SCRIPT_FILENAME: script, SCRIPT_NAME: '/', REQUEST_METHOD: 'GET', QUERY_STRING: '' };
  const pairs = Object.entries(values).map(([name, value]) =>
    Buffer.concat([Buffer.from([name.length, value.length]), Buffer.from(name + value)]),
  );
  const request = [
    fastcgi(BEGIN, Buffer.from([0, 1, 0, 0, 0, 0, 0, 0])),
    fastcgi(PARAMS, Buffer.concat(pairs)),
    fastcgi(PARAMS, Buffer.alloc(0)),
    fastcgi(STDIN, Buffer.alloc(0)),
  ];
  return new Promise((resolve, reject) => {
    const connection = connect(socket);
    const parts: Buffer[] = [];
    connection.on('data', (part: Buffer) => parts.push(part));
    connection.on('error', reject);
    connection.on('end', () => resolve(outputIn(Buffer.concat(parts))));
    connection.write(Buffer.concat(request));
  });
}

/** What is in the records for standard output. */
function outputIn(answer: Buffer): string {
  let output = '';
  for (let at = 0; at + HEADER <= answer.length;) {
    const type = answer[at + 1];
    const length = answer.readUInt16BE(at + 4);
    if (type === STDOUT) output += answer.toString('utf8', at + HEADER, at + HEADER + length);
    if (type === END) break;
    at += HEADER + length + (answer[at + 6] ?? 0);
  }
  return output;
}

(there ? describe : describe.skip)('services', () => {
  beforeAll(() => {
    configure(stage);
    mkdirSync(join(shared, 'cron'), { recursive: true });
    client.ok('import', stage.tar(), cli.image);
  });

  afterAll(async () => {
    client.call('rm', '--all', '--force', '--time', '0');
    await stage.close();
    removeCgroups(cgroup);
  });

  test('cron fires, again after a restart', async () => {
    writeFileSync(join(shared, 'cron/root'), '* * * * * id -u >> /shared/fired\n');
    const id = client.started('exec crond -f -l 0 -c /shared/cron');
    client.ok('restart', '--time', '0', id);
    await until('cron has fired', () => existsSync(join(shared, 'fired')), 75_000);
    expect(readFileSync(join(shared, 'fired'), 'utf8')).toBe('0\n');
    client.remove(id);
  }, 90_000);

  test('php-fpm answers over a unix socket, by the user that it became', async () => {
    writeFileSync(
      join(shared, 'fpm.conf'),
      `[global]\nerror_log = /proc/self/fd/2\n[www]\nlisten = /shared/php.sock\nlisten.mode = 0666\n` +
        `user = 1000\ngroup = 1000\npm = static\npm.max_children = 2\n`,
    );
    const php = '<?php echo "six times seven is ", 6 * 7, " for ", trim(shell_exec("id -u")), " in ", getmypid();';
    writeFileSync(join(shared, 'index.php'), php);
    // The libraries of the machine, and the program as it was unpacked.
    const root = sbin.slice(0, -join('/usr/sbin', sbin.split('/').at(-1) ?? '').length);
    const libraries = readdirSync(`${root}/usr/lib`).find((name) => name.endsWith('-linux-gnu')) ?? '';
    const volumes = ['/lib:/lib:ro', '/lib64:/lib64:ro', '/usr/lib:/usr/lib:ro', `${root}/usr:/php:ro`];
    const flags = volumes
      .filter((volume) => existsSync(volume.split(':')[0] ?? ''))
      .flatMap((volume) => ['--volume', volume]);
    const line = `LD_LIBRARY_PATH=/php/lib/${libraries} exec /php/sbin/${sbin.split('/').at(-1)} -n -F -y /shared/fpm.conf`;
    const id = client.started(line, ...flags);
    const socket = join(shared, 'php.sock');
    await until(`php-fpm listens: ${client.call('logs', id).stderr}`, () => existsSync(socket));
    const answer = await ask(socket, '/shared/index.php');
    expect(answer).toMatch(/\r\n\r\nsix times seven is 42 for 1000 in \d\d?$/);
    client.ok('stop', '--time', '5', id);
    expect(client.inspect(id, '.State.ExitCode')).toBe('0');
    client.remove(id);
  });
});
