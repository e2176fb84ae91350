// Namespaces of a check's own, held by a process until the trial ends. Called by the checks.

import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { NotTried } from './notTried.js';
import type { Trial } from './trial.js';

/** A process in namespaces of its own: runs commands in them, and ends with the trial. */
export interface Holder {
  readonly pid: number;
  /** Words that place a command in its network namespace. */
  readonly within: readonly string[];
  /** Runs ip(8) there. @throws NotTried where the kernel cannot do what is asked */
  readonly ip: (line: string) => string;
}

/** @param flags of unshare(1) */
export async function hold(trial: Trial, ...flags: readonly string[]): Promise<Holder> {
  const ready = trial.path(`ready-${crypto.randomUUID()}`);
  const line = `touch '${ready}'; exec sleep 1000`;
  const child = spawn('unshare', [...flags, 'sh', '-c', line], { stdio: 'ignore' });
  trial.finally(() => child.kill('SIGKILL'));
  for (let turn = 0; !existsSync(ready); turn += 1) {
    if (child.exitCode !== null || turn > 1000) throw new NotTried(`unshare ${flags.join(' ')} does not work here`);
    await sleep(10);
  }
  const pid = child.pid ?? 0;
  const within = ['nsenter', `--net=/proc/${pid}/ns/net`, '--'];
  return { pid, within, ip: (words) => ipWithin(within, words) };
}

function ipWithin([command = '', ...args]: readonly string[], line: string): string {
  const { status, stdout, stderr } = spawnSync(command, [...args, 'ip', ...line.split(' ')], { encoding: 'utf8' });
  if (status !== 0) throw new NotTried(`ip ${line}: ${stderr.trim()}`);
  return stdout;
}
