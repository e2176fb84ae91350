import type { Cases } from './case.js';

const limit = (name: string, soft: unknown = 1, hard: unknown = 1) => ({ type: `RLIMIT_${name}`, soft, hard });
const schedule = (fields: object) => ({ 'process/scheduler': fields });

export const PROCESS: Cases = {
  process: { hits: [[{ process: undefined }, 'process', /^is missing/]], misses: [{}] },
  args: {
    hits: [
      [{ 'process/args': [] }, 'process/args', 'must not be empty'],
      [{ 'process/args': [''] }, 'process/args/0', 'must not be empty'],
      [{ 'process/args': undefined }, 'process/args', 'is required'],
    ],
    misses: [{ 'process/args': ['x', ''] }],
  },
  cwd: {
    hits: [
      [{ 'process/cwd': 'root' }, 'process/cwd', 'must be an absolute path, but is "root"'],
      [{ 'process/cwd': '' }, 'process/cwd', 'must be an absolute path, but is ""'],
    ],
    misses: [{ 'process/cwd': '/..' }],
  },
  'console-size': {
    hits: [
      [{ 'process/consoleSize': { height: 65_536, width: 1 } }, 'process/consoleSize/height', /at most 65535/],
      [{ 'process/consoleSize': { height: 1, width: 2 ** 32 } }, 'process/consoleSize/width', /at most 65535/],
    ],
    misses: [{ 'process/consoleSize': { height: 65_535, width: 0 } }],
  },
  'env-form': {
    hits: [
      [{ 'process/env': ['A=b', 'B'] }, 'process/env/1', 'must be NAME=VALUE'],
      [{ 'process/env': ['=b'] }, 'process/env/0', 'must be NAME=VALUE'],
      [{ 'process/env': [''] }, 'process/env/0', 'must be NAME=VALUE'],
    ],
    misses: [{ 'process/env': ['A=', 'b c=d=e'] }],
  },
  'env-duplicate': {
    hits: [
      [
        { 'process/env': ['A=secret', 'B=', 'A=b=c'] },
        'process/env/2',
        'sets A again, after process/env/0; the last counts',
      ],
    ],
    misses: [{ 'process/env': ['A=', 'a=', 'AA=A='] }],
  },
  'limit-known': {
    hits: [
      [{ 'process/rlimits': [limit('FILES')] }, 'process/rlimits/0/type', 'names no limit of Linux: "RLIMIT_FILES"'],
    ],
    misses: [{ 'process/rlimits': [limit('RTTIME'), limit('CPU')] }],
  },
  'limit-duplicate': {
    hits: [
      [
        { 'process/rlimits': [limit('CORE'), limit('AS'), limit('CORE')] },
        'process/rlimits/2',
        'sets RLIMIT_CORE again, after process/rlimits/0',
      ],
    ],
    misses: [{ 'process/rlimits': [limit('CORE'), limit('AS')] }],
  },
  'limit-order': {
    hits: [
      [
        { 'process/rlimits': [limit('CORE', 18446744073709551615n, 5)] },
        'process/rlimits/0/soft',
        'must not be above the hard limit: 18446744073709551615 is more than 5',
      ],
      [{ 'process/rlimits': [limit('NOFILE', 2, 1)] }, 'process/rlimits/0/soft', /2 is more than 1$/],
    ],
    misses: [{ 'process/rlimits': [limit('CORE', 18446744073709551615n, 18446744073709551615n)] }],
  },
  'oom-score': {
    hits: [
      [{ 'process/oomScoreAdj': 1001 }, 'process/oomScoreAdj', 'must be from -1000 to 1000, but is 1001'],
      [{ 'process/oomScoreAdj': -1001 }, 'process/oomScoreAdj', /but is -1001$/],
    ],
    misses: [{ 'process/oomScoreAdj': -1000 }, { 'process/oomScoreAdj': 1000 }],
  },
  'user-unchanged': {
    hits: [
      [{ 'process/user': { uid: 4_294_967_295, gid: 0 } }, 'process/user/uid', 'must be below 4294967295'],
      [{ 'process/user': { gid: 4_294_967_295 } }, 'process/user/gid', 'must be below 4294967295'],
      [
        { 'process/user/additionalGids': [1, 4_294_967_295] },
        'process/user/additionalGids/1',
        'must be below 4294967295',
      ],
    ],
    misses: [{ 'process/user': { uid: 4_294_967_294, gid: 4_294_967_294, additionalGids: [4_294_967_294] } }],
  },
  umask: {
    hits: [[{ 'process/user/umask': 512 }, 'process/user/umask', 'must be at most 511, but is 512']],
    misses: [{ 'process/user/umask': 511 }],
  },
  'capability-known': {
    hits: [
      [
        { 'process/capabilities/bounding': ['CAP_KILL', 'CAP_KIL'] },
        'process/capabilities/bounding/1',
        'unknown capability "CAP_KIL", not granted',
      ],
      [{ 'process/capabilities/ambient': ['kill'] }, 'process/capabilities/ambient/0', /^unknown capability/],
    ],
    misses: [
      { 'process/capabilities/inheritable': ['CAP_CHECKPOINT_RESTORE', 'CAP_CHOWN'] },
      { 'process/capabilities': undefined },
    ],
  },
  'label-text': {
    hits: [
      [{ 'process/apparmorProfile': 'a\nb' }, 'process/apparmorProfile', 'must not have a newline'],
      [{ 'process/selinuxLabel': 'a\n' }, 'process/selinuxLabel', 'must not have a newline'],
      [{ 'linux/mountLabel': '\n' }, 'linux/mountLabel', 'must not have a newline'],
    ],
    misses: [{ 'process/apparmorProfile': 'a b', 'process/selinuxLabel': '', 'linux/mountLabel': 'a:b:c:s0:c1,c2' }],
  },
  'scheduler-policy': {
    hits: [[schedule({ policy: 'SCHED_ISO' }), 'process/scheduler/policy', /^is reserved, and no kernel has it/]],
    misses: [schedule({ policy: 'SCHED_IDLE' })],
  },
  'scheduler-nice': {
    hits: [
      [schedule({ policy: 'SCHED_OTHER', nice: 20 }), 'process/scheduler/nice', 'must be from -20 to 19, but is 20'],
      [schedule({ policy: 'SCHED_BATCH', nice: -21 }), 'process/scheduler/nice', /but is -21$/],
    ],
    misses: [schedule({ policy: 'SCHED_OTHER', nice: 19 }), schedule({ policy: 'SCHED_BATCH', nice: -20 })],
  },
  'scheduler-nice-policy': {
    hits: [
      [schedule({ policy: 'SCHED_FIFO', priority: 1, nice: 5 }), 'process/scheduler/nice', /no effect with SCHED_FIFO/],
    ],
    misses: [schedule({ policy: 'SCHED_FIFO', priority: 1, nice: 0 })],
  },
  'scheduler-priority': {
    hits: [
      [
        schedule({ policy: 'SCHED_OTHER', priority: 1 }),
        'process/scheduler/priority',
        'must not be set with SCHED_OTHER',
      ],
      [schedule({ policy: 'SCHED_FIFO' }), 'process/scheduler/priority', /from 1 to 99 with SCHED_FIFO, but is 0$/],
      [schedule({ policy: 'SCHED_RR', priority: 100 }), 'process/scheduler/priority', /but is 100$/],
    ],
    misses: [
      schedule({ policy: 'SCHED_OTHER', priority: 0 }),
      schedule({ policy: 'SCHED_FIFO', priority: 1 }),
      schedule({ policy: 'SCHED_RR', priority: 99 }),
    ],
  },
  'scheduler-deadline-policy': {
    hits: [
      [schedule({ policy: 'SCHED_OTHER', runtime: 1 }), 'process/scheduler/runtime', /not be set with SCHED_OTHER/],
      [schedule({ policy: 'SCHED_OTHER', deadline: 1 }), 'process/scheduler/deadline', /not be set with SCHED_OTHER/],
      [schedule({ policy: 'SCHED_IDLE', period: 1 }), 'process/scheduler/period', /not be set with SCHED_IDLE/],
    ],
    misses: [schedule({ policy: 'SCHED_OTHER', runtime: 0, deadline: 0, period: 0 })],
  },
  'scheduler-deadline': {
    hits: [
      [
        schedule({ policy: 'SCHED_DEADLINE', runtime: 1023, deadline: 2000 }),
        'process/scheduler/runtime',
        'must be at least 1024 nanoseconds, but is 1023',
      ],
      [
        schedule({ policy: 'SCHED_DEADLINE', runtime: 3000, deadline: 2000, period: 2000 }),
        'process/scheduler/runtime',
        'must not be above the deadline: 3000 is more than 2000',
      ],
      [
        schedule({ policy: 'SCHED_DEADLINE', runtime: 1024, deadline: 3000, period: 2000 }),
        'process/scheduler/deadline',
        'must not be above the period: 3000 is more than 2000',
      ],
    ],
    misses: [
      schedule({ policy: 'SCHED_DEADLINE', runtime: 1024, deadline: 1024, period: 1024 }),
      schedule({ policy: 'SCHED_DEADLINE', runtime: 1024, deadline: 2000 }),
    ],
  },
  'io-priority': {
    hits: [
      [
        { 'process/ioPriority': { class: 'IOPRIO_CLASS_BE', priority: 8 } },
        'process/ioPriority/priority',
        'must be from 0 to 7, but is 8',
      ],
      [{ 'process/ioPriority': { class: 'IOPRIO_CLASS_RT', priority: -1 } }, 'process/ioPriority/priority', /-1$/],
    ],
    misses: [{ 'process/ioPriority': { class: 'IOPRIO_CLASS_RT', priority: 7 } }],
  },
  'exec-affinity': {
    hits: [
      [{ 'process/execCPUAffinity': { initial: '3-1' } }, 'process/execCPUAffinity/initial', /runs backwards/],
      [{ 'process/execCPUAffinity': { final: '0,,1' } }, 'process/execCPUAffinity/final', 'has an empty entry'],
    ],
    misses: [{ 'process/execCPUAffinity': { initial: '', final: '0-3, 7' } }],
  },
};
