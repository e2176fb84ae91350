/** Opens the gate of a created container. Called by `caisson start`. */
import { fromSystem, isSystemError, RuntimeError } from '../errors.js';
import { native } from '../native/load.js';
import { timeOfHooks } from '../plan/hookTime.js';
import { explained, isActFailure } from './actFailure.js';
import { withListener } from './listener.js';
import { openInit } from './process.js';
import { type Container, requireStatus } from './status.js';

/** Milliseconds between the gate and execve: nothing of that waits for anybody but the listener of a filter. */
const START_DEADLINE = 60_000;

/** System calls that fail before init hears of a start, so that the container is as it was. Behind them it may run. */
const WITH_THE_GATE_SHUT: ReadonlySet<string> = new Set(['open', 'socket', 'connect']);

/**
 * Lets the process of a container run.
 * @throws RuntimeError container-status; config-invalid without a process; executable-not-found, seccomp-failed and others when init could not go on: then the container is stopped
 */
export async function startContainer(container: Container): Promise<void> {
  requireStatus('start', container);
  const { id, directory, record } = container;
  requireProgram(container);
  const pidfd = openInit(record);
  if (pidfd === undefined) throw new RuntimeError('container-status', `container ${id} has ended just now`);
  const deadline = START_DEADLINE + timeOfHooks(record.afterGate.steps, 'start-container-hook');
  try {
    const outcome = await withListener(record, (receiver) => native().openGate(directory, pidfd, deadline, receiver));
    if (outcome === 'taken') {
      throw new RuntimeError('container-status', `container ${id} has been started already`, {
        hint: 'two starts at once: the other one came first',
      });
    }
    native().unlink(`${directory}/gate`);
    await hooksOfStart(container, pidfd);
  } catch (error) {
    if (isActFailure(error)) {
      if (error.kind === 'timeout') await endContainerOf(record);
      throw await explained(error, record.afterGate.steps, record.afterGate.from);
    }
    if (isSystemError(error)) {
      if (!WITH_THE_GATE_SHUT.has(error.syscall)) await endContainerOf(record);
      throw fromSystem('container-status', `cannot start container ${id}`, error, { hint: 'has it ended just now?' });
    }
    throw error;
  } finally {
    native().close(pidfd);
  }
}

/** A config without `process` is good for a container that is only created. @throws RuntimeError config-invalid */
function requireProgram({ id, record }: Container): void {
  if (record.afterGate.steps.some(({ act }) => act.op === 'exec')) return;
  throw new RuntimeError('config-invalid', `container ${id} has nothing to start`, {
    pointer: 'process',
    hint: 'it was created from a config.json without a process',
  });
}

/** The container may not go on when one fails, and is stopped then: runtime.md#lifecycle, step 9. */
async function hooksOfStart({ record }: Container, pidfd: number): Promise<void> {
  if (record.started === undefined) return;
  const { runStarted } = await import('./meetings.js');
  try {
    await runStarted({ pid: record.init?.pid ?? 0, pidfd }, record.started);
  } catch (error) {
    await endContainerOf(record);
    throw error;
  }
}

/** What is told to have failed must not go on. */
async function endContainerOf(record: Container['record']): Promise<void> {
  const { endContainer } = await import('./end.js');
  await endContainer(record);
}
