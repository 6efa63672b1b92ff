/* SPDX-License-Identifier: MIT */
/* vault: each secret lies alone in pages of its own, so that locking, hiding and wiping them touches nothing else.
 * Locking may be refused (RLIMIT_MEMLOCK): then the secret is still not dumped and not inherited. */
#include "core/keeper/vault.h"

#include "core/base/list.h"
#include "core/base/mem.h"

#include <sys/mman.h>

struct box {
    struct list link;
    char *name;
    char *page; /* VAULT_SECRET_MAX bytes of a mapping */
    size_t n;
};

struct vault {
    struct list boxes;
};

struct vault *vault_new(void)
{
    struct vault *v = mem_alloc(sizeof *v);
    list_init(&v->boxes);
    return v;
}

static char *map_page(void)
{
    void *p = mmap(NULL, VAULT_SECRET_MAX, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) {
        return NULL;
    }
    (void)mlock(p, VAULT_SECRET_MAX);
    (void)madvise(p, VAULT_SECRET_MAX, MADV_DONTDUMP);
    (void)madvise(p, VAULT_SECRET_MAX, MADV_WIPEONFORK);
    return p;
}

static void discard(struct box *b)
{
    list_remove(&b->link);
    mem_wipe(b->page, VAULT_SECRET_MAX);
    (void)munmap(b->page, VAULT_SECRET_MAX);
    mem_free(b->name);
    mem_free(b);
}

void vault_free(struct vault *v)
{
    if (v == NULL) {
        return;
    }
    LIST_EACH_SAFE(at, &v->boxes) {
        discard(LIST_ENTITY(at, struct box, link));
    }
    mem_free(v);
}

static struct box *find(const struct vault *v, struct slice name)
{
    LIST_EACH(at, &v->boxes) {
        struct box *b = LIST_ENTITY(at, struct box, link);
        if (slice_eq(slice_of(b->name), name)) {
            return b;
        }
    }
    return NULL;
}

void vault_drop(struct vault *v, struct slice name)
{
    struct box *b = find(v, name);
    if (b != NULL) {
        discard(b);
    }
}

bool vault_put(struct vault *v, struct slice name, struct slice secret)
{
    vault_drop(v, name);
    char *page = secret.n <= VAULT_SECRET_MAX ? map_page() : NULL;
    if (page == NULL) {
        return false;
    }
    struct box *b = mem_alloc(sizeof *b);
    b->name = mem_text(name);
    b->page = page;
    b->n = secret.n;
    if (secret.n > 0) {
        memcpy(page, secret.p, secret.n);
    }
    list_append(&v->boxes, &b->link);
    return true;
}

struct slice vault_get(const struct vault *v, struct slice name)
{
    const struct box *b = find(v, name);
    return b != NULL ? (struct slice){ b->page, b->n } : (struct slice){ NULL, 0 };
}
