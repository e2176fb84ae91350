/** Network namespaces of a test's own, with devices in them: the host's stay as they are. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';

/** What `ip -json address` says of a device, as far as tests look at it. */
export interface Device {
  readonly ifname: string;
  readonly flags: readonly string[];
  readonly mtu: number;
  readonly address: string;
  /** `10.0.0.1/24 global`, in their order. */
  readonly addresses: readonly string[];
}

/** A network namespace, held by a process until it is closed. */
export class Network {
  readonly pid: number;
  readonly #holder: ChildProcess;

  private constructor(holder: ChildProcess) {
    this.#holder = holder;
    this.pid = holder.pid ?? -1;
  }

  static async make(): Promise<Network> {
    const line = 'ip link set lo up; echo up; exec sleep 1000';
    const holder = spawn('unshare', ['-n', 'sh', '-c', line], { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((resolve) => holder.stdout.once('data', resolve));
    return new Network(holder);
  }

  close(): void {
    this.#holder.kill('SIGKILL');
  }

  get path(): string {
    return `/proc/${this.pid}/ns/net`;
  }

  /** The words that run a command in it. */
  get within(): string[] {
    return ['nsenter', `--net=${this.path}`, '--'];
  }

  /** Runs `ip` in it; a line of arguments each. */
  ip(...lines: string[]): string {
    return lines.map((line) => this.#run(line.split(' '))).join('');
  }

  #run(args: readonly string[]): string {
    const [file = '', ...before] = this.within;
    const { status, stdout, stderr } = spawnSync(file, [...before, 'ip', ...args], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`ip ${args.join(' ')}: ${stderr}`);
    return stdout;
  }

  /** The devices in it, but for its own loopback. */
  devices(): Device[] {
    interface Told extends Omit<Device, 'addresses'> {
      readonly addr_info: readonly { readonly local: string; readonly prefixlen: number; readonly scope: string }[];
    }
    const told = JSON.parse(this.#run(['-json', 'address'])) as Told[];
    return told
      .filter(({ ifname }) => ifname !== 'lo')
      .map(({ ifname, flags, mtu, address, addr_info }) => {
        // The kernel makes IPv6 addresses of the link when it finds the time.
        const lasting = addr_info.filter(({ local }) => !local.startsWith('fe80:'));
        const addresses = lasting.map(({ local, prefixlen, scope }) => `${local}/${prefixlen} ${scope}`);
        return { ifname, flags, mtu, address, addresses };
      });
  }

  /** One of them. */
  device(name: string): Device {
    const device = this.devices().find(({ ifname }) => ifname === name);
    if (device === undefined) throw new Error(`no ${name} among ${JSON.stringify(this.devices())}`);
    return device;
  }
}
