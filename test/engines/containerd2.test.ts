/** containerd 2, which Debian's releases do not have yet: built from the modules that test/engines/go.mod pins. */
import { BUILT } from './stage.js';
import { tryContainerd } from './containerd.js';

tryContainerd('containerd2', BUILT);
