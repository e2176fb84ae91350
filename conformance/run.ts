// `npm run conformance`: the OCI runtime-tools suite against a runtime, by default the one just built. Each program of
// the suite runs apart from the host and from the others (program.ts); what they found is printed as one table, which
// is the product: it is not judged here. README.md tells what the table means.

import { spawnSync } from 'node:child_process';
import { accessSync, constants, mkdirSync } from 'node:fs';
import { basename, delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Options, parseOptions, usage } from './arguments.js';
import { enterNamespace, lockHost } from './host.js';
import { lacksHugetlb, mountHugetlb } from './hugetlb.js';
import { type Bench, runProgram } from './program.js';
import { pickPrograms, sharesCgroup } from './programs.js';
import { runQueue } from './queue.js';
import { makeScratch, removeTree } from './scratch.js';
import { buildSuite, listPrograms, type Suite } from './suite.js';
import { renderDetails, renderJson, renderProgress, renderTable, type Subject } from './table.js';
import { judge, type Row } from './verdict.js';

const home = dirname(fileURLToPath(import.meta.url));
const project = dirname(home);
const output = join(project, 'build', 'conformance');

async function main(): Promise<number> {
  const options = readOptions();
  if (typeof options === 'number') return options;
  const names = pickPrograms(listPrograms(home), options.only, options.smoke);
  if (options.list) return print(`${names.toSorted().join('\n')}\n`);
  if (process.geteuid?.() !== 0) throw new Error('the suite needs root: it makes cgroups and mounts');
  const runtime = findRuntime(options.runtime);
  const status = await enterNamespace();
  if (status !== undefined) return status;
  const suite = buildSuite(home, join(output, 'suite'));
  const { subject, rows } = await tryRuntime(options, suite, runtime, names);
  if (options.json) return print(renderJson(subject, rows));
  return print(renderTable(subject, rows) + (options.details ? renderDetails(rows) : ''));
}

function readOptions(): Options | number {
  try {
    const options = parseOptions(process.argv.slice(2), join(project, 'dist', 'bin', 'caisson'));
    return options.help ? print(usage) : options;
  } catch (error) {
    console.error(`conformance: ${(error as Error).message}\n\n${usage}`);
    return 2;
  }
}

/** Everything here that touches the host is taken back when it ends, also when somebody breaks it off. */
async function tryRuntime(
  options: Options,
  suite: Suite,
  runtime: string,
  names: readonly string[],
): Promise<{ subject: Subject; rows: Row[] }> {
  const version = askVersion(runtime);
  const broken = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => broken.abort(new Error(`ended by ${signal}`)));
  const hugetlb = options.hugetlb || lacksHugetlb(version);
  const undo: (() => void | Promise<void>)[] = [];
  try {
    undo.push(await lockHost());
    if (hugetlb) undo.push(mountHugetlb());
    const scratch = makeScratch(suite);
    undo.push(() => void removeTree(scratch));
    const results = join(output, 'results', basename(runtime));
    mkdirSync(results, { recursive: true });
    const bench = { suite, runtime, scratch, results, deadline: options.deadline, home, signal: broken.signal };
    return { subject: { path: runtime, version, hugetlb }, rows: await runAll(bench, names, options.jobs) };
  } finally {
    for (const step of undo.toReversed()) await step();
  }
}

async function runAll(bench: Bench, names: readonly string[], jobs: number): Promise<Row[]> {
  let done = 0;
  const rows = await runQueue(names, jobs, sharesCgroup, async (name) => {
    const row = judge(await runProgram(bench, name));
    done += 1;
    if (process.stderr.isTTY) console.error(renderProgress(row, done, names.length));
    return row;
  });
  return rows.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** @throws Error when there is no such executable */
function findRuntime(words: string): string {
  const directories = words.includes('/') ? [process.cwd()] : (process.env.PATH ?? '').split(delimiter);
  const path = directories.map((directory) => resolve(directory, words)).find(isExecutable);
  if (path === undefined) throw new Error(`no runtime at ${words} (npm run build makes dist/bin/caisson)`);
  return path;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function askVersion(runtime: string): string {
  const { stdout, status } = spawnSync(runtime, ['--version'], { encoding: 'utf8', timeout: 10_000 });
  const [line = ''] = status === 0 ? stdout.split('\n') : [];
  return line === '' ? 'version unknown' : line;
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`conformance: ${(error as Error).message}`);
  process.exitCode = 1;
}
