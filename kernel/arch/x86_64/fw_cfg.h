/*
 * arch/x86_64/fw_cfg.h - named files that QEMU's command line gives the guest.
 *
 * One selector and one data port for all: callers take turns (boot, and then
 * the tests' runner).  Spec: QEMU, docs/specs/fw_cfg.
 */
#ifndef ARCH_FW_CFG_H
#define ARCH_FW_CFG_H

#include "lib/compiler.h"
#include "lib/types.h"

struct fw_cfg_file {
    u32 size;
    u16 selector;
};

/* Whether this machine has the device: it answers with its signature. */
bool fw_cfg_is_present(void);

/* Find the file of that name, or -ENOENT (also when this is no QEMU). */
int fw_cfg_find(const char *name, struct fw_cfg_file *file) MUST_CHECK;

/* Copy the file's first bytes, at most `len`; returns how many. */
size_t fw_cfg_read(const struct fw_cfg_file *file, void *buf, size_t len);

/* Read the file of that name as text into `buf`, cut to len - 1 bytes and
 * ended with a zero.  Its length, or -ENOENT with buf = "". */
int fw_cfg_read_text(const char *name, char *buf, size_t len);

#endif
