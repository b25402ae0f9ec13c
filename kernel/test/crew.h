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

/* Start a thread; without memory, fail the test and return NULL. */
struct thread *crew_start(struct ktest_run *t, const char *name,
                          thread_entry *entry, void *arg,
                          enum priority priority);

/* The same, on one CPU only. */
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

#endif
