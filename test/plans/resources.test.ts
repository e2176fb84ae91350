/** What a limit of tasks says, by the version of the config; the writes of each field are golden (cases/resources.ts). */
import { expect, test } from '@jest/globals';
import { HOSTS, writesOf } from './cases/resources.js';

const writes = (limit: number, ociVersion: string): string[] =>
  writesOf({ ociVersion, linux: { resources: { pids: { limit } } } }, HOSTS.v1!);

test.each(['1.0.2-dev', '1.2.1', '1.0.0'])(
  'before runtime-spec 1.3.0 no tasks at all means no limit: %s',
  (version) => {
    expect(writes(0, version)).toEqual([]);
    expect(writes(1, version)).toHaveLength(1);
  },
);

test.each(['1.3.0', '1.3.0+dev', '1.10.0', '2.0.0'])('since then it is a limit: %s', (version) => {
  expect(writes(0, version)).toHaveLength(1);
});
