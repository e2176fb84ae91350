// What config-linux.md of version 1.3.0 demands of namespaces, devices and paths. With configLinuxCgroups.ts,
// configLinuxRdt.ts and configLinuxSeccomp.ts it is the whole page: pages.ts.

import { FOR_AUTHORS, must, mustNot, should, shouldNot } from '../row.js';

export const NAMESPACES_AND_DEVICES = [
  should('default-filesystems', '/proc, /sys, /dev/pts and /dev/shm have their filesystems', 'default filesystems'),
  should('namespaces', 'all eight types of namespaces are there', 'types of namespaces'),
  must('namespaces', 'the path of a namespace is absolute', 'relative namespace path'),
  must('namespaces', 'the process is in the namespace of a path', 'joined namespaces'),
  must('namespaces', 'the path of a namespace of another type is an error', 'path of another namespace'),
  must('namespaces', 'without a path the namespace is new', 'types of namespaces'),
  must('namespaces', "a type that is not named is the runtime's", 'inherited namespaces'),
  must('namespaces', 'a type that is named twice is an error', 'namespace twice'),
  shouldNot('user-namespace-mappings', 'owners of files are changed for the mapping', 'owners stay'),
  must('devices', 'the devices that are listed are there', 'devices'),
  must('devices', 'another file at the path of a device is an error', 'other file at a device'),
  shouldNot('devices', 'two devices have the same type and numbers', FOR_AUTHORS),
  must('default-devices', 'null, zero, full, random, urandom, tty and ptmx are there', 'default devices'),
  must('network-devices', 'the devices that are listed are in the container', 'network device'),
  must('network-devices', 'whether a device can be moved is looked at', 'network device that cannot move'),
  must('network-devices', 'a name that is taken in the container is an error', 'name of a device is taken'),
  must('network-devices', 'with a template as its name the device is moved', 'name of a device is a template'),
  must('network-devices', 'attributes and lasting addresses are kept', 'network device keeps its attributes'),
  must('network-devices', 'the device is up', 'network device is up'),
  mustNot(
    'namespace-lifecycle-and-container-termination',
    'the device is managed once it is in the container',
    'network device is left alone',
  ),
  mustNot(
    'namespace-lifecycle-and-container-termination',
    'the device is taken out again',
    'network device stays in its namespace',
  ),
];

export const PATHS = [
  must('masked-paths', 'masked paths are absolute', 'relative masked path'),
  must('readonly-paths', 'read-only paths are absolute', 'relative read-only path'),
];
