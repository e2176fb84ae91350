// A root filesystem put together from files of this machine: programs, and the libraries that they are linked to. It
// runs no package's scripts. What the first virtual machine and the disk with the project are made of.

import { copyFileSync, existsSync, lstatSync, mkdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { Failed, must, run } from '../lib/run.mjs';

/**
 * Where a program is.
 * @param {string} name
 * @returns {string | undefined}
 */
export function onPath(name) {
  if (name.startsWith('/')) return name;
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/sbin', '/usr/bin', '/bin'];
  return folders.map((folder) => path.join(folder, name)).find((file) => existsSync(file));
}

/**
 * The shared libraries of programs, the loader among them; none for a static program or a script.
 * @param {readonly string[]} files
 */
async function librariesOf(files) {
  const { output } = await run('ldd', files);
  if (output.includes('=> not found'))
    throw new Failed(`a library of the virtual machine's programs is missing:\n${output}`);
  return new Set([...output.matchAll(/(?:=> |^\s*)(\/\S+) \(0x/gm)].map((match) => match[1] ?? ''));
}

/** A folder that becomes a disk. */
export class Tree {
  /** @param {string} folder what was there before is removed */
  constructor(folder) {
    this.folder = folder;
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
  }

  /** @param {string} inside an absolute path */
  at(inside) {
    return path.join(this.folder, inside);
  }

  /** @param {readonly string[]} inside */
  directories(inside) {
    for (const directory of inside) mkdirSync(this.at(directory), { recursive: true });
  }

  /**
   * @param {string} inside
   * @param {string} target
   */
  link(inside, target) {
    mkdirSync(path.dirname(this.at(inside)), { recursive: true });
    if (!lstatSync(this.at(inside), { throwIfNoEntry: false })) symlinkSync(target, this.at(inside));
  }

  /**
   * A file, or what a link leads to.
   * @param {string} from
   * @param {string} inside
   */
  file(from, inside = from) {
    mkdirSync(path.dirname(this.at(inside)), { recursive: true });
    if (!existsSync(this.at(inside))) copyFileSync(from, this.at(inside));
  }

  /**
   * Files and folders below one folder, to the same names below another.
   * @param {string} from
   * @param {readonly string[]} names
   * @param {string} inside
   * @param {readonly string[]} [without] patterns of tar(1)
   */
  async below(from, names, inside, without = []) {
    this.directories([inside]);
    const excluded = without.map((pattern) => `--exclude=${pattern}`);
    const pipe = 'tar -C "$1" "${@:3}" -cf - | tar -C "$2" -xf -';
    const words = ['-o', 'pipefail', '-c', pipe, 'bash', from, this.at(inside), ...excluded, ...names];
    await must(`copying ${from}`, 'bash', words);
  }

  /**
   * With the list by which modprobe(8) finds them: a package that was only unpacked has none.
   * @param {import('./kernel.mjs').Kernel} kernel
   */
  async modules({ modules, version }) {
    await this.below(modules, ['.'], `/usr/lib/modules/${version}`, ['./build', './source']);
    await must('listing the modules of the kernel', onPath('depmod') ?? 'depmod', ['-b', this.at('usr'), version]);
  }

  /**
   * Programs that are found as here: by their names on PATH, and by the paths of Debian.
   * @param {readonly string[]} names
   * @param {readonly string[]} others files that bring only their libraries
   * @throws {Failed} when this machine lacks one
   */
  async programs(names, others) {
    const files = names.map((name) => this.#program(name));
    for (const library of await librariesOf([...files, ...others])) this.file(library);
  }

  /** @param {string} name */
  #program(name) {
    const found = onPath(name);
    if (found === undefined) throw new Failed(`the virtual machine needs ${name}, which is not on this machine`);
    const real = realpathSync(found);
    this.file(real);
    this.link(found, real);
    this.link(path.join('/usr/bin', name), real);
    return real;
  }
}
