import { describe, expect, test } from '@jest/globals';
import {
  renderComplaints,
  renderDetails,
  renderJson,
  renderProgress,
  renderTable,
  renderTables,
} from '../../../conformance/table.js';
import type { Row } from '../../../conformance/verdict.js';

const subject = { path: '/usr/bin/runtime', version: 'runtime version 1', mounted: [] };
const clean: Row = {
  name: 'create',
  ok: 4,
  notOk: 0,
  skipped: 0,
  end: 'done',
  reason: '',
  failures: [],
  skips: [],
  stderr: 'a warning\n',
  ms: 340,
  left: [],
};
const failed: Row = {
  ...clean,
  name: 'linux_devices',
  ok: 270,
  notOk: 1,
  skipped: 39,
  failures: [{ number: 7, ok: false, description: 'fifo', diagnostics: ['# expect: p'] }],
};
const aborted: Row = {
  ...clean,
  name: 'mounts',
  ok: 0,
  end: 'aborted',
  reason: 'exit status 1',
  stderr: 'no bundle\n\n',
};

describe('renderTable', () => {
  test('aligns names left and numbers right, and ends with the totals', () => {
    expect(renderTable(subject, [clean, failed, aborted])).toBe(
      [
        'program         ok  not ok  skipped  seconds  end',
        'create           4       0        0      0.3  done',
        'linux_devices  270       1       39      0.3  done',
        'mounts           0       0        0      0.3  aborted: exit status 1',
        '',
        'runtime     /usr/bin/runtime (runtime version 1)',
        'programs    1 of 3 without a failure, 1 aborted, 0 timed out',
        'assertions  274 ok, 1 not ok, 39 skipped',
        '',
      ].join('\n'),
    );
  });

  test('says what the host was given, and what a program left on it', () => {
    const text = renderTable({ ...subject, mounted: ['hugetlb', 'net_cls'] }, [
      { ...clean, left: ['/sys/fs/cgroup/pids/x'] },
    ]);
    expect(text).toContain('(runtime version 1), with hugetlb, net_cls mounted\n');
    expect(text).toContain('left behind by create: /sys/fs/cgroup/pids/x\n');
  });
});

test('a clean program without an assertion is marked', () => {
  const text = renderTable(subject, [clean, { ...clean, name: 'hooks', ok: 0 }]);
  expect(text).toContain('hooks     0       0        0      0.3  done: no assertion\n');
  expect(text).toContain('2 of 2 without a failure (1 of them assert nothing), 0 aborted');
});

describe('renderDetails', () => {
  test('is silent about clean programs', () => {
    expect(renderDetails([clean])).toBe('');
  });

  test('shows failures with their diagnostics, and the stderr of an aborted program', () => {
    expect(renderDetails([failed, aborted])).toBe(
      [
        '',
        'linux_devices (done)',
        '  not ok 7 - fifo',
        '    # expect: p',
        'mounts (aborted)',
        '  stderr: no bundle',
        '',
      ].join('\n'),
    );
  });
});

test('renderJson is one document with each runtime, its totals and programs, and the complaints', () => {
  const document = JSON.parse(renderJson([{ subject, rows: [failed] }], ['x'])) as unknown;
  const one = { runtime: subject, totals: { programs: 1, clean: 0, notOk: 1 }, programs: [failed] };
  expect(document).toMatchObject({ runtimes: [one], complaints: ['x'] });
});

test('several runtimes stand side by side, by program', () => {
  const other = { subject: { ...subject, version: 'other version 2' }, rows: [clean, { ...failed, notOk: 3 }] };
  const lines = renderTables([{ subject, rows: [clean, failed, aborted] }, other]).split('\n');
  expect(lines.slice(0, 4)).toEqual([
    'program        runtime 1  other 2',
    'create         ok         ok',
    'linux_devices  1 not ok   3 not ok',
    'mounts         aborted',
  ]);
  expect(lines.filter((line) => line.startsWith('programs '))).toHaveLength(2);
});

test('complaints are listed and counted', () => {
  expect(renderComplaints(['a: b', 'c'])).toBe('\na: b\nc\n2 not as conformance/expected.json says');
});

test('renderProgress names what went wrong', () => {
  expect(renderProgress(clean, 1, 3)).toBe('[1/3] create: ok');
  expect(renderProgress(aborted, 2, 3)).toBe('[2/3] mounts: 0 not ok, aborted');
});
