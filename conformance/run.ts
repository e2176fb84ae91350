// `npm run conformance`: the OCI runtime-tools suite against runtimes, by default the one just built. Each program of the
// suite runs apart from the host and from the others (program.ts); what they found is printed as a table. What caisson
// fails or skips is held against expected.json. README.md tells what the table means.

import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { release } from 'node:os';
import { basename, delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Options, parseOptions, usage } from './arguments.js';
import { cgroupRoot } from './cgroups.js';
import { print, runCommand } from './command.js';
import { gather } from './evidence.js';
import { readExpected } from './expectations.js';
import { mountHierarchies } from './hierarchies.js';
import { enterNamespace, lockHost } from './host.js';
import { judgeRun } from './judgement.js';
import { type Bench, runProgram } from './program.js';
import { isRacing, pickPrograms, sharesCgroup } from './programs.js';
import { runQueue } from './queue.js';
import { compareResults, readResults, resultsOf, type Tried, writeResults } from './results.js';
import { makeScratch, removeTree } from './scratch.js';
import { buildSuite, goRoot, listPrograms, moduleFolder, specModule, type Suite, suiteModule } from './suite.js';
import { renderComplaints, renderDetails, renderJson, renderProgress, renderTables } from './table.js';
import { isClean, judge, type Row } from './verdict.js';

const home = dirname(fileURLToPath(import.meta.url));
const project = dirname(home);
const output = join(project, 'build', 'conformance');

async function main(): Promise<number> {
  const options = readOptions();
  if (typeof options === 'number') return options;
  const all = listPrograms(home);
  const names = pickPrograms(all, options.only, options.smoke);
  if (options.list) return print(`${names.toSorted().join('\n')}\n`);
  if (process.geteuid?.() !== 0) throw new Error('the suite needs root: it makes cgroups and mounts');
  const runtimes = options.runtimes.map(findRuntime);
  const status = await enterNamespace();
  if (status !== undefined) return status;
  const suite = buildSuite(home, join(output, 'suite'));
  const { tried, complaints } = await tryAll(options, suite, runtimes, names, names.length === all.length);
  if (options.json) print(renderJson(tried, complaints));
  else print(renderTables(tried) + (options.details ? tried.map(({ rows }) => renderDetails(rows)).join('') : ''));
  if (complaints.length > 0) console.error(renderComplaints(complaints));
  return complaints.length > 0 ? 1 : 0;
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
async function tryAll(
  options: Options,
  suite: Suite,
  runtimes: readonly string[],
  names: readonly string[],
  whole: boolean,
): Promise<{ tried: Tried[]; complaints: string[] }> {
  const broken = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => broken.abort(new Error(`ended by ${signal}`)));
  const undo: (() => void | Promise<void>)[] = [];
  try {
    undo.push(await lockHost());
    const hierarchies = options.asIs ? undefined : await mountHierarchies();
    if (hierarchies) undo.push(hierarchies.unmount);
    const scratch = makeScratch(suite);
    undo.push(() => void removeTree(scratch));
    const tried: Tried[] = [];
    for (const runtime of runtimes) {
      const results = join(output, 'results', basename(runtime));
      mkdirSync(results, { recursive: true });
      const bench = { suite, runtime, scratch, results, deadline: options.deadline, home, signal: broken.signal };
      const subject = { path: runtime, version: askVersion(runtime), mounted: hierarchies?.names ?? [] };
      tried.push({ subject, rows: await runPrograms(bench, names, options.jobs) });
    }
    return { tried, complaints: judgeAll(options, tried, whole) };
  } finally {
    await undoAll(undo);
  }
}

/** Each step, also when one before it fails. @throws Error the first failure */
async function undoAll(undo: readonly (() => void | Promise<void>)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const step of undo.toReversed()) {
    try {
      await step();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

async function runPrograms(bench: Bench, names: readonly string[], jobs: number): Promise<Row[]> {
  let done = 0;
  const rows = await runQueue(names, jobs, sharesCgroup, async (name) => {
    const row = judge(await runProgram(bench, name));
    done += 1;
    if (process.stderr.isTTY) console.error(renderProgress(row, done, names.length));
    return row;
  });
  // Alone, where the machine is its own: such a program can lose its race with the container.
  for (const [index, row] of rows.entries()) {
    if (isRacing(row.name) && !isClean(row)) rows[index] = judge(await runProgram(bench, row.name));
  }
  return rows.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** While the hierarchies are mounted, of which some evidence speaks. Of other runtimes nothing is expected. */
function judgeAll(options: Options, tried: readonly Tried[], whole: boolean): string[] {
  const own = tried.find(({ subject }) => subject.version.startsWith('caisson '));
  if (own === undefined || options.asIs) return [];
  const file = readExpected(home);
  const sources = {
    suite: moduleFolder(home, suiteModule),
    spec: moduleFolder(home, specModule),
    goroot: goRoot(home),
  };
  const { conditions, proofs } = gather(file, sources);
  const complaints = judgeRun(own.rows, file.expected, proofs, whole);
  if (!whole) return complaints;
  const results = resultsOf(hostWords(), conditions, tried);
  if (!options.write) return [...complaints, ...compareResults(readResults(home), results)];
  if (complaints.length === 0) writeResults(home, results);
  return complaints;
}

/** Such as `Linux 6.18 with cgroup v1 and v2`. */
function hostWords(): string {
  const isV2 = existsSync(join(cgroupRoot, 'cgroup.controllers'));
  const isHybrid = existsSync(join(cgroupRoot, 'unified', 'cgroup.procs'));
  return `Linux ${/^\d+\.\d+/.exec(release())?.[0] ?? ''} with cgroup ${isV2 ? 'v2' : isHybrid ? 'v1 and v2' : 'v1'}`;
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

await runCommand(main);
