// The demo of `npm start`: makes a bundle from busybox, runs it with the built caisson, and shows what the container's
// pid 1 sees of the world beside what the host sees, and how long each phase took. Leaves nothing behind.

import { spawn, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { build } from './build.mjs';
import { busybox } from './lib/needs.mjs';
import { built, manifest } from './lib/project.mjs';
import { Failed } from './lib/run.mjs';
import { bold, cyan, dim, duration, green, table } from './lib/words.mjs';
import { setUp } from './setup.mjs';

const namespaces = ['pid', 'mnt', 'net', 'uts', 'ipc', 'cgroup', 'user'];

/** What pid 1 runs: it prints `[name]` lines, each with what follows it. */
const insideScript = `
echo "[pid]"; echo $$
echo "[hostname]"; hostname
echo "[namespaces]"; for n in ${namespaces.join(' ')}; do readlink /proc/1/ns/$n; done
echo "[processes]"; ps -o pid,comm | sed 1d
echo "[mounts]"; while read -r _ _ _ root point options rest; do echo "$point $options \${rest#*- }"; done < /proc/1/mountinfo
echo "[cgroup]"; cat /proc/1/cgroup
echo "[status]"; grep -E '^(CapEff|NoNewPrivs|Seccomp):' /proc/1/status
`;

/** @typedef {{ phase: string, ms: number, note: string }} Timing */

/**
 * Runs the built caisson and gives what it and its container wrote.
 * @param {readonly string[]} args
 * @param {(child: import('node:child_process').ChildProcess) => void} [begun]
 * @returns {Promise<{ ms: number, output: string }>}
 * @throws {Failed}
 */
function caisson(args, begun = () => undefined) {
  const from = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(built.front, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let ms = 0;
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (/** @type {string} */ text) => (output += text));
    child.on('error', reject);
    // The runtime's own end; its streams may stay open in the container.
    child.on('exit', () => (ms = performance.now() - from));
    child.on('close', (code) => {
      if (code === 0) resolve({ ms, output });
      else reject(new Failed(`caisson ${args.join(' ')} exited with status ${code}\n${output}`));
    });
    begun(child);
  });
}

/**
 * A bundle: a root file system of one static busybox, and the config.json that `caisson spec` writes, with our command.
 * @param {string} bundle
 */
async function makeBundle(bundle) {
  const from = performance.now();
  const bin = path.join(bundle, 'rootfs/bin');
  mkdirSync(bin, { recursive: true });
  copyFileSync(busybox, path.join(bin, 'busybox'));
  for (const name of ['sh', 'hostname', 'readlink', 'ps', 'sed', 'cat', 'grep', 'true'])
    symlinkSync('busybox', path.join(bin, name));
  await caisson(['spec', '-b', bundle]);
  configure(bundle, ['/bin/sh', '-c', insideScript]);
  return performance.now() - from;
}

/**
 * @param {string} bundle
 * @param {readonly string[]} args what the container runs
 */
function configure(bundle, args) {
  const file = path.join(bundle, 'config.json');
  const config = JSON.parse(readFileSync(file, 'utf8'));
  config.process.terminal = false;
  config.process.args = args;
  config.hostname = 'caisson-demo';
  writeFileSync(file, JSON.stringify(config, undefined, 2));
}

/**
 * create, state, start, delete, each timed; and what the container wrote.
 * @param {readonly string[]} global
 * @param {string} bundle
 * @param {string} id
 */
async function live(global, bundle, id) {
  /** @type {Timing[]} */
  const timings = [];
  const pidFile = path.join(bundle, 'pid');
  /** @type {() => void} */
  let settled = () => undefined;
  const created = new Promise((/** @type {(value?: undefined) => void} */ resolve) => (settled = resolve));
  // The container inherits the streams of `create`, so its output ends when the container does.
  const whole = caisson([...global, 'create', '-b', bundle, '--pid-file', pidFile, id], (child) =>
    child.on('exit', settled),
  );
  await Promise.race([created, whole]);
  const host = { pid: '', cgroup: '' };
  try {
    host.pid = readFileSync(pidFile, 'utf8').trim();
    host.cgroup = readFileSync(`/proc/${host.pid}/cgroup`, 'utf8');
    timings.push({
      phase: 'state',
      note: 'created, asked for its state',
      ms: (await caisson([...global, 'state', id])).ms,
    });
    timings.push({
      phase: 'start',
      note: 'released: its process runs',
      ms: (await caisson([...global, 'start', id])).ms,
    });
  } catch (error) {
    await caisson([...global, 'delete', '--force', id]).catch(() => undefined);
    // If create failed, what it said is the better reason.
    await whole;
    throw error;
  }
  const { output, ms } = await whole;
  timings.unshift({ phase: 'create', note: 'namespaces, mounts, cgroup, gate', ms });
  timings.push({ phase: 'delete', note: 'cgroup and state removed', ms: await deleteStopped(global, id) });
  return { timings, output, host };
}

/**
 * The end of its output and the end of the process are not the same moment: tries until the container has stopped.
 * @param {readonly string[]} global
 * @param {string} id
 */
async function deleteStopped(global, id) {
  for (let tries = 0; ; tries += 1) {
    const state = /** @type {{ status: string }} */ (JSON.parse((await caisson([...global, 'state', id])).output));
    if (state.status === 'stopped' || tries === 100) break;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return (await caisson([...global, 'delete', id])).ms;
}

/**
 * The median of some whole runs of /bin/true, back to back.
 * @param {readonly string[]} global
 * @param {string} bundle
 * @param {string} id
 */
async function timeRuns(global, bundle, id) {
  configure(bundle, ['/bin/true']);
  const times = [];
  for (let round = 0; round < 9; round += 1)
    times.push((await caisson([...global, 'run', '-b', bundle, `${id}-${round}`])).ms);
  return times.sort((a, b) => a - b)[4] ?? 0;
}

/**
 * `[name]` sections to a map.
 * @param {string} output
 * @returns {Record<string, string[]>}
 */
function sections(output) {
  /** @type {Record<string, string[]>} */
  const found = {};
  let name = '';
  for (const line of output.split('\n')) {
    const head = /^\[(\w+)\]$/.exec(line)?.[1];
    if (head) found[(name = head)] = [];
    else if (line.trim()) found[name]?.push(line.trim());
  }
  return found;
}

/** @param {string} title */
const heading = (title) => console.log(`\n${bold(title)}`);

/**
 * Where a container is in each hierarchy, in few lines: hierarchies with the same path together.
 * @param {string} text the form of /proc/PID/cgroup
 */
function cgroupRows(text) {
  /** @type {Map<string, string[]>} */
  const byPath = new Map();
  for (const line of text.split('\n').filter(Boolean)) {
    const [, controllers = '', ...rest] = line.split(':');
    const where = rest.join(':');
    byPath.set(where, [...(byPath.get(where) ?? []), controllers || 'unified']);
  }
  return [...byPath].map(([where, controllers]) => [where, controllers.join(' ')]);
}

/**
 * @param {Record<string, string[]>} inside
 * @param {{ pid: string, cgroup: string }} host
 */
function showInside(inside, host) {
  const status = Object.fromEntries((inside.status ?? []).map((line) => line.split(/:\s+/)));
  heading('What pid 1 sees');
  const facts = [
    ['pid', inside.pid?.[0] ?? '?', `${host.pid} on the host`],
    ['hostname', inside.hostname?.[0] ?? '?', `${hostname()} on the host`],
    [
      'processes',
      String(inside.processes?.length ?? '?'),
      (inside.processes ?? []).map((line) => line.replace(/\s+/, ':')).join(' '),
    ],
    ['capabilities', status.CapEff ?? '?', `no new privileges: ${status.NoNewPrivs === '1' ? 'yes' : 'no'}`],
  ];
  console.log(table(facts, [String, cyan, dim]));

  heading('Its namespaces, and the host’s');
  const ids = inside.namespaces ?? [];
  const rows = namespaces.map((name, i) => {
    const own = (ids[i] ?? '').replace(/\D+/g, '');
    const hosts = readlinkSync(`/proc/self/ns/${name}`).replace(/\D+/g, '');
    return [name, own, own === hosts ? '=' : '≠', hosts];
  });
  console.log(table(rows, [String, cyan, String, dim]));

  heading('Its mounts');
  const mounts = (inside.mounts ?? []).map((line) => {
    const [point = '', options = '', type = ''] = line.split(' ');
    return [point, type, options];
  });
  console.log(
    table(
      mounts.sort(([a = ''], [b = '']) => (a < b ? -1 : 1)),
      [cyan, String, dim],
    ),
  );

  heading('Its cgroup, seen from the host');
  console.log(table(cgroupRows(host.cgroup), [cyan, dim]));
}

/** @param {readonly Timing[]} timings */
function showTimings(timings) {
  heading('Time');
  console.log(
    table(
      timings.map(({ phase, ms, note }) => [phase, duration(ms).padStart(7), note]),
      [String, green, dim],
    ),
  );
}

/** @throws {Failed} */
function checkPrivilege() {
  if (process.getuid?.() === 0) return;
  throw new Failed('caisson: the demo makes a container and needs root: run npm start as root. Nothing was changed.');
}

/**
 * The show itself, in a folder that is there for it.
 * @param {string} place
 * @param {string} id
 * @param {Timing[]} timings of what was before
 */
async function show(place, id, timings) {
  const bundle = path.join(place, 'bundle');
  const global = ['--root', path.join(place, 'state')];
  timings.push({ phase: 'bundle', note: 'a busybox, and the config of `caisson spec`', ms: await makeBundle(bundle) });
  const { timings: phases, output, host } = await live(global, bundle, id);
  const whole = await timeRuns(global, bundle, id);
  showInside(sections(output), host);
  showTimings([...timings, ...phases, { phase: 'run', note: 'create to delete of /bin/true, median of 9', ms: whole }]);
  console.log(`\n${dim('Everything is removed again. Yours:')} npm start -- run -b BUNDLE ID`);
}

/**
 * Calls `work`, and `leave` however it ends: by itself, by an error, by Ctrl-C.
 * @param {() => Promise<void>} work
 * @param {() => void} leave
 */
async function leaving(work, leave) {
  const interrupted = () => {
    leave();
    process.exit(130);
  };
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    await work();
  } finally {
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
    leave();
  }
}

/**
 * Set-up, build, and the show.
 * @throws {Failed}
 */
export async function demo() {
  console.log(`${bold(`caisson ${manifest.version}`)}  ${dim('an OCI container runtime')}`);
  /** @param {string} text */
  const say = (text) => console.log(dim(`  ${text}`));
  const from = performance.now();
  const installed = await setUp(['build'], say);
  checkPrivilege();
  const middle = performance.now();
  const steps = await build((text) => say(text));
  const timings = [
    { phase: 'set-up', note: installed ? 'Debian packages, npm ci' : 'nothing was missing', ms: middle - from },
    {
      phase: 'build',
      note: steps.length > 0 ? 'front, init and supervisor, addon, engine' : 'nothing had changed',
      ms: performance.now() - middle,
    },
  ];
  const place = mkdtempSync(path.join(tmpdir(), 'caisson-demo-'));
  const id = `demo-${process.pid}`;
  await leaving(
    () => show(place, id, timings),
    () => {
      // Removes what a failure half-way left; of an id that is gone it knows nothing, and says so to nobody.
      spawnSync(built.front, ['--root', path.join(place, 'state'), 'delete', '--force', id], { stdio: 'ignore' });
      rmSync(place, { recursive: true, force: true });
    },
  );
}
