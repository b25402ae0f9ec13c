/*
 * mm/kspace.c - the kernel's own page table, and its lock.
 *
 * Locks  kspace_lock (RANK_KERNEL_MAP)
 * Tests  kernel/test/kmap.c, kernel/test/tlb.c
 */
#include "mm/kspace.h"

#include "abi/errno.h"
#include "arch/x86_64/layout.h"
#include "core/cpucall.h"
#include "lib/atomic.h"
#include "lib/printk.h"
#include "mm/tlb.h"

struct page_table kspace_table;
struct spinlock kspace_lock = SPINLOCK_INIT("kspace", RANK_KERNEL_MAP);

/*
 * Whether the CPU will find `pa` at `va`: walks as the CPU does, with nothing
 * of mm/pagetable.c, since it is that which may be wrong.
 */
static bool can_reach(vaddr_t va, paddr_t pa, enum map_flags right)
{
    const pte_t *entries = phys_to_virt(kspace_table.root);
    for (unsigned level = PT_LEVELS;; level--) {
        pte_t entry = entries[pt_index(va, level)];
        if (!(entry & PTE_PRESENT) ||
            (right == MAP_WRITE && !(entry & PTE_WRITE)) ||
            (right == MAP_EXEC && (entry & PTE_NX)))
            return false;
        if (!pte_is_table(entry, level)) {
            u64 offset = va & (pt_level_size(level) - 1);
            return (entry & PTE_ADDR) + offset == pa;
        }
        entries = pte_table(entry);
    }
}

int kspace_load(void)
{
    static const char constant[] = "constants";
    char on_stack = 0;
    const struct {
        const void *va;
        enum map_flags right;
        const char *what;
    } needs[] = {
        {&kspace_load, MAP_EXEC, "code"},
        {constant, MAP_READ, constant},
        {&kspace_table, MAP_WRITE, "variables"},
        {&on_stack, MAP_WRITE, "stack"},
    };
    for (size_t i = 0; i < ARRAY_LEN(needs); i++)
        if (!can_reach((vaddr_t)needs[i].va, image_to_phys(needs[i].va),
                       needs[i].right)) {
            printk(LOG_ERROR, "kspace: the kernel's %s would be out of reach",
                   needs[i].what);
            return -EFAULT;
        }
    if (!can_reach((vaddr_t)phys_to_virt(kspace_table.root), kspace_table.root,
                   MAP_WRITE)) {
        printk(LOG_ERROR, "kspace: page tables would be out of reach");
        return -EFAULT;
    }
    atomic_store(&kspace_table.cpus, cpu_set_all());
    mmu_load(kspace_table.root);
    return 0;
}

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

int kspace_query(vaddr_t va, struct mapping *found)
{
    if (!kspace_table.root)
        return -ENOSYS;
    spin_lock(&kspace_lock);
    int err = page_table_query(&kspace_table, va, found);
    spin_unlock(&kspace_lock);
    return err;
}
