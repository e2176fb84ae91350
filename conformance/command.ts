// How both runners begin and end as programs. Called by run.ts and spec/run.ts.

/** Prints, for a `main` that has nothing else to do. */
export function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

/** Runs a program; an error is a line on stderr and the exit status 1. */
export async function runCommand(main: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await main();
  } catch (error) {
    console.error(`conformance: ${(error as Error).message}`);
    process.exitCode = 1;
  }
}
