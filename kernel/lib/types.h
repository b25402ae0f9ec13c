/*
 * lib/types.h - the scalar types that the whole kernel shares.
 *
 * A typedef exists only where the name adds a meaning.  Addresses are
 * integers: a paddr_t must go through phys_to_virt() before it can be read,
 * and a uaddr_t only through vm/uaccess.
 */
#ifndef LIB_TYPES_H
#define LIB_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int64_t s64;

typedef u64 paddr_t; /* physical address, bytes */
typedef u64 vaddr_t; /* kernel virtual address, bytes */
typedef u64 uaddr_t; /* user virtual address: never dereferenced */
typedef u64 pfn_t;   /* page frame number: paddr_t / PAGE_SIZE */

enum { PAGE_SHIFT = 12 };
#define PAGE_SIZE ((u64)1 << PAGE_SHIFT)

#endif
