/*
 * test/smp.c - all CPUs are there, each is itself, and their clocks agree.
 */
#include "arch/x86_64/acpi.h"
#include "arch/x86_64/clock.h"
#include "arch/x86_64/cpu.h"
#include "arch/x86_64/lapic.h"
#include "arch/x86_64/mmu.h"
#include "core/cpucall.h"
#include "core/ktest.h"
#include "lib/atomic.h"

/* Whether there are other CPUs; says so if not. */
static bool has_others(struct ktest_run *t)
{
    if (acpi_info.n_cpus < 2)
        ktest_skip(t, "this machine has one CPU");
    return acpi_info.n_cpus >= 2;
}

static void test_online(struct ktest_run *t)
{
    if (!has_others(t))
        return;
    CHECK_EQ(t, n_cpus, acpi_info.n_cpus);
    for (u32 id = 0; id < n_cpus; id++) {
        CHECK(t, atomic_load(&cpus[id].is_online), "CPU %u is off", id);
        for (u32 other = 0; other < id; other++)
            CHECK(t, cpus[id].apic_id != cpus[other].apic_id,
                  "CPUs %u and %u are one", id, other);
    }
}

/* What a CPU says about itself. */
struct answer {
    u32 id, apic_id;
    paddr_t root;
    u64 cr0; /* caches, write protection */
    u64 now_ns;
    bool irqs_on;
};

static u64 cr0_read(void)
{
    u64 cr0;
    __asm__ volatile("mov %%cr0, %0" : "=r"(cr0));
    return cr0;
}

static void answer(void *arg)
{
    struct answer *a = arg;
    *a = (struct answer){
        .id = this_cpu()->id,
        .apic_id = lapic_id(),
        .root = mmu_root(),
        .cr0 = cr0_read(),
        .now_ns = clock_now_ns(),
        .irqs_on = irq_are_on(),
    };
}

static void test_identity(struct ktest_run *t)
{
    if (!has_others(t))
        return;
    for (u32 id = 0; id < n_cpus; id++) {
        struct answer a = {.id = ~id};
        cpucall(cpu_set_one(id), answer, &a);
        CHECK_EQ(t, a.id, id);
        CHECK_EQ(t, a.apic_id, cpus[id].apic_id);
        CHECK_EQ(t, a.root, mmu_root());
        CHECK_EQ(t, a.cr0, cr0_read());
        CHECK(t, !a.irqs_on, "CPU %u answered with interrupts on", id);
    }
}

static void test_clocks(struct ktest_run *t)
{
    if (!has_others(t))
        return;
    for (u32 i = 0; i < 100; i++) {
        struct answer a = {0};
        u64 before = clock_now_ns();
        cpucall(cpu_set_one(i % n_cpus), answer, &a);
        u64 after = clock_now_ns();
        CHECK(t, before <= a.now_ns && a.now_ns <= after,
              "CPU %u said %lu ns between %lu and %lu", a.id, a.now_ns, before,
              after);
    }
}

KTEST_SUITE(smp) = {
    {"smp.online", .run = test_online},
    {"smp.identity", .run = test_identity},
    {"smp.clocks", .run = test_clocks},
    {},
};
