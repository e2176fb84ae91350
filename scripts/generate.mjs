// Writes the generated files anew (`npm run generate`), or with --check proves that the committed ones are fresh.

import { bun, isMain } from './lib/project.mjs';
import { must, script } from './lib/run.mjs';
import { generate, generators } from './lib/steps.mjs';

/**
 * Proves that the generated files are what the generators would write.
 * @throws {import('./lib/run.mjs').Failed} naming those that are not
 */
export async function checkFresh() {
  await Promise.all(generators.map((file) => must('npm run generate -- --check', bun(), [file, '--check'])));
}

if (isMain(import.meta.url)) {
  await script(() => (process.argv[2] === '--check' ? checkFresh() : generate.work()));
}
