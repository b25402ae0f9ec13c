/*
 * core/exit.h - the end of a run, and what the host is told of it.
 */
#ifndef CORE_EXIT_H
#define CORE_EXIT_H

#include "lib/compiler.h"

enum exit_code {
    EXIT_PASSED = 0x10, /* QEMU's status: 33 */
    EXIT_FAILED = 0x11, /* 35: some test failed */
    EXIT_PANIC = 0x12,  /* 37 */
};

/* End QEMU with `code`; halt this CPU without the device, or if the command
 * line says `exit=halt`.  Any context. */
NORETURN void kernel_exit(enum exit_code code);

#endif
