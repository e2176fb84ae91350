// Reads what one conformance program printed: TAP 13 as the suite's Go library writes it. Pure: text in, report out.
// Called by verdict.ts. It never judges a program: that also takes the exit status, which TAP doesn't know.

export interface Assertion {
  readonly number: number;
  readonly ok: boolean;
  /** `skip`: not tried. `todo`: known to be unfinished, so a `not ok` is no failure. */
  readonly directive?: 'skip' | 'todo';
  /** For a skip, the reason. */
  readonly description: string;
  /** Comment lines, YAML lines and the rest of a description of several lines, up to the next assertion. */
  readonly diagnostics: readonly string[];
}

export interface TapReport {
  readonly assertions: readonly Assertion[];
  /** What keeps the text from being whole: a plan that is missing or not kept, a number out of order, a bail-out. */
  readonly problems: readonly string[];
}

type Draft = Assertion & { diagnostics: string[] };

const assertionLine = /^(not )?ok (\d+)(?: - (.*?))?(?: # (skip|todo)\b ?(.*))?$/i;
const planLine = /^1\.\.(\d+)$/;
const versionLine = /^TAP version 13$/;
const bailLine = /^Bail out!(.*)$/;

/**
 * Parses the whole output. A program may print several TAP documents one after another (two libraries' worth of
 * headers, each with its own plan and numbers from 1); the report joins them. Empty text is an empty report.
 */
export function parseTap(text: string): TapReport {
  const documents = splitDocuments(text.split('\n'));
  const reports = documents.map(parseDocument);
  return {
    assertions: reports.flatMap((report) => report.assertions),
    problems: reports.flatMap((report) => report.problems),
  };
}

function splitDocuments(lines: readonly string[]): string[][] {
  const documents: string[][] = [];
  for (const line of lines) {
    if (versionLine.test(line)) documents.push([]);
    else if (documents.length > 0) documents.at(-1)!.push(line);
    else if (line !== '') documents.push([line]);
  }
  return documents;
}

function parseDocument(lines: readonly string[]): TapReport {
  const assertions: Draft[] = [];
  const plans: number[] = [];
  const problems: string[] = [];
  let inYaml = false;
  for (const line of lines) {
    const assertion = inYaml ? undefined : parseAssertion(line);
    const plan = inYaml ? null : planLine.exec(line);
    const bail = inYaml ? null : bailLine.exec(line);
    if (line === '  ---') inYaml = true;
    if (line === '  ...') inYaml = false;
    if (assertion) assertions.push(assertion);
    else if (plan) plans.push(Number(plan[1]));
    else if (bail) problems.push(`bailed out:${bail[1] ?? ''}`);
    else if (line !== '') assertions.at(-1)?.diagnostics.push(line);
  }
  if (inYaml) problems.push('a YAML block without an end');
  return { assertions, problems: [...problems, ...checkPlan(plans, assertions.length), ...checkNumbers(assertions)] };
}

function parseAssertion(line: string): Draft | undefined {
  const match = assertionLine.exec(line);
  if (!match) return undefined;
  const [, not, number, description = '', directive, reason = ''] = match;
  const base = { number: Number(number), ok: not === undefined, diagnostics: [] };
  if (directive === undefined) return { ...base, description };
  return {
    ...base,
    description: description || reason,
    directive: directive.toLowerCase() === 'skip' ? 'skip' : 'todo',
  };
}

function checkPlan(plans: readonly number[], count: number): string[] {
  const [plan] = plans;
  if (plan === undefined) return ['no plan'];
  if (plans.length > 1) return [`${plans.length} plans`];
  return plan === count ? [] : [`${plan} assertions planned, ${count} made`];
}

function checkNumbers(assertions: readonly Assertion[]): string[] {
  const index = assertions.findIndex((assertion, i) => assertion.number !== i + 1);
  return index < 0 ? [] : [`assertion ${index + 1} has the number ${assertions[index]!.number}`];
}
