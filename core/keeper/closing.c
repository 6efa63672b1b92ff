/* SPDX-License-Identifier: MIT */
/* closing: a list of orders that are open, few at any time, each with the record that says most of it. An order that runs ("active") is not open:
 * its lease is in the journal, and whoever adopts that writes its end. */
#include "core/keeper/closing.h"

#include "core/base/mem.h"
#include "core/floor/fact.h"

#include <string.h>

enum { OPEN_MAX = 4096 /* more than a keeper lets be open */ };

struct open_order {
    char *order, *record;
    bool is_listening; /* its outcome is known, its end is not */
};

struct closing {
    struct open_order *open;
    size_t count;
    struct buf store;
};

struct closing *closing_new(void)
{
    struct closing *c = mem_alloc(sizeof *c);
    c->store = BUF_INIT(AUDIT_RECORD_MAX + 1);
    return c;
}

static void clear_one(struct open_order *x)
{
    mem_free(x->order);
    mem_free(x->record);
}

void closing_free(struct closing *c)
{
    if (c == NULL)
        return;
    for (size_t i = 0; i < c->count; i++)
        clear_one(&c->open[i]);
    mem_free(c->open);
    buf_clear(&c->store);
    mem_free(c);
}

static void forget(struct closing *c, struct slice order)
{
    for (size_t i = c->count; i > 0; i--) {
        if (!slice_eq(slice_of(c->open[i - 1].order), order))
            continue;
        clear_one(&c->open[i - 1]);
        c->count--;
        memmove(&c->open[i - 1], &c->open[i], (c->count - (i - 1)) * sizeof *c->open);
        return;
    }
}

void closing_note(struct closing *c, struct slice record)
{
    struct audit_record r;
    buf_reset(&c->store);
    if (!audit_read(record, &r, &c->store) || r.value[AUDIT_ORDER].n == 0)
        return;
    struct slice event = r.value[AUDIT_EVENT];
    bool is_issue = slice_eq(event, slice_of(audit_event_names[AUDIT_ISSUE]));
    bool is_listening = slice_eq(event, slice_of(audit_event_names[AUDIT_OUTCOME])) && r.value[AUDIT_LEG].n > 0 && slice_eq(r.value[AUDIT_STATE], slice_of(order_state_names[ORDER_DONE]));
    forget(c, r.value[AUDIT_ORDER]);
    if ((!is_issue && !is_listening) || c->count == OPEN_MAX)
        return;
    c->open = mem_resize(c->open, c->count + 1, sizeof *c->open);
    c->open[c->count++] = (struct open_order){ mem_text(r.value[AUDIT_ORDER]), mem_text(record), is_listening };
}

static bool write_one(const struct open_order *x, int64_t now_ms, struct buf *store, struct buf *out)
{
    struct audit_record r;
    if (!audit_read(slice_of(x->record), &r, store))
        return false;
    r.at_ms = now_ms;
    r.value[AUDIT_MS] = (struct slice){ NULL, 0 };
    r.value[AUDIT_EVENT] = slice_of(audit_event_names[x->is_listening ? AUDIT_END : AUDIT_OUTCOME]);
    r.value[AUDIT_STATE] = x->is_listening ? r.value[AUDIT_STATE] : slice_of(order_state_names[ORDER_UNKNOWN]);
    r.value[AUDIT_ANSWER] = x->is_listening ? SLICE("confirmed; end unknown: the acdtop that saw it begin has died") : SLICE("the acdtop that gave it died before it knew");
    return audit_write(&r, out);
}

void closing_write(struct closing *c, int64_t now_ms, bool (*wants)(void *context, struct slice run), void (*put)(void *context, struct slice record), void *context)
{
    size_t kept = 0;
    for (size_t i = 0; i < c->count; i++) {
        struct buf text = BUF_INIT(AUDIT_RECORD_MAX);
        struct slice rest, run = slice_cut(slice_of(c->open[i].order), '-', &rest);
        if (!wants(context, run)) {
            c->open[kept++] = c->open[i];
            continue;
        }
        buf_reset(&c->store);
        if (write_one(&c->open[i], now_ms, &c->store, &text))
            put(context, buf_slice(&text));
        clear_one(&c->open[i]);
        buf_clear(&text);
    }
    c->count = kept;
}
