/*
 * test/crew.h - threads for the tests of the scheduler, and what they log.
 *
 * Tests of lab 3's first exercises must not need what its later ones write:
 * so this waits by yielding, not by sleeping, and tests that want no
 * preemption say so.
 */
#ifndef TEST_CREW_H
#define TEST_CREW_H

#include "core/ktest.h"
#include "sched/thread.h"

enum { CREW_LOG_MAX = 2048 };

/* Let the caller stay on its CPU from now on; which one that is. */
u32 crew_stay(void);

/* Start a thread that stays on the CPU of the caller, who stays there from now
 * on, too: so tests mean the same on any number of CPUs.  Without memory, fail
 * the test and return NULL. */
struct thread *crew_start(struct ktest_run *t, const char *name,
                          thread_entry *entry, void *arg,
                          enum priority priority);

/* Start a thread on that CPU, or with CPU_ANY wherever the kernel likes. */
struct thread *crew_start_on(struct ktest_run *t, u32 cpu, const char *name,
                             thread_entry *entry, void *arg,
                             enum priority priority);

/* Yield until the thread is gone, free it and return its exit status.  It must
 * not be less urgent than the test's thread.  NULL is ignored. */
int crew_wait(struct thread *thread);

/* Forget the log; add a letter to it; read it.  The log is cut when full. */
void crew_log_clear(void);
void crew_log(char letter);
const char *crew_log_text(void);

/* Burn `ns` of this CPU's time. */
void crew_spin(u64 ns);

/* Spin until *word (atomic) is at least `n`; false after two seconds. */
bool crew_spin_until(const u32 *word, u32 n);

/* Whether the guest's clock counts instructions (-icount): then what takes
 * time takes the same time on every host. */
bool crew_time_is_exact(void);

/* By how much something may come too late: 1 ms where time is exact. */
u64 crew_slack_ns(void);

#endif
