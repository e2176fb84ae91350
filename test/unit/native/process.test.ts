import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from '@jest/globals';
import { native } from '../../../lib/native/load.js';

const children: ChildProcess[] = [];

function sleeper(): number {
  const child = spawn('sleep', ['60']);
  children.push(child);
  return child.pid!;
}

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

describe('processes', () => {
  test('processStat reads what the kernel says, whatever the command is called', async () => {
    const child = spawn('sh', ['-c', 'cp /bin/sleep "$1" && "$1" 60 & wait', 'sh', '/tmp/a) R 1 (b']);
    children.push(child);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const own = native().processStat(process.pid)!;
    const fields = readFileSync('/proc/self/stat', 'utf8').split(') ').pop()!.split(' ');
    expect(own.startTime).toBe(Number(fields[19]));
    expect(own.state).toMatch(/^[RSD]$/);
  });

  test('processStat of nobody is undefined', () => {
    expect(native().processStat(4_194_304)).toBeUndefined();
  });

  test('a process is signalled and awaited through its pidfd', async () => {
    const pidfd = native().openProcess(sleeper());
    expect(await native().awaitEnd(pidfd, 0)).toBe(false);
    expect(await native().awaitEnd(pidfd, 20)).toBe(false);
    native().signalProcess(pidfd, 15);
    expect(await native().awaitEnd(pidfd, 5_000)).toBe(true);
    native().close(pidfd);
  });

  test('two processes are told apart by the inodes of their pidfds, where the kernel has them', () => {
    const [one, two] = [sleeper(), sleeper()].map((pid) => native().openProcess(pid)) as [number, number];
    expect(native().pidfdInode(one)).toBeGreaterThan(0);
    expect(native().pidfdInode(one)).toBe(native().pidfdInode(one));
    for (const pidfd of [one, two]) native().close(pidfd);
  });

  test('what is gone, or never was, is an error with a name', async () => {
    expect(() => native().openProcess(4_194_304)).toThrow(/ESRCH|EINVAL/);
    expect(() => native().close(99_999)).toThrow(/EBADF/);
    await expect(native().awaitEnd(99_999, 10)).rejects.toMatchObject({ errno: 'EBADF' });
    expect(() => native().signalProcess(99_999, 0)).toThrow(/EBADF/);
  });
});

describe('arguments', () => {
  test.each([['1'], [1.5], [2 ** 40], [Number.NaN], [undefined]])('a pid is a whole number, not %p', (pid) => {
    expect(() => native().openProcess(pid as number)).toThrow(/number/);
  });

  test('a promise function takes no wrong ones either', () => {
    expect(() => native().awaitEnd('1' as unknown as number, 0)).toThrow(/number/);
  });
});
