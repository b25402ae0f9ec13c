/*
 * fake_machine.h - RAM and a command line for tests that run page_init().
 *
 * Include in one file that is linked with arch/x86_64/boot_info.c.
 */
#ifndef UNIT_FAKE_MACHINE_H
#define UNIT_FAKE_MACHINE_H

#include <string.h>

#include "abi/errno.h"
#include "arch/x86_64/boot_info.h"
#include "core/cmdline.h"
#include "mm/page.h"
#include "unit.h"

static const char *machine_pmm; /* the value of pmm= on the command line */

int cmdline_get(const char *key, char *value, size_t size)
{
    if (strcmp(key, "pmm") != 0 || !machine_pmm)
        return -ENOENT;
    EXPECT(strlen(machine_pmm) < size, "a longer value than expected");
    strcpy(value, machine_pmm);
    return (int)strlen(value);
}

static inline void machine_add(paddr_t base, u64 len,
                               enum boot_region_type type)
{
    EXPECT_EQ(boot_info_add_region(&boot_info, base, len, type), 0);
}

/* A machine of `len` bytes of RAM from 0 on, with the usual hole at 640 KiB
 * and a kernel at 2 MiB.  More regions may be added before page_init(). */
static inline void machine_create(u64 len, const char *pmm)
{
    memset(&boot_info, 0, sizeof(boot_info));
    machine_pmm = pmm;
    host_ram_create(0, len);
    machine_add(0, len, REGION_RAM);
    machine_add(0xa0000, 0x60000, REGION_RESERVED);
    machine_add(0x200000, 0x80000, REGION_KERNEL);
}

#endif
