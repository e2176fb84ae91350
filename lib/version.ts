/** Which caisson this is. A test holds VERSION equal to package.json's. Imports nothing. */
export const VERSION = '0.1.0';

/** The version of the OCI runtime specification that config.json is read by. */
export const SPEC_VERSION = '1.3.0';

/** Set by the build of the engine (`--define`); absent under Node and in a build outside of git. */
declare const CAISSON_COMMIT: string | undefined;

/** The commit this was built from, or undefined when the build did not tell. */
export const COMMIT: string | undefined = typeof CAISSON_COMMIT === 'string' ? CAISSON_COMMIT : undefined;
