// What config-linux.md of version 1.3.0 demands of cgroups and the resources that they limit.

import { FOR_AUTHORS, must, mustNot, none, should, shouldNot } from '../row.js';

export const CGROUPS = [
  must(
    'control-groups',
    'a cgroup that is found unfit is an error',
    none('whether a runtime looks is left to it, and one that does not look finds nothing'),
  ),
  must('cgroups-path', 'it is absolute or relative', none('every string is one of the two')),
  must('cgroups-path', 'an absolute one begins where cgroups are mounted', 'absolute cgroupsPath'),
  must('cgroups-path', 'the same one is the same place each time', 'same cgroupsPath'),
  must('cgroups-path', 'one that is not valid is an error', none('which ones are not valid is left to the runtime')),
  shouldNot('cgroup-ownership', 'cgroups of v1 are given away', "cgroups of v1 stay root's"),
  shouldNot(
    'cgroup-ownership',
    'cgroups are given away without a cgroup namespace',
    "cgroups without a namespace stay root's",
  ),
  should('cgroup-ownership', 'a cgroup is given away where it is mounted read-write', 'cgroup is given away'),
  shouldNot(
    'cgroup-ownership',
    'cgroups are given away that are not mounted',
    "cgroups that are not mounted stay root's",
  ),
  should('cgroup-ownership', "only the directory and the kernel's list are given away", 'files that are given away'),
  mustNot('cgroup-ownership', 'a file of the list that is not there is an error', 'files that are given away'),
  should('cgroup-ownership', 'files of the list that are there are given away', 'files that are given away'),
  must('cgroup-ownership', 'without the list, three files stand for it', "files without the kernel's list"),
  shouldNot('cgroup-ownership', 'any other file is given away', 'files that are given away'),
  must('allowed-device-list', 'the rules are applied in their order', 'rules of devices'),
  must(
    'memory',
    'a limit below the usage is rejected where checkBeforeUpdate is set',
    none('the specification has no operation that changes limits'),
  ),
  must('cpu', 'quota is no smaller than burst', FOR_AUTHORS),
  must('cpu', 'burst is no larger than quota', FOR_AUTHORS),
  must('block-io', 'a device has weight or leafWeight', FOR_AUTHORS),
  should('pids', '0 is a limit: no further process', 'no further process'),
  must('rdma', 'a device has hcaHandles or hcaObjects', FOR_AUTHORS),
  must('unified', 'the controllers that are needed are enabled', 'unified controller'),
  must('unified', 'what the runtime does not know is written all the same', 'unified file'),
  must('unified', 'a controller that cannot be had is an error', 'unified without its controller'),
  must('example', 'what cannot be said in cgroup v2 is an error there', 'what v2 has not'),
];
