/*
 * sched/balance.c - spread threads over the CPUs.
 *
 * Queue lengths are read without their locks: a stale one costs a detour, never
 * a thread.  What decides is looked at again under the lock.
 *
 * A CPU falls asleep in two steps, "I am idle", "is there work?"; who brings
 * work does it the other way round, "here is work", "is somebody idle?".  So
 * one of both always sees the other.
 *
 * Locks  sched_cpu.lock of one CPU at a time; idle_cpus is atomic
 * Tests  kernel/test/smp_sched.c
 */
#include "sched/balance.h"

#include "arch/x86_64/cpu.h"
#include "lib/atomic.h"
#include "lib/panic.h"
#include "sched/preempt.h"
#include "sched/sched.h"

static u32 idle_cpus; /* [A] bit n: CPU n halts or is about to */

static_assert(MAX_CPUS <= 32, "a bit of idle_cpus for each");

/* A CPU schedules once it has an idle thread. */
static bool is_up(u32 id)
{
    return atomic_load(&sched_cpus[id].idle) != NULL;
}

/* Threads that run or want to on that CPU; a hint. */
static u32 load_of(u32 id)
{
    const struct sched_cpu *sc = &sched_cpus[id];
    return sc->ready.n_ready + (sc->current != sc->idle);
}

u32 balance_choose(const struct thread *t)
{
    if (t->home != CPU_ANY)
        return t->home;
    u32 best = 0;
    for (u32 id = 1; id < n_cpus; id++)
        if (is_up(id) && load_of(id) < load_of(best))
            best = id;
    return best;
}

void balance_offer(const struct sched_cpu *sc, const struct thread *t)
{
    if (sc->current == sc->idle || t->home != CPU_ANY)
        return;
    atomic_fence(); /* the thread is in the queue; now look who sleeps */
    u32 idle = atomic_load(&idle_cpus) & ~(1u << sc->id);
    if (idle)
        preempt_kick((u32)__builtin_ctz(idle));
}

/* The CPU, other than `me`, whose queue is longest; `me` if all are empty. */
static u32 busiest(u32 me)
{
    u32 found = me, most = 0;
    for (u32 id = 0; id < n_cpus; id++) {
        u32 n = atomic_load(&sched_cpus[id].ready.n_ready);
        if (id != me && n > most) {
            most = n;
            found = id;
        }
    }
    return found;
}

/* Take a thread that may move out of that CPU's queue, or NULL.  The current
 * one, woken before it went to sleep, still stands on its stack. */
static struct thread *take_from(struct sched_cpu *sc, u32 me)
{
    spin_lock(&sc->lock);
    struct thread *t = runq_pop(&sc->ready);
    if (t && (t == sc->current || t->home != CPU_ANY)) {
        runq_push_front(&sc->ready, t);
        t = NULL;
    }
    if (t)
        atomic_store(&t->cpu, me);
    spin_unlock(&sc->lock);
    return t;
}

bool balance_pull(void)
{
    irq_push_off();
    u32 me = this_cpu()->id;
    u32 from = busiest(me);
    struct thread *t = from == me ? NULL : take_from(&sched_cpus[from], me);
    if (t)
        sched_insert(t, me);
    irq_pop_off();
    return t != NULL;
}

void balance_idle_begin(void)
{
    assert(!irq_are_on());
    atomic_or(&idle_cpus, 1u << this_cpu()->id); /* a fence, too */
}

void balance_idle_end(void)
{
    atomic_and(&idle_cpus, ~(1u << this_cpu()->id));
}

/* Switches on all CPUs so far. */
static u64 count_switches(void)
{
    u64 n = 0;
    for (u32 id = 0; id < n_cpus; id++)
        n += atomic_load(&sched_cpus[id].n_switches);
    return n;
}

/* Whether every CPU that schedules says that it is idle. */
static bool all_say_idle(void)
{
    u32 up = 0;
    for (u32 id = 0; id < n_cpus; id++)
        up |= is_up(id) ? 1u << id : 0;
    return (atomic_load(&idle_cpus) & up) == up;
}

/* Work may be on its way from one CPU to the next while we look; but then
 * somebody stops being idle, or switches. */
u64 balance_idle_epoch(void)
{
    u64 n_switches = count_switches();
    if (!all_say_idle())
        return 0;
    for (u32 id = 0; id < n_cpus; id++)
        if (atomic_load(&sched_cpus[id].ready.n_ready) > 0)
            return 0;
    return all_say_idle() && count_switches() == n_switches ? n_switches : 0;
}
