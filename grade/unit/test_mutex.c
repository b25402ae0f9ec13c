/*
 * test_mutex.c - what a mutex promises, one step at a time.
 *
 * A thread is a number here.  When one would sleep, the owner unlocks in its
 * place, and the sleeper goes on: so no scheduler is needed.
 *
 * Sources: sched/mutex.c
 */
#include "sched/mutex.h"

#include "arch/x86_64/cpu.h"
#include "sched/thread.h"
#include "unit.h"

enum { N_THREADS = 3 };

static struct thread threads[N_THREADS];
static struct mutex mutex;
static struct thread *sleeper; /* who waits for the mutex, or NULL */
static u32 n_sleeps;
static int sleep_result; /* what ends the next killable sleep; 0: the owner */

/* Go on as thread `n`. */
static void be(u32 n)
{
    this_cpu()->thread = &threads[n];
}

/*
 * The floor below
 */

NO_LOCK_CHECK int waitq_sleep(struct waitq *queue, struct spinlock *lock,
                              enum wait_mode mode)
{
    struct thread *me = cpu_thread();
    EXPECT(queue == &mutex.waiters && lock == &mutex.lock);
    EXPECT(spin_held(lock), "sleeping without the lock of the condition");
    n_sleeps++;
    if (sleep_result && mode == WAIT_KILLABLE)
        return sleep_result;
    sleeper = me;
    spin_unlock(lock);
    this_cpu()->thread = mutex.owner;
    mutex_unlock(&mutex);
    this_cpu()->thread = me;
    spin_lock(lock);
    return 0;
}

struct thread *waitq_wake_one(struct waitq *queue)
{
    struct thread *woken = sleeper;
    sleeper = NULL;
    return woken;
}

void waitq_wake_all(struct waitq *queue)
{
    sleeper = NULL;
}

void deadlock_note_wait(struct waitq *queue) {}

void deadlock_note_end(void) {}

/*
 * The promises
 */

/* Forget everything; thread 0 runs. */
static void start(const char *name)
{
    unit_case("%s", name);
    mutex_init(&mutex, "unit");
    sleeper = NULL;
    n_sleeps = 0;
    sleep_result = 0;
    be(0);
}

static NO_LOCK_CHECK void test_owner(void)
{
    start("owner");
    mutex_lock(&mutex);
    EXPECT(mutex.owner == &threads[0] && mutex_held(&mutex));
    be(1);
    EXPECT(!mutex_held(&mutex));
    EXPECT(!mutex_try(&mutex), "it is another's");
    mutex_lock(&mutex); /* thread 0 unlocks meanwhile */
    EXPECT_EQ(n_sleeps, 1);
    EXPECT(mutex.owner == &threads[1]);
    be(2);
    EXPECT_EQ(mutex_lock_killable(&mutex), 0);
    EXPECT_EQ(n_sleeps, 2);
    EXPECT(mutex.owner == &threads[2]);
    mutex_unlock(&mutex);
    EXPECT(!mutex.owner);
    EXPECT(mutex_try(&mutex) && mutex.owner == &threads[2]);
    mutex_unlock(&mutex);
    EXPECT_EQ(host_locks_held(), 0);
}

/* Who is killed does not own it, unless nobody has to be waited for. */
static NO_LOCK_CHECK void test_kill(void)
{
    start("kill");
    sleep_result = -EINTR;
    EXPECT_EQ(mutex_lock_killable(&mutex), 0);
    be(1);
    EXPECT_EQ(mutex_lock_killable(&mutex), -EINTR);
    EXPECT(mutex.owner == &threads[0]);
    mutex_lock(&mutex); /* firm */
    EXPECT(mutex.owner == &threads[1]);
    mutex_unlock(&mutex);
    EXPECT_EQ(host_locks_held(), 0);
}

/* What the header says is asserted. */
static NO_LOCK_CHECK void test_misuse(void)
{
    start("taken twice");
    mutex_lock(&mutex);
    EXPECT_PANIC(mutex_lock(&mutex));
    EXPECT_PANIC(EXPECT_EQ(mutex_lock_killable(&mutex), 0));
    be(1);
    unit_case("released by another");
    EXPECT_PANIC(mutex_unlock(&mutex));
    start("released though free");
    EXPECT_PANIC(mutex_unlock(&mutex));
}

int main(void)
{
    test_owner();
    test_kill();
    test_misuse();
    return 0;
}
