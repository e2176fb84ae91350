// Where things are. Every script of the project asks here; nothing here starts a process or writes.

import { existsSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the project, absolute. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/**
 * An absolute path inside the project.
 * @param {...string} parts
 */
export const at = (...parts) => path.join(root, ...parts);

/** What a build leaves. */
export const built = {
  front: at('dist/bin/caisson'),
  engine: at('dist/libexec/caisson/engine'),
  addon: at('dist/libexec/caisson/caisson.node'),
  node: at('dist/main.js'),
  sanitized: at('build/sanitized/caisson-native'),
};

/** @type {{ version: string, engines: { node: string }, scripts: Record<string, string> }} */
export const manifest = JSON.parse(readFileSync(at('package.json'), 'utf8'));

/**
 * The bun executable of the npm package: `npm ci --ignore-scripts` leaves node_modules/.bin/bun a stub, and the real one
 * in the package for this machine.
 * @returns {string}
 */
export function bun() {
  const arch = process.arch === 'arm64' ? 'aarch64' : process.arch;
  const names = [`bun-linux-${arch}`, `bun-linux-${arch}-baseline`, `bun-linux-${arch}-musl`];
  const found = names.map((name) => at('node_modules/@oven', name, 'bin/bun')).find((file) => existsSync(file));
  if (!found) throw new Error(`no bun for linux-${arch} under node_modules/@oven: run npm ci --ignore-scripts`);
  return found;
}

/**
 * A script of an installed package, to be run by this node.
 * @param {string} file its path below node_modules
 */
export const tool = (file) => at('node_modules', file);

/**
 * Whether a script was started itself, and not imported by another one.
 * @param {string} url its import.meta.url
 */
export const isMain = (url) => realpathSync(process.argv[1] ?? '') === fileURLToPath(url);
