// Compiles the bench's two small programs (the stopwatch and the kernel's floor) when they are older than
// their source: static, by musl, as caisson's own init is, since a static glibc program starts 0.3 ms later.

import { execFileSync } from 'node:child_process';
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { buildFolder, repository } from './place.js';

const flags = '-x c++ -std=c++20 -O2 -static -s -fno-exceptions -fno-rtti -nostdinc++ -Wall -Wextra -Werror'.split(' ');

/**
 * @returns the path of the program
 * @throws {Error} when it does not compile, or musl-gcc is not installed
 */
export function compile(name: 'time' | 'floor'): string {
  const source = join(repository, 'bench', `${name}.cpp`);
  const program = join(buildFolder, name);
  if (modified(program) >= modified(source)) return program;
  mkdirSync(buildFolder, { recursive: true });
  try {
    execFileSync('musl-gcc', [...flags, source, '-o', program], { stdio: 'inherit' });
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw new Error(missing ? 'there is no musl-gcc: apt-get install musl-tools' : `${source} does not compile`, {
      cause,
    });
  }
  return program;
}

/** Milliseconds since 1970, 0 when there is no such file. */
function modified(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
