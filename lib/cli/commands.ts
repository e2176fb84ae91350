/**
 * Which file does a verb. Each import is a literal, so that a bundler makes a piece of its own of each command and only
 * the one that is asked for is loaded.
 */
import type { Request } from './requests.js';
import type { SupportedVerb } from './verbs.js';

/** A function per verb that has a command; it gives the exit status. */
export type Commands = { readonly [V in SupportedVerb]: (request: Request<V>) => Promise<number> };

export const COMMANDS: Commands = {
  create: async (request) => (await import('../commands/create.js')).create(request),
  start: async (request) => (await import('../commands/start.js')).start(request),
  run: async (request) => (await import('../commands/run.js')).run(request),
  exec: async (request) => (await import('../commands/exec.js')).exec(request),
  state: async (request) => (await import('../commands/state.js')).state(request),
  kill: async (request) => (await import('../commands/kill.js')).kill(request),
  wait: async (request) => (await import('../commands/wait.js')).wait(request),
  delete: async (request) => (await import('../commands/delete.js')).deleteContainer(request),
  list: async (request) => (await import('../commands/list.js')).list(request),
  ps: async (request) => (await import('../commands/ps.js')).ps(request),
  pause: async (request) => (await import('../commands/pause.js')).pause(request),
  resume: async (request) => (await import('../commands/resume.js')).resume(request),
  events: async (request) => (await import('../commands/events.js')).events(request),
  update: async (request) => (await import('../commands/update.js')).update(request),
  spec: async (request) => (await import('../commands/spec.js')).spec(request),
  features: async (request) => (await import('../commands/features.js')).features(request),
  plan: async (request) => (await import('../commands/plan.js')).plan(request),
  validate: async (request) => (await import('../commands/validate.js')).validate(request),
};
