// Copies the built executable to a prefix: P/bin/caisson, and what it needs at P/libexec/caisson, where it looks from
// its own location; for editors the schemas, at P/share/caisson/schemas; and for people manual pages and completions of
// three shells, in the places below P/share where these look. `npm run install:host -- --prefix P` (default
// /usr/local). Containers that are running keep what they were started with: files are replaced by rename.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { place } from './lib/place.mjs';
import { at, built, manifest } from './lib/project.mjs';
import { Failed, must, script } from './lib/run.mjs';
import { setUp } from './setup.mjs';

/**
 * @param {string} from
 * @param {string} to
 * @param {number} [mode]
 */
function install(from, to, mode) {
  place(readFileSync(from), to, mode);
  console.log(to);
}

/**
 * Manual pages and completions, made from the option table: path below the prefix → text.
 * @returns {Promise<Map<string, string>>}
 */
async function pages() {
  /** @param {string} name */
  const load = (name) => import(at('dist/cli/pages', name));
  const { bashCompletion } = /** @type {{ bashCompletion: () => string }} */ (await load('bash.js'));
  const { zshCompletion } = /** @type {{ zshCompletion: () => string }} */ (await load('zsh.js'));
  const { fishCompletion } = /** @type {{ fishCompletion: () => string }} */ (await load('fish.js'));
  /** @typedef {(version: string) => Map<string, string>} ManualPages */
  const { manualPages } = /** @type {{ manualPages: ManualPages }} */ (await load('manual.js'));
  const files = new Map([
    ['share/bash-completion/completions/caisson', bashCompletion()],
    ['share/zsh/site-functions/_caisson', zshCompletion()],
    ['share/fish/vendor_completions.d/caisson.fish', fishCompletion()],
  ]);
  for (const [name, text] of manualPages(manifest.version)) files.set(`share/man/man8/${name}`, text);
  return files;
}

/** @returns {string} */
function wantedPrefix() {
  try {
    const { values } = parseArgs({ options: { prefix: { type: 'string', default: '/usr/local' } } });
    // npm runs scripts in the project's folder; a relative prefix is meant from where the user is.
    return path.resolve(process.env.INIT_CWD ?? '.', values.prefix);
  } catch (error) {
    throw new Failed(
      `caisson: ${error instanceof Error ? error.message : String(error)}\nusage: npm run install:host -- --prefix P`,
    );
  }
}

await script(async () => {
  const prefix = wantedPrefix();
  /** @param {string} text */
  const say = (text) => console.log(text);
  await setUp(['build'], say);
  await build(say);
  for (const name of readdirSync(at('schemas'))) {
    install(at('schemas', name), path.join(prefix, 'share/caisson/schemas', name), 0o644);
  }
  for (const [name, text] of await pages()) {
    place(Buffer.from(text), path.join(prefix, name), 0o644);
    console.log(path.join(prefix, name));
  }
  install(built.engine, path.join(prefix, 'libexec/caisson/engine'));
  install(built.addon, path.join(prefix, 'libexec/caisson/caisson.node'));
  // Last: what can be started is complete.
  install(built.front, path.join(prefix, 'bin/caisson'));
  await must('the installed caisson', path.join(prefix, 'bin/caisson'), ['--version']);
});
