/* SPDX-License-Identifier: MIT */
/* names: fills the index that names.h reads. */
#include "core/ami/names.h"

#include <assert.h>

_Static_assert(NAMES_SLOTS == 1u << 10, "names_slot gives ten bits");

void names_add(struct names *m, const char *name)
{
    assert(m->count < NAMES_MAX);
    size_t row = m->count++;
    if (name == NULL)
        return;
    m->key[row] = names_key_of(slice_of(name));
    m->key[row].name = name;
    size_t at = names_slot(m->key[row].head, m->key[row].tail);
    while (m->slot[at] != 0)
        at = (at + 1) % NAMES_SLOTS;
    m->slot[at] = (uint8_t)(row + 1);
}

bool names_same_middle(const struct names_key *key, struct slice name)
{
    return memcmp(key->name, name.p, key->n) == 0 || slice_eq_nocase((struct slice){ key->name, key->n }, name);
}
