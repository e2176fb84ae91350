import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { native } from '../../../lib/native/load.js';

const children: ChildProcess[] = [];

function sleeper(command = 'sleep'): number {
  const child = spawn(command, ['60'], { stdio: 'ignore' });
  children.push(child);
  return child.pid!;
}

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

describe('processes', () => {
  test('processStat reads what the kernel says, whatever the command is called', () => {
    const directory = mkdtempSync(join(tmpdir(), 'caisson-process-'));
    const command = join(directory, 'a) R 1 (b');
    copyFileSync('/bin/sleep', command);
    const pid = sleeper(command);
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').pop()!.split(' ');
    const { startTime, state } = native().processStat(pid)!;
    expect(startTime).toBe(Number(fields[19]));
    expect(state).toMatch(/^[RSD]$/);
    rmSync(directory, { recursive: true });
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
