/**
 * A connection to a message bus, for lib/host/systemd.ts and nobody else: calls with a deadline, and the signals that come
 * meanwhile. Loaded only where systemd is spoken to: the library and node:net cost more than a container.
 * Sources: D-Bus Specification, dbus-daemon(1).
 */
import type { EventEmitter } from 'node:events';
import { Message, type MessageBus, MessageType, sessionBus, Variant } from '@jellybrick/dbus-next';
import { RuntimeError } from '../errors.js';
import { native } from '../native/load.js';
import { outerUserId } from './privilege.js';

/** Milliseconds for an answer: systemd answers at once, or is stuck. */
const ANSWER_DEADLINE = 25_000;

/** A method, on the object and interface that have it. */
export interface Method {
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly signature?: string;
  readonly body?: readonly unknown[];
}

/** An answer that is an error: its name (`org.freedesktop.systemd1.UnitExists`) and what was said. */
export class BusError extends Error {
  readonly errorName: string;

  constructor(errorName: string, message: string) {
    super(message);
    this.errorName = errorName;
  }
}

export class Bus {
  readonly #bus: MessageBus;
  readonly #destination: string;
  /** Why the connection is of no use any more. */
  readonly #lost: Promise<never>;

  private constructor(bus: MessageBus, destination: string, address: string) {
    this.#bus = bus;
    this.#destination = destination;
    this.#lost = new Promise((_, reject) => {
      // Not among the events that the library's types know.
      (bus as EventEmitter).on('error', (error: unknown) => reject(unreachable(address, error)));
    });
    // Nobody may be waiting when it breaks.
    this.#lost.catch(() => undefined);
  }

  /**
   * Connects to the bus of the system, or of the user. The library tells the bus who we are by process.getuid; in a user
   * namespace that is root, and the bus, which is outside, knows us by another number.
   * @param destination the name on the bus that every call goes to
   * @throws RuntimeError systemd-failed
   */
  static async connect(user: boolean, destination: string): Promise<Bus> {
    const address = user ? userAddress() : native().environment('DBUS_SYSTEM_BUS_ADDRESS') || SYSTEM;
    const getuid = process.getuid;
    process.getuid = outerUserId;
    try {
      const bus = new Bus(sessionBus({ busAddress: address, authMethods: ['EXTERNAL'] }), destination, address);
      await bus.#within(new Promise<void>((resolve) => bus.#bus.once('connect', resolve)), 'connect to its bus');
      return bus;
    } finally {
      if (getuid !== undefined) process.getuid = getuid;
    }
  }

  /** @returns the body of the answer @throws BusError when the answer is an error; RuntimeError systemd-failed */
  async call({ path, interface: name, member, signature = '', body = [] }: Method): Promise<readonly unknown[]> {
    const message = new Message({
      destination: this.#destination,
      path,
      interface: name,
      member,
      signature,
      body: [...body],
    });
    return await this.#ask(message, member);
  }

  /** From now on, what a signal says is given to listen. */
  async listen(name: string, member: string, listen: (body: readonly unknown[]) => void): Promise<void> {
    this.#bus.on('message', (message: Message) => {
      if (message.type === MessageType.SIGNAL && message.interface === name && message.member === member) {
        listen(message.body);
      }
    });
    const rule = `type='signal',sender='${this.#destination}',interface='${name}',member='${member}'`;
    const path = '/org/freedesktop/DBus';
    const own = { destination: 'org.freedesktop.DBus', interface: 'org.freedesktop.DBus', path, member: 'AddMatch' };
    await this.#ask(new Message({ ...own, signature: 's', body: [rule] }), 'AddMatch');
  }

  /** Waits for something that signals tell of. @throws RuntimeError timeout, systemd-failed */
  async wait<T>(what: Promise<T>, doing: string, deadline: number): Promise<T> {
    return await this.#within(what, doing, deadline);
  }

  close(): void {
    this.#bus.disconnect();
  }

  async #ask(message: Message, doing: string): Promise<readonly unknown[]> {
    try {
      const answer = await this.#within(this.#bus.call(message), doing);
      return answer?.body ?? [];
    } catch (error) {
      const { type, text } = error as { type?: unknown; text?: unknown };
      if (typeof type === 'string' && typeof text === 'string') throw new BusError(type, text);
      throw error;
    }
  }

  async #within<T>(what: Promise<T>, doing: string, deadline = ANSWER_DEADLINE): Promise<T> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new RuntimeError('timeout', `systemd: ${doing}: no answer`)), deadline);
    });
    try {
      return await Promise.race([what, this.#lost, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** A value that says its type. */
export function variant(signature: string, value: unknown): Variant {
  // The library takes a Buffer for an array of bytes.
  return new Variant(signature, value instanceof Uint8Array ? Buffer.from(value) : value);
}

/** What is in a variant. */
export function unwrapped(value: unknown): unknown {
  return value instanceof Variant ? value.value : value;
}

const SYSTEM = 'unix:path=/run/dbus/system_bus_socket';

/** As systemd sets it for a session; some callers (cron, sudo) lose it on the way. */
function userAddress(): string {
  const given = native().environment('DBUS_SESSION_BUS_ADDRESS');
  if (given !== '') return given;
  const directory = native().environment('XDG_RUNTIME_DIR') || `/run/user/${outerUserId()}`;
  return `unix:path=${directory}/bus`;
}

function unreachable(address: string, error: unknown): RuntimeError {
  const said = error instanceof Error ? error.message : String(error);
  return new RuntimeError('systemd-failed', `cannot use the message bus at ${address}: ${said}`, {
    hint: 'is systemd running here, and dbus? for the bus of a user: loginctl enable-linger USER, or a login session',
    cause: error,
  });
}
