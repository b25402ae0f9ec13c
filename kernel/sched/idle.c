/*
 * sched/idle.c - how a CPU gets into the scheduler, and what it does there
 * when nothing is to be done.
 *
 * The boot CPU comes with a context that goes on, so that becomes a thread and
 * gets an idle thread beside it.  A secondary CPU comes with nothing to do:
 * what starts it becomes its idle thread.
 *
 * Locks  none
 * Tests  kernel/test/sched.c, smp_sched.c
 */
#include "arch/x86_64/clock.h"
#include "arch/x86_64/cpu.h"
#include "arch/x86_64/upcall.h"
#include "lib/atomic.h"
#include "lib/err.h"
#include "lib/panic.h"
#include "sched/balance.h"
#include "sched/deadlock.h"
#include "sched/sched.h"
#include "sched/timer.h"

static struct thread boot_thread;
static struct thread idle_threads[MAX_CPUS]; /* of secondary CPUs */

static int idle_entry(void *unused)
{
    sched_idle();
}

/* Let this CPU run `t`, which is what runs here already. */
static void enter(struct sched_cpu *sc, struct thread *t)
{
    t->cpu = sc->id;
    sc->current = t;
    sc->charged_at_ns = clock_now_ns();
    this_cpu()->thread = t;
}

void sched_init(void)
{
    for (u32 id = 0; id < MAX_CPUS; id++) {
        sched_cpus[id].id = id;
        spin_init(&sched_cpus[id].lock, "run queue", RANK_RUN_QUEUE);
        runq_init(&sched_cpus[id].ready);
    }
    thread_adopt(&boot_thread, "main", PRIORITY_NORMAL);
    enter(&sched_cpus[0], &boot_thread);
    struct thread *idle =
        thread_create("idle 0", idle_entry, NULL, PRIORITY_IDLE);
    if (is_err(idle))
        panic("no memory for the idle thread");
    sched_cpus[0].idle = idle;
    timer_init();
    deadlock_init(&boot_thread);
}

void cpu_start(void)
{
    u32 id = this_cpu()->id;
    assert(!irq_are_on());
    thread_adopt(&idle_threads[id], "idle", PRIORITY_IDLE);
    enter(&sched_cpus[id], &idle_threads[id]);
    atomic_store(&sched_cpus[id].idle, &idle_threads[id]);
    irq_on();
    sched_idle();
}

/* Halt until an interrupt, unless there is work.  The look and the halt are
 * one step: an interrupt in between ends the halt. */
static void halt_if_idle(void)
{
    irq_off();
    balance_idle_begin();
    bool has_work = sched_cpus[this_cpu()->id].ready.n_ready > 0;
    if (!has_work && !balance_pull()) {
        deadlock_check_idle();
        cpu_wait_irq();
    }
    balance_idle_end();
    irq_on();
}

void sched_idle(void)
{
    for (;;) {
        thread_reap();
        halt_if_idle();
        if (sched_cpus[this_cpu()->id].ready.n_ready > 0)
            schedule();
    }
}
