/** test/support/agent.py as tests use it: the program at linux.seccomp.listenerPath. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

/** The container process state, config-linux.md#containerprocessstate. */
export interface ProcessState {
  readonly ociVersion: string;
  readonly fds: readonly string[];
  readonly pid: number;
  readonly metadata?: string;
  readonly state: Readonly<Record<string, unknown>>;
}

interface Said {
  readonly listening?: string;
  readonly state?: ProcessState;
  readonly descriptors?: number;
  readonly call?: number;
  readonly pid?: number;
  readonly first?: number;
}

export class Agent {
  readonly said: Said[] = [];
  readonly #child: ChildProcess;
  #text = '';
  #heard: () => void = () => undefined;

  private constructor(words: readonly string[]) {
    this.#child = spawn('python3', [join(import.meta.dirname, 'agent.py'), ...words], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#child.stdout?.on('data', (chunk: Buffer) => {
      const lines = `${this.#text}${chunk.toString()}`.split('\n');
      this.#text = lines.pop() ?? '';
      for (const line of lines) this.said.push(JSON.parse(line) as Said);
      this.#heard();
    });
  }

  /** Starts one, and waits until it listens. */
  static async listening(...words: string[]): Promise<Agent> {
    const agent = new Agent(words);
    await agent.until(() => agent.said.length > 0);
    return agent;
  }

  /** The system calls that it was asked about. */
  get calls(): number[] {
    return this.said.flatMap(({ call }) => (call === undefined ? [] : [call]));
  }

  /** What it was told of the container. */
  get state(): ProcessState | undefined {
    return this.said.find(({ state }) => state !== undefined)?.state;
  }

  async until(holds: () => boolean, milliseconds = 20_000): Promise<void> {
    const deadline = Date.now() + milliseconds;
    while (!holds()) {
      if (Date.now() > deadline) throw new Error(`the agent said only ${JSON.stringify(this.said)}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 50);
        this.#heard = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  end(): void {
    this.#child.kill('SIGKILL');
  }
}
