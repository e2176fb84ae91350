// What config.md of version 1.3.0 demands of hooks.

import { must, type SpecRow } from '../row.js';

type List = 'prestart' | 'createRuntime' | 'createContainer' | 'startContainer' | 'poststart' | 'poststop';

/** Said twice of each list: where it is described, and in a section of its own. */
const place = (section: string, list: List, namespace: 'runtime' | 'container'): SpecRow[] => [
  must(
    section,
    `the path of ${list} hooks is found in the ${list === 'startContainer' ? 'container' : 'runtime'} namespace`,
    `place of ${list}`,
  ),
  must(section, `${list} hooks are run in the ${namespace} namespace`, `place of ${list}`),
];

const ALL = 'posix-platform-hooks';

export const HOOKS = [
  must(ALL, 'the path of a prestart hook is absolute', 'prestart with a relative path'),
  must(ALL, 'the timeout of a prestart hook is greater than 0', 'prestart without time'),
  ...place(ALL, 'prestart', 'runtime'),
  must(ALL, 'the path of a createRuntime hook is absolute', 'createRuntime with a relative path'),
  must(ALL, 'the timeout of a createRuntime hook is greater than 0', 'createRuntime without time'),
  ...place(ALL, 'createRuntime', 'runtime'),
  ...place(ALL, 'createContainer', 'container'),
  ...place(ALL, 'startContainer', 'container'),
  ...place(ALL, 'poststart', 'runtime'),
  ...place(ALL, 'poststop', 'runtime'),
  must(ALL, 'the hooks of a list are run in their order', 'order of hooks'),
  must(ALL, 'hooks are passed the state on their standard input', 'state for hooks'),
  must('prestart', 'they are run by create, between the mounts and the pivot', 'moment of prestart'),
  must('prestart', 'they are run before the createRuntime hooks', 'order of lists'),
  ...place('prestart', 'prestart', 'runtime'),
  must('createruntime-hooks', 'they are run by create, between the mounts and the pivot', 'moment of createRuntime'),
  ...place('createruntime-hooks', 'createRuntime', 'runtime'),
  must(
    'createcontainer-hooks',
    'they are run by create, between the mounts and the pivot',
    'moment of createContainer',
  ),
  must('createcontainer-hooks', 'they are run after the createRuntime hooks', 'order of lists'),
  ...place('createcontainer-hooks', 'createContainer', 'container'),
  must('startcontainer-hooks', 'they are run by start, before the program', 'moment of startContainer'),
  ...place('startcontainer-hooks', 'startContainer', 'container'),
  must('poststart', 'they are run when the program is, before start returns', 'moment of poststart'),
  ...place('poststart', 'poststart', 'runtime'),
  must('poststop', 'they are run when the container is deleted, before delete returns', 'poststop is run'),
  ...place('poststop', 'poststop', 'runtime'),
];
