/*
 * test/core.c - the floor that all other tests stand on.
 */
#include "abi/errno.h"
#include "arch/x86_64/clock.h"
#include "arch/x86_64/cpu.h"
#include "core/console.h"
#include "core/cpucall.h"
#include "core/ktest.h"
#include "core/spinlock.h"
#include "core/symbols.h"
#include "core/tick.h"
#include "lib/atomic.h"
#include "lib/panic.h"
#include "lib/string.h"

static void test_symbols(struct ktest_run *t)
{
    char text[SYMBOL_TEXT_MAX];
    u64 offset, addr = (u64)test_symbols;
    const char *name = symbol_find(addr, &offset);
    CHECK(t, name && strcmp(name, "test_symbols") == 0, "%#lx is in %s", addr,
          name ? name : "nothing");
    CHECK_EQ(t, offset, 0);
    name = symbol_find((u64)panic + 3, &offset);
    CHECK(t, name && strcmp(name, "panic") == 0, "panic+3 is in %s",
          name ? name : "nothing");
    CHECK_EQ(t, offset, 3);
    CHECK(t, !symbol_find((u64)&offset, &offset), "a variable has a name");
    CHECK(t, !symbol_find(0, &offset), "address 0 has a name");
    symbol_describe(addr + 0x12, text);
    CHECK(t, strcmp(text, "test_symbols+0x12") == 0, "described as %s", text);
    symbol_describe_return(addr, text); /* of a call that ends a function */
    CHECK(t, strncmp(text, "test_symbols", 12) != 0, "described as %s", text);
}

NO_LOCK_CHECK static void test_spinlock(struct ktest_run *t)
{
    struct spinlock outer, inner;
    spin_init(&outer, "outer", RANK_TEST);
    spin_init(&inner, "inner", RANK_TEST + 1);
    bool irqs_were_on = irq_are_on();
    spin_lock(&outer);
    spin_lock(&inner);
    u32 n_locks = this_cpu()->n_locks;
    bool both = spin_held(&outer) && spin_held(&inner);
    bool again = spin_try(&outer);
    spin_unlock(&outer); /* not the last one taken: allowed */
    bool irqs_are_on = irq_are_on();
    bool only_inner = !spin_held(&outer) && spin_held(&inner);
    spin_unlock(&inner);
    CHECK_EQ(t, n_locks, 2);
    CHECK(t, both, "a held lock is not held");
    CHECK(t, !again, "spin_try() took a lock that is held");
    CHECK(t, !irqs_are_on, "interrupts came back with a lock still held");
    CHECK(t, only_inner, "the wrong lock was released");
    CHECK(t, irqs_were_on && irq_are_on(), "interrupts stay off");
    CHECK_EQ(t, this_cpu()->n_locks, 0);
}

NO_LOCK_CHECK static void test_spin_try(struct ktest_run *t)
{
    struct spinlock lock;
    spin_init(&lock, "try", RANK_TEST);
    for (int i = 0; i < 3; i++) {
        bool taken = spin_try(&lock);
        bool is_held = spin_held(&lock);
        if (taken)
            spin_unlock(&lock);
        CHECK(t, taken && is_held, "spin_try() failed on a free lock");
    }
    spin_lock(&lock);
    spin_unlock(&lock);
}

static void count_call(void *arg)
{
    atomic_add((u32 *)arg, cpu_set_one(this_cpu()->id));
}

static u32 online_set(void)
{
    u32 set = 0;
    for (u32 id = 0; id < n_cpus; id++) {
        if (atomic_load(&cpus[id].is_online))
            set |= cpu_set_one(id);
    }
    return set;
}

static void test_cpucall(struct ktest_run *t)
{
    u32 ran = 0, online = online_set();
    cpucall(cpu_set_all(), count_call, &ran);
    CHECK_EQ(t, ran, online); /* each once: the sum is the set */

    ran = 0;
    irq_push_off();
    u32 others = ~cpu_set_one(this_cpu()->id);
    cpucall(others, count_call, &ran);
    irq_pop_off();
    CHECK_EQ(t, ran, online & others);

    for (u32 id = 0; id < n_cpus; id++) {
        ran = 0;
        cpucall(cpu_set_one(id), count_call, &ran);
        CHECK_EQ(t, ran, online & cpu_set_one(id));
    }
}

static void test_cpucall_storm(struct ktest_run *t)
{
    u32 ran = 0, n = 0;
    if (n_cpus == 1)
        return ktest_skip(t, "one CPU");
    for (u32 set = online_set(); set != 0; set &= set - 1)
        n++;
    for (int i = 0; i < 200; i++)
        cpucall(cpu_set_all(), count_call, &ran);
    CHECK_EQ(t, ran, 200 * online_set());
    CHECK(t, n > 1, "of %u CPUs only one is online", n);
}

/* A console that keeps what it is shown. */
static struct {
    char text[1024];
    size_t len;
} shown;

static void capture(const char *text, size_t len)
{
    if (shown.len + len >= sizeof(shown.text))
        shown.len = 0; /* keep the latest */
    memcpy(shown.text + shown.len, text, len);
    shown.len += len;
    shown.text[shown.len] = '\0';
}

static bool contains(const char *text, const char *part)
{
    for (size_t len = strlen(part); *text; text++) {
        if (strncmp(text, part, len) == 0)
            return true;
    }
    return false;
}

static void forget_shown(void)
{
    shown.len = 0;
    shown.text[0] = '\0';
}

/* The console stays for ever, so the test can run once a boot. */
static void test_console(struct ktest_run *t)
{
    static struct console console = {.name = "capture", .write = capture};
    if (console.next)
        return ktest_skip(t, "ran before in this boot");
    console_print("a line that was there before");
    console_register(&console);
    CHECK(t, contains(shown.text, "was there before\n"),
          "the log was not shown again");

    console.level = LOG_WARN;
    forget_shown();
    printk(LOG_INFO, "test: a line of low level");
    CHECK_EQ(t, shown.len, 0);
    printk(LOG_WARN, "test: %s %d", "line", 42);
    CHECK(t, contains(shown.text, "] test: line 42\n"), "shown: %s",
          shown.text);
    CHECK_EQ(t, shown.text[0], '[');

    forget_shown();
    console_print("plain %#x", 0x2a);
    CHECK(t, strcmp(shown.text, "plain 0x2a\n") == 0, "shown: %s", shown.text);
}

/* Sleeping CPUs are woken by the heartbeat, or this would never end. */
static void test_heartbeat(struct ktest_run *t)
{
    u64 start_ns = clock_now_ns();
    while (clock_now_ns() - start_ns < 3 * (u64)TICK_NS)
        cpu_wait_irq();
    CHECK(t, irq_are_on(), "interrupts stayed off");
}

/* Each round draws a seed of its own, and the same one again next time. */
static void test_seeds(struct ktest_run *t)
{
    static u64 seeds[4];
    struct random again;
    CHECK(t, t->round < ARRAY_LEN(seeds), "round %u of 4", t->round);
    random_seed(&again, t->seed);
    CHECK_EQ(t, random_next(&again), random_next(&t->random));
    seeds[t->round] = t->seed;
    for (u32 i = 0; i < t->round; i++)
        CHECK(t, seeds[i] != t->seed, "rounds %u and %u are alike", i,
              t->round);
}

/* What CHECK_EQ says about `got`, where 3 was expected. */
static const char *unequal_message(u64 got)
{
    static struct ktest_run run;
    static const struct ktest test = {.name = "core.unequal"};
    run = (struct ktest_run){.test = &test};
    ktest_fail_unequal(&run, "x.c", 7, "n", got, 3);
    return run.message;
}

/* Errors are read by name, so that nobody has to count f's. */
static void test_unequal(struct ktest_run *t)
{
    static const struct {
        u64 got;
        const char *message;
    } cases[] = {
        {0x20, "x.c:7: expected n = 0x3, saw 0x20"},
        {(u64)-ENOSYS, "x.c:7: expected n = 0x3, saw -ENOSYS"},
        {(u64)-ETIMEDOUT, "x.c:7: expected n = 0x3, saw -ETIMEDOUT"},
        {(u64)-3, "x.c:7: expected n = 0x3, saw -3"},
        {(u64)-111, "x.c:7: expected n = 0x3, saw -111"},
        {(u64)-4096, "x.c:7: expected n = 0x3, saw 0xfffffffffffff000"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        CHECK(t, strcmp(unequal_message(cases[i].got), cases[i].message) == 0,
              "should say \"%s\", said \"%s\"", cases[i].message,
              unequal_message(cases[i].got));
}

KTEST_SUITE(core) = {
    {"core.symbols", test_symbols},
    {"core.spinlock", test_spinlock},
    {"core.spin_try", test_spin_try},
    {"core.cpucall", test_cpucall},
    {"core.cpucall_storm", test_cpucall_storm},
    {"core.console", test_console},
    {"core.heartbeat", test_heartbeat},
    {"core.seeds", test_seeds, .rounds = 4},
    {"core.unequal", test_unequal},
    {},
};
