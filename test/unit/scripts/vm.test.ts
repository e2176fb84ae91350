/** Which parts of the tests run in which virtual machine, and what the disk with the project carries. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { consoleTail } from '../../../scripts/vm/boot.mjs';
import { choose } from '../../../scripts/vm/lane.mjs';
import { systems } from '../../../scripts/vm/machines.mjs';
import { onV2, parts } from '../../../scripts/vm/parts.mjs';
import { packageFolders } from '../../../scripts/vm/project.mjs';

const project = join(import.meta.dirname, '../../..');
const names = (args: string[], short: boolean) => choose(args, short).map(({ name }) => name);

describe('the parts', () => {
  test('npm test runs the short ones, test:vm the others, or those of one machine', () => {
    expect(names([], true)).toEqual(['short']);
    expect(names([], false)).toEqual(['plain', 'systemd']);
    expect(names(['systemd'], false)).toEqual(['systemd']);
  });

  test("words after the machine's name choose the files", () => {
    const [part] = choose(['plain', 'test/integration/pause', '-t', 'x'], false);
    expect(part?.args.slice(1)).toEqual(['test/integration/pause', '-t', 'x']);
    expect(choose(['pause'], false).map(({ args }) => args.at(-1))).toEqual(['pause']);
  });

  test('each has a machine that there is, and a deadline', () => {
    for (const part of parts) {
      expect(Object.keys(systems)).toContain(part.machine);
      expect(part.deadline).toBeGreaterThan(60);
    }
  });

  test('a file that runs in the machine too is one', () => {
    for (const name of onV2) expect(existsSync(join(project, `test/integration/${name}.test.ts`))).toBe(true);
  });
});

test('the disk has jest, what it depends on, and its addon for this processor, and no compiler', () => {
  const folders = packageFolders();
  expect(folders).toEqual(
    expect.arrayContaining(['node_modules/jest', 'node_modules/jest-runtime', 'node_modules/yargs']),
  );
  expect(folders.some((folder) => folder.startsWith('node_modules/@swc/core-linux-'))).toBe(true);
  expect(folders).not.toContain('node_modules/typescript');
  expect(folders.filter((folder) => folder.includes('@oven'))).toEqual([]);
});

test('a console that was never written has no last lines', () => {
  expect(consoleTail('/nonexistent/console')).toBe('');
});
