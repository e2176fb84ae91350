// In the virtual machine: does what the job says and writes what came of it. inside.mjs JOB RESULTS, two folders.
// Started by scripts/vm/job.sh, which also carries both over the exchange disk.

import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { runLanes } from '../test.mjs';
import { script } from '../lib/run.mjs';

/**
 * @typedef {object} Job
 * @property {readonly string[]} lanes jest's projects
 * @property {readonly string[]} args jest's arguments: which files
 */

await script(async () => {
  const [from = '', to = ''] = process.argv.slice(2);
  const job = /** @type {Job} */ (JSON.parse(readFileSync(path.join(from, 'job.json'), 'utf8')));
  const { total } = await runLanes(job.lanes, ['--cacheDirectory=/tmp/jest', ...job.args]);
  writeFileSync(path.join(to, 'total.json'), JSON.stringify(total));
});
