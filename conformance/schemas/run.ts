// `npm run conformance:schemas`: what caisson says of config.json, state and features, held against the official
// schemas of the Go module that go.mod pins: on its fixtures, on mutants of good documents, with second opinions.
// ../README.md tells what must hold. Needs Go and no privilege.

import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildPrograms, moduleFolder } from '../suite.js';
import { aimed, type Mutant } from './aimed.js';
import { type Base, bases } from './bases.js';
import { bySchema, compare, Tally } from './compare.js';
import { dice } from './dice.js';
import { missingPlaces, missingSections, wrongWidths } from './inventory.js';
import { configJudge, type Judge, readOurs, type Ruling, schemaJudge } from './judge.js';
import {
  type Fixture,
  officialFile,
  officialJudge,
  readFixtures,
  readOfficial,
  type SchemaName,
  SCHEMA_NAMES,
} from './official.js';
import { type Opinions, opinions, type Question } from './opinions.js';
import { type Family, nameOf, placesOf, type Point, pointsOf } from './points.js';
import { random } from './random.js';
import { faultsOf, report, summary } from './report.js';
import { toText } from './text.js';
import { twisted } from './twists.js';

const home = dirname(dirname(fileURLToPath(import.meta.url)));
const output = join(dirname(home), 'build', 'conformance', 'schemas');
const SPEC = 'github.com/opencontainers/runtime-spec';
const TOOLS = [`${SPEC}/schema`, 'github.com/opencontainers/runtime-tools/cmd/oci-runtime-tool'];

const MUTANTS: Readonly<Record<SchemaName, number>> = { config: 20_000, state: 1000, features: 2000 };
const SEED = 1;

/** Every so many mutants made by chance, one is asked about elsewhere. */
const ASKED = 100;

/** The judges of one kind of document. */
interface Court {
  readonly schema: SchemaName;
  /** What mutants are aimed at: our assertions, and the official ones that differ from them. */
  readonly points: readonly Point[];
  readonly official: Judge;
  readonly ours: (text: string, value: unknown) => Ruling | Promise<Ruling>;
  readonly places: ReadonlySet<string>;
}

function court(schema: SchemaName, official: Family, ours: Family): Court {
  const places = placesOf(ours, `${schema}.schema.json`);
  const judge = officialJudge(official, schema);
  const points = targets(pointsOf(ours, `${schema}.schema.json`), pointsOf(official, officialFile(schema)));
  if (schema === 'config') return { schema, points, official: judge, ours: configJudge(ours), places };
  const own = bySchema(schemaJudge(ours, schema));
  return { schema, points, official: judge, ours: (_text, value) => own(value), places };
}

function targets(ours: readonly Point[], official: readonly Point[]): Point[] {
  const same = ({ place, keyword, property, node }: Point) =>
    `${nameOf(place, keyword, property)} ${JSON.stringify(node[keyword])}`;
  const known = new Set(ours.map(same));
  return [...ours, ...official.filter((point) => !known.has(same(point)))];
}

/** Both verdicts on one document, counted. */
async function tryText(bench: Court, tally: Tally, made: string, text: string): Promise<Question> {
  const value: unknown = JSON.parse(text);
  const official = bench.official(value);
  const ours = await bench.ours(text, value);
  compare({ schema: bench.schema, made, text, value, official, ours }, tally);
  return { made, text, accepted: official.length === 0, ours };
}

/** A fixture must be judged as its folder says; what is not JSON is refused before anybody judges. */
async function tryFixture(bench: Court, tally: Tally, { name, good, text }: Fixture): Promise<string[]> {
  try {
    JSON.parse(text);
  } catch {
    return good ? [`${name} is not JSON`] : [];
  }
  const { accepted } = await tryText(bench, tally, name, text);
  return accepted === good ? [] : [`${name} is ${good ? 'refused' : 'accepted'} by the official schema itself`];
}

/** Good documents must be good for everybody. */
async function tryBase(bench: Court, { name, document }: Base): Promise<{ question: Question; faults: string[] }> {
  const alone = new Tally();
  const question = await tryText(bench, alone, name, toText(document));
  const words = [...alone.unlisted.keys(), ...[...alone.byDecision.keys()].map((decision) => decision.name)];
  return { question, faults: alone.valid === 1 ? [] : [`the base "${name}" is no good document: ${words.join(', ')}`] };
}

/** All documents of one kind. @returns those to ask elsewhere about, and what is wrong with fixtures and bases */
async function tryAll(bench: Court, fixtures: readonly Fixture[], tally: Tally) {
  const faults: string[] = [];
  const questions: Question[] = [];
  for (const fixture of fixtures) faults.push(...(await tryFixture(bench, tally, fixture)));
  const from = bases(bench.schema);
  for (const base of from) {
    const tried = await tryBase(bench, base);
    faults.push(...tried.faults);
    questions.push(tried.question);
  }
  const run = async ({ document, made }: Mutant) => tryText(bench, tally, made, toText(document));
  let left = MUTANTS[bench.schema];
  for (const mutant of aimed(bench.points, from, bench.places)) {
    const question = await run(mutant);
    if (question.ours.beyond.length > 0) questions.push(question);
    left--;
  }
  for (const mutant of bench.schema === 'config' ? twisted(from) : []) {
    questions.push(await run(mutant));
    left--;
  }
  let chance = 0;
  for (const mutant of random(from, bench.places, dice(SEED), left)) {
    const question = await run(mutant);
    // Counted from the first: a new twist asks no other questions.
    if (chance++ % ASKED === 0) questions.push(question);
  }
  return { faults, questions: bench.schema === 'config' ? questions : [] };
}

async function main(): Promise<number> {
  const module = moduleFolder(home, SPEC);
  const official = readOfficial(module);
  const ours = readOurs();
  const fixtures = readFixtures(module);
  const tally = new Tally();
  const inventory = [missingPlaces(module, official, ours), wrongWidths(module), missingSections(module)];
  const faults = inventory.flatMap((part) => part.faults);
  const questions: Question[] = [];
  for (const schema of SCHEMA_NAMES) {
    const own = fixtures.filter((fixture) => fixture.schema === schema);
    const tried = await tryAll(court(schema, official, ours), own, tally);
    faults.push(...tried.faults);
    questions.push(...tried.questions);
  }
  const second = await secondOpinions(module, questions);
  faults.push(...second.faults, ...faultsOf(tally, second, official, ours));
  console.log(report(tally, second));
  for (const fault of faults) console.log(`fault: ${fault}`);
  console.log(summary(tally, second, { fixtures: fixtures.length, official, ours, faults: faults.length }));
  return faults.length === 0 ? 0 : 1;
}

function secondOpinions(module: string, questions: readonly Question[]): Promise<Opinions> {
  const bin = buildPrograms(home, output, TOOLS);
  const schema = join(module, 'schema', 'config-schema.json');
  return opinions({ validator: join(bin, 'schema'), schema, tool: join(bin, 'oci-runtime-tool') }, questions);
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`conformance: ${(error as Error).message}`);
  process.exitCode = 1;
}
