/* SPDX-License-Identifier: MIT */
/* leg: the two halves of Local channels, by their names, and the way from the half that a queue has called to the phone that rang. The
 * phone's own channel is where an agent is listened to: the near half goes on with whoever takes the call over, and what is
 * whispered to the far half is heard by the caller. Keeps no list of its own; calls are told by whoever finds a bridge changed. */
#include "core/floor/model.h"

enum { HOPS_MAX = 4 }; /* a Local channel that dials a Local channel that ... */

/* The name without ";1" or ";2"; empty where it has none. */
static struct slice whole(const struct channel *ch)
{
    struct slice name = slice_of(ch->name);
    if (!slice_starts(name, SLICE("Local/")) || name.n < 3 || name.p[name.n - 2] != ';' || (name.p[name.n - 1] != '1' && name.p[name.n - 1] != '2'))
        return (struct slice){ NULL, 0 };
    name.n -= 2;
    return name;
}

static bool is_far(const struct channel *ch)
{
    return ch->half != NULL && ch->name[strlen(ch->name) - 1] == '2';
}

void leg_pair(struct floor *f, struct channel *ch)
{
    struct slice key = whole(ch);
    if (key.n == 0)
        return;
    struct channel *other = map_get(f->halves, key);
    if (other == NULL) {
        map_put(f->halves, key, ch);
    } else if (other->half == NULL && !slice_eq(slice_of(other->name), slice_of(ch->name))) {
        other->half = ch;
        ch->half = other;
    }
}

void leg_unpair(struct floor *f, struct channel *ch)
{
    struct slice key = whole(ch);
    struct channel *other = ch->half;
    if (key.n > 0 && map_get(f->halves, key) == ch) {
        map_remove(f->halves, key);
        if (other != NULL)
            map_put(f->halves, whole(other), other);
    }
    if (other == NULL)
        return;
    ch->half = other->half = NULL;
    struct call *c = leg_call(other);
    if (c != NULL)
        call_leg_changed(f, c);
}

const struct channel *leg_phone(const struct channel *ch)
{
    for (int hop = 0; ch != NULL && hop < HOPS_MAX; hop++) {
        if (!slice_starts(slice_of(ch->name), SLICE("Local/")))
            return ch;
        ch = ch->half != NULL ? channel_peer(ch->half) : NULL;
    }
    return NULL;
}

struct call *leg_call(const struct channel *ch)
{
    for (int hop = 0; ch != NULL && hop < 2 * HOPS_MAX; hop++) {
        if (ch->call != NULL && ch->call->queue != NULL)
            return ch->call;
        ch = is_far(ch) ? ch->half : channel_peer(ch);
    }
    return NULL;
}
