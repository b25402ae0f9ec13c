/*
 * test/switch.c - context_switch() by itself, without a scheduler.
 *
 * A "side" is a second stack on which a loop runs that always switches back to
 * the test.  Interrupts stay off, so nobody else switches meanwhile.
 */
#include "arch/x86_64/switch.h"

#include "arch/x86_64/cpu.h"
#include "core/ktest.h"

enum { N_REGISTERS = 6, SIDE_STACK_SIZE = 8192, RFLAGS_ID = 1 << 21 };

static const char *const register_names[N_REGISTERS] = {
    "RBX", "RBP", "R12", "R13", "R14", "R15",
};

/* switch_probe.asm: fill the registers, switch, and see what comes back. */
void switch_probe(struct context **save, struct context *load,
                  const u64 give[N_REGISTERS], u64 seen[N_REGISTERS]);

/* What lies on the top of a side's stack, and how it is talked to. */
struct side {
    struct context *context; /* while the test runs */
    struct context *back;    /* the test's, while the side runs */
    u64 give[N_REGISTERS];   /* what the side puts into its registers */
    u64 seen[N_REGISTERS];   /* what it found there after the switch */
    u64 n_runs;
    u64 rsp, rbp, rflags; /* at its entry */
    void *arg;            /* which it was given */
};

static u8 side_stack[SIDE_STACK_SIZE] ALIGNED(16);
static struct side side;

static u64 read_rflags(void)
{
    u64 rflags;
    __asm__ volatile("pushfq; pop %0" : "=r"(rflags));
    return rflags;
}

static void write_rflags(u64 rflags)
{
    __asm__ volatile("push %0; popfq" ::"r"(rflags) : "cc", "memory");
}

static struct context *new_side(void (*entry)(void *), void *arg)
{
    side = (struct side){};
    vaddr_t top = (vaddr_t)side_stack + SIDE_STACK_SIZE;
    side.context = context_create(top, entry, arg);
    return side.context;
}

static bool is_on_side_stack(const void *address)
{
    const u8 *byte = address;
    return byte >= side_stack && byte < side_stack + SIDE_STACK_SIZE;
}

static void draw(struct ktest_run *t, u64 words[N_REGISTERS])
{
    for (u32 i = 0; i < N_REGISTERS; i++)
        words[i] = random_next(&t->random);
}

/* Always switch back; the registers of this side are give[]. */
static void side_probe(void *arg)
{
    for (;;) {
        side.n_runs++;
        switch_probe(&side.context, side.back, side.give, side.seen);
    }
}

static void compare(struct ktest_run *t, const char *who, const u64 *seen,
                    const u64 *give)
{
    for (u32 i = 0; i < N_REGISTERS; i++)
        CHECK(t, seen[i] == give[i],
              "%s of %s: %#lx before the switch, %#lx after it",
              register_names[i], who, give[i], seen[i]);
}

/* Both sides find their registers as they left them. */
static void test_registers(struct ktest_run *t)
{
    u64 give[N_REGISTERS], seen[N_REGISTERS], last[N_REGISTERS];
    new_side(side_probe, NULL);
    irq_push_off();
    for (u32 i = 0; i < 8 && !t->has_failed; i++) {
        draw(t, give);
        for (u32 r = 0; r < N_REGISTERS; r++)
            last[r] = side.give[r];
        draw(t, side.give);
        switch_probe(&side.back, side.context, give, seen);
        compare(t, "the thread that switched first", seen, give);
        if (i > 0)
            compare(t, "the other thread", side.seen, last);
    }
    irq_pop_off();
    CHECK_EQ(t, side.n_runs, 8);
}

/* What is saved lies on the saver's own stack, in the order of the struct. */
static void test_layout(struct ktest_run *t)
{
    u64 give[N_REGISTERS], seen[N_REGISTERS];
    new_side(side_probe, NULL);
    draw(t, give);
    draw(t, side.give);
    irq_push_off();
    switch_probe(&side.back, side.context, give, seen);
    irq_pop_off();
    const struct context *c = side.context;
    CHECK(t, side.n_runs == 1, "the other stack's function did not run");
    CHECK(t, is_on_side_stack(c), "*save is %p, not on the saver's stack", c);
    const u64 saved[] = {c->rbx, c->rbp, c->r12, c->r13, c->r14, c->r15};
    for (u32 i = 0; i < N_REGISTERS; i++)
        CHECK(t, saved[i] == side.give[i],
              "struct context: %s should be %#lx, is %#lx", register_names[i],
              side.give[i], saved[i]);
    CHECK(t, c->rip > (u64)switch_probe && c->rip < (u64)switch_probe + 256,
          "struct context: rip is %#lx, not where the caller goes on", c->rip);
}

/* Use some stack, and see that it is still ours after each switch. */
NOINLINE static bool descend(u32 depth)
{
    volatile u64 mine[4] = {depth, ~(u64)depth, (u64)&mine[0], depth * 3};
    if (depth > 0 && !descend(depth - 1))
        return false;
    context_switch(&side.context, side.back);
    return mine[0] == depth && mine[1] == ~(u64)depth &&
           mine[2] == (u64)&mine[0] && mine[3] == depth * 3;
}

static void side_descend(void *arg)
{
    side.n_runs = 1;
    bool is_fine = descend(12);
    side.n_runs = is_fine ? 2 : 3;
    for (;;)
        context_switch(&side.context, side.back);
}

/* Frames on both stacks live through switches at any depth. */
static void test_stacks(struct ktest_run *t)
{
    u64 canary = random_next(&t->random);
    volatile u64 mine = canary;
    new_side(side_descend, NULL);
    irq_push_off();
    for (u32 i = 0; i < 14; i++)
        context_switch(&side.back, side.context);
    irq_pop_off();
    CHECK(t, side.n_runs != 0, "the other stack's function did not run");
    CHECK(t, side.n_runs != 1, "the other stack's function got stuck");
    CHECK(t, side.n_runs == 2, "a frame of the other stack was written over");
    CHECK_EQ(t, mine, canary);
}

/* Comes back with interrupts on and the ID flag set. */
static void side_flags(void *arg)
{
    for (;;) {
        side.n_runs++;
        write_rflags(read_rflags() | RFLAGS_ID);
        irq_on();
        context_switch(&side.context, side.back);
        side.rflags = read_rflags();
        irq_off();
    }
}

/* The flags belong to the thread: IF, and all others. */
static void test_flags(struct ktest_run *t)
{
    new_side(side_flags, NULL);
    irq_push_off();
    write_rflags(read_rflags() & ~(u64)RFLAGS_ID);
    context_switch(&side.back, side.context);
    bool was_on = irq_are_on();
    irq_off();
    context_switch(&side.back, side.context);
    u64 rflags = read_rflags();
    irq_off();
    irq_pop_off();
    CHECK(t, side.n_runs == 2, "the other stack's function did not run");
    CHECK(t, !was_on,
          "a thread that left with interrupts off came back with "
          "them on");
    CHECK(t, !(rflags & RFLAGS_ID), "flags of one thread leaked to another");
    CHECK(t, side.rflags & (1 << 9),
          "a thread that left with interrupts on "
          "came back with them off");
    CHECK(t, side.rflags & RFLAGS_ID, "a flag got lost in a switch");
}

static void side_start(void *arg)
{
    side.rbp = *(u64 *)__builtin_frame_address(0);
    side.rflags = read_rflags();
    side.arg = arg;
    side.n_runs++;
    u64 frame = (u64)__builtin_frame_address(0);
    side.rsp = frame; /* RBP after `push rbp; mov rbp, rsp` */
    for (;;)
        context_switch(&side.context, side.back);
}

/* A new thread begins with its argument, an aligned stack and an end of the
 * chain of frames. */
static void test_start(struct ktest_run *t)
{
    new_side(side_start, t);
    irq_push_off();
    context_switch(&side.back, side.context);
    irq_pop_off();
    CHECK(t, side.n_runs == 1, "context_start() did not call the function");
    CHECK(t, side.arg == t, "the argument was %p, not %p", side.arg, t);
    CHECK(t, side.rsp % 16 == 0,
          "the stack is not aligned as the ABI says: "
          "RSP must be a multiple of 16 at a call");
    CHECK(t, side.rbp == 0,
          "RBP is %#lx at the first call: backtraces "
          "would run off the stack",
          side.rbp);
    CHECK(t, !(side.rflags & (1 << 9)),
          "a new thread began with interrupts "
          "on");
}

KTEST_SUITE(switch) = {
    {"switch.registers", test_registers, .rounds = 4},
    {"switch.layout", test_layout, .rounds = 2},
    {"switch.stacks", test_stacks, .rounds = 1},
    {"switch.flags", test_flags, .rounds = 1},
    {"switch.start", test_start, .rounds = 1},
    {},
};
