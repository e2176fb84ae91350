/**
 * The commands of docs/containerd.md, docs/docker.md and docs/podman.md, run as they stand there: every block `sh`, in
 * order, and what the block `text` behind it says must be in its output. Only where things are is the test's own.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { cgroupMounts } from '../support/host.js';
import { configure } from './podman.js';
import { program, removeCgroups, Stage } from './stage.js';

const project = join(import.meta.dirname, '../..');

interface Block {
  readonly language: string;
  readonly text: string;
}

function blocksOf(page: string): Block[] {
  const text = readFileSync(join(project, 'docs', page), 'utf8');
  return [...text.matchAll(/^```(\w+)\n([^]*?)^```$/gm)].map((match) => ({
    language: match[1] ?? '',
    text: match[2] ?? '',
  }));
}

/** One page, on an engine of its own. */
class Page {
  readonly stage = new Stage();
  readonly #blocks: readonly Block[];

  constructor(page: string) {
    this.#blocks = blocksOf(page);
  }

  /** The page's text with the test's prefix. */
  #here(text: string): string {
    return text.replaceAll('/usr/local', this.stage.path('prefix'));
  }

  /** The one block of a language: a configuration. */
  configuration(language: string): string {
    const found = this.#blocks.filter((block) => block.language === language);
    expect(found).toHaveLength(1);
    return this.#here(found[0]?.text ?? '');
  }

  /** Runs the commands; gives how many blocks there were. */
  run(): number {
    let blocks = 0;
    for (const [at, { language, text }] of this.#blocks.entries()) {
      if (language !== 'sh') continue;
      blocks++;
      const cwd = text.startsWith('npm ') ? project : this.stage.directory;
      const ended = this.stage.call('sh', ['-euc', this.#here(text)], { cwd, timeout: 120_000 });
      expect({ text, ...ended }).toMatchObject({ text, status: 0 });
      const next = this.#blocks[at + 1];
      const expected = next?.language === 'text' ? this.#here(next.text).trim().split('\n') : [];
      for (const line of expected) expect(ended.stdout).toContain(line);
    }
    return blocks;
  }
}

const has = (...names: string[]) => (names.every((name) => program(name) !== undefined) ? describe : describe.skip);

const MINUTES = 180_000;

has('containerd', 'ctr')('the page about containerd', () => {
  const page = new Page('containerd.md');
  const { stage } = page;
  const space = `caisson-docs-${process.pid}`;
  afterAll(async () => {
    stage.call('ctr', ['task', 'rm', '--force', 'web']);
    await stage.close();
    removeCgroups(space);
    rmSync(join('/run/containerd/runc', space), { recursive: true, force: true });
  });

  test(
    'its commands do what it says',
    async () => {
      const socket = stage.path('containerd.sock');
      const file = stage.path('config.toml');
      const own = `version = 2\nroot = "${stage.path('root')}"\nstate = "${stage.path('state')}"\n[grpc]\n  address = "${socket}"\n`;
      writeFileSync(file, `${own}${page.configuration('toml')}`);
      const without = file.replace('.toml', '-without-cri.toml');
      writeFileSync(without, `disabled_plugins = ["io.containerd.grpc.v1.cri"]\n${own}`);
      stage.env = { ...stage.env, CONTAINERD_ADDRESS: socket, CONTAINERD_NAMESPACE: space };
      await stage.serve('containerd', ['--config', without], () => stage.call('ctr', ['version']));
      // `containerd config dump` reads /etc/containerd/config.toml unless it is told otherwise.
      stage.command('containerd', `exec ${program('containerd')} --config ${file} "$@"`);
      expect(page.run()).toBe(4);
    },
    MINUTES,
  );
});

has(
  'dockerd',
  'docker',
  'containerd',
)('the page about docker', () => {
  const page = new Page('docker.md');
  const { stage } = page;
  const cgroup = `caisson-docs-docker-${process.pid}`;
  afterAll(async () => {
    await stage.close();
    removeCgroups(cgroup);
  });

  test(
    'its commands do what it says',
    async () => {
      const socket = `unix://${stage.path('docker.sock')}`;
      writeFileSync(stage.path('daemon.json'), page.configuration('json'));
      stage.env = { ...stage.env, DOCKER_HOST: socket };
      stage.command('docker', `exec ${program('docker')} "$@"`);
      const folders = [
        `--data-root=${stage.path('data')}`,
        `--exec-root=${stage.path('exec')}`,
        `--pidfile=${stage.path('pid')}`,
      ];
      const network = ['--iptables=false', '--ip6tables=false', '--bridge=none'];
      const flags = [`--config-file=${stage.path('daemon.json')}`, `--host=${socket}`, `--cgroup-parent=/${cgroup}`];
      await stage.serve('dockerd', [...folders, ...network, ...flags], () => stage.call('docker', ['version']));
      expect(page.run()).toBe(4);
    },
    MINUTES,
  );
});

has(
  'podman',
  'conmon',
  'buildah',
)('the page about podman', () => {
  const page = new Page('podman.md');
  const { stage } = page;
  // Where podman puts its containers when nobody says otherwise; that of this machine stays.
  const parent = 'libpod_parent';
  const mine = !cgroupMounts().some((mount) => existsSync(join(mount, parent)));
  afterAll(async () => {
    await stage.close();
    if (mine) removeCgroups(parent);
  });

  test(
    'its commands do what it says',
    () => {
      configure(stage);
      const file = stage.path('containers.conf');
      // What a package installs, and this machine need not have where the package would put it.
      const places = readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => /^(conmon_path|tmp_dir|events_logger)/.test(line));
      const own = readFileSync(file, 'utf8').slice(readFileSync(file, 'utf8').indexOf('[containers]'));
      writeFileSync(
        file,
        `${page.configuration('toml').replace('[engine]\n', `[engine]\n${places.join('\n')}\n`)}\n${own}`,
      );
      expect(page.run()).toBe(5);
    },
    MINUTES,
  );
});
