// What config-linux.md of version 1.3.0 demands of seccomp, and of what the agent at listenerPath is sent.

import { FOR_AUTHORS, must, mustNot } from '../row.js';

export const SECCOMP = [
  must('seccomp', 'defaultErrnoRet of an action that has no errno is an error', 'errno of an action that has none'),
  must('seccomp', 'listenerPath is a stream socket', 'agent is connected to'),
  must('seccomp', 'a connection has one state', 'one state for an agent'),
  mustNot('seccomp', 'a connection is used again', 'one state for an agent'),
  must('seccomp', 'a connection is closed after its state', 'connection to an agent is closed'),
  must('seccomp', 'an agent that cannot be told is an error', 'agent that is not there'),
  mustNot('seccomp', 'listenerMetadata is set without listenerPath', FOR_AUTHORS),
  must('seccomp', 'a rule names a system call', 'rule of no system call'),
  must('seccomp', 'errnoRet of an action that has no errno is an error', 'errno of a rule that has none'),
  must('the-container-process-state', 'it is sent as JSON', 'one state for an agent'),
  must('the-container-process-state', 'descriptors are sent with SCM_RIGHTS', 'descriptors for an agent'),
  must('the-container-process-state', 'descriptors are sent with the first message alone', 'descriptors for an agent'),
];
