/* SPDX-License-Identifier: MIT */
/* list: a ring of links that lie inside the entities they tie together. A link that is
 * in no list points at itself, so that removing twice is harmless. */
#ifndef CORE_BASE_LIST_H
#define CORE_BASE_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct list {
    struct list *prev, *next;
};

#define LIST_ENTITY(link, type, member) ((type *)(void *)((char *)(link) - offsetof(type, member)))
#define LIST_EACH(at, head) for (struct list *at = (head)->next; at != (head); at = at->next)
/* The entity at `at` may be removed or freed in the body. */
#define LIST_EACH_SAFE(at, head) \
    for (struct list *at = (head)->next, *at##_next = at->next; at != (head); at = at##_next, at##_next = at->next)

static inline void list_init(struct list *l) { l->prev = l->next = l; }
static inline bool list_is_empty(const struct list *l) { return l->next == l; }
static inline void list_insert_after(struct list *where, struct list *l)
{
    l->prev = where;
    l->next = where->next;
    where->next->prev = l;
    where->next = l;
}
static inline void list_append(struct list *head, struct list *l) { list_insert_after(head->prev, l); }
static inline void list_remove(struct list *l)
{
    l->prev->next = l->next;
    l->next->prev = l->prev;
    list_init(l);
}

#endif
