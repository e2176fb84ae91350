// The lane `vm` of the tests: boots virtual machines, has them run their parts, and adds up what they counted. Called by
// scripts/test.mjs. A machine that hangs is ended, and what it said last is shown.

import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { alone } from '../lib/lock.mjs';
import { at } from '../lib/project.mjs';
import { Failed } from '../lib/run.mjs';
import { dim, duration, red } from '../lib/words.mjs';
import { boot, fail } from './boot.mjs';
import { packExchange, unpackExchange } from './disk.mjs';
import { findKernel } from './kernel.mjs';
import { projectDisk, systemDisk, systems } from './machines.mjs';
import { parts, patience } from './parts.mjs';

/** @typedef {import('../test.mjs').Total} Total */
/** @typedef {import('./parts.mjs').Part} Part */

/** @typedef {{ kernel: import('./kernel.mjs').Kernel, system: string, disks: string[] }} Prepared */

const folder = at('build/vm');

/** @param {Part} part */
function systemOf({ machine }) {
  const system = systems[machine];
  if (system === undefined) throw new Error(`there is no machine "${machine}"`);
  return system;
}

/**
 * @param {Part} part
 * @param {(text: string) => void} say
 * @returns {Promise<Prepared>}
 */
async function prepare(part, say) {
  const kernel = await findKernel(say);
  return { kernel, system: await systemDisk(systemOf(part), kernel, say), disks: [await projectDisk(say)] };
}

/**
 * The parts that are meant: those of `npm test`, all, or those of the machine that is named first. Files without a machine
 * are meant for the plain one.
 * @param {readonly string[]} args
 * @param {boolean} short
 * @returns {Part[]}
 */
export function choose(args, short) {
  const [first] = args;
  const isNamed = first !== undefined && first in systems;
  const words = isNamed ? args.slice(1) : args;
  const machine = isNamed ? first : words.length > 0 ? 'plain' : undefined;
  const meant = parts.filter((part) =>
    machine === undefined
      ? part.when === (short ? 'short' : 'whole')
      : part.machine === machine && part.when !== 'short',
  );
  // Words of the user's stand for the part's own choice of files.
  return words.length === 0 ? meant : meant.map((part) => ({ ...part, args: [patience, ...words] }));
}

/**
 * @param {Part} part
 * @param {Prepared} prepared
 * @returns {Promise<Total>}
 */
async function runPart(part, { system, ...prepared }) {
  const place = path.join(folder, 'parts', part.name);
  rmSync(place, { recursive: true, force: true });
  mkdirSync(path.join(place, 'job'), { recursive: true });
  writeFileSync(path.join(place, 'job/job.json'), JSON.stringify(part));
  const exchange = path.join(place, 'exchange.img');
  await packExchange(path.join(place, 'job'), exchange);
  const { name, init, memory } = systemOf(part);
  const files = { system, exchange, console: path.join(place, 'console') };
  const machine = { name, init, memory, deadline: part.deadline, ...files, ...prepared };
  const ms = await boot(machine, (text) => process.stdout.write(text));
  await unpackExchange(exchange, path.join(place, 'results'));
  rmSync(exchange);
  const total = path.join(place, 'results/total.json');
  if (!existsSync(total)) throw new Failed(fail(machine, 'ended without a result'));
  console.log(dim(`the machine ran for ${duration(ms)}`));
  /** @type {Total} */
  const counted = JSON.parse(readFileSync(total, 'utf8'));
  return counted;
}

/**
 * A part that fails as a whole is one failure; the others still run.
 * @param {readonly Part[]} chosen
 * @param {(text: string) => void} say
 * @returns {Promise<Total>}
 */
export async function runMachines(chosen, say) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const part of chosen) {
    try {
      const prepared = await alone(say, () => prepare(part, say));
      say(`${part.name}: ${part.does}`);
      const one = await runPart(part, prepared);
      for (const key of /** @type {const} */ (['passed', 'failed', 'skipped'])) total[key] += one[key];
    } catch (error) {
      if (!(error instanceof Failed)) throw error;
      console.log(`${red('failed')}  ${part.name}: ${error.message}`);
      total.failed += 1;
    }
  }
  return total;
}
