/** The state of a container as the specification words it. Called by `state` and `list`. Source: runtime.md#state. */
import { type OutOfMemory, outOfMemory } from '../host/memory.js';
import { type Exit, exitFile, readExit } from './exit.js';
import type { ContainerRecord } from './record.js';
import type { Container, Status } from './status.js';

/** What `caisson state` prints and `list --format json` holds; the fields and their order are runc's. */
export interface StateView {
  readonly ociVersion: string;
  readonly id: string;
  /** 0 when stopped. */
  readonly pid: number;
  readonly status: string;
  readonly bundle: string;
  readonly rootfs: string;
  /** RFC 3339. */
  readonly created: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly owner: string;
  /** What is beyond runc's: of a stopped container, how it has ended, where that was kept. */
  readonly exit?: Exit;
  /** And of one whose cgroups are there, when the kernel has killed in it for want of memory. */
  readonly outOfMemory?: OutOfMemory;
}

/** @param owner user name or #uid, or '' where nobody asks */
export function stateView({ id, directory, record, status }: Container, owner = ''): StateView {
  const { ociVersion, bundle, rootfs, created, annotations } = record;
  const pid = status === 'stopped' ? 0 : (record.init?.pid ?? 0);
  const shown = annotations !== undefined && Object.keys(annotations).length > 0 ? { annotations } : {};
  return { ociVersion, id, pid, status, bundle, rootfs, created, ...shown, owner, ...fate(directory, record, status) };
}

function fate(
  directory: string,
  { cgroups }: ContainerRecord,
  status: Status,
): Pick<StateView, 'exit' | 'outOfMemory'> {
  const exit = status === 'stopped' ? readExit(exitFile(directory)) : undefined;
  if (exit !== undefined) return { exit };
  const memory = outOfMemory(cgroups);
  return memory === undefined ? {} : { outOfMemory: memory };
}
