/*
 * test/waitq.c - threads that sleep until something is so.
 */
#include "sched/waitq.h"

#include "arch/x86_64/cpu.h"
#include "core/ktest.h"
#include "lib/string.h"
#include "sched/chaos.h"
#include "sched/preempt.h"
#include "sched/sched.h"
#include "test/crew.h"

enum { N_SLEEPERS = 5, N_PINGS = 60, N_ITEMS = 40, BUFFER_LEN = 3 };

static struct spinlock lock = SPINLOCK_INIT("waitq test", RANK_TEST);
static struct waitq queue = WAITQ_INIT(queue, "waitq test");
static u32 n_allowed; /* sleepers that may go on; under lock */

struct sleeper {
    char letter;
    bool held_lock; /* when wait_until() came back */
    struct thread *thread;
};

static struct sleeper sleepers[N_SLEEPERS];

static int sleep_once(void *arg)
{
    struct sleeper *s = arg;
    spin_lock(&lock);
    int err = wait_until(&queue, &lock, n_allowed > 0);
    s->held_lock = spin_held(&lock);
    n_allowed--;
    spin_unlock(&lock);
    crew_log(s->letter);
    return err;
}

/* Start sleepers a, b, c...; being urgent they are asleep when this ends. */
static void start_sleepers(struct ktest_run *t, u32 n)
{
    crew_log_clear();
    n_allowed = 0;
    for (u32 i = 0; i < n; i++) {
        sleepers[i] = (struct sleeper){.letter = (char)('a' + i)};
        sleepers[i].thread =
            crew_start(t, "sleeper", sleep_once, &sleepers[i], PRIORITY_HIGH);
    }
}

static void join_sleepers(struct ktest_run *t, u32 n)
{
    for (u32 i = 0; i < n; i++)
        CHECK_EQ(t, thread_join(sleepers[i].thread), 0);
}

/* Allow one more and wake the first; returns whom waitq_wake_one() named. */
static struct thread *wake_one(void)
{
    spin_lock(&lock);
    n_allowed++;
    struct thread *woken = waitq_wake_one(&queue);
    spin_unlock(&lock);
    return woken;
}

/* Asleep means: not on the CPU, not holding the lock, until it is woken. */
static NO_LOCK_CHECK void test_sleep(struct ktest_run *t)
{
    start_sleepers(t, 1);
    struct thread *thread = sleepers[0].thread;
    CHECK(t, thread, "no sleeper");
    CHECK(t, thread->state == THREAD_SLEEPING, "a thread in wait_until() is %s",
          thread_state_name(thread->state));
    bool is_free = spin_try(&lock);
    if (is_free)
        spin_unlock(&lock);
    CHECK(t, is_free, "a sleeper holds the lock in its sleep");
    CHECK(t, !waitq_is_empty(&queue), "a sleeper is not in its queue");
    CHECK(t, wake_one() == thread, "waitq_wake_one() did not say whom it woke");
    join_sleepers(t, 1);
    CHECK(t, sleepers[0].held_lock, "wait_until() came back without the lock");
    CHECK(t, waitq_is_empty(&queue), "a woken thread is still in the queue");
    CHECK(t, !waitq_wake_one(&queue), "an empty queue named a thread");
}

/* First come, first woken. */
static void test_fifo(struct ktest_run *t)
{
    start_sleepers(t, N_SLEEPERS);
    for (u32 i = 0; i < N_SLEEPERS; i++)
        CHECK(t, wake_one() == sleepers[i].thread,
              "wake-up %u did not go to the thread that came as number %u", i,
              i);
    join_sleepers(t, N_SLEEPERS);
    CHECK(t, strcmp(crew_log_text(), "abcde") == 0,
          "expected the order abcde, saw %s", crew_log_text());
}

/* One wake-up is for one thread: the others sleep on. */
static void test_one(struct ktest_run *t)
{
    start_sleepers(t, 3);
    preempt_set_mode(PREEMPT_NEVER);
    wake_one();
    u32 n_asleep = 0;
    for (u32 i = 0; i < 3; i++)
        n_asleep += sleepers[i].thread->state == THREAD_SLEEPING;
    preempt_set_mode(PREEMPT_ALWAYS);
    wake_one();
    wake_one();
    join_sleepers(t, 3);
    CHECK(t, n_asleep == 2, "of 3 sleepers, %u sleep after one wake-up",
          n_asleep);
}

/* waitq_wake_all() reaches everybody, in order. */
static void test_all(struct ktest_run *t)
{
    start_sleepers(t, N_SLEEPERS);
    preempt_set_mode(PREEMPT_NEVER); /* one after the other, to its end */
    spin_lock(&lock);
    n_allowed = N_SLEEPERS;
    waitq_wake_all(&queue);
    spin_unlock(&lock);
    join_sleepers(t, N_SLEEPERS);
    preempt_set_mode(PREEMPT_ALWAYS);
    CHECK(t, strcmp(crew_log_text(), "abcde") == 0,
          "expected the order abcde, saw %s", crew_log_text());
    CHECK(t, waitq_is_empty(&queue), "somebody is left in the queue");
}

/*
 * Ping-pong: two threads that wake each other in turn.  A wake-up that comes
 * between "I looked" and "I sleep" must not get lost; chaos switches there.
 */
static u32 turn; /* whose it is; under lock */

static int ping(void *arg)
{
    u32 me = *(const u32 *)arg;
    for (u32 i = 0; i < N_PINGS; i++) {
        spin_lock(&lock);
        wait_until(&queue, &lock, turn == me);
        turn = 1 - me;
        waitq_wake_one(&queue);
        spin_unlock(&lock);
    }
    return 0;
}

static void test_lost(struct ktest_run *t)
{
    static const u32 names[] = {0, 1};
    turn = 0;
    chaos_start(t->seed, 2 + t->round % 3);
    struct thread *a =
        crew_start(t, "ping", ping, (void *)&names[0], PRIORITY_NORMAL);
    struct thread *b =
        crew_start(t, "pong", ping, (void *)&names[1], PRIORITY_NORMAL);
    if (a)
        thread_join(a);
    if (b)
        thread_join(b);
    chaos_stop();
    CHECK_EQ(t, turn, 0);
}

/*
 * A buffer with room for a few numbers, two threads that fill it, two that
 * empty it.
 */
static struct buffer {
    struct spinlock lock;
    struct waitq not_full, not_empty;
    u32 items[BUFFER_LEN];
    u32 n_in, n_out; /* ever */
    u64 sum;
} buffer;

static int produce(void *arg)
{
    for (u32 i = 1; i <= N_ITEMS; i++) {
        spin_lock(&buffer.lock);
        wait_until(&buffer.not_full, &buffer.lock,
                   buffer.n_in - buffer.n_out < BUFFER_LEN);
        buffer.items[buffer.n_in++ % BUFFER_LEN] = i;
        waitq_wake_one(&buffer.not_empty);
        spin_unlock(&buffer.lock);
    }
    return 0;
}

static int consume(void *arg)
{
    for (u32 i = 1; i <= N_ITEMS; i++) {
        spin_lock(&buffer.lock);
        wait_until(&buffer.not_empty, &buffer.lock,
                   buffer.n_in != buffer.n_out);
        buffer.sum += buffer.items[buffer.n_out++ % BUFFER_LEN];
        waitq_wake_one(&buffer.not_full);
        spin_unlock(&buffer.lock);
    }
    return 0;
}

static void test_buffer(struct ktest_run *t)
{
    static thread_entry *const entries[] = {produce, consume, produce, consume};
    struct thread *threads[ARRAY_LEN(entries)];
    buffer = (struct buffer){};
    spin_init(&buffer.lock, "buffer", RANK_TEST);
    waitq_init(&buffer.not_full, "not full");
    waitq_init(&buffer.not_empty, "not empty");
    chaos_start(t->seed, 3);
    for (u32 i = 0; i < ARRAY_LEN(entries); i++)
        threads[i] = crew_start(t, "buffer", entries[i], NULL, PRIORITY_NORMAL);
    for (u32 i = 0; i < ARRAY_LEN(entries); i++)
        if (threads[i])
            thread_join(threads[i]);
    chaos_stop();
    CHECK_EQ(t, buffer.n_out, 2 * N_ITEMS);
    CHECK_EQ(t, buffer.sum, N_ITEMS * (N_ITEMS + 1));
}

KTEST_SUITE(waitq) = {
    {"waitq.sleep", test_sleep, .rounds = 1},
    {"waitq.fifo", test_fifo, .rounds = 1},
    {"waitq.one", test_one, .rounds = 1},
    {"waitq.all", test_all, .rounds = 1},
    {"waitq.lost", test_lost, .rounds = 20},
    {"waitq.buffer", test_buffer, .rounds = 10},
    {},
};
