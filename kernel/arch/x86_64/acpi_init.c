/*
 * arch/x86_64/acpi_init.c - this machine's tables.
 */
#include "arch/x86_64/acpi.h"
#include "arch/x86_64/boot_info.h"
#include "arch/x86_64/direct_map.h"
#include "lib/printk.h"

struct acpi_info acpi_info;

void acpi_init(void)
{
    if (acpi_parse(&acpi_info, direct_map_view, boot_info.rsdp))
        printk(LOG_WARN, "acpi: no tables; one CPU, no I/O interrupts");
    else
        printk(LOG_INFO, "acpi: %zu CPUs, %zu I/O APICs", acpi_info.n_cpus,
               acpi_info.n_ioapics);
}
