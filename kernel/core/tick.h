/*
 * core/tick.h - what happens when the timer interrupt comes.
 *
 * The timer is one-shot.  It fires at the earlier of this CPU's wanted
 * deadline and, while the heartbeat is on, TICK_NS after the last interrupt.
 * tick() is an upcall from the local APIC's handler: interrupts are off.
 */
#ifndef CORE_TICK_H
#define CORE_TICK_H

#include "lib/types.h"

struct trap_frame;

#define TICK_NS 10000000u /* heartbeat period, ns of guest time */

/* Called on every timer interrupt of any CPU, with interrupts off. */
typedef void tick_handler(struct trap_frame *frame, u64 now_ns);

enum { TICK_HANDLER_MAX = 8 };

/* Add a handler; boot CPU, before smp_start().  Panics beyond the maximum. */
void tick_register(tick_handler *handler);

/* Ask for an interrupt on this CPU at clock time `deadline_ns` or soon after;
 * replaces the previous wish.  UINT64_MAX: none wanted.  Interrupts off. */
void tick_set_deadline(u64 deadline_ns);

/* Begin, or end, the heartbeat on all CPUs.  Tests run with it. */
void tick_heartbeat_start(void);
void tick_heartbeat_stop(void);

/* The upcall.  Local APIC handler only. */
void tick(struct trap_frame *frame);

#endif
