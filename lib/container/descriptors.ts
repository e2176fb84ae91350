/**
 * Descriptors that the caller passes on to the container's program: those of socket activation, and those of
 * --preserve-fds behind them. Called by launch and exec. Source: sd_listen_fds(3).
 */
import { RuntimeError } from '../errors.js';
import { native } from '../native/load.js';
import type { Spec } from '../spec/types.gen.js';

const FIRST = 3;

/** A slot for each, and room for everything else: a socket that more are sent over has no such limit. */
const MOST = 128;

/** What the caller says of descriptors. */
export interface Passed {
  /** Sockets of LISTEN_FDS. */
  readonly listening: number;
  /** All of them, from 3 on. */
  readonly all: number;
}

/**
 * @param preserved the value of --preserve-fds
 * @param activated whether LISTEN_FDS counts
 * @throws RuntimeError usage when one of them is not open, or there are too many
 */
export function passedDescriptors(preserved: number | undefined, activated: boolean): Passed {
  const listening = activated ? listeningSockets() : 0;
  const all = listening + (preserved ?? 0);
  if (all === listening && all === 0) return { listening, all };
  if (listening > MOST) {
    throw new RuntimeError('usage', `LISTEN_FDS counts ${listening} sockets, and ${MOST} can be passed on at most`);
  }
  if ((preserved ?? 0) < 0 || all > MOST) {
    throw new RuntimeError('usage', `--preserve-fds takes a number from 0 to ${MOST - listening}`, {
      hint: 'more descriptors can be sent over one that is a unix socket',
    });
  }
  const { passed } = native().caller();
  if (passed >= all) return { listening, all };
  const who = passed < listening ? 'LISTEN_FDS' : '--preserve-fds';
  throw new RuntimeError('usage', `${who} counts descriptor ${FIRST + passed}, which is not open`, {
    hint: 'they are counted from 3 on, those of LISTEN_FDS first',
  });
}

/** Meant for us only when LISTEN_PID says so: whoever started our caller may have left it in the environment. */
function listeningSockets(): number {
  const count = native().environment('LISTEN_FDS');
  if (count === '') return 0;
  const mine = native().environment('LISTEN_PID') === native().caller().pid.toString();
  return mine && /^[1-9][0-9]{0,5}$/.test(count) ? Number(count) : 0;
}

/** The spec whose process finds the sockets. */
export function withListening(spec: Spec, { listening }: Passed): Spec {
  if (listening === 0 || spec.process === undefined) return spec;
  const env = [...(spec.process.env ?? []), `LISTEN_FDS=${listening}`, `LISTEN_PID=${hasOwnPids(spec) ? 1 : ''}`];
  return { ...spec, process: { ...spec.process, env } };
}

/** In a pid namespace of others, init puts in the pid that it has there. */
function hasOwnPids({ linux }: Spec): boolean {
  return (linux?.namespaces ?? []).some(({ type, path }) => type === 'pid' && (path === undefined || path === ''));
}
