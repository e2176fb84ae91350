// Runs one of the project's TypeScript programs by bun, after set-up and build: `node scripts/with-bun.mjs FILE ARGS…`
// (the bench and the conformance runner). Its exit status and streams are the program's.

import { build } from './build.mjs';
import { setUpGo } from './lib/go.mjs';
import { at, bun } from './lib/project.mjs';
import { Failed, run, script } from './lib/run.mjs';
import { setUp } from './setup.mjs';

await script(async () => {
  const [file, ...args] = process.argv.slice(2);
  if (!file) throw new Failed('usage: node scripts/with-bun.mjs FILE ARGS…');
  /** @param {string} text */
  const say = (text) => process.stderr.write(`${text}\n`);
  await setUp(['build'], say);
  if (file.startsWith('conformance/')) await setUpGo(say);
  await build(say);
  return (await run(bun(), [at(file), ...args], { loud: true })).status;
});
