/*
 * arch/x86_64/trap.c - the table of gates, and who handles what.
 *
 *   exception -> a fixup (probe.h), or who registered, or exception() upstairs
 *   NMI       -> cpu_stop() upstairs: another CPU panicked
 *   interrupt -> who registered; acknowledged; then the exit hook
 *
 * Invariants  handlers run with interrupts off, so interrupts never nest;
 *             exceptions may come on top of anything
 * Spec        Intel SDM 3A, chapter 6
 * Tests       kernel/test/boot.c
 */
#include "arch/x86_64/trap.h"

#include "arch/x86_64/cpu.h"
#include "arch/x86_64/gdt.h"
#include "arch/x86_64/lapic.h"
#include "arch/x86_64/probe.h"
#include "arch/x86_64/upcall.h"
#include "lib/compiler.h"
#include "lib/panic.h"

struct gate {
    u16 offset_0; /* bits 0 to 15 of the stub's address */
    u16 segment;
    u8 ist;
    u8 type;
    u16 offset_16;
    u32 offset_32;
    u32 reserved;
};
static_assert(sizeof(struct gate) == 16, "SDM 3A, figure 6-8");

enum { GATE_INTERRUPT = 0x8e }; /* present, kernel only, interrupts off */

struct gate_pointer {
    u16 limit;
    u64 base;
} PACKED;

extern const u64 trap_stubs[N_VECTORS]; /* trap.asm */

static struct gate gates[N_VECTORS];      /* [I] after trap_init() */
static trap_handler *handlers[N_VECTORS]; /* see trap.h */
static void (*exit_hook)(void);           /* likewise */

static void gate_set(unsigned vector, u8 ist)
{
    u64 stub = trap_stubs[vector];
    gates[vector] = (struct gate){
        .offset_0 = (u16)stub,
        .segment = SEGMENT_KERNEL_CODE,
        .ist = ist,
        .type = GATE_INTERRUPT,
        .offset_16 = (u16)(stub >> 16),
        .offset_32 = (u32)(stub >> 32),
    };
}

void trap_init(void)
{
    for (unsigned vector = 0; vector < N_VECTORS; vector++)
        gate_set(vector, IST_NONE);
    gate_set(VECTOR_DOUBLE_FAULT, IST_DOUBLE_FAULT);
    gate_set(VECTOR_NMI, IST_NMI);
    trap_load();
}

void trap_load(void)
{
    struct gate_pointer pointer = {sizeof(gates) - 1, (u64)gates};
    __asm__ volatile("lidt %0" ::"m"(pointer));
}

void trap_register(unsigned vector, trap_handler *handler)
{
    assert(vector < N_VECTORS && vector != VECTOR_NMI);
    assert(handler);
    assert(!handlers[vector]); /* else: two drivers share a vector */
    handlers[vector] = handler;
}

void trap_on_exit(void (*hook)(void))
{
    assert(!exit_hook);
    exit_hook = hook;
}

static void handle_exception(struct trap_frame *frame)
{
    if (probe_fixup(frame))
        return;
    if (handlers[frame->vector])
        handlers[frame->vector](frame);
    else
        exception(frame);
}

static void handle_interrupt(struct trap_frame *frame)
{
    struct cpu *cpu = this_cpu();
    cpu->in_interrupt++;
    if (handlers[frame->vector])
        handlers[frame->vector](frame);
    if (frame->vector != VECTOR_SPURIOUS) /* that one is never in service */
        lapic_ack();
    assert(cpu->in_interrupt > 0);
    cpu->in_interrupt--;
    if (exit_hook && cpu->in_interrupt == 0 && cpu->n_locks == 0)
        exit_hook(); /* may come back much later, on another CPU */
}

void trap_dispatch(struct trap_frame *frame)
{
    if (frame->vector == VECTOR_NMI)
        cpu_stop();
    if (frame->vector < VECTOR_IRQ)
        handle_exception(frame);
    else
        handle_interrupt(frame);
}
