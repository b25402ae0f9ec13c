/*
 * arch/x86_64/cpu.h - the CPU this code runs on, and its interrupt flag.
 *
 * GS points at this CPU's `struct cpu` from arch_start() (secondary CPUs: from
 * their first C instruction) on.  Reading this_cpu() is only meaningful while
 * the thread can't move: with interrupts off, or a spinlock held.
 */
#ifndef ARCH_CPU_H
#define ARCH_CPU_H

#include "lib/compiler.h"
#include "lib/config.h"
#include "lib/types.h"

struct spinlock;
struct thread;

enum { CPU_LOCKS_MAX = 16 };

struct cpu {
    struct cpu *self;      /* [I] offset 0: read through GS */
    struct thread *thread; /* [C] offset 8: running; opaque below sched/ */
    u32 id;                /* [I] 0 .. n_cpus - 1; 0 booted the machine */
    u32 apic_id;           /* [I] */
    u32 irq_off_depth;     /* [C] nesting of irq_push_off() */
    u32 irq_was_on;        /* [C] whether the outermost push found them on */
    u32 in_interrupt;      /* [C] nesting of interrupt handlers */
    u32 n_locks;           /* [C] spinlocks held */
    u32 is_online;         /* [A] answers cross-CPU calls */
    u32 must_resched;      /* [C] switch threads when next allowed */

    struct spinlock *locks[CPU_LOCKS_MAX]; /* [C] held, in the order taken */
};

extern struct cpu cpus[MAX_CPUS];
extern u32 n_cpus; /* 1; grows during smp_start(), then [I] */

static inline struct cpu *this_cpu(void)
{
    struct cpu *cpu;
    __asm__ volatile("mov %%gs:0, %0" : "=r"(cpu));
    return cpu;
}

/* The running thread, or NULL before sched_init(); safe in any context. */
static inline struct thread *cpu_thread(void)
{
    struct thread *t;
    __asm__ volatile("mov %%gs:8, %0" : "=r"(t));
    return t;
}

static inline bool irq_are_on(void)
{
    u64 flags;
    __asm__ volatile("pushfq; pop %0" : "=r"(flags));
    return flags & (1 << 9);
}

static inline void irq_on(void)
{
    __asm__ volatile("sti" ::: "memory");
}

static inline void irq_off(void)
{
    __asm__ volatile("cli" ::: "memory");
}

/* Turn interrupts off until the matching irq_pop_off(); these nest. */
static inline void irq_push_off(void)
{
    u64 flags;
    __asm__ volatile("pushfq; pop %0; cli" : "=r"(flags)::"memory");
    struct cpu *cpu = this_cpu();
    if (cpu->irq_off_depth++ == 0)
        cpu->irq_was_on = !!(flags & (1 << 9));
}

/* Undo one irq_push_off(); the last one restores what the first one found. */
static inline void irq_pop_off(void)
{
    struct cpu *cpu = this_cpu();
    if (--cpu->irq_off_depth == 0 && cpu->irq_was_on)
        irq_on();
}

/* Tell the CPU that this is a spin loop.  Costs 150 ns under TCG. */
static inline void cpu_relax(void)
{
    __asm__ volatile("pause" ::: "memory");
}

/* Sleep until the next interrupt, which is taken before this returns. */
static inline void cpu_wait_irq(void)
{
    __asm__ volatile("sti; hlt" ::: "memory");
}

/* Never do anything again. */
NORETURN static inline void cpu_halt(void)
{
    for (;;)
        __asm__ volatile("cli; hlt" ::: "memory");
}

#endif
