// `npm run conformance:spec`: each demand of the specification against runtimes, by default the one just built. The rows
// are counted against the text of the module that ../go.mod pins. README.md tells what the table means.

import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { print, runCommand } from '../command.js';
import { enterNamespace } from '../host.js';
import { moduleFolder, specModule } from '../suite.js';
import { type CheckName, CHECKS } from './checks.js';
import { PAGES } from './pages.js';
import { renderJson, renderReport } from './report.js';
import { specResultsOf, writeSpecResults } from './results.js';
import { compareRows } from './text.js';
import { tryAll } from './try.js';

const home = dirname(dirname(fileURLToPath(import.meta.url)));
const project = dirname(home);

const usage = `usage: npm run conformance:spec -- [--runtime PATH]... [--only CHECK]... [--jobs N] [--json] [--list] [--write]

  --runtime PATH    a runtime to try; may be repeated (default: dist/bin/caisson)
  --only CHECK      make this check; may be repeated
  --jobs N          checks at once (default: the processors)
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
      jobs: { type: 'string', default: `${availableParallelism()}` },
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
    Math.max(1, Number(values.jobs) || 1),
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

await runCommand(main);
