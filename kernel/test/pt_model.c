/*
 * test/pt_model.c - what a page table should say, kept as a list of pieces.
 */
#include "test/pt_model.h"

#include "abi/errno.h"
#include "lib/bits.h"
#include "lib/format.h"
#include "test/pt_census.h"

/* Note what is wrong, and return it. */
#define WRONG(m, ...) \
    (format_string((m)->wrong, sizeof((m)->wrong), __VA_ARGS__), (m)->wrong)

void pt_model_begin(struct pt_model *m, struct page_table *table,
                    struct tlb_batch *batch)
{
    m->table = table;
    m->batch = batch;
    m->may_lack_memory = false;
    m->n = 0;
}

/*
 * Pieces
 */

static vaddr_t last_of(vaddr_t va, u64 len)
{
    return va + len - 1;
}

static bool overlaps(const struct pt_piece *piece, vaddr_t va, u64 len)
{
    return piece->va <= last_of(va, len) &&
           va <= last_of(piece->va, piece->len);
}

static bool is_free(const struct pt_model *m, vaddr_t va, u64 len)
{
    for (size_t i = 0; i < m->n; i++)
        if (overlaps(&m->pieces[i], va, len))
            return false;
    return true;
}

/* Let a piece begin at `va`, if one has it inside. */
static void cut(struct pt_model *m, vaddr_t va)
{
    for (size_t i = 0; i < m->n; i++) {
        struct pt_piece *piece = &m->pieces[i];
        if (va <= piece->va || va > last_of(piece->va, piece->len))
            continue;
        struct pt_piece upper = *piece;
        piece->len = va - piece->va;
        upper.va = va;
        upper.pa += piece->len;
        upper.len -= piece->len;
        m->pieces[m->n++] = upper;
        return;
    }
}

/* Whether the byte at `va` is mapped as the piece says; its page's size. */
static const char *compare_byte(struct pt_model *m, struct pt_piece piece,
                                vaddr_t va, u64 *size)
{
    struct mapping found;
    int err = page_table_query(m->table, va, &found);
    if (err)
        return WRONG(m, "query of %#lx says %d, but it is mapped", va, err);
    paddr_t pa = piece.pa + (va - piece.va);
    if (found.pa != pa)
        return WRONG(m, "%#lx is mapped to %#lx instead of %#lx", va, found.pa,
                     pa);
    if (found.flags != piece.flags)
        return WRONG(m, "%#lx has flags %#x instead of %#x", va, found.flags,
                     piece.flags);
    if (found.size < PAGE_SIZE || !is_power_of_two(found.size))
        return WRONG(m, "%#lx is in a page of %#lx bytes", va, found.size);
    *size = found.size;
    return NULL;
}

/* The first and the last byte of every page of a piece. */
static const char *compare_piece(struct pt_model *m, struct pt_piece piece)
{
    for (u64 done = 0; done < piece.len;) {
        vaddr_t va = piece.va + done;
        u64 size = 0;
        const char *wrong = compare_byte(m, piece, va, &size);
        if (!wrong)
            wrong = compare_byte(m, piece, va | (size - 1), &size);
        if (wrong)
            return wrong;
        done += size - (va & (size - 1));
    }
    return NULL;
}

const char *pt_model_compare(struct pt_model *m)
{
    u64 n_bytes = 0;
    for (size_t i = 0; i < m->n; i++) {
        const char *wrong = compare_piece(m, m->pieces[i]);
        if (wrong)
            return wrong;
        n_bytes += m->pieces[i].len;
    }
    struct pt_census census = pt_census(m->table);
    if (census.wrong)
        return WRONG(m, "%s (at %#lx)", census.wrong, census.wrong_at);
    if (census.n_bytes != n_bytes)
        return WRONG(m, "%#lx bytes are mapped instead of %#lx", census.n_bytes,
                     n_bytes);
    return NULL;
}

/*
 * Requests
 */

/* What to do after the table said `err` instead of 0. */
static const char *judge_error(struct pt_model *m, const char *what, int err)
{
    if (err == -ENOMEM && m->may_lack_memory)
        return NULL;
    return WRONG(m, "page_table_%s() says %d instead of 0", what, err);
}

const char *pt_model_map(struct pt_model *m, struct pt_piece piece)
{
    int expected = is_free(m, piece.va, piece.len) ? 0 : -EEXIST;
    size_t n_tables = m->table->n_tables;
    int err =
        page_table_map(m->table, piece.va, piece.pa, piece.len, piece.flags);
    if (err && m->table->n_tables != n_tables)
        return WRONG(m, "page_table_map() failed, but left %zu tables behind",
                     m->table->n_tables - n_tables);
    if (err && err == expected)
        return NULL;
    if (expected)
        return WRONG(m, "page_table_map() over what is mapped says %d", err);
    if (err)
        return judge_error(m, "map", err);
    m->pieces[m->n++] = piece;
    return NULL;
}

const char *pt_model_unmap(struct pt_model *m, vaddr_t va, u64 len)
{
    int err = page_table_unmap(m->table, va, len, m->batch);
    tlb_batch_finish(m->batch);
    if (err)
        return judge_error(m, "unmap", err);
    cut(m, va);
    cut(m, va + len);
    for (size_t i = m->n; i-- > 0;)
        if (overlaps(&m->pieces[i], va, len))
            m->pieces[i] = m->pieces[--m->n];
    return NULL;
}

const char *pt_model_protect(struct pt_model *m, vaddr_t va, u64 len, u32 flags)
{
    int err = page_table_protect(m->table, va, len, flags, m->batch);
    tlb_batch_finish(m->batch);
    if (err)
        return judge_error(m, "protect", err);
    cut(m, va);
    cut(m, va + len);
    for (size_t i = 0; i < m->n; i++)
        if (overlaps(&m->pieces[i], va, len))
            m->pieces[i].flags = flags;
    return NULL;
}

/*
 * Drawing
 */

static u32 draw_flags(struct random *random, vaddr_t va)
{
    static const u32 some[] = {
        MAP_READ,
        MAP_WRITE,
        MAP_EXEC,
        MAP_WRITE | MAP_UNCACHED,
    };
    bool may_be_user = va >> 63 == 0 && random_below(random, 2);
    return some[random_below(random, ARRAY_LEN(some))] |
           (may_be_user ? MAP_USER : 0);
}

/* A range of a few pages of the size of `level`, near a page of that size. */
static struct pt_piece draw_piece(struct random *random, vaddr_t base)
{
    unsigned level = 1 + (unsigned)random_below(random, 3);
    u64 unit = pt_level_size(level), span = (u64)4 << 30;
    u64 len = unit * (1 + random_below(random, level == 3 ? 2 : 5));
    struct pt_piece piece = {
        .va = base + align_down(random_below(random, span - len + 1), unit),
        .len = len,
        .pa = align_down(random_below(random, (u64)1 << 40), unit),
    };
    if (level > 1 && random_below(random, 2)) { /* a bit less at the edges */
        u64 less = PAGE_SIZE * (1 + random_below(random, 3));
        piece.va += less;
        piece.pa += less;
        piece.len -= 2 * less;
    }
    if (level > 1 && random_below(random, 4) == 0)
        piece.pa += pt_level_size(level - 1); /* smaller pages must do */
    piece.flags = draw_flags(random, piece.va);
    return piece;
}

/* Move the start of a range into some piece, where there is most to break. */
static void move_into(const struct pt_model *m, struct random *random,
                      struct pt_piece *range, vaddr_t base)
{
    if (m->n == 0 || random_below(random, 3) == 0)
        return;
    struct pt_piece piece = m->pieces[random_below(random, m->n)];
    vaddr_t va =
        align_down(piece.va + random_below(random, piece.len), PAGE_SIZE);
    if (va - base + range->len <= (u64)4 << 30)
        range->va = va;
}

const char *pt_model_step(struct pt_model *m, struct random *random,
                          vaddr_t base)
{
    struct pt_piece piece = draw_piece(random, base);
    u64 dice = random_below(random, 10);
    if (dice < 4 && m->n < PT_PIECES_MAX - 3)
        return pt_model_map(m, piece);
    move_into(m, random, &piece, base);
    if (dice < 7 || m->n > PT_PIECES_MAX - 6)
        return pt_model_unmap(m, piece.va, piece.len);
    return pt_model_protect(m, piece.va, piece.len, piece.flags);
}

const char *pt_model_drain(struct pt_model *m, struct random *random)
{
    while (m->n > 0) {
        struct pt_piece piece = m->pieces[random_below(random, m->n)];
        const char *wrong = pt_model_unmap(m, piece.va, piece.len);
        if (wrong)
            return wrong;
    }
    return pt_model_compare(m);
}
