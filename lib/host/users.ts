/** Names of users, for a person's eyes. Called by `caisson list`. */
import { native } from '../native/load.js';

const PASSWD_LIMIT = 16 * 1024 * 1024;
let names: ReadonlyMap<number, string> | undefined;

/** The name of a user of the host, or #uid (passwd(5)). */
export function userName(uid: number): string {
  names ??= readNames();
  return names.get(uid) ?? `#${uid}`;
}

function readNames(): ReadonlyMap<number, string> {
  try {
    const lines = native().readText('/etc/passwd', PASSWD_LIMIT).split('\n');
    return new Map(lines.map((line) => line.split(':')).map(([name = '', , uid]) => [Number(uid), name]));
  } catch {
    return new Map();
  }
}
