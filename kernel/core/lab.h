/*
 * core/lab.h - what a function that the student has not written yet says.
 *
 * Only starter trees call it: labs/cut.py puts the call where the solution's
 * body was.  The first call for a function writes one line to the log and one
 * `todo` record; later calls are silent, so a stub in a hot path stays quiet.
 */
#ifndef CORE_LAB_H
#define CORE_LAB_H

/* exercise: "1.2"; function: its name.  Any context. */
void lab_todo(const char *exercise, const char *function);

/* Forget which stubs were called so far: a test begins. */
void lab_reset(void);

/* The function of the first stub called since lab_reset(), and its exercise;
 * NULL if none was.  A test that reached one can't pass. */
const char *lab_reached(const char **exercise);

#endif
