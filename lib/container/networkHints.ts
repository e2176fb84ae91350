/** What to do when a network device cannot be moved, by errno. Called by failure.ts. */
export const NETWORK_HINTS: Readonly<Record<string, string>> = {
  ENODEV: 'which devices the host has is told by `ip link`; one that another container has is there no more',
  EEXIST: 'give it another name, or one with %d, for which the kernel puts a free number',
  EINVAL: 'the loopback device, and others that are bound to their network namespace, cannot be moved',
  EOPNOTSUPP: 'devices that are bound to their network namespace cannot be moved',
  EPERM: 'moving a network device needs CAP_NET_ADMIN, on the host and in the network namespace of the container',
  EACCES: 'it has IPv6 addresses: is IPv6 switched off in the network namespace of the container?',
  E2BIG: 'a device keeps at most 128 addresses',
};
