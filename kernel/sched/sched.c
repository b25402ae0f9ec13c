/*
 * sched/sched.c - which thread runs on which CPU.
 *
 * All roads lead to schedule(): a thread that yields, sleeps or ends calls it,
 * and so does the end of an interrupt when a more urgent thread has become
 * ready or the turn is over (preempt.c).
 *
 *     thread A                          thread B
 *     schedule()                        ...long ago, in schedule():
 *       lock the CPU's queue
 *       A back into the queue
 *       B out of the queue
 *       context_switch(A, B)  ------->    context_switch() returns
 *                                         unlock the CPU's queue
 *
 * Invariants  a thread is in at most one queue, and then it is THREAD_READY
 *             a CPU's current thread changes only under its lock
 *             interrupts are off from lock to unlock, on both sides
 * Locks       sched_cpu.lock (RANK_RUN_QUEUE), never two at once
 * Tests       kernel/test/sched.c, preempt.c, smp_sched.c
 */
#include "sched/sched.h"

#include "arch/x86_64/clock.h"
#include "arch/x86_64/cpu.h"
#include "arch/x86_64/switch.h"
#include "lib/atomic.h"
#include "lib/panic.h"
#include "sched/balance.h"
#include "sched/preempt.h"
#include "sched/timer.h"

struct sched_cpu sched_cpus[MAX_CPUS];

/* Lock this CPU's queue.  With it held, the thread can't move to another. */
static NO_LOCK_CHECK struct sched_cpu *lock_here(void)
{
    irq_push_off();
    struct sched_cpu *sc = &sched_cpus[this_cpu()->id];
    spin_lock(&sc->lock);
    irq_pop_off();
    return sc;
}

/* Lock the queue of the CPU that `t` belongs to; it may just be moving. */
static NO_LOCK_CHECK struct sched_cpu *lock_cpu_of(struct thread *t)
{
    for (;;) {
        struct sched_cpu *sc = &sched_cpus[atomic_load(&t->cpu)];
        spin_lock(&sc->lock);
        if (atomic_load(&t->cpu) == sc->id)
            return sc;
        spin_unlock(&sc->lock);
    }
}

/* Put `t` at the end of the queue, for a new turn; let it take over if it is
 * more urgent than what runs there. */
static void make_ready(struct sched_cpu *sc, struct thread *t)
{
    assert(spin_held(&sc->lock));
    t->state = THREAD_READY;
    t->slice_ns = SLICE_NS;
    runq_push_back(&sc->ready, t);
    if (t->priority > sc->current->priority)
        preempt_kick(sc->id);
    balance_offer(sc, t);
}

/* Put the running thread back: as last if its turn is over, else as first.
 * The idle thread is always there without standing in the queue. */
static void put_back(struct sched_cpu *sc, struct thread *t)
{
    t->state = THREAD_READY;
    if (t == sc->idle)
        return;
    if (t->slice_ns > 0) {
        runq_push_front(&sc->ready, t);
        return;
    }
    t->slice_ns = SLICE_NS;
    runq_push_back(&sc->ready, t);
}

/* Leave `prev`, go on as `next`; returns when `prev` is chosen again. */
static NO_LOCK_CHECK void switch_to(struct sched_cpu *sc, struct thread *prev,
                                    struct thread *next)
{
    u32 irq_was_on = this_cpu()->irq_was_on;
    sc->prev = prev;
    sc->current = next;
    sc->n_switches++;
    this_cpu()->thread = next;
    context_switch(&prev->context, next->context);
    this_cpu()->irq_was_on = irq_was_on; /* ours; it may be another CPU now */
    sched_finish_switch();
}

NO_LOCK_CHECK void schedule(void)
{
    struct sched_cpu *sc = lock_here();
    struct thread *prev = sc->current;
    assert(this_cpu()->n_locks == 1); /* else: sleeping with a spinlock */
    assert(this_cpu()->in_interrupt == 0);
    this_cpu()->must_resched = 0;
    u64 now_ns = sched_charge(sc);
    if (prev->state == THREAD_RUNNING)
        put_back(sc, prev);
    struct thread *next = runq_pop(&sc->ready);
    if (!next)
        next = sc->idle;
    next->state = THREAD_RUNNING;
    timer_set_slice(next == sc->idle ? UINT64_MAX : now_ns + next->slice_ns);
    if (next == prev)
        spin_unlock(&sc->lock);
    else
        switch_to(sc, prev, next);
}

NO_LOCK_CHECK void sched_yield(void)
{
    struct sched_cpu *sc = lock_here();
    sc->current->slice_ns = 0;
    spin_unlock(&sc->lock);
    schedule();
}

NO_LOCK_CHECK void sched_insert(struct thread *t, u32 cpu_id)
{
    struct sched_cpu *sc = &sched_cpus[cpu_id];
    spin_lock(&sc->lock);
    atomic_store(&t->cpu, cpu_id);
    make_ready(sc, t);
    spin_unlock(&sc->lock);
}

NO_LOCK_CHECK bool sched_wake(struct thread *t, int result)
{
    struct sched_cpu *sc = lock_cpu_of(t);
    bool may_wake = t->state == THREAD_SLEEPING &&
                    (result != -EINTR || t->mode == WAIT_KILLABLE);
    if (may_wake) {
        t->wake_result = result;
        make_ready(sc, t);
    }
    spin_unlock(&sc->lock);
    return may_wake;
}

NO_LOCK_CHECK void sched_tick(u64 now_ns)
{
    struct sched_cpu *sc = lock_here();
    struct thread *t = sc->current;
    sched_charge(sc);
    if (t->slice_ns == 0 && runq_top(&sc->ready) >= t->priority) {
        this_cpu()->must_resched = 1;
    } else {
        if (t->slice_ns == 0)
            t->slice_ns = SLICE_NS;
        timer_set_slice(now_ns + t->slice_ns);
    }
    spin_unlock(&sc->lock);
}

/*
 * Given with the lab: what every solution needs the same way.
 */

NO_LOCK_CHECK void sched_prepare_sleep(enum wait_mode mode)
{
    struct sched_cpu *sc = lock_here();
    struct thread *t = sc->current;
    t->wake_result = 0;
    t->mode = mode;
    if (mode == WAIT_KILLABLE && atomic_load(&t->is_killed))
        t->wake_result = -EINTR;
    else
        t->state = THREAD_SLEEPING;
    spin_unlock(&sc->lock);
}

u64 sched_charge(struct sched_cpu *sc)
{
    assert(spin_held(&sc->lock));
    u64 now_ns = clock_now_ns();
    u64 ran_ns = now_ns - sc->charged_at_ns;
    struct thread *t = sc->current;
    t->run_ns += ran_ns;
    t->slice_ns -= ran_ns < t->slice_ns ? ran_ns : t->slice_ns;
    sc->charged_at_ns = now_ns;
    return now_ns;
}

NO_LOCK_CHECK void sched_finish_switch(void)
{
    struct sched_cpu *sc = &sched_cpus[this_cpu()->id];
    struct thread *prev = sc->prev;
    bool has_ended = prev->state == THREAD_DEAD;
    irq_push_off(); /* nobody runs here before `prev` has been seen off */
    spin_unlock(&sc->lock);
    if (has_ended)
        thread_left(prev);
    irq_pop_off();
    if (has_ended)
        preempt_point(); /* a joiner may be more urgent than we */
}
