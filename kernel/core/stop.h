/*
 * core/stop.h - stop all other CPUs, because this one panics.
 */
#ifndef CORE_STOP_H
#define CORE_STOP_H

/* Stop the other online CPUs by NMI, wait (not for ever) until they stand, and
 * open all spinlocks.  Interrupts off. */
void stop_others(void);

/* Print where the others were. */
void stop_print_others(void);

#endif
