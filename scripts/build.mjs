// Builds caisson: dist/ for Node, and the executable (dist/bin/caisson with dist/libexec/caisson/ beside it). A step
// whose inputs have not changed is left out. `npm run build`, or with `sanitized` the second build of the static program.

import { alone } from './lib/lock.mjs';
import { built, isMain, manifest } from './lib/project.mjs';
import { Failed, run, script } from './lib/run.mjs';
import { forget, hashOf, isCurrent, remember } from './lib/stamp.mjs';
import { engine, generate, native, node, sanitized, sweepTemporary } from './lib/steps.mjs';
import { setUp } from './setup.mjs';
import { dim, duration, green, table } from './lib/words.mjs';

/** @typedef {import('./lib/steps.mjs').Step} Step */
/** @typedef {{ name: string, does: string, ms: number }} Done */

/** What every step is carried out by. */
const builders = ['steps', 'align', 'place'].map((name) => `scripts/lib/${name}.mjs`);

/** @param {Step} step */
const hashStep = (step) => hashOf([...step.reads, ...builders], [process.version, process.arch]);

/** @param {Step} step */
const current = (step) => isCurrent(step.name, hashStep(step), step.leaves);

/**
 * @param {Step} step
 * @returns {Promise<Done[]>} empty if there was nothing to do
 */
async function carryOut(step) {
  if (current(step)) return [];
  const begun = performance.now();
  forget(step.name);
  const before = hashStep(step);
  await step.work();
  // A generator changes its own outputs, which are among its inputs: an edited one is noticed.
  remember(step.name, step === generate ? hashStep(step) : before);
  return [{ name: step.name, does: step.does, ms: performance.now() - begun }];
}

/**
 * The result is run once: a bytecode that crashes, a CPU that bun was not built for, a front that does not find its engine.
 * @throws {Failed}
 */
async function tryOut() {
  const ended = await run(built.front, ['--version']);
  if (ended.status !== 0 || !ended.output.includes(manifest.version)) {
    throw new Failed(
      `the built caisson does not run: dist/bin/caisson --version exited with ${ended.status}\n${ended.output}`,
    );
  }
}

const executable = [generate, node, native, engine];

/** Whether a build would do nothing. */
export const buildCurrent = () => executable.every(current) && isCurrent('tried', triedHash(), []);

const triedHash = () => executable.map(hashStep).join('\n');

/**
 * Builds what is not current. Call setUp first.
 * @param {(text: string) => void} [say]
 * @returns {Promise<Done[]>} the steps that ran, with their times
 * @throws {Failed}
 */
export async function build(say = () => undefined) {
  if (buildCurrent()) return [];
  return alone(say, async () => {
    if (buildCurrent()) return [];
    say('building');
    sweepTemporary();
    const done = await carryOut(generate);
    // Two at a time are enough for two cores: the compilers of C++ take one, tsc and bun the other.
    const [nativeDone, scriptDone] = await Promise.allSettled([
      carryOut(native),
      (async () => [...(await carryOut(node)), ...(await carryOut(engine))])(),
    ]);
    for (const part of [nativeDone, scriptDone]) {
      if (part.status === 'rejected') throw part.reason;
      done.push(...part.value);
    }
    forget('tried');
    await tryOut();
    remember('tried', triedHash());
    return done;
  });
}

/**
 * Builds build/sanitized/caisson-native, if it is not current.
 * @param {(text: string) => void} [say]
 */
export async function buildSanitized(say = () => undefined) {
  if (current(sanitized)) return [];
  return alone(say, () => carryOut(sanitized));
}

if (isMain(import.meta.url)) {
  await script(async () => {
    const begun = performance.now();
    /** @param {string} text */
    const say = (text) => console.log(dim(text));
    await setUp(['build'], say);
    const done = process.argv[2] === 'sanitized' ? await buildSanitized(say) : await build(say);
    if (done.length > 0)
      console.log(
        table(
          done.map((step) => [step.name, duration(step.ms).padStart(7), step.does]),
          [green, String, dim],
        ),
      );
    console.log(`${done.length > 0 ? 'built' : 'nothing to build'} (${duration(performance.now() - begun)})`);
  });
}
