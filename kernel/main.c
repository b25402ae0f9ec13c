/*
 * main.c - the boot order, to be read from top to bottom.
 *
 * Early steps run on the boot stack, late ones on a guarded stack of 16 KiB.
 * Every step is OPTIONAL: where its floor is not in the tree yet (an early
 * lab), it is null and skipped.  That is why they are declared here and not by
 * their headers, and why this file is the same in every lab.
 */
#include "arch/x86_64/boot_info.h"
#include "arch/x86_64/cpu.h"
#include "arch/x86_64/stack_run.h"
#include "arch/x86_64/upcall.h"
#include "core/exit.h"
#include "core/ktest.h"
#include "core/record.h"
#include "lib/compiler.h"
#include "lib/printk.h"
#include "mm/page.h"

OPTIONAL void console_init(void);
OPTIONAL void acpi_init(void);
OPTIONAL void clock_init(void);
OPTIONAL void lapic_init(void);
OPTIONAL void ioapic_init(void);
OPTIONAL void record_init(void);
OPTIONAL void cpucall_init(void);
OPTIONAL void ktest_init(void);
OPTIONAL void page_init(void);
OPTIONAL void kmalloc_init(void);
OPTIONAL void kmap_init(void);
OPTIONAL vaddr_t kstack_alloc(void);
OPTIONAL void screen_init(void);
OPTIONAL void sched_init(void);
OPTIONAL void thread_report_init(void);
OPTIONAL void preempt_init(void);
OPTIONAL void smp_start(vaddr_t (*stack_alloc)(void));

struct step {
    const char *name;
    void (*run)(void);
};

static void greet(void)
{
    printk(LOG_INFO, "Quern, by %s: %s", boot_info.loader, boot_info.cmdline);
}

static void start_other_cpus(void)
{
    if (smp_start && kstack_alloc)
        smp_start(kstack_alloc);
}

/* What the host should know before the first test. */
static void announce(void)
{
    record("boot", "quern %s pmm=%s cpus=%u ram=%lu", QUERN_VERSION,
           page_allocator_name(), n_cpus, page_count_all() * PAGE_SIZE);
}

static void test_and_exit(void)
{
    kernel_exit(ktest_main() == 0 ? EXIT_PASSED : EXIT_FAILED);
}

// clang-format off
static const struct step early_steps[] = {
    {"console", console_init}, /* from here on the log can be seen */
    {"screen", screen_init},
    {"greet", greet},
    {"acpi", acpi_init},       /* how many CPUs, which timer */
    {"clock", clock_init},     /* what time it is */
    {"lapic", lapic_init},     /* interrupts and timer of this CPU */
    {"ioapic", ioapic_init},   /* interrupts of devices, all masked */
    {"record", record_init},   /* verdicts for the host */
    {"cpucall", cpucall_init}, /* questions from other CPUs */
    {"ktest", ktest_init},     /* the tests' watchdog */
    {"page", page_init},       /* page frames */
    {"kmalloc", kmalloc_init}, /* the heap */
    {"kmap", kmap_init},       /* the kernel's own page tables */
};

static const struct step late_steps[] = {
    {"sched", sched_init},     /* this becomes the first thread */
    {"report", thread_report_init},
    {"preempt", preempt_init},
    {"irq", irq_on},
    {"smp", start_other_cpus},
    {"announce", announce},
    {"test", test_and_exit},   /* the report is the end */
};
// clang-format on

static void run_steps(const struct step *steps, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!steps[i].run)
            continue;
        printk(LOG_DEBUG, "boot: %s", steps[i].name);
        steps[i].run();
    }
}

NORETURN static void run_late_steps(void)
{
    run_steps(late_steps, ARRAY_LEN(late_steps));
    cpu_halt();
}

void kernel_main(void)
{
    run_steps(early_steps, ARRAY_LEN(early_steps));
    vaddr_t top = kstack_alloc ? kstack_alloc() : 0;
    if (top)
        stack_run(top, run_late_steps);
    run_late_steps(); /* no guarded stacks in this tree yet */
}
