/*
 * test_rbtree.c - random insertion and removal against a sorted array, with
 * the tree's invariants checked after every step.
 *
 * Sources: lib/rbtree.c
 */
#include "lib/rbtree.h"

#include <stdlib.h>
#include <string.h>

#include "unit.h"

enum { ITEMS = 200, STEPS = 20000, KEYS = 60 };

struct item {
    struct rb_node node;
    u64 key, serial; /* serial: equal keys sort by time of insertion */
    bool is_in;
};

static struct item items[ITEMS];

static struct item *item_of(const struct rb_node *node)
{
    return rb_entry(node, struct item, node);
}

static bool item_less(const struct rb_node *a, const struct rb_node *b)
{
    return item_of(a)->key < item_of(b)->key;
}

static struct rbtree tree = RBTREE_INIT(item_less);

/* Returns how many black nodes a way down from `node` meets. */
static unsigned check_subtree(const struct rb_node *node)
{
    if (!node)
        return 0;
    for (int side = 0; side < 2; side++) {
        const struct rb_node *child = node->child[side];
        if (!child)
            continue;
        EXPECT(child->parent == node, "a child knows another parent");
        EXPECT(!(node->is_red && child->is_red), "red below red");
    }
    unsigned left = check_subtree(node->child[0]);
    EXPECT_EQ(check_subtree(node->child[1]), left);
    return left + !node->is_red;
}

static int compare(const void *a, const void *b)
{
    const struct item *x = *(struct item *const *)a;
    const struct item *y = *(struct item *const *)b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return x->serial < y->serial ? -1 : 1;
}

/* The tree holds exactly the items that are in, in order. */
static void check_order(void)
{
    struct item *sorted[ITEMS];
    size_t n = 0;
    for (size_t i = 0; i < ITEMS; i++) {
        if (items[i].is_in)
            sorted[n++] = &items[i];
    }
    qsort(sorted, n, sizeof(sorted[0]), compare);
    const struct rb_node *node = rb_first(&tree);
    for (size_t i = 0; i < n; i++, node = rb_next(node)) {
        EXPECT(node, "the tree ends after %zu of %zu", i, n);
        EXPECT(item_of(node) == sorted[i], "wrong item at %zu", i);
    }
    EXPECT(!node, "the tree goes on after %zu", n);
}

static void check_tree(void)
{
    EXPECT(!tree.root || (!tree.root->is_red && !tree.root->parent));
    check_subtree(tree.root);
    check_order();
}

static void toggle(struct item *item, struct random *random, u64 serial)
{
    if (item->is_in) {
        rb_remove(&tree, &item->node);
        memset(&item->node, 0xa5, sizeof(item->node));
    } else {
        item->key = random_below(random, KEYS);
        item->serial = serial;
        rb_insert(&tree, &item->node);
    }
    item->is_in = !item->is_in;
}

int main(void)
{
    struct random random;
    random_seed(&random, 1);
    unit_case("empty");
    EXPECT(!rb_first(&tree));
    unit_case("random");
    for (u64 step = 0; step < STEPS; step++) {
        /* Waves: few items, then many, then few. */
        u64 range = step % 4000 < 2000 ? ITEMS : 12;
        toggle(&items[random_below(&random, range)], &random, step);
        check_tree();
    }
    unit_case("drain");
    for (size_t i = 0; i < ITEMS; i++) {
        if (items[i].is_in)
            toggle(&items[i], &random, 0);
        check_tree();
    }
    EXPECT(!tree.root);
    return 0;
}
