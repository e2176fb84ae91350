/**
 * Writes both sides of the wire format from addon/wire/wire.json: addon/wire/wire.gen.h for the native program and
 * lib/plan/wire.gen.ts for the compiler of plans. `--check` writes nothing and fails when a committed file differs.
 */
import { readFileSync, writeFileSync } from 'node:fs';

type Kind = 'string' | 'strings' | 'bytes' | 'u64' | 'i64' | 'slot';
interface ActShape {
  readonly code: number;
  readonly about: string;
  readonly fields: Readonly<Record<string, Kind>>;
}
interface Wire {
  readonly magic: string;
  readonly version: number;
  readonly fds: Readonly<Record<string, number>>;
  readonly supervisorFds: Readonly<Record<string, number>>;
  readonly report: { kinds: Readonly<Record<string, number>>; longestPath: number; longestDetail: number };
  readonly points: Readonly<Record<string, number>>;
  readonly go: number;
  readonly calls: readonly string[];
  readonly programs: Readonly<Record<string, { about: string; acts: Readonly<Record<string, ActShape>> }>>;
}

const KIND_LETTER: Readonly<Record<Kind, string>> = {
  string: 's',
  strings: 'l',
  bytes: 'b',
  u64: 'u',
  i64: 'u',
  slot: 'f',
};
const CPP_TYPE: Readonly<Record<Kind, string>> = {
  string: 'String',
  strings: 'Strings',
  bytes: 'Bytes',
  u64: 'uint64_t',
  i64: 'int64_t',
  slot: 'uint64_t',
};
const TS_TYPE: Readonly<Record<Kind, string>> = {
  string: 'string',
  strings: 'readonly string[]',
  bytes: 'Uint8Array',
  u64: 'number | bigint',
  i64: 'number',
  slot: 'number',
};

const wire = JSON.parse(readFileSync('addon/wire/wire.json', 'utf8')) as Wire;
const acts = Object.values(wire.programs).flatMap((program) => Object.entries(program.acts));
for (const [name, { code }] of acts) {
  const first = acts.find(([, other]) => other.code === code)?.[0];
  // Released plans hold codes: one that was used once is never another act's.
  if (first !== name) throw new Error(`addon/wire/wire.json: ${first ?? ''} and ${name} have the code ${String(code)}`);
}
const HEAD = 'Generated from addon/wire/wire.json by scripts/generate-wire.ts. Do not edit.';

function upperCamel(name: string): string {
  return name.replace(/(^|[-_])([a-z0-9])/g, (_, __, letter: string) => letter.toUpperCase());
}

function constants(prefix: string, table: Readonly<Record<string, number>>, type: string): string {
  return Object.entries(table)
    .map(([name, value]) => `inline constexpr ${type} k${prefix}${upperCamel(name)} = ${String(value)};`)
    .join('\n');
}

function cppAct([name, act]: [string, ActShape]): string {
  const fields = Object.entries(act.fields).map(([field, kind]) => `  ${CPP_TYPE[kind]} ${field};`);
  return [`// ${act.about}`, `struct ${upperCamel(name)} {`, ...fields, '};'].join('\n');
}

function cppShapes([program, { acts }]: [string, Wire['programs'][string]]): string[] {
  return Object.entries(acts).map(([name, act]) => {
    const letters = Object.values(act.fields).map((kind) => KIND_LETTER[kind]);
    return `    {Op::k${upperCamel(name)}, Program::k${upperCamel(program)}, "${name}", "${letters.join('')}"},`;
  });
}

function header(): string {
  return `// ${HEAD}
// clang-format off
#pragma once

#include <stdint.h>

namespace caisson::wire {

inline constexpr uint32_t kMagic = ${wire.magic};
inline constexpr uint32_t kVersion = ${String(wire.version)};
inline constexpr uint8_t kGo = ${String(wire.go)};
${constants('Fd', wire.fds, 'int')}
${constants('SupervisorFd', wire.supervisorFds, 'int')}
${constants('Report', wire.report.kinds, 'uint32_t')}
${constants('Point', wire.points, 'uint32_t')}
inline constexpr uint32_t kLongestPath = ${String(wire.report.longestPath)};
inline constexpr uint32_t kLongestDetail = ${String(wire.report.longestDetail)};

struct Header { uint32_t magic, version, size, acts, traceFd, reserved; };
struct Record { uint32_t op, bytes; };
struct String { uint32_t offset, length; };
struct Strings { uint32_t offset, count; };
struct Bytes { uint32_t offset, length; };
struct Report { uint32_t magic, kind, act, error, call, pathLength, detailLength, reserved; };

// The system call (or the check) that failed.
enum class Call : uint32_t {
${wire.calls.map((call, index) => `  k${upperCamel(call)} = ${String(index)},`).join('\n')}
};

// Their names, by number.
inline constexpr const char *kCallNames[] = {
${wire.calls.map((call) => `  "${call}",`).join('\n')}
};

enum class Op : uint32_t {
${acts.map(([name, act]) => `  k${upperCamel(name)} = ${String(act.code)},`).join('\n')}
};

${acts.map(cppAct).join('\n\n')}

// Which list of acts a plan is: the acts of another one are refused.
enum class Program : uint32_t { ${Object.keys(wire.programs)
    .map((program) => `k${upperCamel(program)}`)
    .join(', ')} };

// What each act's fields are: s string, l strings, b bytes, u number, f slot.
struct Shape { Op op; Program program; const char *name; const char *fields; };
inline constexpr Shape kShapes[] = {
${Object.entries(wire.programs).flatMap(cppShapes).join('\n')}
};

}  // namespace caisson::wire
`;
}

function tsProgram([program, { about, acts: members }]: [string, Wire['programs'][string]]): string {
  const variants = Object.entries(members).map(([name, act]) => {
    const fields = Object.entries(act.fields).map(([field, kind]) => `; readonly ${field}: ${TS_TYPE[kind]}`);
    return `  /** ${act.about} */\n  | { readonly op: '${name}'${fields.join('')} }`;
  });
  return `/** ${about} */\nexport type ${upperCamel(program)}Act =\n${variants.join('\n')};\n`;
}

function tsShape([name, act]: [string, ActShape]): string {
  const fields = Object.entries(act.fields).map(([field, kind]) => `['${field}', '${kind}']`);
  return `  '${name}': { code: ${String(act.code)}, fields: [${fields.join(', ')}] },`;
}

function module(): string {
  const names = Object.keys(wire.programs).map((program) => `${upperCamel(program)}Act`);
  return `// ${HEAD}
/* eslint-disable */

${Object.entries(wire.programs).map(tsProgram).join('\n')}
/** Any act of any program. */
export type Act = ${names.join(' | ')};

export type FieldKind = 'string' | 'strings' | 'bytes' | 'u64' | 'i64' | 'slot';

/** Code and fields, in wire order, of every act. */
export const SHAPES: Readonly<Record<Act['op'], { code: number; fields: readonly (readonly [string, FieldKind])[] }>> = {
${acts.map(tsShape).join('\n')}
};

export const MAGIC = ${wire.magic};
export const VERSION = ${String(wire.version)};
export const POINTS = ${JSON.stringify(wire.points)} as const;
/** Places for descriptors that a host program can leave for init. */
export const SLOTS = ${String(wire.fds.slots)};
/** The descriptor of the first of them, in init. */
export const SLOT_BASE = ${String(wire.fds.slotBase)};
export const REPORT_KINDS = ${JSON.stringify(wire.report.kinds)} as const;

/** Names of the system calls (or checks) that a failure can blame, by number. */
export const CALLS: readonly string[] = ${JSON.stringify(wire.calls)};
`;
}

function emit(file: string, text: string): void {
  if (!process.argv.includes('--check')) {
    writeFileSync(file, text);
  } else if (readFileSync(file, 'utf8') !== text) {
    console.error(`${file} is stale: npm run generate`);
    process.exitCode = 1;
  }
}

emit('addon/wire/wire.gen.h', header());
emit('lib/plan/wire.gen.ts', module());
