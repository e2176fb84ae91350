/**
 * `caisson validate`: everything that is wrong with a config.json, or better not done, at once. Reads the one file, and
 * needs no privilege and no container.
 */
import type { ValidateRequest } from '../cli/requests.js';
import { readConfig, readConfigInput } from '../container/configFile.js';
import { RuntimeError } from '../errors.js';
import { native } from '../native/load.js';
import { oneLine } from '../oneLine.js';
import { type Finding, findingsOf } from '../spec/findings.js';

const STDOUT = 1;
/** The file that is standard input. */
const INPUT = '-';

export function validate(request: ValidateRequest): Promise<number> {
  const file = fileOf(request);
  const text = file === INPUT ? readConfigInput() : readConfig(file);
  const findings = findingsOf(text, file);
  native().print(STDOUT, request.json ? asJson(file, findings) : asText(file, findings));
  return Promise.resolve(count(findings, 'error') === 0 ? 0 : 1);
}

function fileOf({ file, bundle }: ValidateRequest): string {
  if (file !== undefined && file !== '' && bundle !== undefined) {
    throw new RuntimeError('usage', 'validate: a bundle and a file are one too many', { hint: 'name one of them' });
  }
  return file === undefined || file === '' ? `${bundle ?? '.'}/config.json` : file;
}

/** A line for each finding, as compilers write them, and one that counts. */
function asText(file: string, findings: readonly Finding[]): string {
  const name = oneLine(file === INPUT ? '<stdin>' : file);
  const lines = findings.map((one) => `${name}:${one.line}:${one.column}: ${one.level}: ${oneLine(words(one))}\n`);
  return `${lines.join('')}${name}: ${verdict(findings)}\n`;
}

function words({ pointer, message, hint, section }: Finding): string {
  const place = pointer === '' ? '' : `${pointer}: `;
  const advice = hint === undefined ? '' : ` (${hint})`;
  return `${place}${message}${advice}${section === undefined ? '' : ` [${section}]`}`;
}

function verdict(findings: readonly Finding[]): string {
  const parts = [plural(count(findings, 'error'), 'error'), plural(count(findings, 'warning'), 'warning')];
  return [count(findings, 'error') === 0 ? 'valid' : 'not valid', ...parts.filter((part) => part !== '')].join(', ');
}

function plural(number: number, word: string): string {
  return number === 0 ? '' : `${number} ${word}${number === 1 ? '' : 's'}`;
}

function count(findings: readonly Finding[], level: Finding['level']): number {
  return findings.filter((one) => one.level === level).length;
}

/** What docs/validate.md promises; fields may be added. */
function asJson(file: string, findings: readonly Finding[]): string {
  const told = findings.map(({ level, code, rule, pointer, line, column, message, hint, section }) => {
    const path = pointer === '' ? '' : `/${pointer}`;
    return { level, code, rule, pointer: path, line, column, message, hint, section };
  });
  return `${JSON.stringify({ file, valid: count(findings, 'error') === 0, findings: told }, undefined, 2)}\n`;
}
