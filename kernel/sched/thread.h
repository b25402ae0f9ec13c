/*
 * sched/thread.h - threads: made, started, ended, waited for.
 *
 *                  thread_start            schedule()
 *        THREAD_NEW ---------> THREAD_READY <--------> THREAD_RUNNING
 *                                   ^                    |        |
 *                        sched_wake |    wait_until ...  |        | thread_exit
 *                                   |                    v        v
 *                                   +----------- THREAD_SLEEPING  THREAD_DEAD
 *
 * A dead thread still stands on its stack until the next one runs; then it is
 * gone, and whoever joins it (or, detached, the reaper) frees stack and struct.
 */
#ifndef SCHED_THREAD_H
#define SCHED_THREAD_H

#include "lib/compiler.h"
#include "lib/list.h"
#include "lib/types.h"
#include "sched/runq.h"
#include "sched/waitq.h"

struct context;

enum { THREAD_NAME_MAX = 24, CPU_ANY = 0xffff };

enum thread_state {
    THREAD_NEW,
    THREAD_READY,    /* in a run queue, or on the way to one */
    THREAD_RUNNING,  /* on a CPU */
    THREAD_SLEEPING, /* in a wait queue */
    THREAD_DEAD,
};

/* What a thread does; the result is its exit status. */
typedef int thread_entry(void *arg);

/* [S] its CPU's sched_cpu.lock   [T] thread_lock   [O] written by itself */
struct thread {
    struct context *context;    /* [S] its registers, while it does not run */
    enum thread_state state;    /* [S] */
    u32 cpu;                    /* [S] whose queue it is in, or ran on last */
    u16 priority;               /* [I] enum priority */
    u16 home;                   /* [I] the only CPU it may run on, or CPU_ANY */
    struct list ready_link;     /* [S] in a struct runq */
    u64 slice_ns;               /* [S] left of its turn; 0: the turn is over */
    u64 run_ns;                 /* [S] time on CPUs so far */
    enum wait_mode mode;        /* [S] whether a kill ends its sleep */
    int wake_result;            /* [S] what the waker told it */
    u32 is_killed;              /* [A] */
    bool in_chaos;              /* [O] see chaos.c */
    struct waitq *waits_on;     /* [O] for deadlock.c and `qn threads` */
    vaddr_t stack_top;          /* [I] 0 if the stack is not ours to free */
    char name[THREAD_NAME_MAX]; /* [I] */
    thread_entry *entry;        /* [I] */
    void *arg;                  /* [I] */
    int exit_status;            /* [O] valid once it is gone */
    bool is_gone;               /* [T] dead, and off its stack */
    bool is_detached;           /* [T] nobody will join it */
    bool has_joiner;            /* [T] */
    struct waitq joiners;       /*     until is_gone */
    struct thread *self;        /* [I] whose end joiners wait for */
    struct list all_link; /* [T] in all_threads; of the dead: in the dead */
    void *process;        /* [I] opaque here */
};

/* Every thread there is, for debuggers and deadlock.c; under thread_lock. */
extern struct list all_threads;
extern struct spinlock thread_lock;

/*
 * A thread that will run entry(arg) once started, on a stack of its own.
 * err_ptr(-ENOMEM) without memory.  The name is copied, and cut if too long.
 */
struct thread *thread_create(const char *name, thread_entry *entry, void *arg,
                             enum priority priority) MUST_CHECK;

/* Let a new thread run only on that CPU; before thread_start(). */
void thread_pin(struct thread *t, u32 cpu);

/* Make a new thread ready, on the CPU that has least to do. */
void thread_start(struct thread *t);

/* thread_create() and thread_start() in one. */
struct thread *thread_spawn(const char *name, thread_entry *entry, void *arg,
                            enum priority priority) MUST_CHECK;

/* End the running thread.  Returning from its entry function does the same. */
NORETURN void thread_exit(int status);

/* Sleep until `t` is gone, free it and return its exit status.  Once per
 * thread, never for a detached one. */
int thread_join(struct thread *t);

/* Nobody will join `t`: it is freed when it is gone. */
void thread_detach(struct thread *t);

/* Ask `t` to end: its present and all later wait_until() return -EINTR unless
 * their condition holds.  It ends when it chooses to. */
void thread_kill(struct thread *t);

/* Whether thread_join() would return at once. */
bool thread_is_gone(const struct thread *t);

/* Give what already runs on this CPU a name and make it a thread that may be
 * scheduled; for sched_init() and cpu_start(). */
void thread_adopt(struct thread *t, const char *name, enum priority priority);

/* The dead thread has been left: called by whoever took over its CPU, with
 * interrupts off.  For sched_finish_switch(). */
void thread_left(struct thread *t);

/* Free detached threads that are gone.  Any thread may; idle ones do. */
void thread_reap(void);

/* "new", "ready", ... for people. */
const char *thread_state_name(enum thread_state state);

#endif
