/*
 * core/spinlock.c - mutual exclusion between CPUs, for short stretches.
 *
 * A ticket lock: a comer draws `next` and goes in when `owner` shows his
 * number.  Each CPU lists the locks it holds, for asserts, `qn locks` and, in
 * DEBUG=1, the check of ranks: since every lock taken while waiting ranks
 * above all held, no two CPUs can wait for each other.
 *
 * Tests  grade/unit/test_spinlock.c, kernel/test/core.c
 */
#include "core/spinlock.h"

#include "arch/x86_64/cpu.h"
#include "core/cpucall.h"
#include "core/symbols.h"
#include "lib/atomic.h"
#include "lib/panic.h"

static void (*free_hook)(void); /* [I] after boot; may be NULL */

void spin_on_free(void (*hook)(void))
{
    free_hook = hook;
}

/* After spin_break_all(): only irq_push_off() and irq_pop_off() remain. */
static u32 is_broken; /* [A] */

/* Taking it again, this CPU would wait for itself. */
static void check_not_mine(const struct spinlock *lock)
{
    char text[SYMBOL_TEXT_MAX];
    if (spin_held(lock))
        panic("spinlock `%s` taken twice by CPU %u, first in %s", lock->name,
              this_cpu()->id, symbol_describe(lock->taken_at, text));
}

/* DEBUG=1: the lock must rank above all that this CPU holds. */
static void check_rank(const struct spinlock *lock)
{
    const struct cpu *cpu = this_cpu();
    char text[SYMBOL_TEXT_MAX];
    for (u32 i = 0; i < cpu->n_locks; i++) {
        const struct spinlock *held = cpu->locks[i];
        if (held->rank >= lock->rank)
            panic("spinlock `%s` (rank %u) taken after `%s` (rank %u) in %s",
                  lock->name, lock->rank, held->name, held->rank,
                  symbol_describe(held->taken_at, text));
    }
}

/* This CPU has got in: write it down. */
static void note_taken(struct spinlock *lock, u64 taken_at)
{
    struct cpu *cpu = this_cpu();
    assert(cpu->n_locks < CPU_LOCKS_MAX);
    cpu->locks[cpu->n_locks++] = lock;
    lock->holder = cpu->id + 1;
    lock->taken_at = taken_at;
}

/* Strike the lock off this CPU's list; it need not be the last one taken. */
static void note_released(struct spinlock *lock)
{
    struct cpu *cpu = this_cpu();
    u32 i = cpu->n_locks;
    while (i > 0 && cpu->locks[i - 1] != lock)
        i--;
    assert(i > 0); /* else: holder is wrong */
    for (; i < cpu->n_locks; i++)
        cpu->locks[i - 1] = cpu->locks[i];
    cpu->n_locks--;
    lock->holder = 0;
}

void spin_init(struct spinlock *lock, const char *name, enum lock_rank rank)
{
    *lock = (struct spinlock)SPINLOCK_INIT(name, rank);
}

NO_LOCK_CHECK void spin_lock(struct spinlock *lock)
{
    irq_push_off();
    if (atomic_load(&is_broken))
        return;
    check_not_mine(lock);
    if (config_debug)
        check_rank(lock);
    u32 ticket = atomic_add(&lock->next, 1) - 1;
    while (atomic_load(&lock->owner) != ticket) {
        cpucall_serve();
        cpu_relax();
    }
    note_taken(lock, (u64)__builtin_return_address(0));
}

NO_LOCK_CHECK bool spin_try(struct spinlock *lock)
{
    irq_push_off();
    if (atomic_load(&is_broken))
        return true;
    u32 owner = atomic_load(&lock->owner);
    u32 expected = owner; /* nobody has drawn a ticket beyond the owner's */
    if (!atomic_compare_exchange(&lock->next, &expected, owner + 1)) {
        irq_pop_off();
        return false;
    }
    note_taken(lock, (u64)__builtin_return_address(0));
    return true;
}

NO_LOCK_CHECK void spin_unlock(struct spinlock *lock)
{
    if (atomic_load(&is_broken)) {
        irq_pop_off();
        return;
    }
    if (!spin_held(lock))
        panic("spinlock `%s` released by CPU %u, which does not hold it",
              lock->name, this_cpu()->id);
    note_released(lock);
    assert(this_cpu()->irq_off_depth > 0); /* since it was taken */
    atomic_store(&lock->owner, lock->owner + 1);
    const struct cpu *cpu = this_cpu();
    bool may_switch = cpu->irq_off_depth == 1 && cpu->irq_was_on;
    irq_pop_off();
    if (may_switch && free_hook)
        free_hook();
}

bool spin_held(const struct spinlock *lock)
{
    irq_push_off();
    bool is_held = lock->holder == this_cpu()->id + 1;
    irq_pop_off();
    return is_held;
}

void spin_break_all(void)
{
    atomic_store(&is_broken, 1);
}
