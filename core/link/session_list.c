/* SPDX-License-Identifier: MIT */
/* session_list: what stands between the start and the end of a list of ours. Guards it against forgery (ami.md 1.6): items count
 * only there, in our number, with nothing foreign between them.
 *
 * Asterisk writes callers' names into list items as they are. A name with line ends cuts its item into pieces, and the pieces can
 * look like anything but one thing: they cannot hold our ActionID, which nobody can guess and which stands in each item once, at
 * its end (QueueStatus, Status) or at its beginning (CoreShowChannels). So the pieces are told from what follows, and the item is put
 * together again: of the first piece the first value of a header is true, of the last piece the last. */
#include "core/link/session_private.h"

#include "core/base/log.h"
#include "core/base/mem.h"

#include <stdio.h>

enum { ITEMS_MAX = 1000000, CUT_MAX = 4 * 1024 * 1024 };

/* Anything but a list with names cut in two is no list of Asterisk's. */
static void foul(struct session *s)
{
    session_fail(s, REFUSAL_PROTOCOL, "something foreign inside a list");
}

static bool has_id(const struct frame *f, const char *id)
{
    for (size_t i = 0; i < f->count; i++) {
        if (slice_eq_nocase(f->field[i].name, SLICE("ActionID")) && slice_eq((struct slice){ f->field[i].value, f->field[i].value_n }, slice_of(id)))
            return true;
    }
    return false;
}

static enum event_kind named_kind(const struct frame *f)
{
    if (f->count == 0 || !slice_eq_nocase(f->field[0].name, SLICE("Event")))
        return EVENT_OTHER;
    return event_kind_of((struct slice){ f->field[0].value, f->field[0].value_n });
}

static bool is_item(const struct answer_row *row, enum event_kind kind)
{
    for (size_t i = 0; i < ITEM_KINDS && row->items[i] != EVENT_GREETING; i++) {
        if (row->items[i] == kind)
            return true;
    }
    return false;
}

/* Such a caller may wait for an hour, and be read each second. */
static void tell_once(struct session *s)
{
    if (!s->is_cut_told)
        log_line(LOG_WARN, "%s: a caller's number or name has line ends in it and cuts list items in pieces", s->host);
    s->is_cut_told = true;
}

/* --- items cut in two ------------------------------------------------------------------------------------ */

void session_forget_cut(struct session *s)
{
    buf_clear(&s->cut.text);
    mem_free(s->cut.field);
    s->cut = (struct cut){ .text = BUF_INIT(CUT_MAX) };
}

static void keep_field(struct cut *c, const struct frame_field *f)
{
    struct cut_field kept = { .name_at = c->text.len, .name_n = f->name.n, .value_at = c->text.len + f->name.n, .value_n = f->value_n };
    if (!buf_add(&c->text, f->name) || !buf_add(&c->text, (struct slice){ f->value, f->value_n }))
        return; /* absurdly long: what does not fit is missing, and the item with it */
    c->field = mem_resize(c->field, c->count + 1, sizeof *c->field);
    c->field[c->count++] = kept;
}

static void keep_head(struct session *s, const struct frame *f)
{
    session_forget_cut(s);
    s->cut.is_pending = true;
    for (size_t i = 0; i < f->count; i++)
        keep_field(&s->cut, &f->field[i]);
}

static void take_item(struct session *s, struct asked *a, const struct event *e)
{
    if (++a->items > ITEMS_MAX)
        session_fail(s, REFUSAL_PROTOCOL, "a list without end");
    else
        session_answers[a->kind].item(s, a, e);
}

/* Since the first value of a header counts, the last piece is joined backwards. */
static void take_joined(struct session *s, struct asked *a, const struct frame *tail)
{
    struct event e;
    struct err err = ERR_INIT;
    for (size_t i = tail->count; i > 0; i--)
        keep_field(&s->cut, &tail->field[i - 1]);
    struct frame_field *field = mem_array(s->cut.count, sizeof *field);
    for (size_t i = 0; i < s->cut.count; i++) {
        const struct cut_field *c = &s->cut.field[i];
        field[i] = (struct frame_field){ { s->cut.text.data + c->name_at, c->name_n }, s->cut.text.data + c->value_at, c->value_n };
    }
    struct frame whole = { .field = field, .count = s->cut.count };
    s->cut.is_pending = false;
    tell_once(s);
    if (event_decode(&whole, &e, &err))
        take_item(s, a, &e);
    else
        foul(s);
    mem_free(field);
    session_forget_cut(s);
}

/* No ActionID of ours: the beginning of a cut item, a piece from its middle, or something that should not be here. */
static void take_foreign(struct session *s, const struct asked *a, const struct frame *f)
{
    const struct answer_row *row = &session_answers[a->kind];
    if (s->cut.is_pending)
        return;
    if (!row->is_id_first && is_item(row, named_kind(f)))
        keep_head(s, f);
    else if (!row->is_id_first || a->items == 0)
        foul(s);
}

/* --- the list ----------------------------------------------------------------------------------------------- */

static void end_list(struct session *s, const struct event *e)
{
    int64_t said = event_int(e, F_LIST_ITEMS, 0, ITEMS_MAX, -1);
    if (!slice_eq_nocase(event_get(e, F_EVENT_LIST), SLICE("Complete"))) {
        session_fail(s, REFUSAL_PROTOCOL, "it broke off a list");
        return;
    }
    if (said != s->asked[0].items) {
        char detail[120];
        (void)snprintf(detail, sizeof detail, "a list of %lld items that ends with a count of %lld", (long long)s->asked[0].items, (long long)said);
        session_fail(s, REFUSAL_PROTOCOL, detail);
        return;
    }
    struct asked a = session_take_oldest(s);
    session_answers[a.kind].end(s, &a);
    mem_free(a.what);
}

/* An item that lost its end and has our ActionID at its beginning: it is counted, what follows is skipped till the next of ours. */
static void lose_item(struct session *s, struct asked *a)
{
    a->items++;
    s->cut.is_pending = true;
    tell_once(s);
}

void session_list(struct session *s, const struct frame *frame)
{
    struct asked *a = &s->asked[0];
    const struct answer_row *row = &session_answers[a->kind];
    struct event e;
    struct err err = ERR_INIT;
    if (!has_id(frame, a->id)) {
        take_foreign(s, a, frame);
        return;
    }
    if (s->cut.is_pending && !row->is_id_first) {
        take_joined(s, a, frame);
        return;
    }
    s->cut.is_pending = false;
    bool is_whole = event_decode(frame, &e, &err);
    if (is_whole && is_item(row, e.kind))
        take_item(s, a, &e);
    else if (is_whole && e.kind == request_table[a->kind].list_end)
        end_list(s, &e);
    else if (row->is_id_first && is_item(row, named_kind(frame)))
        lose_item(s, a);
    else
        foul(s);
}
