// Every check, by its name. A check takes a trial and throws when the runtime does not do what the rows that name it say.

import { features } from './checks/features.js';
import { hooks } from './checks/hooks.js';
import { life } from './checks/life.js';
import type { Trial } from './trial.js';

export type Check = (trial: Trial) => Promise<void>;

export const CHECKS = { ...life, ...hooks, ...features } satisfies Record<string, Check>;

export type CheckName = keyof typeof CHECKS;
