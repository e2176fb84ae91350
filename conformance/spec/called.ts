// Calls of the runtime that must end well, or must not. Called by trial.ts and the checks.

import assert from 'node:assert/strict';

/** What a call of the runtime gave. */
export interface Called {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** @throws Error with what the runtime said, when the call failed */
export function succeeds({ status, stderr }: Called, what: string): void {
  assert.equal(status, 0, `${what} failed: ${stderr.trim()}`);
}

/** @throws Error when the call did not fail */
export function fails({ status }: Called, what: string): void {
  assert.notEqual(status, 0, `${what} is no error`);
}
