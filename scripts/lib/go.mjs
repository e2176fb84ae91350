// Go for the conformance suite: what this machine has, if it is new enough, or a Debian package of the release or of its
// backports, downloaded and unpacked under build/go. Nothing is installed, and no root is needed.

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { alone } from './lock.mjs';
import { at } from './project.mjs';
import { Failed, must, run } from './run.mjs';

const folder = at('build/go');
const unpacked = path.join(folder, 'root');

/** From 1.21 on, an older Go fetches the one that conformance/go.mod asks for. */
const LEAST = 21;

/** Versions of Debian's packages that would do, the best first. */
const VERSIONS = ['1.24', '1.23', '1.22', '1.21'];

/** What to install. */
export const goHint = `Go 1.24 or newer, or 1.21 and the module proxy, is needed to build the OCI runtime-tools suite.
  Debian 13:  apt-get install golang-go
  Debian 12:  apt-get install -t bookworm-backports golang-go`;

/** The go programs that may be there, in the order in which they are tried. */
export const goPlaces = () => ['go', '/usr/local/go/bin/go', ...unpackedGo()];

function unpackedGo() {
  const lib = path.join(unpacked, 'usr/lib');
  if (!existsSync(lib)) return [];
  return readdirSync(lib)
    .filter((name) => name.startsWith('go-'))
    .map((name) => path.join(lib, name, 'bin/go'));
}

/** @param {string} go */
async function isRecent(go) {
  try {
    const { output } = await run(go, ['version'], { cwd: at(), env: { ...process.env, GOTOOLCHAIN: 'local' } });
    const [, major, minor] = /\bgo(\d+)\.(\d+)/.exec(output) ?? [];
    return Number(major) > 1 || Number(minor) >= LEAST;
  } catch {
    return false;
  }
}

async function recentGo() {
  for (const go of goPlaces()) if (await isRecent(go)) return go;
  return undefined;
}

/** The package lists of this release and of its backports, in a place of ours: the machine's own are left alone. */
async function aptOptions() {
  const codename = /^VERSION_CODENAME=(\w+)$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? '';
  const { output } = await must('asking apt for its mirror', 'apt-get', [
    'indextargets',
    '--format',
    '$(REPO_URI) $(CODENAME)',
  ]);
  const mirror = output
    .split('\n')
    .map((line) => line.split(' '))
    .find(([, name]) => name === codename)?.[0];
  if (mirror === undefined || codename === '')
    throw new Failed(`no mirror of this Debian release is known to apt. ${goHint}`);
  const state = path.join(folder, 'apt');
  for (const name of ['lists/partial', 'cache/archives/partial'])
    mkdirSync(path.join(state, name), { recursive: true });
  const signed = '[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]';
  const lines = [codename, `${codename}-backports`].map((suite) => `deb ${signed} ${mirror} ${suite} main\n`);
  writeFileSync(path.join(state, 'sources.list'), lines.join(''));
  const settings = {
    'Dir::Etc::sourcelist': path.join(state, 'sources.list'),
    'Dir::Etc::sourceparts': '/dev/null',
    'Dir::State::lists': path.join(state, 'lists'),
    'Dir::Cache': path.join(state, 'cache'),
    'Acquire::Languages': 'none',
    'APT::Sandbox::User': '',
  };
  return ['-qq', ...Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`])];
}

async function download() {
  const options = await aptOptions();
  await must('reading the package lists of Go', 'apt-get', [...options, 'update']);
  const debs = path.join(folder, 'debs');
  mkdirSync(debs, { recursive: true });
  for (const version of VERSIONS) {
    const names = [`golang-${version}-go`, `golang-${version}-src`];
    const { status } = await run('apt-get', [...options, 'download', ...names], { cwd: debs });
    if (status !== 0) continue;
    for (const deb of readdirSync(debs)) {
      await must(`unpacking ${deb}`, 'dpkg-deb', ['--extract', path.join(debs, deb), unpacked]);
    }
    break;
  }
}

/**
 * Sees to a Go that can build the suite.
 * @param {(text: string) => void} [say]
 * @returns {Promise<string>} the program
 * @throws {Failed} with what to install
 */
export async function setUpGo(say = () => undefined) {
  const there = await recentGo();
  if (there !== undefined) return there;
  if (!existsSync('/usr/bin/apt-get')) throw new Failed(goHint);
  return await alone(say, async () => {
    const meanwhile = await recentGo();
    if (meanwhile !== undefined) return meanwhile;
    say('downloading Go for the conformance suite');
    rmSync(folder, { recursive: true, force: true });
    await download();
    for (const name of ['apt', 'debs']) rmSync(path.join(folder, name), { recursive: true, force: true });
    const downloaded = await recentGo();
    if (downloaded === undefined) throw new Failed(goHint);
    return downloaded;
  });
}
