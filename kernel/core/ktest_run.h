/*
 * core/ktest_run.h - one test: its seeds, its rounds, its verdict.
 */
#ifndef CORE_KTEST_RUN_H
#define CORE_KTEST_RUN_H

#include "lib/types.h"

struct ktest;

/* What holds for all tests of a boot. */
struct ktest_options {
    u64 seed;          /* the host's */
    u32 timeout_scale; /* 1 to 1,000; multiplies all timeouts */
};

/* Run the test; send and print its verdict. */
void ktest_run_one(const struct ktest *test,
                   const struct ktest_options *options);

/* The verdict on a test that was asked for and is not there: it fails. */
void ktest_fail_unknown(const char *name, const struct ktest_options *options);

#endif
