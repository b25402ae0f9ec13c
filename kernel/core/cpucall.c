/*
 * core/cpucall.c - run a function on other CPUs, and wait until it has run.
 *
 * A caller waits for its call, so each CPU has at most one under way: a slot
 * for every pair of target and caller is enough, and nothing needs a lock.
 * The target learns from its `asked` bits which slots to look at.
 *
 *     caller: slots[target][me] = &call;  asked[target] |= me;  interrupt it
 *     target: take asked[me]; run each slot's call; count call.n_left down
 *
 * Tests  kernel/test/core.c
 */
#include "core/cpucall.h"

#include "arch/x86_64/cpu.h"
#include "arch/x86_64/lapic.h"
#include "arch/x86_64/trap.h"
#include "core/trace.h"
#include "lib/atomic.h"
#include "lib/panic.h"

struct call {
    void (*fn)(void *arg);
    void *arg;
    u32 n_left; /* [A] targets that have not run it yet */
};

static struct call *slots[MAX_CPUS][MAX_CPUS]; /* [target][caller] */
static u32 asked[MAX_CPUS];    /* [A] of each target: its callers, by bits */
static u32 n_nested[MAX_CPUS]; /* [C] calls that run, to catch nested ones */

static_assert(MAX_CPUS <= 32, "a set of CPUs is a u32");

static void on_interrupt(struct trap_frame *frame)
{
    cpucall_serve();
}

void cpucall_init(void)
{
    trap_register(VECTOR_CPU_CALL, on_interrupt);
}

void cpucall_serve(void)
{
    u32 me = this_cpu()->id;
    if (likely(atomic_load(&asked[me]) == 0))
        return;
    u32 callers = atomic_exchange(&asked[me], 0);
    n_nested[me]++;
    for (; callers != 0; callers &= callers - 1) {
        struct call *call = slots[me][__builtin_ctz(callers)];
        call->fn(call->arg);
        atomic_sub(&call->n_left, 1); /* from here on the call may be gone */
    }
    n_nested[me]--;
}

static bool is_target(u32 id, u32 set)
{
    return (set & cpu_set_one(id)) && atomic_load(&cpus[id].is_online) &&
           id != this_cpu()->id;
}

/* Ask every other online CPU in `set`. */
static void send_call(u32 set, struct call *call)
{
    u32 me = this_cpu()->id;
    for (u32 id = 0; id < n_cpus; id++) {
        if (!is_target(id, set))
            continue;
        atomic_add(&call->n_left, 1);
        slots[id][me] = call;
        atomic_or(&asked[id], cpu_set_one(me));
        lapic_send(cpus[id].apic_id, VECTOR_CPU_CALL);
    }
}

void cpucall(u32 set, void (*fn)(void *arg), void *arg)
{
    struct call call = {.fn = fn, .arg = arg};
    trace("cpucall", set, (u64)fn);
    irq_push_off();
    assert(n_nested[this_cpu()->id] == 0); /* else: a call calls */
    send_call(set, &call);
    if (set & cpu_set_one(this_cpu()->id))
        fn(arg);
    while (atomic_load(&call.n_left) > 0) {
        cpucall_serve();
        cpu_relax();
    }
    irq_pop_off();
}
