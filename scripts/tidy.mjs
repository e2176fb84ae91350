// clang-tidy over the addon and the static program (`npm run tidy`, and in CI). The flags are those of the real build;
// the static program is read as its glibc build, since clang does not know gcc's specs files.

import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { build, buildSanitized } from './build.mjs';
import { at } from './lib/project.mjs';
import { Failed, run, script } from './lib/run.mjs';
import { dim, duration } from './lib/words.mjs';
import { setUp } from './setup.mjs';

/**
 * The C++ sources that a build folder compiles.
 * @param {string} folder
 * @param {string} below
 */
function compiled(folder, below) {
  const entries = /** @type {{ file: string }[]} */ (
    JSON.parse(readFileSync(`${folder}/compile_commands.json`, 'utf8'))
  );
  return entries
    .map((entry) => entry.file)
    .filter((file) => file.startsWith(`${below}/`) && file.endsWith('.cpp'))
    .map((file) => ({ folder, file }));
}

await script(async () => {
  const begun = performance.now();
  /** @param {string} text */
  const say = (text) => console.log(dim(text));
  await setUp(['build', 'check'], say);
  await build(say);
  await buildSanitized(say);
  const waiting = [
    ...compiled(at('build/sanitized'), at('addon/native')),
    ...compiled(at('build/addon'), at('addon/src')),
  ];
  const count = waiting.length;
  let failures = '';
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const { status, output } = await run('clang-tidy', [
        '-p',
        next.folder,
        '--quiet',
        '--extra-arg=-Wno-unknown-warning-option',
        next.file,
      ]);
      if (status !== 0) failures += output;
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  if (failures) throw new Failed(failures.trimEnd());
  console.log(`clang-tidy: ${count} files, nothing to say (${duration(performance.now() - begun)})`);
});
