/** Where a container is to be, as plans need it. Made by lib/container and `caisson plan`. */

/** All paths absolute and without links. */
export interface Place {
  readonly id: string;
  readonly bundle: string;
  readonly rootfs: string;
  readonly stateDirectory: string;
  /** Whether init waits at the gate for `start`; a foreground or detached `run` goes on by itself. */
  readonly gate: boolean;
  /** Whether the container keeps the session keyring of the caller (`--no-new-keyring`). */
  readonly callerKeyring?: boolean;
  /** How many descriptors of the caller, from 3 on, the program gets. */
  readonly descriptors?: number;
  /** Whether the root is entered by chroot, from an initial ramdisk that cannot be pivoted away. */
  readonly noPivot?: boolean;
}
