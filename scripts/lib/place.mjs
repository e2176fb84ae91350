// Putting a finished file in its place. Used by the build and by install:host.

import { chmodSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * In one moment, so that a caisson that is being started sees the old file or the new. And in one write, not by
 * copy_file_range: then the page cache holds it in pieces as large as the filesystem can (ext4 since Linux 6.16, xfs since
 * 5.18), and each start maps it with a fraction of the work (docs/decisions/0008-engine-file.md).
 * @param {Uint8Array} bytes
 * @param {string} to
 * @param {number} [mode]
 */
export function place(bytes, to, mode = 0o755) {
  mkdirSync(path.dirname(to), { recursive: true });
  const near = `${to}.new-${process.pid}`;
  writeFileSync(near, bytes);
  chmodSync(near, mode);
  renameSync(near, to);
}
