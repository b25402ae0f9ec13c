/*
 * lib/rbtree.c - a sorted set, woven into the structs it sorts.
 *
 * Left and right mirror each other, so every case is written once, for a
 * `side` that is 0 or 1 and its opposite !side.
 *
 * Invariants  the root is black, and a red node has no red child
 *             every way from the root down to a NULL meets as many black nodes
 * Spec        Cormen et al., Introduction to Algorithms, chapter 13
 * Tests       grade/unit/test_rbtree.c
 */
#include "lib/rbtree.h"

#include "lib/panic.h"

static bool is_red(const struct rb_node *node)
{
    return node && node->is_red;
}

/* On which side of its parent a node is. */
static int side_of(const struct rb_node *node)
{
    return node->parent->child[1] == node;
}

/* Let `node` (or NULL) hang where `old` hangs. */
static void replace(struct rbtree *tree, struct rb_node *old,
                    struct rb_node *node)
{
    if (old->parent)
        old->parent->child[side_of(old)] = node;
    else
        tree->root = node;
    if (node)
        node->parent = old->parent;
}

static void adopt(struct rb_node *parent, int side, struct rb_node *child)
{
    parent->child[side] = child;
    if (child)
        child->parent = parent;
}

/*
 * Sink `down` to `side`; its other child rises.  The order stays.
 *
 *        down             up
 *       /    \           /  \
 *      a      up  --> down   c        (side 0)
 *            /  \     /  \
 *           b    c   a    b
 */
static void rotate(struct rbtree *tree, struct rb_node *down, int side)
{
    struct rb_node *up = down->child[!side];
    replace(tree, down, up);
    adopt(down, !side, up->child[side]);
    adopt(up, side, down);
}

/* `node` is red; make sure that its parent is not. */
static void fix_red(struct rbtree *tree, struct rb_node *node)
{
    while (is_red(node->parent)) {
        struct rb_node *parent = node->parent;
        struct rb_node *grand = parent->parent; /* a red node is no root */
        int side = side_of(parent);
        struct rb_node *uncle = grand->child[!side];
        grand->is_red = true;
        if (is_red(uncle)) { /* push the problem two levels up */
            parent->is_red = uncle->is_red = false;
            node = grand;
            continue;
        }
        if (side_of(node) != side) {
            rotate(tree, parent, side);
            parent = node;
        }
        parent->is_red = false;
        rotate(tree, grand, !side);
        break;
    }
    tree->root->is_red = false;
}

void rb_insert(struct rbtree *tree, struct rb_node *node)
{
    struct rb_node **place = &tree->root, *parent = NULL;
    while (*place) {
        parent = *place;
        place = &parent->child[!tree->less(node, parent)];
    }
    *node = (struct rb_node){.parent = parent, .is_red = true};
    *place = node;
    fix_red(tree, node);
}

/* The ways through child[side] of `parent` have one black node too few. */
static void fix_black(struct rbtree *tree, struct rb_node *parent, int side)
{
    for (;;) {
        struct rb_node *sibling = parent->child[!side];
        assert(sibling);       /* that side has at least one black node more */
        if (is_red(sibling)) { /* get a black sibling first */
            sibling->is_red = false;
            parent->is_red = true;
            rotate(tree, parent, side);
            sibling = parent->child[!side];
        }
        if (is_red(sibling->child[side]) && !is_red(sibling->child[!side])) {
            sibling->is_red = true; /* turn the red nephew outwards */
            rotate(tree, sibling, !side);
            sibling = sibling->parent;
            sibling->is_red = false;
        }
        if (is_red(sibling->child[!side])) { /* a black node comes over */
            sibling->is_red = parent->is_red;
            parent->is_red = sibling->child[!side]->is_red = false;
            rotate(tree, parent, side);
            return;
        }
        sibling->is_red = true; /* now both sides of parent lack one */
        if (parent->is_red || !parent->parent) {
            parent->is_red = false;
            return;
        }
        side = side_of(parent);
        parent = parent->parent;
    }
}

/* Remove a node that has at most one child. */
static void remove_simple(struct rbtree *tree, struct rb_node *node)
{
    struct rb_node *child = node->child[node->child[0] == NULL];
    struct rb_node *parent = node->parent;
    int side = parent ? side_of(node) : 0;
    replace(tree, node, child);
    if (node->is_red)
        return;
    if (is_red(child))
        child->is_red = false;
    else if (parent)
        fix_black(tree, parent, side);
}

void rb_remove(struct rbtree *tree, struct rb_node *node)
{
    if (!node->child[0] || !node->child[1]) {
        remove_simple(tree, node);
        return;
    }
    struct rb_node *next = rb_next(node); /* it has no left child */
    remove_simple(tree, next);
    replace(tree, node, next); /* `node` may have moved meanwhile */
    adopt(next, 0, node->child[0]);
    adopt(next, 1, node->child[1]);
    next->is_red = node->is_red;
}

static struct rb_node *leftmost(struct rb_node *node)
{
    while (node && node->child[0])
        node = node->child[0];
    return node;
}

struct rb_node *rb_first(const struct rbtree *tree)
{
    return leftmost(tree->root);
}

struct rb_node *rb_next(const struct rb_node *node)
{
    if (node->child[1])
        return leftmost(node->child[1]);
    while (node->parent && side_of(node) == 1)
        node = node->parent;
    return node->parent;
}
