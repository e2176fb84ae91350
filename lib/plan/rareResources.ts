/**
 * What of linux.resources few configs have: block devices, huge pages, network, RDMA, and files of cgroup v2 by name. Loaded
 * by lib/container for a config that has one of them (isRare in resources.ts); called by resources.ts. Pure.
 * Sources: config-linux.md#huge-page-limits, #network, #rdma, #unified, cgroup-v2.rst.
 */
import { RuntimeError } from '../errors.js';
import type { Resources } from '../spec/types.gen.js';
import { blkio, io } from './blockIo.js';
import type { Asked, Compiler, ResourceWrite, Write } from './resourceWrite.js';
import { isSet } from './resourceWrite.js';

/** A controller's name and its compiler, for each cgroup version; the first that the host has counts. */
export type Subject = readonly (readonly [controller: string, version: 1 | 2, compiler: Compiler])[];

export interface RareResources {
  readonly subjects: readonly Subject[];
  readonly unified: typeof unified;
}

const HUGE = 'linux/resources/hugepageLimits';
const NETWORK = 'linux/resources/network';

export const RARE: RareResources = {
  subjects: [
    [
      ['blkio', 1, blkio],
      ['io', 2, io],
    ],
    [
      ['hugetlb', 1, hugetlb('limit_in_bytes')],
      ['hugetlb', 2, hugetlb('max')],
    ],
    [['net_cls', 1, netCls]],
    [['net_prio', 1, netPrio]],
    [
      ['rdma', 1, rdma],
      ['rdma', 2, rdma],
    ],
  ],
  unified,
};

/** Both what is used and what is reserved: a process that reserves more is told so, instead of dying when it touches the page. */
function hugetlb(suffix: string): Compiler {
  return ({ resources: { hugepageLimits = [] } }) =>
    hugepageLimits.flatMap(({ pageSize, limit }, index): Write[] => {
      const [pointer, value] = [`${HUGE}/${index}/limit`, limit.toString()];
      return [
        { file: `hugetlb.${pageSize}.${suffix}`, value, pointer },
        { file: `hugetlb.${pageSize}.rsvd.${suffix}`, value, pointer, optional: true, why: 'since Linux 5.7' },
      ];
    });
}

function netCls({ resources: { network: { classID } = {} } }: Asked): Write[] {
  return isSet(classID) ? [{ file: 'net_cls.classid', value: classID.toString(), pointer: `${NETWORK}/classID` }] : [];
}

function netPrio({ resources: { network: { priorities = [] } = {} } }: Asked): Write[] {
  return priorities.map(({ name, priority }, index) => {
    const pointer = `${NETWORK}/priorities/${index}`;
    return { file: 'net_prio.ifpriomap', value: `${name} ${priority}`, pointer };
  });
}

function rdma({ resources: { rdma: limits = {} } }: Asked): Write[] {
  return Object.entries(limits).map(([device, { hcaHandles, hcaObjects }]) => {
    const words = [device];
    if (hcaHandles !== undefined) words.push(`hca_handle=${hcaHandles}`);
    if (hcaObjects !== undefined) words.push(`hca_object=${hcaObjects}`);
    return { file: 'rdma.max', value: words.join(' '), pointer: `linux/resources/rdma/${escaped(device)}` };
  });
}

/** Files that do something at once instead of limiting: who is in the cgroup, and whether it lives, is decided elsewhere. */
const NO_LIMIT = ['cgroup.procs', 'cgroup.threads', 'cgroup.type', 'cgroup.freeze', 'cgroup.kill'];

/**
 * Files of cgroup v2 by name, one write for each line of the value.
 * @param version of cgroups that a controller works in; undefined when in none
 * @throws RuntimeError host-unsupported for a controller that cgroup v2 has not here; config-invalid
 */
export function unified(
  { unified: files = {} }: Resources,
  version: (controller: string) => 1 | 2 | undefined,
): ResourceWrite[] {
  return Object.entries(files).flatMap(([file, text]) => {
    const pointer = `linux/resources/unified/${escaped(file)}`;
    const controller = file.split('.', 1)[0] ?? '';
    if (NO_LIMIT.includes(file)) {
      throw new RuntimeError('config-invalid', `${file} limits nothing`, { pointer, hint: 'leave it out' });
    }
    if (version(controller) !== 2) throw lacking(controller, version(controller) === 1, pointer);
    return lines(text).map((value) => ({ controller, file, value, pointer }));
  });
}

function lines(text: string): string[] {
  const found = text.split('\n').filter((line) => line !== '');
  return found.length === 0 ? [''] : found;
}

function lacking(controller: string, inV1: boolean, pointer: string): RuntimeError {
  const message =
    controller === 'cgroup'
      ? 'this host has no cgroup v2'
      : `cgroup v2 has no controller ${JSON.stringify(controller)} on this host`;
  const hint = inV1 ? 'cgroup v1 has it: use the other fields of linux.resources' : 'is the name spelled right?';
  return new RuntimeError('host-unsupported', message, { pointer, hint });
}

/** A part of a JSON pointer, RFC 6901. */
function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
