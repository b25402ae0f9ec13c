/*
 * core/ktest_report.h - what people see of the tests, on the consoles.
 */
#ifndef CORE_KTEST_REPORT_H
#define CORE_KTEST_REPORT_H

#include "lib/types.h"

enum ktest_verdict { KTEST_PASSED, KTEST_FAILED, KTEST_SKIPPED, N_VERDICTS };

/* A test has ended after `ns` of guest time: print a line, and why. */
void ktest_report_add(const char *name, enum ktest_verdict verdict,
                      const char *why, u64 ns);

/* Print a table of the suites and, last, "N passed, N failed". */
void ktest_report_end(u64 seed);

/* How many tests ended like this. */
u32 ktest_report_count(enum ktest_verdict verdict);

#endif
