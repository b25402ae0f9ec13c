/*
 * test/trap.c - exceptions and interrupts come, are answered, and leave no
 * trace in the code that they interrupted.
 */
#include "arch/x86_64/trap.h"

#include "arch/x86_64/cpu.h"
#include "arch/x86_64/layout.h"
#include "arch/x86_64/probe.h"
#include "arch/x86_64/stack_walk.h"
#include "core/ktest.h"

enum { VECTOR_TEST = 0xe0 };

static struct trap_frame seen; /* by the last handler */
static u32 n_seen, depth_seen;
static bool irqs_seen, link_seen;

/* Whether a backtrace from here goes through the trap to whom it hit. */
static bool finds_link(const struct trap_frame *frame)
{
    struct stack_walk walk = stack_walk_here();
    for (u64 rip; stack_walk_next(&walk, &rip);)
        if (rip == frame->rip)
            return true;
    return false;
}

static void on_trap(struct trap_frame *frame)
{
    seen = *frame;
    n_seen++;
    depth_seen = this_cpu()->in_interrupt;
    irqs_seen = irq_are_on();
    link_seen = finds_link(frame);
}

static void expect_handlers(void)
{
    static bool is_registered;
    if (!is_registered) {
        trap_register(VECTOR_BREAKPOINT, on_trap);
        trap_register(VECTOR_TEST, on_trap);
    }
    is_registered = true;
    n_seen = 0;
}

static void test_breakpoint(struct ktest_run *t)
{
    expect_handlers();
    u64 after;
    __asm__ volatile("int3; lea 0(%%rip), %0" : "=r"(after)::"memory");
    CHECK_EQ(t, n_seen, 1);
    CHECK_EQ(t, seen.vector, VECTOR_BREAKPOINT);
    CHECK_EQ(t, seen.error, 0);
    CHECK_EQ(t, seen.rip, after - 7); /* that LEA is 7 bytes long */
    CHECK_EQ(t, depth_seen, 0);
    CHECK(t, link_seen, "a backtrace does not get through an exception");
}

static void test_interrupt(struct ktest_run *t)
{
    expect_handlers();
    __asm__ volatile("int %0" ::"i"(VECTOR_TEST) : "memory");
    CHECK_EQ(t, n_seen, 1);
    CHECK_EQ(t, seen.vector, VECTOR_TEST);
    CHECK_EQ(t, depth_seen, 1);
    CHECK(t, !irqs_seen, "the handler ran with interrupts on");
    CHECK_EQ(t, this_cpu()->in_interrupt, 0);
    CHECK(t, irq_are_on(), "interrupts stayed off after the handler");
}

/*
 * All registers but RSP and RBP hold other numbers before an interrupt; each
 * one afterwards is XORed with what it should be, and the results are ORed.
 */
static u64 differing_bits(void)
{
    u64 bits;
    __asm__ volatile(
        "mov $1, %%rax; mov $2, %%rbx; mov $3, %%rcx; mov $4, %%rdx\n\t"
        "mov $5, %%rsi; mov $6, %%rdi; mov $8, %%r8; mov $9, %%r9\n\t"
        "mov $10, %%r10; mov $11, %%r11; mov $12, %%r12; mov $13, %%r13\n\t"
        "mov $14, %%r14; mov $15, %%r15\n\t"
        "int %1\n\t"
        "xor $1, %%rax; xor $2, %%rbx; xor $3, %%rcx; xor $4, %%rdx\n\t"
        "xor $5, %%rsi; xor $6, %%rdi; xor $8, %%r8; xor $9, %%r9\n\t"
        "xor $10, %%r10; xor $11, %%r11; xor $12, %%r12; xor $13, %%r13\n\t"
        "xor $14, %%r14; xor $15, %%r15\n\t"
        "or %%rbx, %%rax; or %%rcx, %%rax; or %%rdx, %%rax\n\t"
        "or %%rsi, %%rax; or %%rdi, %%rax; or %%r8, %%rax\n\t"
        "or %%r9, %%rax; or %%r10, %%rax; or %%r11, %%rax\n\t"
        "or %%r12, %%rax; or %%r13, %%rax; or %%r14, %%rax; or %%r15, %%rax"
        : "=a"(bits)
        : "i"(VECTOR_TEST)
        : "rbx", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12",
          "r13", "r14", "r15", "memory", "cc");
    return bits;
}

static void test_registers(struct ktest_run *t)
{
    expect_handlers();
    CHECK_EQ(t, differing_bits(), 0);
    CHECK_EQ(t, seen.rax, 1);
    CHECK_EQ(t, seen.rcx, 3);
    CHECK_EQ(t, seen.rdi, 6);
    CHECK_EQ(t, seen.r15, 15);
    CHECK_EQ(t, seen.rbp, (u64)__builtin_frame_address(0));
    CHECK_EQ(t, seen.cs, 0x08);
}

static void test_probe_good(struct ktest_run *t)
{
    static u64 word = 0x1122334455667788;
    u64 value = 0;
    CHECK_EQ(t, probe_read((vaddr_t)&word).vector, 0);
    CHECK_EQ(t, probe_write((vaddr_t)&word).vector, 0);
    CHECK_EQ(t, probe_load((vaddr_t)&word, &value).vector, 0);
    CHECK_EQ(t, value, word);
    CHECK_EQ(t, word, 0x1122334455667788);
    CHECK_EQ(t, probe_exec((vaddr_t)expect_handlers).vector, 0);
}

/* Address 0 is mapped in no table that the kernel ever uses. */
static void test_probe_unmapped(struct ktest_run *t)
{
    const vaddr_t addr = 24;
    u64 value = 7;
    struct probe p = probe_read(addr);
    CHECK_EQ(t, p.vector, VECTOR_PAGE_FAULT);
    CHECK_EQ(t, p.error, 0);
    CHECK_EQ(t, p.address, addr);
    p = probe_write(addr);
    CHECK_EQ(t, p.vector, VECTOR_PAGE_FAULT);
    CHECK_EQ(t, p.error, FAULT_WRITE);
    CHECK_EQ(t, p.address, addr);
    p = probe_exec(addr);
    CHECK_EQ(t, p.vector, VECTOR_PAGE_FAULT);
    CHECK_EQ(t, p.error & (FAULT_EXEC | FAULT_PRESENT), FAULT_EXEC);
    CHECK_EQ(t, p.address, addr);
    p = probe_load(addr, &value);
    CHECK_EQ(t, p.vector, VECTOR_PAGE_FAULT);
    CHECK_EQ(t, value, 7);
}

/* Addresses whose upper bits are no copies of bit 47 are malformed. */
static void test_probe_malformed(struct ktest_run *t)
{
    const vaddr_t addr = 0x0000800000000000;
    CHECK_EQ(t, probe_read(addr).vector, VECTOR_PROTECTION);
    CHECK_EQ(t, probe_write(addr).vector, VECTOR_PROTECTION);
    CHECK_EQ(t, probe_exec(addr).vector, VECTOR_PROTECTION);
}

KTEST_SUITE(trap) = {
    {"trap.breakpoint", .run = test_breakpoint},
    {"trap.interrupt", .run = test_interrupt},
    {"trap.registers", .run = test_registers},
    {"trap.probe_good", .run = test_probe_good},
    {"trap.probe_unmapped", .run = test_probe_unmapped},
    {"trap.probe_malformed", .run = test_probe_malformed},
    {},
};
