/*
 * sched/sched.h - which thread runs on which CPU.
 *
 * Each CPU has its own queue of ready threads, under its own lock.  That lock
 * is also what makes a switch safe: it is taken by the thread that leaves and
 * released by the one that comes, so nobody else can take a thread that is not
 * yet, or no longer, wholly on its stack.
 *
 * Rules of the game
 *   the most urgent ready thread runs; an urgent newcomer takes over at once
 *   equals take turns of SLICE_NS, in the order they came
 *   who is pushed aside before the turn is over goes on first among equals,
 *   with what is left of it; who yields or sleeps begins a new turn, as last
 */
#ifndef SCHED_SCHED_H
#define SCHED_SCHED_H

#include "core/spinlock.h"
#include "lib/compiler.h"
#include "lib/config.h"
#include "lib/types.h"
#include "sched/runq.h"
#include "sched/thread.h"

#define SLICE_NS 4000000u /* a thread's turn */

struct sched_cpu {
    struct spinlock lock;   /*     RANK_RUN_QUEUE */
    u32 id;                 /* [I] */
    struct runq ready;      /* [L] n_ready may be read without, as a hint */
    struct thread *current; /* [L] runs here; not in `ready` */
    struct thread *idle;    /* [I] runs when nobody else can */
    struct thread *prev;    /* [L] whom `current` took over from */
    u64 charged_at_ns;      /* [L] until when `current` has been charged */
    u64 n_switches;         /* [L] */
};

extern struct sched_cpu sched_cpus[MAX_CPUS];

/* Make the boot context a thread, and threads possible.  Boot CPU, once, after
 * kmalloc_init() and kmap_init(). */
void sched_init(void);

/*
 * Give the CPU to the most urgent ready thread.  The running one goes back
 * into the queue if its state is THREAD_RUNNING, else somebody else is
 * responsible for it.  Returns when it is chosen again, perhaps on another
 * CPU, with interrupts as they were.  Never while holding a spinlock.
 */
void schedule(void);

/* Let equals have their turn first. */
void sched_yield(void);

/*
 * Make a sleeping thread ready on the CPU it ran on last; it will find
 * `result` in wake_result.  False, and nothing done, unless it sleeps (for
 * -EINTR: killably).  Any context.
 */
bool sched_wake(struct thread *t, int result);

/* Make a thread that is in no queue ready on that CPU; for thread_start() and
 * balance.c. */
void sched_insert(struct thread *t, u32 cpu_id);

/*
 * The timer fired.  Called with interrupts off while threads are ready.  If
 * the running thread's turn is over and an equal waits, asks for a switch
 * (cpu->must_resched); if nobody of its rank waits, it begins a new turn.
 */
void sched_tick(u64 now_ns);

/*
 * The running thread's next schedule() puts it to sleep.  Before that it must
 * be where a waker can find it, with the waker locked out.  If it was killed,
 * and `mode` is WAIT_KILLABLE, it stays awake with wake_result -EINTR.
 */
void sched_prepare_sleep(enum wait_mode mode);

/* Charge the running thread for its time since it was last charged.  Returns
 * the time. */
u64 sched_charge(struct sched_cpu *sc) REQUIRES(sc->lock);

/* The first thing a thread does when it has been switched to: release the lock
 * that the one before took, and see it off if it is dead. */
void sched_finish_switch(void);

/* What an idle CPU's thread does; never returns. */
NORETURN void sched_idle(void);

#endif
