/**
 * systemd, by its D-Bus interface: units made, changed and stopped, and what it is like. Called by lib/container/unit.ts, and
 * loaded only there. Decides nothing: lib/plan/systemd*.ts says what is asked.
 * Sources: org.freedesktop.systemd1(5), systemd's "New Control Group Interfaces".
 */
import { RuntimeError } from '../errors.js';
import type { UnitProperty } from '../plan/systemdProperties.js';
import type { SystemdFacts } from '../plan/systemdUnit.js';
import { Bus, BusError, unwrapped, variant } from './bus.js';

const NAME = 'org.freedesktop.systemd1';
const PATH = '/org/freedesktop/systemd1';
const MANAGER = `${NAME}.Manager`;
/** Milliseconds for a job: as long as runc waits. */
const JOB_DEADLINE = 30_000;

type JobMethod = 'StartTransientUnit' | 'StopUnit';

export class Systemd {
  readonly #bus: Bus;
  readonly #user: boolean;
  /** How each job ended that ended while we listened: also one that ends before its number is known here. */
  readonly #ended = new Map<string, string>();
  #wake: () => void = () => undefined;
  #listening: Promise<void> | undefined;

  private constructor(bus: Bus, user: boolean) {
    this.#bus = bus;
    this.#user = user;
  }

  /** @throws RuntimeError systemd-failed, timeout */
  static async connect(user: boolean): Promise<Systemd> {
    return new Systemd(await Bus.connect(user, NAME), user);
  }

  /** @throws RuntimeError systemd-failed, timeout */
  async facts(): Promise<SystemdFacts> {
    const [version, root] = await Promise.all([
      this.#property(PATH, MANAGER, 'Version'),
      this.#property(PATH, MANAGER, 'ControlGroup'),
    ]);
    // `252.36-1~deb12u1`
    return { user: this.#user, root: String(root), version: Number.parseInt(String(version), 10) || 0 };
  }

  /**
   * Makes a unit, and waits until it is there.
   * @returns false when there is one of this name already
   * @throws RuntimeError systemd-failed with the reason that systemd gives, timeout
   */
  async start(name: string, properties: readonly UnitProperty[]): Promise<boolean> {
    const values = properties.map(([property, signature, value]) => [property, variant(signature, value)]);
    const body = [name, 'replace', values, []];
    try {
      await this.#job('StartTransientUnit', name, 'ssa(sv)a(sa(sv))', body);
      return true;
    } catch (error) {
      if (error instanceof BusError && error.errorName === `${NAME}.UnitExists`) return false;
      throw this.#failed(error, `make the unit ${name}`);
    }
  }

  /** Stops a unit and forgets how it ended; one that is not there is fine. @throws RuntimeError systemd-failed, timeout */
  async stop(name: string): Promise<void> {
    try {
      await this.#job('StopUnit', name, 'ss', [name, 'replace']);
    } catch (error) {
      if (!isUnknownUnit(error)) throw this.#failed(error, `stop the unit ${name}`);
    }
    await this.forget(name);
  }

  /** What is left of a unit that has failed keeps its name. */
  async forget(name: string): Promise<void> {
    try {
      await this.#call('ResetFailedUnit', 's', [name]);
    } catch (error) {
      if (!isUnknownUnit(error)) throw this.#failed(error, `forget the unit ${name}`);
    }
  }

  /** Changes properties until the next start of the unit, and that is for ever. @throws RuntimeError systemd-failed, timeout */
  async change(name: string, properties: readonly UnitProperty[]): Promise<void> {
    if (properties.length === 0) return;
    const values = properties.map(([property, signature, value]) => [property, variant(signature, value)]);
    try {
      await this.#call('SetUnitProperties', 'sba(sv)', [name, true, values]);
    } catch (error) {
      throw this.#failed(error, `change the unit ${name}`);
    }
  }

  /** What a unit has of these properties now, in their order. @throws RuntimeError systemd-failed, timeout */
  async properties(name: string, wanted: readonly UnitProperty[]): Promise<UnitProperty[]> {
    const path = await this.#pathOf(name);
    return await Promise.all(
      wanted.map(async ([property, signature]): Promise<UnitProperty> => {
        return [property, signature, await this.#property(path, interfaceOf(name), property)];
      }),
    );
  }

  close(): void {
    this.#bus.close();
  }

  /** @throws BusError when it is not even begun; RuntimeError when it fails */
  async #job(method: JobMethod, name: string, signature: string, body: readonly unknown[]): Promise<void> {
    await this.#listen();
    const [job] = await this.#call(method, signature, body);
    const result = await this.#bus.wait(this.#end(String(job)), `${method} ${name}`, JOB_DEADLINE);
    if (result !== 'done') throw await this.#endedWith(name, result);
  }

  /** systemd sends signals to those who have subscribed, and only then. */
  async #listen(): Promise<void> {
    this.#listening ??= this.#bus
      .listen(MANAGER, 'JobRemoved', ([, job, , result]) => {
        this.#ended.set(String(job), String(result));
        this.#wake();
      })
      .then(() => this.#call('Subscribe', '', []))
      .then(() => undefined);
    await this.#listening;
  }

  async #end(job: string): Promise<string> {
    for (;;) {
      const result = this.#ended.get(job);
      if (result !== undefined) return result;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** Why, in systemd's own words, as far as it still has them. */
  async #endedWith(name: string, result: string): Promise<RuntimeError> {
    const reasons = [`the job is ${result}`];
    try {
      const path = await this.#pathOf(name);
      for (const [where, property] of [
        [`${NAME}.Unit`, 'ActiveState'],
        [interfaceOf(name), 'Result'],
      ] as const) {
        reasons.push(`${property}=${String(await this.#property(path, where, property))}`);
      }
    } catch {
      // It is forgotten by now.
    }
    const hint = `systemctl ${this.#user ? '--user ' : ''}status ${name}, and its lines in journalctl, may say more`;
    return new RuntimeError('systemd-failed', `systemd did not make or stop the unit ${name}: ${reasons.join(', ')}`, {
      hint,
    });
  }

  async #pathOf(name: string): Promise<string> {
    try {
      return String((await this.#call('GetUnit', 's', [name]))[0]);
    } catch (error) {
      throw this.#failed(error, `find the unit ${name}`);
    }
  }

  async #property(path: string, where: string, property: string): Promise<unknown> {
    const method = { path, interface: 'org.freedesktop.DBus.Properties', member: 'Get' };
    try {
      const [value] = await this.#bus.call({ ...method, signature: 'ss', body: [where, property] });
      return unwrapped(value);
    } catch (error) {
      throw this.#failed(error, `ask for ${property}`);
    }
  }

  async #call(member: string, signature: string, body: readonly unknown[]): Promise<readonly unknown[]> {
    return await this.#bus.call({ path: PATH, interface: MANAGER, member, signature, body });
  }

  #failed(error: unknown, doing: string): unknown {
    if (!(error instanceof BusError)) return error;
    return new RuntimeError('systemd-failed', `systemd refuses to ${doing}: ${error.message}`, {
      hint: hintFor(error),
      cause: error,
    });
  }
}

/** A value of another type is refused without the name of its property. */
function hintFor({ errorName, message }: BusError): string | undefined {
  if (/AccessDenied|InteractiveAuthorizationRequired/.test(errorName)) {
    return 'only root may ask the systemd of the system; without root, it is that of the user';
  }
  if (!/set unit properties|Cannot set property/.test(message)) return undefined;
  return 'does this systemd know the properties of annotations org.systemd.property.NAME, with values of these types?';
}

/** Limits are properties of a kind of unit. */
function interfaceOf(name: string): string {
  return `${NAME}.${name.endsWith('.slice') ? 'Slice' : 'Scope'}`;
}

function isUnknownUnit(error: unknown): boolean {
  return error instanceof BusError && error.errorName === `${NAME}.NoSuchUnit`;
}
