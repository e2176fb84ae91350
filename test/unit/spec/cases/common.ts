import { type Cases, namespaces } from './case.js';

const noUts = namespaces(['uts']);

export const COMMON: Cases = {
  version: {
    hits: ['banana', '2.0.0', '0.1.0', '1', '1.0', '1.0.0.0', '01.0.0', '1.2.3-', '1.2.3+', ' 1.0.0', '1.0.0\n'].map(
      (ociVersion) => [
        { ociVersion },
        'ociVersion',
        `must be a version 1.x.y of the specification, but is ${JSON.stringify(ociVersion)}`,
      ],
    ),
    misses: ['1.0.2-dev', '1.3.0', '1.0.0-rc5+a.b', '1.99.0', '1.1.0+dev'].map((ociVersion) => ({ ociVersion })),
  },
  root: { hits: [[{ root: undefined }, 'root', 'is required']], misses: [{ root: { path: '/r' } }] },
  'root-path': { hits: [[{ root: { path: '' } }, 'root/path', 'must not be empty']], misses: [{ 'root/path': '.' }] },
  'name-namespace': {
    hits: [
      [noUts, 'hostname', 'needs a uts namespace, or it would rename the host'],
      [{ ...noUts, hostname: '', domainname: 'd' }, 'domainname', /^needs a uts namespace/],
    ],
    misses: [
      { ...noUts, hostname: '', domainname: '' },
      { ...namespaces(['uts'], { type: 'uts', path: '/proc/1/ns/uts' }), domainname: 'd' },
    ],
  },
  'name-length': {
    hits: [
      [{ hostname: `${'x'.repeat(63)}é` }, 'hostname', 'must have at most 64 bytes, but has 65'],
      [{ domainname: 'x'.repeat(65) }, 'domainname', 'must have at most 64 bytes, but has 65'],
    ],
    misses: [{ hostname: 'x'.repeat(64) }, { domainname: 'é'.repeat(32) }],
  },
  'annotation-key': {
    hits: [[{ annotations: { '': 'x' } }, 'annotations', 'must not have an empty key']],
    misses: [{ annotations: { ' ': '' } }],
  },
  'string-nul': {
    hits: [
      [{ 'process/args': ['a', 'b\0c'] }, 'process/args/1', 'has a NUL character'],
      [{ 'process/cwd': '/\0' }, 'process/cwd', 'has a NUL character'],
      [{ 'mounts/0/source': '\0' }, 'mounts/0/source', 'has a NUL character'],
      [{ annotations: { 'a\0': '' } }, 'annotations', 'has a name that has a NUL character'],
      [{ extra: { 'a~/b': ['\0'] } }, 'extra/a~0~1b/0', 'has a NUL character'],
    ],
    misses: [{ 'process/args': ['a', '\\u0000\x01'] }],
  },
  'string-surrogate': {
    hits: [
      [{ hostname: '\ud800' }, 'hostname', 'has half of a surrogate pair, which is no character'],
      [{ 'process/args': ['\udc00\ud800'] }, 'process/args/0', /^has half of/],
    ],
    misses: [{ 'process/args': ['\u{1F4E6}'] }],
  },
};
