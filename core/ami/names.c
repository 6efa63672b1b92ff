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
    if (m->key[row].n > 16)
        m->key[row].mid = names_load8(name + 8);
    size_t at = names_slot(m->key[row].head, m->key[row].tail);
    while (m->slot[at] != 0)
        at = (at + 1) % NAMES_SLOTS;
    m->slot[at] = (uint8_t)(row + 1);
}

bool names_same_long(const struct names_key *key, struct slice name)
{
    return slice_eq_nocase((struct slice){ key->name, key->n }, name);
}
