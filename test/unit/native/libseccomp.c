// What libseccomp itself makes of a profile, for test/unit/native/seccomp.test.ts. Reads from stdin:
//   default ACTION
//   only ARCH                                        instead of the native one
//   rule ACTION NAME [INDEX OP VALUE VALUETWO]...    numbers in hexadecimal
// and writes the program to stdout.
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void must(int result, const char *what) {
  if (result >= 0) return;
  fprintf(stderr, "%s: %s\n", what, strerror(-result));
  exit(1);
}

int main(void) {
  char line[4096];
  scmp_filter_ctx filter = NULL;
  while (fgets(line, sizeof line, stdin) != NULL) {
    const char *verb = strtok(line, " \n");
    if (strcmp(verb, "default") == 0) {
      filter = seccomp_init(strtoul(strtok(NULL, " \n"), NULL, 16));
    } else if (strcmp(verb, "only") == 0) {
      const unsigned arch = seccomp_arch_resolve_name(strtok(NULL, " \n"));
      if (arch == seccomp_arch_native()) continue;
      must(seccomp_arch_remove(filter, SCMP_ARCH_NATIVE), "remove");
      must(seccomp_arch_add(filter, arch), "add");
    } else {
      const unsigned action = strtoul(strtok(NULL, " \n"), NULL, 16);
      const char *name = strtok(NULL, " \n");
      struct scmp_arg_cmp args[6];
      unsigned count = 0;
      for (const char *word; (word = strtok(NULL, " \n")) != NULL; count++) {
        args[count].arg = strtoul(word, NULL, 16);
        args[count].op = strtoul(strtok(NULL, " \n"), NULL, 16);
        args[count].datum_a = strtoull(strtok(NULL, " \n"), NULL, 16);
        args[count].datum_b = strtoull(strtok(NULL, " \n"), NULL, 16);
      }
      must(seccomp_rule_add_array(filter, action, seccomp_syscall_resolve_name(name), count, args), name);
    }
  }
  must(seccomp_export_bpf(filter, 1), "export");
  return 0;
}
