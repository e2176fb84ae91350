// A check that cannot be made here says so: that is no verdict on the runtime. Called by the checks and by try.ts.

export class NotTried extends Error {}

/** @throws NotTried with the reason, unless the host has what the check needs */
export function needs(present: boolean, reason: string): void {
  if (!present) throw new NotTried(reason);
}
