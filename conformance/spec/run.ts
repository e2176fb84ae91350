// `npm run conformance:spec`: each demand of the specification against runtimes, by default the one just built. The rows
// are counted against the text of the module that ../go.mod pins. README.md tells what the table means.

import { mkdirSync, readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { mountHierarchies } from '../hierarchies.js';
import { enterNamespace, lockHost } from '../host.js';
import { moduleFolder, specModule } from '../suite.js';
import { type Check, type CheckName, CHECKS } from './checks.js';
import { PAGES } from './pages.js';
import { type Outcome, renderJson, renderReport } from './report.js';
import { specResultsOf, writeSpecResults } from './results.js';
import { compareRows } from './text.js';
import { Trial } from './trial.js';

const home = dirname(dirname(fileURLToPath(import.meta.url)));
const project = dirname(home);

const usage = `usage: npm run conformance:spec -- [--runtime PATH]... [--only CHECK]... [--json] [--list] [--write]

  --runtime PATH    a runtime to try; may be repeated (default: dist/bin/caisson)
  --only CHECK      make this check; may be repeated
  --json            print one JSON document
  --list            print the names of the checks and make none
  --write           write results.json, of which docs/conformance.md is made

Exit status: 0 caisson meets every MUST that can be tried, and the rows are those of the text; 1 not so; 2 wrong usage.
`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      runtime: { type: 'string', multiple: true, default: [join(project, 'dist', 'bin', 'caisson')] },
      only: { type: 'string', multiple: true, default: [] },
      json: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return print(usage);
  const names = (Object.keys(CHECKS) as CheckName[]).filter(
    (name) => values.only.length === 0 || values.only.includes(name),
  );
  if (values.list) return print(`${names.join('\n')}\n`);
  if (process.geteuid?.() !== 0) throw new Error('the checks need root: they make containers');
  const status = await enterNamespace();
  if (status !== undefined) return status;
  const complaints = countRows();
  const outcomes = await tryAll(
    values.runtime.map((path) => (path.includes('/') ? resolve(path) : path)),
    names,
  );
  print(values.json ? renderJson(PAGES, outcomes, complaints) : renderReport(PAGES, outcomes, complaints));
  if (values.write) writeSpecResults(home, specResultsOf(PAGES, outcomes));
  const own = outcomes.filter(({ version }) => version.startsWith('caisson '));
  return complaints.length > 0 || own.some(({ failed }) => failed.size > 0) ? 1 : 0;
}

/** @returns where the rows are not those of the text */
function countRows(): string[] {
  const folder = moduleFolder(home, specModule);
  return PAGES.flatMap((page) => compareRows(page, readFileSync(join(folder, page.page), 'utf8')));
}

async function tryAll(runtimes: readonly string[], names: readonly CheckName[]): Promise<Outcome[]> {
  const release = await lockHost();
  const hierarchies = await mountHierarchies();
  try {
    const outcomes: Outcome[] = [];
    for (const runtime of runtimes) outcomes.push(await tryRuntime(runtime, names));
    return outcomes;
  } finally {
    await hierarchies.unmount().finally(release);
  }
}

async function tryRuntime(runtime: string, names: readonly CheckName[]): Promise<Outcome> {
  const failed = new Map<CheckName, string>();
  for (const name of names) {
    const complaint = await tryCheck(runtime, CHECKS[name]);
    if (complaint !== undefined) failed.set(name, complaint);
  }
  const { stdout } = spawnSync(runtime, ['--version'], { encoding: 'utf8', timeout: 10_000 });
  return { runtime, version: stdout.split('\n')[0] ?? '', tried: new Set(names), failed };
}

/** @returns what is wrong, or undefined */
async function tryCheck(runtime: string, check: Check): Promise<string | undefined> {
  const trial = new Trial(runtime);
  mkdirSync(trial.root, { recursive: true });
  let complaint: string | undefined;
  try {
    await check(trial);
  } catch (error) {
    complaint = (error as Error).message.split('\n')[0];
  }
  const left = await trial.remove();
  return complaint ?? (left.length > 0 ? `left behind: ${left.join(', ')}` : undefined);
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
