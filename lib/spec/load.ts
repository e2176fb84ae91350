/**
 * The text of config.json → a checked Spec. Called by lib/container; reads no file.
 * What only a broken or an odd config needs (the rules, the explanations, the exact parse) is loaded when it turns up,
 * since every start of a container passes here.
 */
import { mark } from '../trace.js';
import { isPlain } from './glance.js';
import type { Spec } from './types.gen.js';
import { fitsConfig } from './validate.gen.js';

/**
 * Parses and checks a config.
 * @param text what the file holds
 * @param file its path, for messages
 * @param warn called with each thing that is allowed and better not done, as `pointer: what`
 * @returns the spec as parsed. Numbers that a JavaScript number cannot hold are bigints where the type says so.
 * @throws RuntimeError config-syntax with line and column, or config-invalid with the pointer of the first breach
 */
export async function loadSpec(text: string, file: string, warn: (warning: string) => void = ignore): Promise<Spec> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw await refusal(text, file);
  }
  mark('config parsed');
  const fits = fitsConfig(value);
  if (fits === 'no') throw await refusal(text, file);
  const spec = value as Spec;
  if (fits === 'rounded' && (await import('./exact.js')).makeExact(spec, text).length > 0) {
    throw await refusal(text, file);
  }
  if (hasOddEscape(text) || !isPlain(spec)) await checkRules(spec, text, file, warn);
  return spec;
}

/**
 * Whether there is an escape that makes a string no system call can take: NUL, or half of a surrogate pair.
 * A single character is found at once; two take a nanosecond for each character of the text.
 */
function hasOddEscape(text: string): boolean {
  return text.includes('\\') && text.includes('\\u') && /\\u(?:0000|[dD][89a-fA-F])/.test(text);
}

function ignore(): void {
  // Who gives no `warn` wants no warnings.
}

async function checkRules(spec: Spec, text: string, file: string, warn: (warning: string) => void): Promise<void> {
  for (const { rule, pointer, message } of (await import('./rules.js')).breachesOfRules(spec)) {
    if (rule.warning !== true) throw await refusal(text, file);
    warn(`${pointer}: ${message}`);
  }
}

async function refusal(text: string, file: string): Promise<Error> {
  return (await import('./findings.js')).refusal(text, file);
}
