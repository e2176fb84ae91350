/**
 * Network devices that a container was given while it was made. Until its program is let go they are on loan: whoever gives the
 * container up moves them back. Called by launch and meetings. Source: config-linux.md#network-devices, which forbids that later.
 */
import { warning } from '../log.js';
import { native } from '../native/load.js';
import type { Launched, Loan } from '../native/surface.js';

/** A process that waits, and what it was lent. */
export interface Borrower extends Launched {
  readonly loans: readonly Loan[];
}

/** Ends init, and takes back what it was lent. What cannot be taken back must not hide why it has to be. */
export async function giveUp(borrower: Borrower): Promise<void> {
  for (const { path, errno } of await native().endInit(borrower, borrower.loans)) {
    warning(`the network device ${path} could not be moved back: ${errno}`);
  }
}

/** From now on they are the container's. */
export function forgetLoans({ loans }: Borrower): void {
  for (const { network } of loans) native().close(network);
}
