/*
 * test_spinlock.c - the lock's own checks: each misuse must panic, and proper
 * use must leave the CPU as it was.
 *
 * The kernel's file is compiled in, with debug checks that can be switched.
 *
 * Sources:
 */
#include "lib/config.h"
#include "lib/types.h"

static bool debug_is_on = true;
#define config_debug debug_is_on
#include "core/spinlock.c"

#include <string.h>

#include "unit.h"

static struct spinlock outer, inner, same;
static int n_served;

/* While a CPU waits for a lock it answers others; here that frees the lock. */
void cpucall_serve(void)
{
    n_served++;
    atomic_store(&outer.owner, outer.owner + 1);
}

char *symbol_describe(u64 addr, char *text)
{
    return strcpy(text, "somewhere");
}

static void reset(void)
{
    host_cpu = 0;
    memset(cpus, 0, sizeof(cpus));
    cpus[1].id = 1;
    host_irqs_on = true;
    spin_init(&outer, "outer", RANK_TEST);
    spin_init(&inner, "inner", RANK_TEST + 1);
    spin_init(&same, "same", RANK_TEST);
}

static void expect_idle(void)
{
    EXPECT_EQ(cpus[0].n_locks, 0);
    EXPECT_EQ(cpus[0].irq_off_depth, 0);
    EXPECT(host_irqs_on);
}

static void test_order(void)
{
    unit_case("nested");
    reset();
    spin_lock(&outer);
    EXPECT(!host_irqs_on && spin_held(&outer) && !spin_held(&inner));
    spin_lock(&inner);
    spin_unlock(&outer);
    EXPECT(!host_irqs_on && !spin_held(&outer) && spin_held(&inner));
    EXPECT(cpus[0].locks[0] == &inner);
    spin_unlock(&inner);
    expect_idle();

    unit_case("held by another CPU");
    spin_lock(&outer);
    host_cpu = 1;
    EXPECT(!spin_held(&outer));
    EXPECT(!spin_try(&outer));
    EXPECT_EQ(cpus[1].irq_off_depth, 0);
    host_cpu = 0;
    spin_unlock(&outer);
    expect_idle();
}

static void test_misuse(void)
{
    unit_case("taken twice");
    reset();
    spin_lock(&outer);
    EXPECT_PANIC(spin_lock(&outer));
    unit_case("taken twice, without debug checks");
    reset();
    debug_is_on = false;
    spin_lock(&outer);
    EXPECT_PANIC(spin_lock(&outer));
    debug_is_on = true;
    unit_case("rank below");
    reset();
    spin_lock(&inner);
    EXPECT_PANIC(spin_lock(&outer));
    unit_case("same rank");
    reset();
    spin_lock(&outer);
    EXPECT_PANIC(spin_lock(&same));
    unit_case("released without having it");
    reset();
    EXPECT_PANIC(spin_unlock(&outer));
    unit_case("released by another CPU");
    reset();
    spin_lock(&outer);
    host_cpu = 1;
    EXPECT_PANIC(spin_unlock(&outer));
    unit_case("too many");
    reset();
    static struct spinlock many[CPU_LOCKS_MAX + 1];
    for (u32 i = 0; i <= CPU_LOCKS_MAX; i++)
        spin_init(&many[i], "many", RANK_TEST + i);
    for (u32 i = 0; i < CPU_LOCKS_MAX; i++)
        spin_lock(&many[i]);
    EXPECT_PANIC(spin_lock(&many[CPU_LOCKS_MAX]));
}

static void test_try(void)
{
    unit_case("try");
    reset();
    for (int i = 0; i < 3; i++) {
        EXPECT(spin_try(&outer));
        EXPECT(!spin_try(&outer));
        spin_unlock(&outer);
    }
    unit_case("try ignores ranks: it never waits");
    spin_lock(&inner);
    EXPECT(spin_try(&outer));
    spin_unlock(&inner);
    spin_unlock(&outer);
    expect_idle();
}

static void test_wait(void)
{
    unit_case("a waiter serves calls");
    reset();
    atomic_add(&outer.next, 1); /* another CPU has it */
    outer.holder = 2;
    spin_lock(&outer);
    EXPECT_EQ(n_served, 1);
    EXPECT(spin_held(&outer));
}

static void test_broken(void)
{
    unit_case("all open, for a panic's report");
    reset();
    spin_lock(&outer);
    spin_break_all();
    spin_lock(&outer);
    EXPECT(spin_try(&outer));
    spin_unlock(&outer);
    spin_unlock(&outer);
    EXPECT_EQ(cpus[0].irq_off_depth, 1);
}

int main(void)
{
    test_order();
    test_misuse();
    test_try();
    test_wait();
    test_broken();
    return 0;
}
