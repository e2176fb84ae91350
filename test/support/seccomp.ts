/**
 * A seccomp profile of the size and kind that engines give to containers that ask for nothing special: everything is
 * forbidden but what is listed. Made from facts: the system calls that the kernel's headers name, without those that docker's
 * documentation says its default profile blocks.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { arch } from 'node:process';
import type { Seccomp } from '../../lib/spec/types.gen.js';

/** docs.docker.com/engine/security/seccomp, "Significant syscalls blocked by the default profile". */
const BLOCKED = new Set([
  ...['acct', 'add_key', 'bpf', 'clock_adjtime', 'clock_settime', 'create_module', 'delete_module', 'finit_module'],
  ...['get_kernel_syms', 'get_mempolicy', 'init_module', 'ioperm', 'iopl', 'kcmp', 'kexec_file_load', 'kexec_load'],
  ...['keyctl', 'lookup_dcookie', 'mbind', 'mount', 'move_pages', 'nfsservctl', 'open_by_handle_at', 'perf_event_open'],
  ...['pivot_root', 'process_vm_readv', 'process_vm_writev', 'ptrace', 'query_module', 'quotactl', 'reboot'],
  ...['request_key', 'set_mempolicy', 'setns', 'settimeofday', 'stime', 'swapoff', 'swapon', 'sysfs', '_sysctl'],
  ...['umount', 'umount2', 'unshare', 'uselib', 'userfaultfd', 'ustat', 'vm86', 'vm86old'],
]);
/** Allowed with some arguments only, or refused in their own way. */
const CONDITIONAL = new Set(['clone', 'clone3', 'personality', 'socket']);

/** The machine's own first, then that of the older one that it also runs. */
const HEADERS: Readonly<Record<string, readonly string[]>> = {
  x64: ['x86_64-linux-gnu/asm/unistd_64.h', 'x86_64-linux-gnu/asm/unistd_32.h'],
  arm64: ['asm-generic/unistd.h'],
};

function* definitions(header: string): Generator<[name: string, number: number]> {
  const path = `/usr/include/${header}`;
  if (!existsSync(path)) throw new Error(`${path} is missing: apt-get install linux-libc-dev`);
  for (const [, name = '', number] of readFileSync(path, 'utf8').matchAll(/^#define __NR_(\w+)\s+(\d+)/gm)) {
    yield [name, Number(number)];
  }
}

/** The system calls of this machine's own architecture, as the kernel's headers have them. */
export function systemCallNumbers(): Map<string, number> {
  return new Map(definitions(HEADERS[arch]?.[0] ?? ''));
}

/** Names of the system calls of this machine, and of the older one that it also runs. */
export function systemCalls(): string[] {
  return [...new Set((HEADERS[arch] ?? []).flatMap((header) => [...definitions(header)].map(([name]) => name)))].sort();
}

const CLONE_NAMESPACES = 0x7e020000;
const ENOSYS = 38;
const AF_VSOCK = 40;

/** The profile, for the machine's own architecture and those that it also runs. */
export function engineProfile(): Seccomp {
  const personality = (value: number) =>
    ({
      names: ['personality'],
      action: 'SCMP_ACT_ALLOW',
      args: [{ index: 0, value, op: 'SCMP_CMP_EQ' }],
    }) as const;
  return {
    defaultAction: 'SCMP_ACT_ERRNO',
    defaultErrnoRet: 1,
    architectures:
      arch === 'x64' ? ['SCMP_ARCH_X86_64', 'SCMP_ARCH_X86', 'SCMP_ARCH_X32'] : ['SCMP_ARCH_AARCH64', 'SCMP_ARCH_ARM'],
    syscalls: [
      {
        names: systemCalls().filter((name) => !BLOCKED.has(name) && !CONDITIONAL.has(name)),
        action: 'SCMP_ACT_ALLOW',
      },
      ...[0, 8, 0x20000, 0x20008, 0xffffffff].map(personality),
      {
        names: ['socket'],
        action: 'SCMP_ACT_ALLOW',
        args: [{ index: 0, value: AF_VSOCK, op: 'SCMP_CMP_NE' }],
      },
      {
        names: ['clone'],
        action: 'SCMP_ACT_ALLOW',
        args: [{ index: 0, value: CLONE_NAMESPACES, valueTwo: 0, op: 'SCMP_CMP_MASKED_EQ' }],
      },
      { names: ['clone3'], action: 'SCMP_ACT_ERRNO', errnoRet: ENOSYS },
    ],
  };
}

/** Compiles probe.c, which makes system calls and tells how they end, as a static program. */
export function compileProbe(path: string): void {
  const words = ['-static', '-O1', '-Wall', '-Werror', '-o', path, join(import.meta.dirname, 'probe.c')];
  const compiler = spawnSync('musl-gcc', words, { encoding: 'utf8' });
  if (compiler.status !== 0) throw new Error(`musl-gcc: ${compiler.stderr}`);
}
