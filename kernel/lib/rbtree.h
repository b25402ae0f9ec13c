/*
 * lib/rbtree.h - a sorted set, woven into the structs it sorts.
 *
 * A red-black tree: finding the first, insertion and removal take O(log n) and
 * allocate nothing.  Elements that compare equal keep the order in which they
 * came.  The caller holds whatever lock guards the tree.
 */
#ifndef LIB_RBTREE_H
#define LIB_RBTREE_H

#include "lib/compiler.h"
#include "lib/types.h"

struct rb_node {
    struct rb_node *parent;
    struct rb_node *child[2]; /* [0] sorts before, [1] after this one */
    bool is_red;
};

/* Whether `a` sorts before `b`; must not change while they are in a tree. */
typedef bool rb_less(const struct rb_node *a, const struct rb_node *b);

struct rbtree {
    struct rb_node *root; /* NULL: empty */
    rb_less *less;        /* [I] */
};

#define RBTREE_INIT(less_function) \
    {                              \
        .less = (less_function)    \
    }

/* Put the node, which is in no tree, at its place. */
void rb_insert(struct rbtree *tree, struct rb_node *node);

/* Take the node, which is in this tree, out of it. */
void rb_remove(struct rbtree *tree, struct rb_node *node);

/* The node that sorts first, or NULL if the tree is empty. */
struct rb_node *rb_first(const struct rbtree *tree);

/* The node after this one, or NULL if it is the last. */
struct rb_node *rb_next(const struct rb_node *node);

#define rb_entry(node, type, member) container_of(node, type, member)

#endif
