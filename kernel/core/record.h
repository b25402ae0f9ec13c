/*
 * core/record.h - verdicts for the host, on a channel of their own.
 *
 * One line a record on the debug console port (0xe9), which user programs
 * can't reach:
 *
 *     NONCE SEQ KIND TEXT
 *
 * NONCE comes from fw_cfg (opt/quern/nonce; "-" without a grader), SEQ counts
 * from 0, KIND is one word: boot start note hold todo pass fail skip beat
 * panic end.  grade/qn/records.py reads them.  A student's kernel can forge
 * any of this; points that matter rest on what the host sees by itself.
 */
#ifndef CORE_RECORD_H
#define CORE_RECORD_H

#include "lib/compiler.h"

/* Read the nonce; before that, records carry "-".  Boot CPU, once. */
void record_init(void);

enum { RECORD_TEXT_MAX = 512 }; /* bytes, with a zero; the rest is cut */

/* Write one record; control characters in the text become spaces.  Any
 * context; takes RANK_RECORD. */
PRINTF_LIKE(2, 3) void record(const char *kind, const char *fmt, ...);

#endif
