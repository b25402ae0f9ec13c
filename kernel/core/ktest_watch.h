/*
 * core/ktest_watch.h - the watchdog over the test that runs.
 */
#ifndef CORE_KTEST_WATCH_H
#define CORE_KTEST_WATCH_H

#include "lib/types.h"

struct ktest;

/* The test begins and has `timeout_ms` of guest time; start the heartbeat. */
void ktest_watch_start(const struct ktest *test, u32 timeout_ms);

/* It has returned. */
void ktest_watch_stop(void);

#endif
