/*
 * core/trace.c - what each CPU did last, for the report of a panic.
 *
 * Each CPU writes its own ring, with interrupts off for a moment, so nothing
 * needs a lock.  trace_print() runs when all other CPUs stand still.
 */
#include "core/trace.h"

#include "arch/x86_64/clock.h"
#include "arch/x86_64/cpu.h"
#include "core/console.h"

enum {
    TRACE_LEN = 32,  /* events kept of each CPU */
    TRACE_SHOWN = 8, /* of them, in a report */
};

struct event {
    u64 time_ns;
    const char *name;
    u64 a, b;
};

struct trace_ring {
    u64 n_events; /* [C] ever written */
    struct event events[TRACE_LEN];
};

static struct trace_ring rings[MAX_CPUS];

void trace(const char *name, u64 a, u64 b)
{
    irq_push_off();
    struct trace_ring *ring = &rings[this_cpu()->id];
    ring->events[ring->n_events++ % TRACE_LEN] =
        (struct event){clock_now_ns(), name, a, b};
    irq_pop_off();
}

static void print_ring(u32 id, const struct trace_ring *ring)
{
    u64 n = ring->n_events < TRACE_SHOWN ? ring->n_events : TRACE_SHOWN;
    for (u64 i = ring->n_events - n; i < ring->n_events; i++) {
        const struct event *e = &ring->events[i % TRACE_LEN];
        console_print("    CPU %u %12lu ns  %s %#lx %#lx", id, e->time_ns,
                      e->name, e->a, e->b);
    }
}

void trace_print(void)
{
    console_print("Latest events:");
    for (u32 id = 0; id < n_cpus; id++)
        print_ring(id, &rings[id]);
}
