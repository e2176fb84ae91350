/** The state of a container as the specification words it. Called by `state` and `list`. Source: runtime.md#state. */
import type { Container } from './status.js';

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
}

/** @param owner user name or #uid, or '' where nobody asks */
export function stateView({ id, record, status }: Container, owner = ''): StateView {
  const { ociVersion, bundle, rootfs, created, annotations } = record;
  const pid = status === 'stopped' ? 0 : (record.init?.pid ?? 0);
  const shown = annotations !== undefined && Object.keys(annotations).length > 0 ? { annotations } : {};
  return { ociVersion, id, pid, status, bundle, rootfs, created, ...shown, owner };
}
