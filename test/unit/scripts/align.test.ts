/** The engine's file, moved so that its code can be mapped by huge pages. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { alignCode } from '../../../scripts/lib/align.mjs';

const HUGE_PAGE = 0x20_0000;
const directory = mkdtempSync(join(tmpdir(), 'caisson-align-'));
const program = join(directory, 'program');

/** Offset and address of the code, as readelf(1) has them; what the linker itself adds stands before it. */
function codeOf(file: string): { offset: number; address: number } {
  const told = execFileSync('readelf', ['-lW', file], { encoding: 'utf8' });
  const [, offset, address] = [...told.matchAll(/LOAD\s+(0x\w+)\s+(0x\w+)\s.*R E /g)].at(-1) ?? [];
  return { offset: Number(offset), address: Number(address) };
}

const apart = ({ offset, address }: { offset: number; address: number }) => (address - offset) % HUGE_PAGE;

beforeAll(() => {
  const source = join(directory, 'program.c');
  writeFileSync(source, '#include <stdio.h>\nstatic int count = 41;\nint main(void) { printf("%d\\n", ++count); }\n');
  const layout = ['-no-pie', '-g', '-Wl,-z,max-page-size=4096'];
  execFileSync('cc', [...layout, '-Wl,-Ttext=0x523000', '-o', program, source]);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

test('the code lies in the file where it lies in memory, and the program is the same', () => {
  expect(apart(codeOf(program))).not.toBe(0);
  const aligned = alignCode(readFileSync(program));
  const other = join(directory, 'aligned');
  writeFileSync(other, aligned, { mode: 0o755 });
  expect(apart(codeOf(other))).toBe(0);
  expect(codeOf(other).address).toBe(codeOf(program).address);
  expect(execFileSync(other, { encoding: 'utf8' })).toBe('42\n');
  // Every section still says the same: symbols, and where lines come from.
  const inside = (file: string) =>
    execFileSync('objdump', ['-s', '-t', file], { encoding: 'utf8' }).split('\n').slice(2);
  expect(inside(other)).toEqual(inside(program));
  expect(alignCode(aligned)).toBe(aligned);
});

test('what is no executable of ours is refused', () => {
  expect(() => alignCode(Buffer.from('#!/bin/sh\n'))).toThrow('not an ELF64 executable');
  const nothing = Buffer.alloc(64);
  nothing.write('\x7fELF\x02\x01', 'latin1');
  expect(() => alignCode(nothing)).toThrow('without code');
});

test('the engine that was built is aligned', () => {
  expect(apart(codeOf(join(import.meta.dirname, '../../../dist/libexec/caisson/engine')))).toBe(0);
});
