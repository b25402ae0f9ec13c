/*
 * core/ktest_watch.c - the watchdog over the test that runs.
 *
 * Looks at the clock in the timer interrupts of all CPUs.  Every 100 ms it
 * lets the host know that the guest's clock goes on; when the test has used
 * up its time it says where the CPU is, and ends the boot: the host goes on
 * with the other tests in a new one.  A CPU that hangs with interrupts off is
 * found by the host.
 */
#include "core/ktest_watch.h"

#include "arch/x86_64/clock.h"
#include "arch/x86_64/cpu.h"
#include "core/backtrace.h"
#include "core/ktest.h"
#include "core/lab.h"
#include "core/panic.h"
#include "core/record.h"
#include "core/tick.h"
#include "lib/atomic.h"

#define BEAT_NS  100000000u
#define TODO_NS  50000000u /* how long a test may go on that reached a stub */
#define GRACE_NS 50000000u /* for the test's own CPU to speak first */

static const struct ktest *watched; /* [A] NULL: no test runs */
static u64 start_ns, deadline_ns;   /* written while watched is NULL */
static struct thread *runner;       /* likewise: who runs the test */
static u64 next_beat_ns;            /* [A] */

/* Whether we are to end the test: no other CPU was first, nor has it ended by
 * itself, so that it was this one's times that we have looked at. */
static bool claim(const struct ktest *test)
{
    return atomic_compare_exchange(&watched, &test, NULL);
}

/* The test called a function that is not written yet: it can only fail. */
static void end_todo(const struct ktest *test, const char *exercise,
                     const char *function)
{
    if (!claim(test))
        return;
    record("fail", "%s todo: exercise %s: %s() is not written yet", test->name,
           exercise, function);
    panic("%s can't end without %s()", test->name, function);
}

static void end_hang(const struct ktest *test, const struct trap_frame *frame,
                     u64 now_ns)
{
    u64 passed_ms = (now_ns - start_ns) / 1000000;
    char place[160];
    if (!claim(test))
        return;
    backtrace_describe(frame, place, sizeof(place));
    record("fail", "%s hang: no end after %lu ms; this CPU is in %s",
           test->name, passed_ms, place);
    panic_at(frame, "hang: %s has not ended after %lu ms", test->name,
             passed_ms);
}

/* One CPU beats for all. */
static void beat(u64 now_ns)
{
    u64 due_ns = atomic_load(&next_beat_ns);
    if (now_ns >= due_ns &&
        atomic_compare_exchange(&next_beat_ns, &due_ns, now_ns + BEAT_NS))
        record("beat", "%lu", now_ns);
}

/* Where the test's own thread is says most; other CPUs hang back a little. */
static bool is_hang(u64 now_ns)
{
    u64 grace_ns = cpu_thread() == runner ? 0 : GRACE_NS;
    return now_ns > deadline_ns + grace_ns;
}

static void on_tick(struct trap_frame *frame, u64 now_ns)
{
    const struct ktest *test = atomic_load(&watched);
    if (!test)
        return;
    beat(now_ns);
    const char *exercise, *function = lab_reached(&exercise);
    if (function && now_ns > start_ns + TODO_NS)
        end_todo(test, exercise, function);
    if (is_hang(now_ns))
        end_hang(test, frame, now_ns);
}

void ktest_init(void)
{
    tick_register(on_tick);
}

void ktest_watch_start(const struct ktest *test, u32 timeout_ms)
{
    assert(!watched);
    runner = cpu_thread();
    start_ns = clock_now_ns();
    deadline_ns = start_ns + (u64)timeout_ms * 1000000;
    atomic_store(&next_beat_ns, start_ns + BEAT_NS);
    atomic_store(&watched, test);
    tick_heartbeat_start();
}

void ktest_watch_stop(void)
{
    assert(watched);
    tick_heartbeat_stop();
    atomic_store(&watched, NULL);
}
