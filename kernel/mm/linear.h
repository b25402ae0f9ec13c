/*
 * mm/linear.h - the simple page allocator: look at one frame after another.
 *
 * Slow, small, and easy to believe: the yardstick for mm/buddy.c.  Chosen by
 * pmm=linear on the kernel's command line.
 */
#ifndef MM_LINEAR_H
#define MM_LINEAR_H

#include "mm/zone.h"

/* Keeps the contract of mm/zone.h in time proportional to the zone. */
extern const struct zone_ops linear_ops;

#endif
