/** A world that only writes down what happens in it. */
import type { World } from '../../../lib/cli/world.js';

export interface RecordingWorld extends World {
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** What each file was given, one text a write. */
  readonly files: Map<string, string[]>;
}

/** What the addon throws when a system call fails. */
export function systemError(syscall: string, path: string, errno: string): Error {
  return Object.assign(new Error(`${syscall} ${path}: ${errno}`), { syscall, path, errno });
}

/** @param broken paths that cannot be written */
export function recordingWorld(broken: readonly string[] = []): RecordingWorld {
  const printed = new Map<number, string>([
    [1, ''],
    [2, ''],
  ]);
  const files = new Map<string, string[]>();
  const write = (path: string, text: string): void => {
    if (broken.includes(path)) throw systemError('openat', path, 'ENOENT');
    files.set(path, [...(files.get(path) ?? []), text]);
  };
  return {
    files,
    stdout: () => printed.get(1) ?? '',
    stderr: () => printed.get(2) ?? '',
    print: (fd, text) => void printed.set(fd, `${printed.get(fd) ?? ''}${text}`),
    appendFile: write,
    replaceFile: write,
    seccompVersion: () => '2.5.4',
  };
}
