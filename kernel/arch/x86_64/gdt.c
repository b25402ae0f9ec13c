/*
 * arch/x86_64/gdt.c - one descriptor table and task state a CPU.
 *
 * A double fault usually means that the kernel's stack is gone, and an NMI may
 * come at any instruction: both get a stack of their own.
 *
 * Spec: Intel SDM 3A, sections 3.4.5, 7.2.3 and 7.7.
 */
#include "arch/x86_64/gdt.h"

#include "lib/compiler.h"
#include "lib/config.h"
#include "lib/panic.h"

enum { FAULT_STACK_SIZE = 8192, NMI_STACK_SIZE = 4096 };

struct task_state {
    u32 reserved0;
    u64 rsp[3];
    u64 reserved1;
    u64 ist[7]; /* IST n is ist[n - 1] */
    u64 reserved2;
    u16 reserved3;
    u16 io_map_offset;
} PACKED;
static_assert(sizeof(struct task_state) == 104, "SDM 3A, figure 7-11");

struct gdt {
    u64 entries[7]; /* the task state's descriptor takes two */
    struct task_state tss;
};

struct gdt_pointer {
    u16 limit;
    u64 base;
} PACKED;

static struct gdt gdts[MAX_CPUS];
static ALIGNED(16) char fault_stacks[MAX_CPUS][FAULT_STACK_SIZE];
static ALIGNED(16) char nmi_stacks[MAX_CPUS][NMI_STACK_SIZE];

static void tss_fill(struct gdt *gdt, u32 id)
{
    gdt->tss = (struct task_state){.io_map_offset = sizeof(gdt->tss)};
    gdt->tss.ist[IST_DOUBLE_FAULT - 1] =
        (u64)(fault_stacks[id] + FAULT_STACK_SIZE);
    gdt->tss.ist[IST_NMI - 1] = (u64)(nmi_stacks[id] + NMI_STACK_SIZE);

    u64 base = (u64)&gdt->tss, limit = sizeof(gdt->tss) - 1;
    gdt->entries[5] = limit | (base & 0xffffff) << 16 | 0x89ull << 40 |
                      (base >> 24 & 0xff) << 56;
    gdt->entries[6] = base >> 32;
}

static void gdt_fill(struct gdt *gdt, u32 id)
{
    gdt->entries[0] = 0;
    gdt->entries[1] = 0x00209b0000000000; /* kernel code, 64 bits */
    gdt->entries[2] = 0x0000930000000000; /* kernel data */
    gdt->entries[3] = 0x0000f30000000000; /* user data */
    gdt->entries[4] = 0x0020fb0000000000; /* user code, 64 bits */
    tss_fill(gdt, id);
}

void gdt_load(u32 id)
{
    assert(id < MAX_CPUS);
    struct gdt *gdt = &gdts[id];
    gdt_fill(gdt, id);
    struct gdt_pointer pointer = {sizeof(gdt->entries) - 1, (u64)gdt->entries};
    /* CS only changes by a far jump, call or return. */
    __asm__ volatile("lgdt %0\n\t"
                     "pushq %1\n\t"
                     "lea 1f(%%rip), %%rax\n\t"
                     "pushq %%rax\n\t"
                     "lretq\n"
                     "1:\n\t"
                     "mov %2, %%ss\n\t"
                     "mov %3, %%ds\n\t"
                     "mov %3, %%es\n\t"
                     "mov %3, %%fs\n\t"
                     "mov %3, %%gs\n\t"
                     "ltr %w4" ::"m"(pointer),
                     "i"(SEGMENT_KERNEL_CODE), "r"(SEGMENT_KERNEL_DATA), "r"(0),
                     "r"(SEGMENT_TSS)
                     : "rax", "memory");
}
