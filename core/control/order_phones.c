/* SPDX-License-Identifier: MIT */
/* order_phones: an order that names somebody whom nobody knows. He may have a telephone of which the PBX has not told yet: it is asked, where it
 * can be, and the line is planned anew when it has told; once, and not for ever. Sends nothing itself. */
#include "core/control/order_parts.h"

enum { PHONES_MAX_MS = 5000 };

static int64_t told_at(const struct orders *o)
{
    struct world_at at = { 0, 0 };
    const struct fact *f;
    int64_t sum = 0;
    while ((f = o->world->each(o->world->context, FACT_PBX, &at)) != NULL)
        sum += ((const struct fact_pbx *)(const void *)f)->endpoints_at;
    return sum;
}

bool order_waits_for_phones(struct orders *o, struct order *r, const struct target_fault *fault, int64_t now_ms)
{
    if (!fault->is_stranger || r->phones_line == r->line_at + 1 || o->world->ask_phones == NULL)
        return false;
    int64_t before = told_at(o);
    if (!o->world->ask_phones(o->world->context, fault->pbx))
        return false;
    plan_clear(&r->plan);
    r->act = 0;
    r->phones_line = r->line_at + 1;
    r->phones_at = before;
    r->phones_until = now_ms + PHONES_MAX_MS;
    r->at = r->line_at;
    return true;
}

void order_phones_changed(struct orders *o)
{
    for (size_t i = 0; i < o->count && o->open > 0; i++) {
        struct order *r = o->order[i];
        r->is_due = r->is_due || (r->phones_until != 0 && told_at(o) != r->phones_at);
    }
}

void order_phones_tick(struct orders *o, int64_t now_ms)
{
    for (size_t i = 0; i < o->count && o->open > 0; i++) {
        struct order *r = o->order[i];
        if (r->phones_until == 0 || (!r->is_due && now_ms < r->phones_until))
            continue;
        r->phones_until = 0;
        r->is_due = false;
        order_advance(o, r, now_ms);
    }
}
