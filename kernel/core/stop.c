/*
 * core/stop.c - stop all other CPUs, because this one panics.
 *
 * A stopped CPU prints nothing (the panicking one does), so it leaves the
 * addresses on its stack in `stopped`.
 *
 * Tests  kernel/test/selftest.c
 */
#include "core/stop.h"

#include "arch/x86_64/clock.h"
#include "arch/x86_64/cpu.h"
#include "arch/x86_64/lapic.h"
#include "arch/x86_64/stack_walk.h"
#include "arch/x86_64/upcall.h"
#include "core/backtrace.h"
#include "core/console.h"
#include "core/spinlock.h"
#include "lib/atomic.h"

enum {
    TRAP_DEPTH = 3, /* cpu_stop, trap_dispatch, trap_common: of no interest */
    STOPPED_DEPTH = TRAP_DEPTH + 8,
    STOP_WAIT_US = 10000,
};

struct stopped {
    u32 n_addresses; /* [A] 0: has not stopped */
    u64 addresses[STOPPED_DEPTH];
};

static struct stopped stopped[MAX_CPUS];

void cpu_stop(void)
{
    struct stopped *mine = &stopped[this_cpu()->id];
    struct stack_walk walk = stack_walk_here();
    u32 n = 0;
    while (n < STOPPED_DEPTH && stack_walk_next(&walk, &mine->addresses[n]))
        n++;
    atomic_store(&mine->n_addresses, n > 0 ? n : 1);
    cpu_halt();
}

/* While smp_start() runs, a CPU may be online that n_cpus does not count yet:
 * so these look at all of cpus[].  One that is not online is left alone: an
 * NMI would send it to the firmware. */
static bool is_other(u32 id)
{
    return id != this_cpu()->id && atomic_load(&cpus[id].is_online);
}

static bool still_runs(u32 id)
{
    return is_other(id) && atomic_load(&stopped[id].n_addresses) == 0;
}

static bool any_still_runs(void)
{
    for (u32 id = 0; id < MAX_CPUS; id++)
        if (still_runs(id))
            return true;
    return false;
}

void stop_others(void)
{
    for (u32 id = 0; id < MAX_CPUS; id++)
        if (still_runs(id))
            lapic_send_nmi(cpus[id].apic_id);
    for (u32 us = 0; us < STOP_WAIT_US && any_still_runs(); us++)
        clock_spin_ns(1000);
    spin_break_all();
}

/* The first one of interest is where the NMI came, the others wait for a call
 * to return. */
static void print_address(const struct stopped *cpu, u32 i)
{
    if (i == TRAP_DEPTH)
        backtrace_print_address(cpu->addresses[i]);
    else
        backtrace_print_return(cpu->addresses[i]);
}

void stop_print_others(void)
{
    for (u32 id = 0; id < MAX_CPUS; id++) {
        u32 n = atomic_load(&stopped[id].n_addresses);
        if (!is_other(id))
            continue;
        console_print("CPU %u %s", id, n > 0 ? "was in:" : "did not stop");
        for (u32 i = TRAP_DEPTH; i < n; i++)
            print_address(&stopped[id], i);
    }
}
