/*
 * sched/thread.c - threads: made and started.
 *
 * A new thread's stack is made up to look as if it had once called
 * context_switch(): so the first switch to it needs no special case.
 *
 * Invariant   a thread is in all_threads from its creation until it is gone
 *             and joined or detached
 * Locks       thread_lock (RANK_THREAD)
 * Tests       kernel/test/thread.c
 */
#include "sched/thread.h"

#include "arch/x86_64/cpu.h"
#include "arch/x86_64/switch.h"
#include "lib/err.h"
#include "lib/panic.h"
#include "lib/string.h"
#include "mm/kmalloc.h"
#include "mm/kstack.h"
#include "sched/balance.h"
#include "sched/sched.h"

struct spinlock thread_lock = SPINLOCK_INIT("threads", RANK_THREAD);
struct list all_threads = LIST_INIT(all_threads);

/* All of a thread that does not depend on where its stack comes from. */
static void thread_init(struct thread *t, const char *name,
                        enum priority priority)
{
    assert(priority < N_PRIORITIES);
    *t = (struct thread){.priority = priority, .home = CPU_ANY, .self = t};
    string_copy(t->name, name, sizeof(t->name));
    list_init(&t->ready_link);
    waitq_init(&t->joiners, "end of a thread");
    t->joiners.owner = &t->self;
    spin_lock(&thread_lock);
    list_push_back(&all_threads, &t->all_link);
    spin_unlock(&thread_lock);
}

/* The first C function on a new stack: interrupts are off, and the lock of
 * this CPU's queue was taken by the thread before. */
static void thread_main(void *arg)
{
    struct thread *t = arg;
    this_cpu()->irq_was_on = 1; /* on they go, with the lock's release */
    sched_finish_switch();
    thread_exit(t->entry(t->arg));
}

struct thread *thread_create(const char *name, thread_entry *entry, void *arg,
                             enum priority priority)
{
    thread_reap();
    struct thread *t = kmalloc(sizeof(*t));
    if (!t)
        return err_ptr(-ENOMEM);
    vaddr_t stack_top = kstack_alloc();
    if (!stack_top) {
        kfree(t);
        return err_ptr(-ENOMEM);
    }
    thread_init(t, name, priority);
    t->stack_top = stack_top;
    t->entry = entry;
    t->arg = arg;
    t->context = context_create(stack_top, thread_main, t);
    return t;
}

void thread_adopt(struct thread *t, const char *name, enum priority priority)
{
    thread_init(t, name, priority);
    t->state = THREAD_RUNNING;
}

void thread_pin(struct thread *t, u32 cpu)
{
    assert(t->state == THREAD_NEW && cpu < n_cpus);
    t->home = (u16)cpu;
}

void thread_start(struct thread *t)
{
    assert(t->state == THREAD_NEW);
    assert(t->priority > PRIORITY_IDLE);
    sched_insert(t, balance_choose(t));
}

struct thread *thread_spawn(const char *name, thread_entry *entry, void *arg,
                            enum priority priority)
{
    struct thread *t = thread_create(name, entry, arg, priority);
    if (!is_err(t))
        thread_start(t);
    return t;
}

const char *thread_state_name(enum thread_state state)
{
    static const char *const names[] = {
        [THREAD_NEW] = "new",         [THREAD_READY] = "ready",
        [THREAD_RUNNING] = "running", [THREAD_SLEEPING] = "sleeping",
        [THREAD_DEAD] = "dead",
    };
    return state < ARRAY_LEN(names) ? names[state] : "?";
}
