// Runs jobs side by side, but never two that share something. Called by run.ts. It knows nothing of programs.

/**
 * Runs every name, at most `lanes` at once, in order as far as `isShared` allows: at most one shared job at a time.
 * @returns the results in the order of `names`
 * @throws whatever the first failing job threw, after the running ones have ended
 */
export async function runQueue<Result>(
  names: readonly string[],
  lanes: number,
  isShared: (name: string) => boolean,
  run: (name: string) => Promise<Result>,
): Promise<Result[]> {
  const waiting = [...names];
  const results = new Map<string, Result>();
  const running = new Map<string, Promise<void>>();
  const failed: unknown[] = [];

  const next = () => {
    const sharedRuns = [...running.keys()].some(isShared);
    const index = waiting.findIndex((name) => !(sharedRuns && isShared(name)));
    return index < 0 ? undefined : waiting.splice(index, 1)[0];
  };
  const launch = async (name: string) => {
    try {
      results.set(name, await run(name));
    } catch (error) {
      failed.push(error);
      waiting.length = 0;
    }
    running.delete(name);
  };

  while (waiting.length > 0 || running.size > 0) {
    while (running.size < lanes) {
      const name = next();
      if (name === undefined) break;
      running.set(name, launch(name));
    }
    await Promise.race(running.values());
  }
  if (failed.length > 0) throw failed[0];
  return names.map((name) => results.get(name)!);
}
