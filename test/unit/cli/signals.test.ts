/** Signals by number and name. */
import { constants } from 'node:os';
import { expect, test } from '@jest/globals';
import { signalNumber } from '../../../lib/cli/signals.js';

test.each([
  ['9', 9],
  ['0', 0],
  ['64', 64],
  ['KILL', 9],
  ['kill', 9],
  ['SIGKILL', 9],
  ['sigKill', 9],
  ['-9', 9],
  ['-KILL', 9],
  ['USR2', 12],
  ['IOT', 6],
  ['CLD', 17],
  ['POLL', 29],
  ['RTMIN', 34],
  ['SIGRTMIN+3', 37],
  ['rtmin+30', 64],
  ['RTMAX', 64],
  ['SIGRTMAX-30', 34],
])('%s is %i', (text, number) => {
  expect(signalNumber(text)).toBe(number);
});

test('every name that the system has', () => {
  const wrong = Object.entries(constants.signals).filter(([name, number]) => signalNumber(name) !== number);
  expect(wrong).toEqual([]);
});

test.each(['', '-', '65', '09', '1.5', '0x9', ' 9', '9 ', '--9', '999', 'ZERO', 'SIG', 'SIGSIGKILL', 'NOPE'])(
  'refuses %j',
  (text) => {
    expect(() => signalNumber(text)).toThrow(`unknown signal ${JSON.stringify(text)}`);
  },
);

test.each(['RTMIN-1', 'RTMAX+1', 'RTMIN+31', 'RTMAX-31', 'RTMIN+', 'RTMIN+01', 'RTMIN+1x', '35+RTMIN'])(
  'refuses %j, which is out of range or no offset',
  (text) => {
    expect(() => signalNumber(text)).toThrow('unknown signal');
  },
);
