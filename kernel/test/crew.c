/*
 * test/crew.c - threads for the tests of the scheduler, and what they log.
 *
 * Locks  log_lock (RANK_TEST)
 */
#include "test/crew.h"

#include "arch/x86_64/clock.h"
#include "core/lab.h"
#include "core/spinlock.h"
#include "lib/err.h"
#include "sched/sched.h"

static struct spinlock log_lock = SPINLOCK_INIT("crew log", RANK_TEST);
static char text[CREW_LOG_MAX];
static size_t text_len;

/* NULL, and a failed test, in place of an error. */
static struct thread *created(struct ktest_run *t, struct thread *thread)
{
    if (!is_err(thread))
        return thread;
    ktest_fail(t, __FILE__, __LINE__, "no memory for a thread");
    return NULL;
}

struct thread *crew_start(struct ktest_run *t, const char *name,
                          thread_entry *entry, void *arg,
                          enum priority priority)
{
    return created(t, thread_spawn(name, entry, arg, priority));
}

struct thread *crew_start_on(struct ktest_run *t, u32 cpu, const char *name,
                             thread_entry *entry, void *arg,
                             enum priority priority)
{
    struct thread *thread =
        created(t, thread_create(name, entry, arg, priority));
    if (thread) {
        thread_pin(thread, cpu);
        thread_start(thread);
    }
    return thread;
}

int crew_wait(struct thread *thread)
{
    if (!thread)
        return -ENOMEM;
    const char *exercise;
    while (!thread_is_gone(thread)) {
        if (lab_reached(&exercise))
            return -ENOSYS; /* without a scheduler it will never be */
        sched_yield();
    }
    return thread_join(thread);
}

void crew_log_clear(void)
{
    text_len = 0;
    text[0] = '\0';
}

void crew_log(char letter)
{
    spin_lock(&log_lock);
    if (text_len < CREW_LOG_MAX - 1) {
        text[text_len++] = letter;
        text[text_len] = '\0';
    }
    spin_unlock(&log_lock);
}

const char *crew_log_text(void)
{
    return text;
}

void crew_spin(u64 ns)
{
    u64 end_ns = clock_now_ns() + ns;
    while (clock_now_ns() < end_ns)
        ;
}
