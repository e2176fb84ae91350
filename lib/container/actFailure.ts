/**
 * Whether an error is an act that failed, and the way to the words for it. Those are many (failure.ts) and are loaded when something
 * went wrong, since every start of a container passes here. Called wherever a program of a plan is run.
 */
import type { ActFailure } from '../native/surface.js';
import type { Step } from '../plan/step.js';

/** Whether something caught is the native side's report of a failed act. */
export function isActFailure(error: unknown): error is ActFailure {
  return typeof error === 'object' && error !== null && typeof (error as { program?: unknown }).program === 'string';
}

/**
 * What is to be thrown for something that was caught.
 * @param steps of the program, from the act number `from` on
 * @returns the RuntimeError for a failed act; anything else as it is
 */
export async function explained(error: unknown, steps: readonly Step[], from = 0): Promise<unknown> {
  if (!isActFailure(error)) return error;
  return (await import('./failure.js')).explain(error, steps, from);
}

/** For an init that somebody, or the kernel for want of memory, has killed. */
export const DIED_HINT = 'was its memory limit too small for it, or did somebody kill it?';
