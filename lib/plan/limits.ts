/**
 * process.rlimits → prlimit(2) acts. Called by compile.ts. Source: getrlimit(2), config.md#posix-process.
 */
import { RuntimeError } from '../errors.js';
import type { Spec } from '../spec/types.gen.js';
import { type Step, step } from './step.js';
import type { InitAct } from './wire.gen.js';

/** Position = number of the resource on x86 and arm (asm-generic/resource.h). */
const NAMES = [
  ...['CPU', 'FSIZE', 'DATA', 'STACK', 'CORE', 'RSS', 'NPROC', 'NOFILE', 'MEMLOCK', 'AS', 'LOCKS', 'SIGPENDING'],
  ...['MSGQUEUE', 'NICE', 'RTPRIO', 'RTTIME'],
];

const PREFIX = 'RLIMIT_';

/** @throws RuntimeError config-invalid for a type that the kernel does not know */
export function limits(spec: Spec): Step<InitAct>[] {
  const steps: Step<InitAct>[] = [];
  for (const { type, soft, hard } of spec.process?.rlimits ?? []) {
    const pointer = `process/rlimits/${steps.length}`;
    const resource = type.startsWith(PREFIX) ? NAMES.indexOf(type.slice(PREFIX.length)) : -1;
    if (resource < 0) throw unknownLimit(type, `${pointer}/type`);
    steps.push(step(pointer, { op: 'rlimit', resource, soft, hard }));
  }
  return steps;
}

function unknownLimit(type: string, pointer: string): RuntimeError {
  const known = NAMES.map((name) => PREFIX + name).join(', ');
  return new RuntimeError('config-invalid', `unknown resource limit ${type}`, { pointer, hint: `one of ${known}` });
}
