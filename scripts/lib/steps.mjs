// The steps of a build, as data: what each reads, what it leaves, and how it is run. scripts/build.mjs decides which of
// them must run.

import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { alignCode } from './align.mjs';
import { place } from './place.mjs';
import { at, bun, built, tool } from './project.mjs';
import { Failed, must } from './run.mjs';
import { filesBelow } from './stamp.mjs';

/**
 * @typedef {object} Step
 * @property {string} name
 * @property {string} does in the words of a progress line
 * @property {readonly string[]} reads files and folders, relative to the project
 * @property {readonly string[]} leaves absolute paths
 * @property {() => Promise<void>} work
 */

/** Each writes its files; with --check it writes nothing and fails when a committed file is not what it would write. */
export const generators = [
  'scripts/generate-wire.ts',
  'scripts/generate-spec.ts',
  'scripts/generate-properties.ts',
  'scripts/generate-coverage.ts',
  'scripts/generate-conformance.ts',
];

/** @type {Step} */
export const generate = {
  name: 'generate',
  does: 'wire format, spec types, validators, pages of coverage and conformance',
  reads: [
    'package-lock.json',
    'addon/wire/wire.json',
    'schemas',
    'lib/spec/rules.ts',
    'lib/spec/rules',
    'conformance/schemas/decisions.ts',
    'test/leaves.json',
    'test/plans/cases.ts',
    'test/plans/cases',
    'lib/plan',
    'docs/spec-coverage.md',
    'docs/conformance.md',
    'README.md',
    'conformance/results.json',
    'conformance/spec/results.json',
    'conformance/expected.json',
    'conformance/pages.ts',
    ...filesBelow(['scripts']).filter((file) => file.endsWith('.ts')),
    ...filesBelow(['lib', 'addon']).filter((file) => /\.gen\.[a-z.]+$/.test(file)),
  ],
  leaves: [],
  work: async () => {
    for (const file of generators) await must(`generating (${file})`, bun(), [file]);
  },
};

/** Removes from dist/ what no longer has a source in lib/; tsc never does. */
function sweepDist() {
  for (const file of filesBelow(['dist'])) {
    if (file.startsWith('dist/bin/') || file.startsWith('dist/libexec/')) continue;
    const source = at('lib', path.relative('dist', file));
    const sources = [source, source.replace(/\.js$/, '.ts'), source.replace(/\.d\.ts$/, '.ts')];
    if (!sources.some((candidate) => existsSync(candidate))) rmSync(at(file));
  }
}

/** @type {Step} */
export const node = {
  name: 'node',
  does: 'lib/ for Node (tsc)',
  reads: ['lib', 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json', 'package.json'],
  leaves: [built.node],
  work: async () => {
    await must('compiling lib/ for Node', process.execPath, [tool('typescript/bin/tsc'), '-p', 'tsconfig.build.json']);
    sweepDist();
  },
};

const nativeSources = ['addon/native', 'addon/wire'];

/** @type {Step} */
export const native = {
  name: 'native',
  does: 'the static program and the addon (cmake-js)',
  reads: ['addon', 'CMakeLists.txt', 'package-lock.json'],
  leaves: [built.front, built.addon],
  work: async () => {
    const args = [
      'build',
      '--out',
      at('build/addon'),
      '--generator',
      'Unix Makefiles',
      '--parallel',
      '2',
      '--log-level',
      'warn',
    ];
    await must('compiling the addon', process.execPath, [tool('cmake-js/bin/cmake-js'), ...args]);
    place(readFileSync(at('build/addon/caisson-native')), built.front);
    place(readFileSync(at('build/addon/caisson.node')), built.addon);
  },
};

const engineFlags = [
  ...['--target=bun', '--compile', '--bytecode', '--format=esm', '--splitting', '--minify'],
  // A bundle's files are not configuration of the engine: it runs as root in the bundle's folder.
  ...['dotenv', 'bunfig', 'tsconfig', 'package-json'].map((kind) => `--no-compile-autoload-${kind}`),
];

/** @type {Step} */
export const engine = {
  name: 'engine',
  does: 'the engine (bun build --compile)',
  reads: ['lib', 'package-lock.json', 'package.json', 'tsconfig.json'],
  leaves: [built.engine],
  work: async () => {
    const folder = at('build/engine');
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    // In a folder of its own: bun leaves a temporary file in the current one when it is killed.
    const args = ['build', at('lib/main.ts'), ...engineFlags, `--outfile=${path.join(folder, 'engine')}`];
    const { output } = await must('compiling the engine', bun(), args, { cwd: folder });
    // bun exits with 0 when bytecode could not be made, and leaves an executable that is slow or crashes. Its lines of
    // progress, which have a path in them, are no complaint.
    if (/bytecode|error|warn/i.test(output.replace(/^\s*\[\d+m?s\]\s+\w+ .*$/gm, ''))) {
      throw new Failed(
        `${output.trimEnd()}\n\ncompiling the engine failed: bun says the above, and exited with status 0`,
      );
    }
    place(alignCode(readFileSync(path.join(folder, 'engine'))), built.engine);
  },
};

/** @type {Step} */
export const sanitized = {
  name: 'sanitized',
  does: 'the static program under ASan and UBSan',
  reads: nativeSources,
  leaves: [built.sanitized],
  work: async () => {
    const folder = at('build/sanitized');
    await must('configuring', 'cmake', [
      '-S',
      at('addon/native'),
      '-B',
      folder,
      '-G',
      'Unix Makefiles',
      '-DCAISSON_SANITIZED=ON',
    ]);
    await must('compiling the sanitized program', 'cmake', ['--build', folder, '--parallel', '2']);
  },
};

/** Old temporary copies of builds that were killed between copy and rename. */
export function sweepTemporary() {
  for (const folder of [path.dirname(built.front), path.dirname(built.engine)]) {
    if (!existsSync(folder)) continue;
    for (const name of readdirSync(folder)) if (name.includes('.new-')) rmSync(path.join(folder, name));
  }
}
