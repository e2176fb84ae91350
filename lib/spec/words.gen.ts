// Generated from schemas/ by scripts/generate-spec.ts. Do not edit.

/** What fits a pattern of the schema, in words. */
export const EXPECTS: Readonly<Record<string, string>> = {
  "^RLIMIT_[A-Z]+$": "a name such as RLIMIT_NOFILE",
  "^[0-9, -]*$": "a list of CPU numbers and ranges such as 0-3,7",
  "^[cbup]$": "one of c, b, u, p",
  "^[1-9][0-9]*[KMG]B$": "a size such as 64KB, 2MB or 1GB",
  "^MB:[^\\n]*$": "one line that begins with MB:"
};

/** A leaf of 64 bits, and its bounds. */
export interface ExactLeaf {
  readonly path: readonly string[];
  readonly least: bigint;
  readonly most: bigint;
}

const INT64 = { least: -(2n ** 63n), most: 2n ** 63n - 1n };
const UINT64 = { least: 0n, most: 2n ** 64n - 1n };

/** The leaves that a JavaScript number may not hold; `*` is any index. */
export const EXACT_LEAVES: readonly ExactLeaf[] = [
  { path: ["process","rlimits","*","soft"], ...UINT64 },
  { path: ["process","rlimits","*","hard"], ...UINT64 },
  { path: ["process","scheduler","runtime"], ...UINT64 },
  { path: ["process","scheduler","deadline"], ...UINT64 },
  { path: ["process","scheduler","period"], ...UINT64 },
  { path: ["linux","resources","memory","limit"], ...INT64 },
  { path: ["linux","resources","memory","reservation"], ...INT64 },
  { path: ["linux","resources","memory","swap"], ...INT64 },
  { path: ["linux","resources","memory","kernel"], ...INT64 },
  { path: ["linux","resources","memory","kernelTCP"], ...INT64 },
  { path: ["linux","resources","memory","swappiness"], ...UINT64 },
  { path: ["linux","resources","cpu","shares"], ...UINT64 },
  { path: ["linux","resources","cpu","quota"], ...INT64 },
  { path: ["linux","resources","cpu","burst"], ...UINT64 },
  { path: ["linux","resources","cpu","period"], ...UINT64 },
  { path: ["linux","resources","cpu","realtimeRuntime"], ...INT64 },
  { path: ["linux","resources","cpu","realtimePeriod"], ...UINT64 },
  { path: ["linux","resources","cpu","idle"], ...INT64 },
  { path: ["linux","resources","pids","limit"], ...INT64 },
  { path: ["linux","resources","blockIO","throttleReadBpsDevice","*","rate"], ...UINT64 },
  { path: ["linux","resources","blockIO","throttleWriteBpsDevice","*","rate"], ...UINT64 },
  { path: ["linux","resources","blockIO","throttleReadIOPSDevice","*","rate"], ...UINT64 },
  { path: ["linux","resources","blockIO","throttleWriteIOPSDevice","*","rate"], ...UINT64 },
  { path: ["linux","resources","hugepageLimits","*","limit"], ...UINT64 },
  { path: ["linux","seccomp","syscalls","*","args","*","value"], ...UINT64 },
  { path: ["linux","seccomp","syscalls","*","args","*","valueTwo"], ...UINT64 },
  { path: ["linux","timeOffsets","monotonic","secs"], ...INT64 },
  { path: ["linux","timeOffsets","boottime","secs"], ...INT64 },
];
