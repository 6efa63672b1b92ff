/* SPDX-License-Identifier: MIT */
/* names: fills the index that names.h reads: each name goes to the slot that its first and last bytes
 * lead to, or to the next free one. The names stay the property of the table they come from. What
 * looks them up is in the header, so that it can be inlined into the one loop that needs it. */
#include "core/ami/names.h"

#include <assert.h>

_Static_assert(NAMES_SLOTS == 1u << 12, "names_slot gives twelve bits");

void names_add(struct names *m, const char *name)
{
    assert(m->count < NAMES_MAX);
    size_t row = m->count++;
    if (name == NULL)
        return;
    m->key[row] = names_key_of(slice_of(name));
    m->name[row] = name;
    if (m->key[row].n > 16)
        m->key[row].mid = names_load8(name + 8);
    size_t at = names_slot(m->key[row].head, m->key[row].tail);
    while (m->slot[at] != 0)
        at = (at + 1) % NAMES_SLOTS;
    m->slot[at] = (uint8_t)(row + 1);
}
