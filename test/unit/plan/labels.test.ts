/** Labels of security modules: what is asked of which kernel. */
import { describe, expect, test } from '@jest/globals';
import { labelSteps, mountLabel } from '../../../lib/plan/labels.js';
import { withLabel } from '../../../lib/plan/mountFilesystem.js';
import type { Process, Spec } from '../../../lib/spec/types.gen.js';

const having = (process: Partial<Process>): Spec => ({ ociVersion: '1.3.0', process: { cwd: '/', ...process } });
const NEITHER = { apparmor: false, selinux: false };
const BOTH = { apparmor: true, selinux: true };
const LABEL = 'system_u:system_r:container_t:s0:c1,c2';

describe('a process', () => {
  test.each([{}, { apparmorProfile: '', selinuxLabel: '' }, { apparmorProfile: 'unconfined' }])(
    'asks for nothing that this kernel lacks: %j',
    (process) => {
      expect(labelSteps(having(process), NEITHER)).toEqual({ process: [], beforeKeyring: [], behindKeyring: [] });
    },
  );

  test.each<[Partial<Process>, typeof NEITHER, string, RegExp]>([
    [{ apparmorProfile: 'web' }, { apparmor: false, selinux: true }, 'process/apparmorProfile', /^AppArmor/],
    [{ selinuxLabel: LABEL }, { apparmor: true, selinux: false }, 'process/selinuxLabel', /^SELinux/],
    [{ selinuxLabel: 'unconfined' }, NEITHER, 'process/selinuxLabel', /^SELinux/],
  ])('is not run unconfined: %j on %j', (process, facts, pointer, message) => {
    expect(() => labelSteps(having(process), facts)).toThrow(
      expect.objectContaining({
        code: 'host-unsupported',
        message: expect.stringMatching(message),
        details: { pointer, hint: expect.any(String) },
      }),
    );
  });

  test('a profile is written as one that execution takes, also where it confines nothing', () => {
    for (const name of ['web', 'unconfined', ':ns://a b']) {
      const { process } = labelSteps(having({ apparmorProfile: name }), BOTH);
      expect(process.map(({ act }) => act)).toEqual([
        { op: 'label', name: 'apparmor/exec', other: 'exec', value: `exec ${name}` },
      ]);
    }
  });

  test('a label is that of the keyring, too, and of no later key', () => {
    const steps = labelSteps(having({ selinuxLabel: LABEL }), BOTH);
    const values = (list: typeof steps.process) => list.map(({ act }) => act);
    const label = { op: 'label', other: '' };
    expect(values(steps.beforeKeyring)).toEqual([{ ...label, name: 'keycreate', value: LABEL }]);
    expect(values(steps.behindKeyring)).toEqual([{ ...label, name: 'keycreate', value: '' }]);
    expect(values(steps.process)).toEqual([{ ...label, name: 'exec', value: LABEL }]);
  });
});

describe('mounts', () => {
  const spec: Spec = { ...having({}), linux: { mountLabel: LABEL } };

  test('without SELinux a warning is all', () => {
    expect(mountLabel(spec, NEITHER)).toEqual({
      label: '',
      warnings: [expect.stringMatching(/^linux\/mountLabel: left out/)],
    });
    expect(mountLabel(spec, BOTH)).toEqual({ label: LABEL, warnings: [] });
  });

  test('the kernel is not asked for a config without a label', () => {
    const facts = {
      get apparmor(): boolean {
        throw new Error('asked');
      },
      get selinux(): boolean {
        throw new Error('asked');
      },
    };
    for (const linux of [undefined, {}, { mountLabel: '' }]) {
      expect(mountLabel({ ...having({}), ...(linux && { linux }) }, facts)).toEqual({ label: '', warnings: [] });
    }
    expect(labelSteps(having({}), facts).process).toEqual([]);
  });

  test.each([
    ['tmpfs', ['mode=755'], false, ['mode=755', `context=${LABEL}`]],
    ['tmpfs', [], true, [`context="${LABEL}"`]],
    ['devpts', ['newinstance'], false, ['newinstance', `context=${LABEL}`]],
    ['tmpfs', ['context=a:b:c:s0'], false, ['context=a:b:c:s0']],
    ['proc', [], false, []],
    ['sysfs', [], false, []],
    ['mqueue', [], false, []],
  ])('%s with %j (plain: %j) has %j', (type, data, plain, options) => {
    expect(withLabel(type, data, LABEL, plain)).toEqual(options);
  });
});
