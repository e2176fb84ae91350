/**
 * process.rlimits → prlimit(2) acts. Called by compile.ts. Source: getrlimit(2), config.md#posix-process.
 */
import { RuntimeError } from '../errors.js';
import { type Spec } from '../spec/types.gen.js';
import { type Step, step } from './step.js';
import { type InitAct } from './wire.gen.js';

/** Position = number of the resource on x86 and arm (asm-generic/resource.h). */
const RESOURCES = [
  ...['CPU', 'FSIZE', 'DATA', 'STACK', 'CORE', 'RSS', 'NPROC', 'NOFILE', 'MEMLOCK', 'AS', 'LOCKS', 'SIGPENDING'],
  ...['MSGQUEUE', 'NICE', 'RTPRIO', 'RTTIME'],
].map((name) => `RLIMIT_${name}`);

/** @throws RuntimeError config-invalid for a type that the kernel does not know */
export function limits(spec: Spec): Step<InitAct>[] {
  return (spec.process?.rlimits ?? []).map(({ type, soft, hard }, index) => {
    const resource = RESOURCES.indexOf(type);
    if (resource >= 0) return step(`process/rlimits/${index}`, { op: 'rlimit', resource, soft, hard });
    throw new RuntimeError('config-invalid', `unknown resource limit ${type}`, {
      pointer: `process/rlimits/${index}/type`,
      hint: `one of ${RESOURCES.join(', ')}`,
    });
  });
}
