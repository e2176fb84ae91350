/** systemd as a test asks it, by its own programs: units as it sees them. For test/vm/systemd. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Runs a program to its end; it must succeed. @returns what it wrote */
export function said(command: string, ...words: string[]): string {
  const { status, stdout, stderr } = spawnSync(command, words, { encoding: 'utf8', timeout: 60_000 });
  if (status !== 0) throw new Error(`${command} ${words.join(' ')}: ${stderr}`);
  return stdout.trim();
}

/** Properties of a unit, as `systemctl show` writes them; one that has several lines is their list. */
export function show(unit: string, ...properties: string[]): Record<string, string> {
  const found: Record<string, string> = {};
  for (const line of said('systemctl', 'show', unit, '--property', properties.join(',')).split('\n')) {
    const [name = '', ...value] = line.split('=');
    found[name] = name in found ? `${found[name] ?? ''} ${value.join('=')}` : value.join('=');
  }
  return found;
}

/** Whether systemd knows nothing of a unit any more. */
export function isForgotten(unit: string): boolean {
  return show(unit, 'LoadState', 'ActiveState').ActiveState === 'inactive' && !listed(unit);
}

/** Whether it is among the units in memory, also the ones that have failed. */
export function listed(unit: string): boolean {
  return said('systemctl', 'list-units', '--all', '--plain', '--no-legend', unit) !== '';
}

/** Waits until something holds. @param what in the words of the error */
export async function until(what: string, holds: () => boolean, milliseconds = 20_000): Promise<void> {
  const deadline = Date.now() + milliseconds;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`not within ${milliseconds} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The directory of the cgroup of a unit. */
export const cgroupOf = (unit: string) => join('/sys/fs/cgroup', show(unit, 'ControlGroup').ControlGroup ?? '');

/** A file of the cgroup of a unit, without its last newline. */
export const limitOf = (unit: string, file: string) => readFileSync(join(cgroupOf(unit), file), 'utf8').trim();
