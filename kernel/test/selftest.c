/*
 * test/selftest.c - tests that go wrong, each in its own way, on purpose.
 *
 * The graders' graders name them; nobody else runs them.  What the host must
 * say about each stands in grade/check/.
 */
#include "arch/x86_64/cpu.h"
#include "core/exit.h"
#include "core/ktest.h"
#include "core/lab.h"
#include "core/record.h"
#include "core/spinlock.h"
#include "lib/panic.h"

static void self_pass(struct ktest_run *t)
{
    ktest_note(t, "input=%s", ktest_input(t));
}

static void self_fail(struct ktest_run *t)
{
    CHECK_EQ(t, 1 + 1, 3);
}

static void self_fail_in_round(struct ktest_run *t)
{
    CHECK(t, t->round < 2, "the third round fails");
}

static void self_skip(struct ktest_run *t)
{
    ktest_skip(t, "as it should");
}

static void self_todo(struct ktest_run *t)
{
    lab_todo("9.9", "self_todo");
}

static void self_hold(struct ktest_run *t)
{
    ktest_hold(t, "self");
}

/* Three functions to be named in the backtrace. */
NOINLINE static void panic_inner(void)
{
    panic("selftest: %s", "as it should");
}

NOINLINE static void panic_outer(void)
{
    panic_inner();
}

static void self_panic(struct ktest_run *t)
{
    panic_outer();
}

static void self_assert(struct ktest_run *t)
{
    assert(t->round > 0);
}

static void self_fault(struct ktest_run *t)
{
    *(volatile u64 *)0xdead0000 = 1;
}

/* Ends at the guard page, where the tree has guarded stacks. */
NOINLINE static u64 recurse(volatile u64 *outer)
{
    volatile u64 here[64] = {*outer};
    if (*outer == 0) /* never, but the compiler can't know */
        return 0;
    return recurse(here) + here[0];
}

static void self_overflow(struct ktest_run *t)
{
    volatile u64 start = 1;
    ktest_note(t, "sum=%lu", recurse(&start));
}

static void self_spin(struct ktest_run *t)
{
    irq_on();
    for (volatile u64 n = 0;; n++)
        ;
}

static void self_spin_irq_off(struct ktest_run *t)
{
    irq_off();
    for (;;)
        cpu_relax();
}

static void self_halt(struct ktest_run *t)
{
    cpu_halt();
}

/* Without a table of gates, the breakpoint can't be delivered, nor can the
 * fault about that, nor the double fault about both. */
static void self_triple(struct ktest_run *t)
{
    struct PACKED {
        u16 limit;
        u64 base;
    } none = {0, 0};
    __asm__ volatile("lidt %0; int3" ::"m"(none));
}

static void self_exit(struct ktest_run *t)
{
    kernel_exit(EXIT_PASSED);
}

/* A kernel that writes its own verdict. */
static void self_forge(struct ktest_run *t)
{
    record("pass", "%s ns=1", t->test->name);
    record("end", "passed=1 failed=0");
    kernel_exit(EXIT_PASSED);
}

NO_LOCK_CHECK static void self_lock_twice(struct ktest_run *t)
{
    static struct spinlock lock = SPINLOCK_INIT("selftest", RANK_TEST);
    spin_lock(&lock);
    spin_lock(&lock);
}

NO_LOCK_CHECK static void self_lock_rank(struct ktest_run *t)
{
    static struct spinlock a = SPINLOCK_INIT("inner", RANK_TEST + 1);
    static struct spinlock b = SPINLOCK_INIT("outer", RANK_TEST);
    if (!config_debug)
        return ktest_skip(t, "only DEBUG=1 checks ranks");
    spin_lock(&a);
    spin_lock(&b);
}

KTEST_SUITE(selftest) = {
    {"selftest.pass", self_pass},
    {"selftest.fail", self_fail},
    {"selftest.fail_in_round", self_fail_in_round, .rounds = 4},
    {"selftest.skip", self_skip},
    {"selftest.todo", self_todo},
    {"selftest.hold", self_hold},
    {"selftest.panic", self_panic},
    {"selftest.assert", self_assert},
    {"selftest.fault", self_fault},
    {"selftest.overflow", self_overflow},
    {"selftest.spin", self_spin, .timeout_ms = 50},
    {"selftest.spin_irq_off", self_spin_irq_off},
    {"selftest.halt", self_halt},
    {"selftest.triple", self_triple},
    {"selftest.exit", self_exit},
    {"selftest.forge", self_forge},
    {"selftest.lock_twice", self_lock_twice},
    {"selftest.lock_rank", self_lock_rank},
    {},
};
