/*
 * sched/chaos.c - forced switches at bad moments, drawn from a seed.
 *
 * Locks  none: both words are atomic.  in_chaos keeps the yield, which itself
 *        releases locks, from yielding again.
 * Tests  kernel/test/chaos.c
 */
#include "sched/chaos.h"

#include "arch/x86_64/cpu.h"
#include "lib/atomic.h"
#include "lib/panic.h"
#include "lib/random.h"
#include "sched/sched.h"

static u32 chaos_one_in; /* [A] 0: off */
static u64 chaos_state;  /* [A] */

void chaos_start(u64 seed, u32 one_in)
{
    assert(one_in > 0);
    atomic_store(&chaos_state, seed);
    atomic_store(&chaos_one_in, one_in);
}

void chaos_stop(void)
{
    atomic_store(&chaos_one_in, 0);
}

/* One draw for all CPUs; each gets another number. */
static bool draw(u32 one_in)
{
    struct random random;
    random_seed(&random, atomic_add(&chaos_state, 1) * 0xd1342543de82ef95u);
    return random_below(&random, one_in) == 0;
}

void chaos_point(void)
{
    u32 one_in = atomic_load(&chaos_one_in);
    struct thread *me = cpu_thread();
    if (one_in == 0 || !me || me->in_chaos)
        return;
    assert(irq_are_on());
    me->in_chaos = true;
    if (draw(one_in))
        sched_yield();
    me->in_chaos = false;
}
