/*
 * mm/kspace.c - the kernel's own page table, and its lock.
 *
 * Locks  kspace_lock (RANK_KERNEL_MAP)
 * Tests  kernel/test/kmap.c, kernel/test/tlb.c
 */
#include "mm/kspace.h"

#include "abi/errno.h"
#include "mm/tlb.h"

struct page_table kspace_table;
struct spinlock kspace_lock = SPINLOCK_INIT("kspace", RANK_KERNEL_MAP);

int kspace_map(vaddr_t va, paddr_t pa, u64 len, u32 flags)
{
    if (!kspace_table.root)
        return -ENOSYS;
    spin_lock(&kspace_lock);
    int err = page_table_map(&kspace_table, va, pa, len, flags);
    spin_unlock(&kspace_lock);
    return err;
}

int kspace_unmap(vaddr_t va, u64 len)
{
    if (!kspace_table.root)
        return -ENOSYS;
    struct tlb_batch batch;
    tlb_batch_begin(&batch, &kspace_table.cpus);
    spin_lock(&kspace_lock);
    int err = page_table_unmap(&kspace_table, va, len, &batch);
    tlb_batch_finish(&batch);
    spin_unlock(&kspace_lock);
    return err;
}

int kspace_protect(vaddr_t va, u64 len, u32 flags)
{
    if (!kspace_table.root)
        return -ENOSYS;
    struct tlb_batch batch;
    tlb_batch_begin(&batch, &kspace_table.cpus);
    spin_lock(&kspace_lock);
    int err = page_table_protect(&kspace_table, va, len, flags, &batch);
    tlb_batch_finish(&batch);
    spin_unlock(&kspace_lock);
    return err;
}

int kspace_query(vaddr_t va, struct mapping *found)
{
    if (!kspace_table.root)
        return -ENOSYS;
    spin_lock(&kspace_lock);
    int err = page_table_query(&kspace_table, va, found);
    spin_unlock(&kspace_lock);
    return err;
}
