// Lays everything out: prettier for TypeScript, scripts and JSON, clang-format for C++ (`npm run format`).

import { isMain, tool } from './lib/project.mjs';
import { must, script } from './lib/run.mjs';
import { filesBelow } from './lib/stamp.mjs';
import { setUp } from './setup.mjs';

/** The C++ files that people write, relative to the project. */
export const sources = () =>
  filesBelow(['addon', 'bench', 'test']).filter((file) => /\.(cpp|h)$/.test(file) && !file.includes('.gen.'));

if (isMain(import.meta.url)) {
  await script(async () => {
    await setUp(['check']);
    await must('prettier', process.execPath, [tool('prettier/bin/prettier.cjs'), '--write', '--log-level=warn', '.']);
    await must('clang-format', 'clang-format', ['-i', '--', ...sources()]);
  });
}
