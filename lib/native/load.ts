/**
 * Loads the addon: the only place that names its file. Called by whoever needs a system call, at that moment; never at
 * start-up, so that `--help` works where the addon doesn't.
 */
import type { Native } from './surface.js';

const FILE = 'caisson.node';

/**
 * Where the addon can be. In the compiled engine it lies beside the executable, by an absolute path: one found through
 * the working directory would be the bundle's. Under Node it is found from this module, in dist/ or in the sources.
 */
function places(): string[] {
  if (import.meta.url.includes('/$bunfs/')) {
    return [process.execPath.slice(0, process.execPath.lastIndexOf('/') + 1) + FILE];
  }
  return [`../libexec/caisson/${FILE}`, `../../dist/libexec/caisson/${FILE}`].map((path) =>
    decodeURIComponent(new URL(path, import.meta.url).pathname),
  );
}

function loadFrom(path: string): Native {
  const module = { exports: {} };
  process.dlopen(module, path);
  return module.exports as Native;
}

function load(): Native {
  const tried: string[] = [];
  for (const path of places()) {
    try {
      return loadFrom(path);
    } catch (error) {
      tried.push(`${path}: ${(error as Error).message}`);
    }
  }
  throw new Error(`the addon cannot be loaded; \`npm run build\` makes it (tried ${tried.join(', ')})`);
}

let loaded: Native | undefined;

/**
 * The addon, loaded by the first call.
 * @throws an Error that says where it was looked for
 */
export function native(): Native {
  loaded ??= load();
  return loaded;
}
