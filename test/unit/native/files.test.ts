import { execFileSync, spawn } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { native } from '../../../lib/native/load.js';

const KILOBYTE = 1024;
let root = '';
const at = (name: string) => join(root, name);

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'caisson-files-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** The errno name that a call fails with; 'none' when it doesn't. */
function errnoOf(call: () => unknown): string {
  try {
    call();
    return 'none';
  } catch (error) {
    return (error as { errno: string }).errno;
  }
}

function write(name: string, bytes: string | Uint8Array): string {
  writeFileSync(at(name), bytes);
  return at(name);
}

describe('readText', () => {
  test('gives the text, with a byte order mark where there is one', () => {
    expect(native().readText(write('plain', 'grüße 𝄞\n'), KILOBYTE)).toBe('grüße 𝄞\n');
    expect(native().readText(write('mark', '\ufeff{}'), KILOBYTE)).toBe('\ufeff{}');
    expect(native().readText(write('empty', ''), 0)).toBe('');
    expect(native().readText(write('nul', 'a\0b'), KILOBYTE)).toBe('a\0b');
  });

  test('takes exactly limit bytes, and not one more', () => {
    const path = write('long', 'x'.repeat(100_000));
    expect(native().readText(path, 100_000)).toHaveLength(100_000);
    expect(errnoOf(() => native().readText(path, 99_999))).toBe('EFBIG');
  });

  test.each([
    ['a lone continuation byte', [0x80]],
    ['an overlong slash', [0xc0, 0xaf]],
    ['an overlong three-byte form', [0xe0, 0x80, 0xaf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['beyond U+10FFFF', [0xf4, 0x90, 0x80, 0x80]],
    ['a sequence cut short', [0x61, 0xe2, 0x82]],
    ['Latin-1', [0x67, 0x72, 0xfc, 0xdf]],
  ])('refuses %s', (_, bytes) => {
    expect(errnoOf(() => native().readText(write('bad', Uint8Array.from(bytes)), KILOBYTE))).toBe('EILSEQ');
  });

  test('refuses what is not a regular file, and never waits for it', () => {
    execFileSync('mkfifo', [at('fifo')]);
    expect(errnoOf(() => native().readText(root, KILOBYTE))).toBe('EISDIR');
    expect(errnoOf(() => native().readText(at('fifo'), KILOBYTE))).toBe('ENXIO');
    expect(errnoOf(() => native().readText('/dev/zero', KILOBYTE))).toBe('ENXIO');
    expect(errnoOf(() => native().readText(at('nothing'), KILOBYTE))).toBe('ENOENT');
    expect(errnoOf(() => native().readText(`${write('leaf', '')}/x`, KILOBYTE))).toBe('ENOTDIR');
  });

  test('blames system call and path', () => {
    const error = (() => {
      try {
        return native().readText('/no/such/file', 1);
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toMatchObject({ errno: 'ENOENT', syscall: 'open', path: '/no/such/file' });
    expect((error as Error).message).toBe('open /no/such/file: ENOENT');
  });

  test('takes no path with a NUL: the kernel would read another one', () => {
    expect(() => native().readText('/etc/passwd\0.json', KILOBYTE)).toThrow(/NUL/);
  });
});

test('readKernelText reads files that say they are empty', () => {
  expect(native().readKernelText('/proc/self/status')).toMatch(/^Name:/);
  expect(errnoOf(() => native().readKernelText('/proc/nothing'))).toBe('ENOENT');
});

describe('replaceFile', () => {
  test('replaces, and leaves nothing else behind', () => {
    mkdirSync(at('replace'));
    native().replaceFile(at('replace/record'), 'one', 0o600);
    native().replaceFile(at('replace/record'), 'two', 0o600);
    expect(readFileSync(at('replace/record'), 'utf8')).toBe('two');
    expect(readdirSync(at('replace'))).toEqual(['record']);
    expect(statSync(at('replace/record')).mode & 0o777).toBe(0o600);
  });

  test('replaces a link itself, never its target', () => {
    write('target', 'kept');
    symlinkSync(at('target'), at('link'));
    native().replaceFile(at('link'), 'new', 0o600);
    expect(readFileSync(at('target'), 'utf8')).toBe('kept');
    expect(native().fileKind(at('link'))).toBe('file');
  });

  test('takes its temporary file away when it fails', () => {
    mkdirSync(at('occupied/record/inside'), { recursive: true });
    expect(errnoOf(() => native().replaceFile(at('occupied/record'), 'text', 0o600))).toBe('EISDIR');
    expect(readdirSync(at('occupied'))).toEqual(['record']);
    expect(errnoOf(() => native().replaceFile(at('nowhere/record'), 'text', 0o600))).toBe('ENOENT');
  });
});

test('createFile makes a file once, and follows no link', () => {
  native().createFile(at('created'), 'text', 0o640);
  expect(readFileSync(at('created'), 'utf8')).toBe('text');
  expect(errnoOf(() => native().createFile(at('created'), 'again', 0o640))).toBe('EEXIST');
  symlinkSync(at('elsewhere'), at('dangling'));
  expect(errnoOf(() => native().createFile(at('dangling'), 'text', 0o640))).toBe('EEXIST');
  expect(native().fileKind(at('elsewhere'))).toBe('missing');
});

test('appendFile adds to the end, and does not wait for a FIFO that nobody reads', () => {
  native().appendFile(at('log'), 'a\n', 0o600);
  appendFileSync(at('log'), 'b\n');
  native().appendFile(at('log'), 'c\n', 0o600);
  expect(readFileSync(at('log'), 'utf8')).toBe('a\nb\nc\n');
  execFileSync('mkfifo', [at('log-fifo')]);
  expect(errnoOf(() => native().appendFile(at('log-fifo'), 'x', 0o600))).toBe('ENXIO');
});

describe('directories', () => {
  test('makeDirectory makes one, once', () => {
    native().makeDirectory(at('made'), 0o700);
    expect(statSync(at('made')).mode & 0o777).toBe(0o700);
    expect(errnoOf(() => native().makeDirectory(at('made'), 0o700))).toBe('EEXIST');
    expect(errnoOf(() => native().makeDirectory(at('not/there'), 0o700))).toBe('ENOENT');
  });

  test('ensureDirectory makes what is missing, and takes what is there', () => {
    native().ensureDirectory(at('deep/er/still'), 0o711);
    native().ensureDirectory(at('deep/er/still/'), 0o711);
    expect(statSync(at('deep/er')).mode & 0o777).toBe(0o711);
    write('blocked', '');
    expect(errnoOf(() => native().ensureDirectory(at('blocked'), 0o711))).toBe('ENOTDIR');
    expect(errnoOf(() => native().ensureDirectory(at('blocked/more'), 0o711))).toBe('ENOTDIR');
  });

  test('listDirectory gives names without the two dots', () => {
    mkdirSync(at('list'));
    for (const name of ['b', '.hidden', 'ä']) write(`list/${name}`, '');
    expect(native().listDirectory(at('list')).sort()).toEqual(['.hidden', 'b', 'ä']);
    expect(errnoOf(() => native().listDirectory(at('list/b')))).toBe('ENOTDIR');
  });

  test('lockDirectory keeps others out until the descriptor is closed', async () => {
    mkdirSync(at('locked'));
    const first = await native().lockDirectory(at('locked'), 0);
    await expect(native().lockDirectory(at('locked'), 20)).rejects.toMatchObject({ errno: 'EAGAIN', syscall: 'flock' });
    setTimeout(() => native().close(first), 30);
    const second = await native().lockDirectory(at('locked'), 5_000);
    native().close(second);
    await expect(native().lockDirectory(at('unlocked'), 0)).rejects.toMatchObject({ errno: 'ENOENT' });
  });
});

test('fileKind looks at the path itself', async () => {
  mkdirSync(at('kinds'));
  write('kinds/file', '');
  symlinkSync('nowhere', at('kinds/link'));
  execFileSync('mkfifo', [at('kinds/fifo')]);
  const server = createServer().listen(at('kinds/socket'));
  await new Promise((resolve) => server.once('listening', resolve));
  const kinds = ['', 'file', 'link', 'fifo', 'socket', 'nothing', 'file/below'].map((name) =>
    native().fileKind(at(`kinds/${name}`)),
  );
  expect(kinds).toEqual(['directory', 'file', 'link', 'fifo', 'socket', 'missing', 'missing']);
  expect(native().fileKind('/dev/null')).toBe('character');
  server.close();
});

test('realPath and readLink', () => {
  mkdirSync(at('real/inner'), { recursive: true });
  symlinkSync('real', at('alias'));
  expect(native().realPath(at('alias/./inner/..'))).toBe(native().realPath(at('real')));
  expect(native().readLink(at('alias'))).toBe('real');
  expect(errnoOf(() => native().realPath(at('alias/missing')))).toBe('ENOENT');
  expect(errnoOf(() => native().readLink(at('real')))).toBe('EINVAL');
});

test('unlink, owner, workingDirectory', () => {
  native().unlink(write('gone', ''));
  expect(errnoOf(() => native().unlink(at('gone')))).toBe('ENOENT');
  expect(native().owner(root)).toBe(statSync(root).uid);
  expect(native().workingDirectory()).toBe(process.cwd());
});

test('isForeign: who else may write somewhere', () => {
  mkdirSync(at('own'));
  expect(native().isForeign(at('own'))).toBe(false);
  expect(native().isForeign(at('missing'))).toBe(false);
  chmodSync(at('own'), 0o777);
  expect(native().isForeign(at('own'))).toBe(true);
  chmodSync(at('own'), 0o1777);
  expect(native().isForeign(at('own'))).toBe(false);
  expect(native().isForeign('/proc/self')).toBe(false);
});

test('a file that may not be read names EACCES', () => {
  const path = write('secret', '');
  chmodSync(path, 0);
  // Root reads everything: the other half of this case is that nothing else goes wrong.
  expect(errnoOf(() => native().readText(path, KILOBYTE))).toBe(process.getuid?.() === 0 ? 'none' : 'EACCES');
});

describe('output', () => {
  const addon = join(import.meta.dirname, '../../../dist/libexec/caisson/caisson.node');
  const script = (body: string) =>
    `const m = {exports: {}}; process.dlopen(m, ${JSON.stringify(addon)}); const n = m.exports; ${body}`;

  test('print writes all of a long text to a slow reader', async () => {
    const child = spawn(process.execPath, ['-e', script("n.print(1, 'x'.repeat(1 << 20)); n.exit(7);")]);
    let length = 0;
    child.stdout.on('data', (piece: Buffer) => (length += piece.length));
    const status = await new Promise((resolve) => child.once('close', resolve));
    expect([length, status]).toEqual([1 << 20, 7]);
  });

  test('print throws EPIPE when nobody reads', () => {
    const body = "try { for (;;) n.print(1, 'x'.repeat(70000)) } catch (error) { n.print(2, error.errno); n.exit(0) }";
    const text = execFileSync('sh', ['-c', '"$@" | true', 'sh', process.execPath, '-e', script(body)], {
      stdio: ['ignore', 'pipe', 'pipe'],
      encoding: 'utf8',
    });
    expect(text).toBe('');
  });

  test('readInput reads to the end, and no more than the limit', () => {
    const body = 'try { n.print(1, n.readInput(5)) } catch (error) { n.print(1, error.errno) }';
    const reads = (input: string) => execFileSync(process.execPath, ['-e', script(body)], { input, encoding: 'utf8' });
    expect([reads('12345'), reads('123456'), reads('')]).toEqual(['12345', 'EFBIG', '']);
  });
});
