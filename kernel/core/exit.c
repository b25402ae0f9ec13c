/*
 * core/exit.c - the end of a run, and what the host is told of it.
 */
#include "core/exit.h"

#include "arch/x86_64/cpu.h"
#include "arch/x86_64/qemu.h"
#include "core/cmdline.h"
#include "lib/string.h"

void kernel_exit(enum exit_code code)
{
    char value[8];
    bool is_halt = cmdline_get("exit", value, sizeof(value)) > 0 &&
                   strcmp(value, "halt") == 0;
    if (!is_halt)
        qemu_exit(code);
    cpu_halt();
}
