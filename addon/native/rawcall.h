// System calls without libc, for those that must not touch errno: a child or a thread that shares our memory, and with it the
// thread-local storage of whoever cloned it. Also the clone itself, which gives that child its own stack.
#pragma once

#include <sys/syscall.h>

#include <cstddef>

namespace caisson {

#if defined(__x86_64__)

// The system call's result: negative errno on failure.
inline long rawCall(long number, long a = 0, long b = 0, long c = 0, long d = 0, long e = 0) {
  long result;
  register long r10 asm("r10") = d;
  register long r8 asm("r8") = e;
  asm volatile("syscall"
               : "=a"(result)
               : "0"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8)
               : "rcx", "r11", "memory");
  return result;
}

// clone3(2). The child calls entry(argument) on the stack that args names and must not return from it.
inline long rawClone(void* args, size_t size, void (*entry)(void*), void* argument) {
  long result;
  register void* r12 asm("r12") = reinterpret_cast<void*>(entry);
  register void* r13 asm("r13") = argument;
  asm volatile(
      "syscall\n\t"
      "test %%rax, %%rax\n\t"
      "jnz 1f\n\t"
      "xor %%ebp, %%ebp\n\t"
      "mov %%r13, %%rdi\n\t"
      "call *%%r12\n\t"
      "ud2\n"
      "1:"
      : "=a"(result)
      : "0"(SYS_clone3), "D"(args), "S"(size), "r"(r12), "r"(r13)
      : "rcx", "r11", "memory");
  return result;
}

// For a loop that waits for another thread without a system call.
inline void relax() { asm volatile("pause" ::: "memory"); }

#elif defined(__aarch64__)

inline long rawCall(long number, long a = 0, long b = 0, long c = 0, long d = 0, long e = 0) {
  register long x8 asm("x8") = number;
  register long x0 asm("x0") = a;
  register long x1 asm("x1") = b;
  register long x2 asm("x2") = c;
  register long x3 asm("x3") = d;
  register long x4 asm("x4") = e;
  asm volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4) : "memory");
  return x0;
}

inline long rawClone(void* args, size_t size, void (*entry)(void*), void* argument) {
  register long x8 asm("x8") = SYS_clone3;
  register void* x0 asm("x0") = args;
  register size_t x1 asm("x1") = size;
  register void* x19 asm("x19") = reinterpret_cast<void*>(entry);
  register void* x20 asm("x20") = argument;
  asm volatile(
      "svc 0\n\t"
      "cbnz x0, 1f\n\t"
      "mov x29, xzr\n\t"
      "mov x0, x20\n\t"
      "blr x19\n\t"
      "brk 1\n"
      "1:"
      : "+r"(x0)
      : "r"(x8), "r"(x1), "r"(x19), "r"(x20)
      : "memory");
  return reinterpret_cast<long>(x0);
}

inline void relax() { asm volatile("yield" ::: "memory"); }

#else
#error "rawCall and rawClone are not written for this architecture yet"
#endif

}  // namespace caisson
