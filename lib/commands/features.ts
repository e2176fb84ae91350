/** `caisson features`: what this runtime can do, whatever the host can, as JSON. Source: features.md. */
import type { FeaturesRequest, Globals } from '../cli/requests.js';
import type { SupportedVerb } from '../cli/verbs.js';
import { native } from '../native/load.js';
import { features as featuresOf } from '../plan/features.js';
import { COMMIT, SPEC_VERSION, VERSION } from '../version.js';

const STDOUT = 1;

/** Held by the types to what the command line takes. */
const SYSTEMD: 'systemdCgroup' extends keyof Globals ? true : false = true;
const CHECKPOINT: 'checkpoint' extends SupportedVerb ? true : false = false;

export function features(_: FeaturesRequest): Promise<number> {
  const told = featuresOf({
    ociVersion: SPEC_VERSION,
    systemd: SYSTEMD,
    annotations: annotations(),
    knowsSeccompFlags: (flags) => native().knowsSeccompFlags(flags),
  });
  native().print(STDOUT, `${JSON.stringify(told, null, 4)}\n`);
  return Promise.resolve(0);
}

/** The two that engines ask runc for have its names; another runtime may not give a commit under them. */
function annotations(): Record<string, string> {
  return {
    'org.opencontainers.runc.checkpoint.enabled': String(CHECKPOINT),
    'io.github.seccomp.libseccomp.version': native().seccompVersion(),
    'caisson.version': VERSION,
    ...(COMMIT === undefined ? {} : { 'caisson.commit': COMMIT }),
  };
}
