/*
 * test/switch_outside.c - switch.outside: saved contexts, read by the host.
 *
 * The host draws what each of three threads has in its registers.  They all
 * switch away; then the machine stands still, and the host looks for these
 * numbers on their stacks, in physical memory.
 */
#include "arch/x86_64/switch.h"

#include "arch/x86_64/cpu.h"
#include "arch/x86_64/layout.h"
#include "core/ktest.h"
#include "lib/parse.h"

enum { N_REGISTERS = 6, N_SIDES = 3, STACK_SIZE = 4096 };

/* switch_probe.asm: fill the registers, switch, and see what comes back. */
void switch_probe(struct context **save, struct context *load,
                  const u64 give[N_REGISTERS], u64 seen[N_REGISTERS]);

struct side {
    u8 stack[STACK_SIZE] ALIGNED(16);
    struct context *context, *back;
    u64 give[N_REGISTERS], seen[N_REGISTERS];
};

static struct side sides[N_SIDES];

static void run_side(void *arg)
{
    struct side *side = arg;
    for (;;)
        switch_probe(&side->context, side->back, side->give, side->seen);
}

/* Take one side's registers from the host's words. */
static bool read_registers(const char **script, struct side *side)
{
    char word[24];
    for (u32 i = 0; i < N_REGISTERS; i++)
        if (parse_next_name(script, word, sizeof(word)) != 1 ||
            parse_u64(word, &side->give[i]) != 0)
            return false;
    return true;
}

static void test_outside(struct ktest_run *t)
{
    const char *script = ktest_input(t);
    for (u32 i = 0; i < N_SIDES; i++) {
        struct side *side = &sides[i];
        if (!read_registers(&script, side)) {
            ktest_skip(t, "needs numbers from the grader");
            return;
        }
        side->context =
            context_create((vaddr_t)side->stack + STACK_SIZE, run_side, side);
        irq_push_off();
        context_switch(&side->back, side->context);
        irq_pop_off();
        ktest_note(t, "stack=%#lx context=%#lx", image_to_phys(side->stack),
                   image_to_phys(side->context));
    }
    ktest_hold(t, "contexts");
}

KTEST_SUITE(switch_outside) = {
    {"switch.outside", test_outside, .rounds = 1},
    {},
};
