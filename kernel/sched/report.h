/*
 * sched/report.h - what the threads were doing, in the report of a panic.
 */
#ifndef SCHED_REPORT_H
#define SCHED_REPORT_H

/* Have panics list the threads.  Boot CPU, once, after sched_init(). */
void thread_report_init(void);

#endif
