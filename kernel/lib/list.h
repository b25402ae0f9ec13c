/*
 * lib/list.h - circular doubly linked list, woven into the structs it links.
 *
 * A `struct list` is both the head of a list and the link inside an element;
 * an unlinked link points at itself.  No allocation, O(1) everywhere but in
 * list_len().  The caller holds whatever lock guards the list.
 */
#ifndef LIB_LIST_H
#define LIB_LIST_H

#include "lib/compiler.h"
#include "lib/types.h"

struct list {
    struct list *prev, *next;
};

#define LIST_INIT(name)  \
    {                    \
        &(name), &(name) \
    }

/* Make `l` an empty head, or an unlinked link. */
static inline void list_init(struct list *l)
{
    l->prev = l->next = l;
}

static inline bool list_is_empty(const struct list *head)
{
    return head->next == head;
}

/* Insert `link` directly before `where`; before a head means at the end. */
static inline void list_insert_before(struct list *where, struct list *link)
{
    link->prev = where->prev;
    link->next = where;
    where->prev->next = link;
    where->prev = link;
}

static inline void list_push_front(struct list *head, struct list *link)
{
    list_insert_before(head->next, link);
}

static inline void list_push_back(struct list *head, struct list *link)
{
    list_insert_before(head, link);
}

/* Unlink; the link may be used again, and removing twice is harmless. */
static inline void list_remove(struct list *link)
{
    link->prev->next = link->next;
    link->next->prev = link->prev;
    list_init(link);
}

/* The first link, unlinked, or NULL if the list is empty. */
static inline struct list *list_pop_front(struct list *head)
{
    struct list *link = head->next;
    if (link == head)
        return NULL;
    list_remove(link);
    return link;
}

static inline size_t list_len(const struct list *head)
{
    size_t n = 0;
    for (const struct list *l = head->next; l != head; l = l->next)
        n++;
    return n;
}

#define list_entry(link, type, member) container_of(link, type, member)
#define list_first(head, type, member) list_entry((head)->next, type, member)

/* Visit each element; the list must not change meanwhile. */
#define list_for_each(pos, head, member)                           \
    for (pos = list_entry((head)->next, __typeof__(*pos), member); \
         &pos->member != (head);                                   \
         pos = list_entry(pos->member.next, __typeof__(*pos), member))

/* Visit each element; the visited one may be removed. */
#define list_for_each_safe(pos, tmp, head, member)                    \
    for (pos = list_entry((head)->next, __typeof__(*pos), member),    \
        tmp = list_entry(pos->member.next, __typeof__(*pos), member); \
         &pos->member != (head); pos = tmp,                           \
        tmp = list_entry(tmp->member.next, __typeof__(*tmp), member))

#endif
