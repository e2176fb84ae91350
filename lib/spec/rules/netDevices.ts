/** Rules of `linux.netDevices`. Part of lib/spec/rules.ts. */
/* eslint-disable @typescript-eslint/explicit-module-boundary-types -- the type of the table types its functions */
import { eachEntry, eachTwin, namespaceOf, quoted, type Rule } from './rule.js';

const SECTION = 'config-linux.md#network-devices';

/** IFNAMSIZ of linux/if.h has room for a NUL as well. */
const LONGEST_NAME = 15;

export const NET_DEVICE_RULES: readonly Rule[] = [
  {
    name: 'net-namespace',
    pointers: ['linux/netDevices'],
    demands: 'comes with a network namespace',
    section: SECTION,
    needs: ['linux/namespaces'],
    check: (spec, report) => {
      if (Object.keys(spec.linux?.netDevices ?? {}).length === 0 || namespaceOf(spec, 'network') !== undefined) return;
      report('linux/netDevices', 'needs a network namespace', 'add {"type": "network"} to linux.namespaces');
    },
  },
  {
    name: 'net-name',
    pointers: ['linux/netDevices/*', 'linux/netDevices/*/name'],
    demands: `is a name of a network device: at most ${LONGEST_NAME} bytes, without slash, colon and white space`,
    section: SECTION,
    check: ({ linux }, report) => {
      eachEntry(linux?.netDevices, 'linux/netDevices', ({ name = '' }, key, pointer) => {
        const hint = `it has at most ${LONGEST_NAME} bytes, no slash, no colon and no white space`;
        if (!isName(key)) report(pointer, `${quoted(key)} is no name of a network device`, hint);
        if (name !== '' && !isName(name))
          report(`${pointer}/name`, `${quoted(name)} is no name of a network device`, hint);
        else if (!isTemplate(name))
          report(`${pointer}/name`, `${quoted(name)} is no template`, 'the kernel takes one %d, and no other %');
      });
    },
  },
  {
    name: 'net-duplicate',
    pointers: ['linux/netDevices/*/name'],
    demands: 'is a name that no other device gets',
    section: SECTION,
    check: ({ linux }, report) => {
      const all: { readonly name: string; readonly pointer: string }[] = [];
      eachEntry(linux?.netDevices, 'linux/netDevices', ({ name = '' }, key, pointer) => {
        // The kernel puts a number for %d that is free.
        if (!name.includes('%d')) all.push({ name: name === '' ? key : name, pointer });
      });
      eachTwin(
        all,
        ({ name }) => name,
        ({ name, pointer }, _, first) =>
          report(`${pointer}/name`, `gives the name ${name}, as ${all[first]?.pointer ?? ''} does`),
      );
    },
  },
];

/** Whether the kernel makes a name of it (__dev_alloc_name()), or has nothing to make. */
function isTemplate(name: string): boolean {
  return !name.replace('%d', '').includes('%');
}

/** dev_valid_name() of the kernel. */
function isName(name: string): boolean {
  if (name === '' || name === '.' || name === '..' || /[\s/:]/.test(name)) return false;
  return new TextEncoder().encode(name).length <= LONGEST_NAME;
}
