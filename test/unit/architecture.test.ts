/**
 * The arrows between the rooms of lib/: who may import whom (docs/architecture.md). Types may go further than values:
 * they are gone at run time. A room that is not in the table fails, so that a new one is thought about.
 */
import { describe, expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const lib = path.resolve(import.meta.dirname, '../../lib');

interface Arrows {
  /** Rooms whose values are imported at the top of a file. */
  readonly values: readonly string[];
  /** Rooms that are imported by `import()` only, when they are needed. */
  readonly lazy?: readonly string[];
  /** Rooms of which only types are taken. */
  readonly types?: readonly string[];
}

/** Files directly under lib/, and lib/linux with the kernel's names, that know nothing of ours: everybody may import them. */
const leaves = ['errors', 'linux', 'log', 'nearest', 'oneLine', 'phrases', 'trace', 'version'];

const rooms: Readonly<Record<string, Arrows>> = {
  main: { values: ['cli', 'native'] },
  cli: { values: [], lazy: ['commands', 'spec', 'native'], types: ['native', 'spec'] },
  commands: { values: ['spec', 'plan', 'host', 'container', 'native'], types: ['cli'] },
  container: { values: ['spec', 'plan', 'host', 'native'] },
  host: { values: ['native'], types: ['plan', 'spec'] },
  spec: { values: [] },
  plan: { values: [], types: ['spec'] },
  native: { values: [] },
};

type Kind = 'values' | 'lazy' | 'types';

interface Import {
  readonly file: string;
  readonly kind: Kind;
  /** As written. */
  readonly from: string;
}

function sourceFiles(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => path.relative(lib, path.join(entry.parentPath, entry.name)))
    .sort();
}

function importsOf(file: string): Import[] {
  const text = readFileSync(path.join(lib, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  const found: Import[] = [];
  for (const match of text.matchAll(/^(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm)) {
    found.push({ file, kind: match[1] ? 'types' : 'values', from: match[2] ?? '' });
  }
  for (const match of text.matchAll(/\bimport\('([^']+)'\)(\.\w+\b(?!\())?/g)) {
    found.push({ file, kind: 'lazy', from: match[1] ?? '' });
  }
  return found;
}

/** The room of a file under lib/: its first folder, or its own name without the ending. */
const roomOf = (file: string): string => (file.split('/')[0] ?? '').replace(/\.[jt]s$/, '');

/** The file under lib/ that a relative import means. */
const target = (entry: Import): string => path.normalize(path.join(path.dirname(entry.file), entry.from));

const files = sourceFiles(lib);
const ours = files.flatMap(importsOf).filter((entry) => entry.from.startsWith('.'));
const show = (entry: Import): string => `${entry.file} imports ${entry.from} (${entry.kind})`;

function allowed(entry: Import): boolean {
  const from = roomOf(entry.file);
  const to = roomOf(target(entry));
  if (from === to) return true;
  if (leaves.includes(from)) return false;
  if (leaves.includes(to)) return true;
  const arrows = rooms[from];
  const reach = { values: arrows?.values, lazy: [...(arrows?.values ?? []), ...(arrows?.lazy ?? [])] };
  if (entry.kind !== 'types') return reach[entry.kind]?.includes(to) ?? false;
  return [...reach.lazy, ...(arrows?.types ?? [])].includes(to);
}

describe('the arrows between the rooms of lib/', () => {
  test('every room has its row', () => {
    const known = [...Object.keys(rooms), ...leaves];
    expect([...new Set(files.map(roomOf))].filter((room) => !known.includes(room))).toEqual([]);
  });

  test('imports follow them', () => {
    expect(ours.filter((entry) => !allowed(entry)).map(show)).toEqual([]);
  });

  test('no command imports another', () => {
    const crossed = ours.filter((entry) => roomOf(entry.file) === 'commands' && roomOf(target(entry)) === 'commands');
    expect(crossed.map(show)).toEqual([]);
  });

  test('nothing leaves lib/', () => {
    expect(ours.filter((entry) => target(entry).startsWith('..')).map(show)).toEqual([]);
  });

  test('plan is pure: no module of Node or of npm', () => {
    const outside = files.filter((file) => roomOf(file) === 'plan').flatMap(importsOf);
    expect(outside.filter((entry) => !entry.from.startsWith('.')).map(show)).toEqual([]);
  });

  test('only lib/native names the .node file', () => {
    const naming = files.filter((file) => /\.node\b['"`]/.test(readFileSync(path.join(lib, file), 'utf8')));
    expect(naming.filter((file) => roomOf(file) !== 'native')).toEqual([]);
  });

  test('there are no barrel files', () => {
    expect(files.filter((file) => path.basename(file) === 'index.ts')).toEqual([]);
    const relays = files.filter((file) => /^export \* from/m.test(readFileSync(path.join(lib, file), 'utf8')));
    expect(relays).toEqual([]);
  });
});

/** What costs start-up: these are reached by import() only, whatever the engine is asked to do (docs/decisions). */
const heavy = /^(node:(fs|net|path|child_process)(\/.*)?|yargs|lossless-json|jsonc-parser|@jellybrick\/dbus-next)$/;

describe('the hot path', () => {
  /** Files that are loaded with `root`, by imports of values. */
  function loadedWith(root: string): string[] {
    const seen = new Set<string>();
    const waiting = [root];
    for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
      if (seen.has(file)) continue;
      seen.add(file);
      waiting.push(
        ...importsOf(file)
          .filter((entry) => entry.kind === 'values' && entry.from.startsWith('.'))
          .map((entry) => target(entry).replace(/\.js$/, '.ts')),
      );
    }
    return [...seen];
  }

  const verbs = ['create', 'start', 'run', 'exec', 'kill', 'delete', 'state'].map((verb) => `commands/${verb}.ts`);

  test.each(['main.ts', ...verbs].filter((file) => files.includes(file)))('%s loads nothing heavy', (file) => {
    const loaded = loadedWith(file).flatMap(importsOf);
    expect(loaded.filter((entry) => entry.kind === 'values' && heavy.test(entry.from)).map(show)).toEqual([]);
  });
});
