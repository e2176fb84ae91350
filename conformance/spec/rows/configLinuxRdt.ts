// What config-linux.md of version 1.3.0 demands of intelRdt.

import { FOR_AUTHORS, must, mustNot, none, should, shouldNot } from '../row.js';

export const INTEL_RDT = [
  must('intelrdt', 'the process is in the tasks of the directory that closID names', 'class that is there'),
  must('intelrdt', 'it is an error where no resctrl is mounted', 'no resctrl'),
  mustNot('intelrdt', 'resctrl is touched where intelRdt is not set', 'resctrl is left alone'),
  must('intelrdt', 'the closID / is the default class', 'default class'),
  should('intelrdt', 'l3CacheSchema begins with L3:', FOR_AUTHORS),
  shouldNot('intelrdt', 'l3CacheSchema has newlines', FOR_AUTHORS),
  must('intelrdt', 'memBwSchema begins with MB:', 'schemata of other lines'),
  mustNot('intelrdt', 'memBwSchema has newlines', 'schemata of other lines'),
  mustNot('intelrdt', 'one of schemata has newlines', 'schemata of other lines'),
  must('intelrdt', 'the rules that follow are applied', 'class that is there'),
  must('intelrdt', 'l3CacheSchema and memBwSchema are written', 'both schemata'),
  must('intelrdt', 'l3CacheSchema is written first', none('the file has its lines in an order of its own')),
  must('intelrdt', 'one of the two is written', 'schemata'),
  must('intelrdt', 'schemata are written, and last', 'schemata'),
  mustNot('intelrdt', 'schemata are written where none is set', 'class that is there'),
  must('intelrdt', 'without closID the directory has the id of the container', 'class of the container'),
  must('intelrdt', 'a directory that is not there is made for schemata', 'class that is made'),
  must('intelrdt', 'a directory that has other schemata is an error', 'class of other schemata'),
  must('intelrdt', 'without schemata the directory is looked for', 'class that is not there'),
  must('intelrdt', 'and the container is put in it, or it is an error', 'class that is there'),
  must('intelrdt', 'the directory of the container goes with it', 'class of the container'),
  mustNot('intelrdt', 'any other directory goes with it', 'class that is made'),
  must('intelrdt', 'enableMonitoring makes a monitoring group', 'monitoring'),
  must('intelrdt', 'it has the id of the container', 'monitoring'),
  must('intelrdt', 'it goes with the container', 'monitoring'),
  must('intelrdt', 'it is an error where none can be made', 'no more monitoring'),
];
