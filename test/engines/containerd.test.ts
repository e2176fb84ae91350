/** containerd as Debian has it. */
import { tryContainerd } from './containerd.js';

tryContainerd('containerd');
