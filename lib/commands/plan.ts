/** `caisson plan`: prints what create would do, act by act, and does nothing. */
import type { PlanRequest } from '../cli/requests.js';
import { cgroupDriver } from '../container/cgroupDriver.js';
import { readBundle } from '../container/bundle.js';
import { compileFilter } from '../container/filter.js';
import { rareResources } from '../container/resources.js';
import { stateDirectory, stateRoot } from '../container/store.js';
import { unknownWarnings } from '../container/unknown.js';
import { HostFacts } from '../host/facts.js';
import { native } from '../native/load.js';
import { compile } from '../plan/compile.js';
import { planProse } from '../plan/prose.js';

const STDOUT = 1;
/** The plan of no container in particular: paths that hold the id show where it goes. */
const ID = 'ID';

export async function plan(request: PlanRequest): Promise<number> {
  const { spec, directory, rootfs, warnings } = await readBundle(request.bundle, request.config);
  const place = { id: ID, bundle: directory, rootfs, gate: true };
  const stateDir = stateDirectory(stateRoot(request.globals.root), ID);
  const rare = await rareResources(spec);
  const filter = compileFilter;
  const name = cgroupDriver(request.globals);
  const units = name === 'systemd' ? await (await import('../container/unit.js')).unitMaker() : undefined;
  units?.close();
  const driver = units?.driver ?? (name === 'disabled' ? name : 'cgroupfs');
  const compiled = compile(spec, { ...place, stateDirectory: stateDir }, new HostFacts(request.globals.rootless), {
    filter,
    rare,
    driver,
  });
  const whole = { ...compiled, warnings: [...unknownWarnings(spec), ...warnings, ...compiled.warnings] };
  native().print(STDOUT, request.json ? `${JSON.stringify(whole, exact, 2)}\n` : planProse(whole));
  return 0;
}

/** JSON has no 64-bit numbers and no bytes: both as text. */
function exact(_key: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  return typeof value === 'bigint' ? value.toString() : value;
}
