// Second opinions on some hundred configs: the validator that belongs to the official schemas, a Go program that reads
// numbers whole, must say what ajv says of them; and `oci-runtime-tool validate`, which has rules of its own.

import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runQueue } from '../queue.js';
import { ruleName } from './decisions.js';
import { isError, type Ruling } from './judge.js';

/** The programs, built. */
export interface Programs {
  /** `schema SCHEMA DOCUMENT`, of the module of the schemas. */
  readonly validator: string;
  /** Its schema of config.json. */
  readonly schema: string;
  readonly tool: string;
}

/** A config, and what is already known of it. */
export interface Question {
  readonly made: string;
  readonly text: string;
  /** Whether the official schemas accept it, by ajv. */
  readonly accepted: boolean;
  readonly ours: Ruling;
}

/** What the two programs said. */
export interface Opinions {
  readonly asked: number;
  /** How often oci-runtime-tool and caisson differ, by the reason. */
  readonly byReason: ReadonlyMap<string, number>;
  readonly faults: readonly string[];
}

/** A complaint of oci-runtime-tool about a config that caisson accepts. */
export interface Complaint {
  readonly words: RegExp;
  readonly reason: string;
}

export const COMPLAINTS: readonly Complaint[] = [
  { words: /^validate currently only handles version/, reason: 'it knows one version; every 1.x is accepted here' },
  {
    words: /^stat .*\/etc\/apparmor\.d\//,
    reason: "it looks for AppArmor's profile in the container's root filesystem",
  },
  { words: /root path|^root\.path is/, reason: 'it looks for the root filesystem; create does here' },
  { words: /^on Linux, hostname requires a new UTS/, reason: 'a joined uts namespace can be renamed, too' },
  { words: /^'(VM|Windows)\w*\.\w+' should not/, reason: "another platform's objects are left alone here" },
  {
    words: /^mounts\[\d+\]\.destination .* is not absolute/,
    reason: 'deprecated by the text, not forbidden: a warning here',
  },
  {
    words: /^key .* is reserved/,
    reason: 'the text reserves the names for other specifications, whose annotations a config carries',
  },
  { words: /^capability .* is not valid/, reason: 'the text wants a warning for a capability that cannot be granted' },
  {
    words: /^(effective|ambient) capability .* is not allowed/,
    reason: 'as for any capability that cannot be granted: no error',
  },
  {
    words: /^the UID\/GID mappings requires a new User/,
    reason: 'with a joined user namespace the mappings may be repeated',
  },
  { words: /^device \{\S+ p /, reason: 'the numbers of a FIFO mean nothing' },
  { words: /^device \{\S+ [bcu] /, reason: 'it takes no number 0, which mknod(2) does' },
  {
    words: /^env ".*" should be in the form/,
    reason: 'the kernel takes any name of a variable; it takes those of POSIX',
  },
  {
    words: /^sysctl fs\.mqueue\..* requires/,
    reason: 'it wants a new mount namespace too, with which the settings have nothing to do',
  },
  { words: /^device \S+ is duplicated/, reason: 'the same device twice is the same device: a warning here' },
  { words: /^'LinuxMemoryPolicy\.Nodes' should not/, reason: 'some modes take no nodes' },
  {
    words: /^minimum memory limit should be larger/,
    reason: 'a reservation above the limit has no effect: a warning here',
  },
  { words: /^minimum memoryswap should be larger/, reason: 'a swap of 0 is how engines say that none is set' },
  { words: /^'LinuxInterfacePriority\.Name' should not/, reason: 'which interfaces there are, the kernel knows' },
];

interface Answer {
  readonly status: number | null;
  readonly output: string;
}

/** A proxy that nobody is: an attempt to fetch something fails at once, with or without a network. */
const OFFLINE = { PATH: '/usr/bin:/bin', HTTPS_PROXY: 'http://127.0.0.1:1', HTTP_PROXY: 'http://127.0.0.1:1' };

function ask(program: string, args: readonly string[]): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env: OFFLINE, stdio: ['ignore', 'pipe', 'pipe'], timeout: 20_000 });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    }
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, output }));
  });
}

/** Asks both programs about each config. */
export async function opinions(programs: Programs, questions: readonly Question[]): Promise<Opinions> {
  const scratch = mkdtempSync(join(tmpdir(), 'conformance-schemas-'));
  const byReason = new Map<string, number>();
  const faults: string[] = [];
  const count = (reason: string): void => void byReason.set(reason, (byReason.get(reason) ?? 0) + 1);
  try {
    const names = questions.map((_question, index) => String(index));
    await runQueue(
      names,
      2,
      () => false,
      async (name) => {
        const question = questions[Number(name)]!;
        const bundle = join(scratch, name);
        mkdirSync(join(bundle, 'rootfs'), { recursive: true });
        const config = join(bundle, 'config.json');
        writeFileSync(config, question.text);
        const official = await ask(programs.validator, [programs.schema, config]);
        faults.push(...disagreement(question, official));
        const said = complaints(await ask(programs.tool, ['validate', '--path', bundle]));
        for (const reason of new Set(reasons(question, said, faults))) count(reason);
      },
    );
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return { asked: questions.length, byReason, faults };
}

/** The official validator must say what ajv says of its schemas, but for the last digits of numbers of 64 bits. */
function disagreement({ made, text, accepted, ours }: Question, { status, output }: Answer): string[] {
  const valid = status === 0;
  if (valid === accepted) return [];
  if (!valid && /\d{16}/.test(text) && ours.schema.length + ours.beyond.length > 0) return [];
  return [`the official validator ${valid ? 'accepts' : 'refuses'} what ajv does not: ${made}: ${output}`];
}

/** What the tool complains of; one line is enough of what is no list. */
function complaints({ status, output }: Answer): string[] {
  const lines = [...output.matchAll(/^\t\* (.*)$/gm)].map(([, line = '']) => line);
  if (lines.length === 0) return status === 0 ? [] : [output.trim().split('\n')[0] ?? ''];
  return lines.filter((line) => !line.startsWith('Get "https:'));
}

/** Why the tool and caisson differ on a config; nothing if they do not. */
function reasons({ made, ours }: Question, said: readonly string[], faults: string[]): string[] {
  const rules = ours.rules.filter(isError).map(({ rule }) => ruleName(rule));
  if (ours.schema.length + ours.beyond.length + rules.length > 0) {
    if (said.length > 0) return [];
    if (rules.length > 0) return [`the tool does not know the ${rules[0]}`];
    return ['the tool reads into Go types, which take more than the schema, and has no schema at hand'];
  }
  return said.flatMap((line) => {
    const listed = COMPLAINTS.find(({ words }) => words.test(line));
    if (listed === undefined) faults.push(`oci-runtime-tool refuses what caisson accepts: ${made}: ${line}`);
    return listed === undefined ? [] : [listed.reason];
  });
}
