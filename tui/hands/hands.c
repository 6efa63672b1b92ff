/* SPDX-License-Identifier: MIT */
/* hands: a line becomes an order with a number of ours, and what the keeper says of that number becomes a sentence. Numbers are random, so
 * that two consoles of one keeper do not take each other's orders for their own. */
#include "tui/hands/hands.h"

#include "core/base/mem.h"
#include "core/base/random.h"
#include "core/base/utf8.h"

#include <stdio.h>

enum { GIVEN_MAX = 1024 /* more than a console can tag, twice */, FAILED_MAX = 300, PARTS_SAID = 2, PIECE_MAX = 5000 /* no more goes to a keeper as one order */ };

struct given {
    int64_t ref;   /* 0: none */
    int64_t group; /* given together: the ref of the first */
    enum hands_way way;
    int64_t of;    /* of what takes something back: that group */
    bool is_back;  /* it was taken back, or is about to be */
    enum order_state state; /* as it was told last */
};

struct hands {
    struct hands_hooks hooks;
    struct given given[GIVEN_MAX]; /* the last ones, in a ring */
    size_t next;
    int64_t failed_group; /* of whose first failure these are the words */
    char failed[FAILED_MAX];
};

struct hands *hands_new(const struct hands_hooks *hooks)
{
    struct hands *h = mem_alloc(sizeof *h);
    h->hooks = *hooks;
    return h;
}

void hands_free(struct hands *h)
{
    mem_free(h);
}

static struct given *given_with(struct hands *h, int64_t ref)
{
    for (size_t i = 0; i < GIVEN_MAX; i++) {
        if (ref != 0 && h->given[i].ref == ref)
            return &h->given[i];
    }
    return NULL;
}

static bool give(struct hands *h, struct slice lines, struct given g, struct err *err)
{
    if (h->hooks.give == NULL)
        return err_set(err, ERR_USAGE, "nothing can be ordered here");
    if (!h->hooks.give(h->hooks.context, lines, g.ref, err))
        return false;
    h->given[h->next++ % GIVEN_MAX] = g;
    return true;
}

static int64_t new_ref(void)
{
    uint64_t bits;
    random_bytes(&bits, sizeof bits);
    return (int64_t)(bits >> 2) | 1;
}

bool hands_give(struct hands *h, struct slice lines, struct err *err)
{
    int64_t ref = new_ref(), group = ref;
    for (struct slice rest = lines; rest.p != NULL; ref = new_ref()) {
        struct slice line = slice_trim(slice_cut(rest, '\n', &rest));
        if (line.n > 0 && !give(h, line, (struct given){ .ref = ref, .group = group }, err))
            return false;
    }
    return true;
}

static const struct fact_order *order_of(const struct store *s, int64_t ref)
{
    const struct fact *f;
    for (size_t at = 0; (f = store_each(s, FACT_ORDER, &at)) != NULL;) {
        const struct fact_order *o = (const void *)f;
        if (o->ref == ref)
            return o;
    }
    return NULL;
}

static const struct fact_order *done_order(const struct hands *h, size_t ago, const struct store *s)
{
    const struct fact_order *o = order_of(s, h->given[(h->next - 1 - ago) % GIVEN_MAX].ref);
    return o != NULL && (o->state == ORDER_DONE || o->state == ORDER_ACTIVE) ? o : NULL;
}

static bool has_undo(const struct hands *h, int64_t group, const struct store *s)
{
    for (size_t i = 0; i < GIVEN_MAX && i < h->next; i++) {
        const struct fact_order *o = h->given[(h->next - 1 - i) % GIVEN_MAX].group == group ? done_order(h, i, s) : NULL;
        if (o != NULL && o->undo != NULL && o->undo[0] != '\0')
            return true;
    }
    return false;
}

/* The latest that can go back: of what was done, or of what was taken back since the last thing that was done. A call that was hung up, a loan
 * that is over, holds up nothing that came before: *over, the first of these. */
static const struct given *latest(const struct hands *h, enum hands_way way, const struct store *s, const struct fact_order **over)
{
    *over = NULL;
    for (size_t i = 0; i < GIVEN_MAX && i < h->next; i++) {
        const struct given *g = &h->given[(h->next - 1 - i) % GIVEN_MAX];
        if (way == HANDS_REDO && g->way == HANDS_PLAIN)
            return NULL; /* something else was done since */
        bool is_wanted = way == HANDS_REDO ? g->way == HANDS_UNDO : g->way != HANDS_UNDO;
        const struct fact_order *o = is_wanted && !g->is_back ? done_order(h, i, s) : NULL;
        if (o != NULL && has_undo(h, g->group, s))
            return g;
        *over = *over == NULL ? o : *over;
    }
    return NULL;
}

int64_t hands_back(const struct hands *h, enum hands_way way, const struct store *s, struct buf *lines, struct buf *what)
{
    const struct fact_order *over;
    const struct given *g = latest(h, way, s, &over);
    size_t count = 0;
    for (size_t i = 0; g != NULL && i < GIVEN_MAX && i < h->next; i++) {
        const struct fact_order *o = h->given[(h->next - 1 - i) % GIVEN_MAX].group == g->group ? done_order(h, i, s) : NULL;
        if (o == NULL)
            continue;
        if (count++ == 0)
            (void)buf_addf(what, "%s", o->what != NULL ? o->what : o->line);
        if (o->undo != NULL && o->undo[0] != '\0')
            (void)buf_addf(lines, "%s%s", lines->len > 0 ? "\n" : "", o->undo);
    }
    if (count > 1)
        (void)buf_addf(what, " and %zu more", count - 1);
    if (over != NULL)
        (void)buf_addf(what, "%s%.120s", g != NULL ? ". What came after it stays, nothing takes it back: " : "", over->what != NULL ? over->what : over->line);
    return g != NULL ? g->group : 0;
}

bool hands_can_back(const struct hands *h, enum hands_way way, const struct store *s)
{
    struct buf lines = BUF_INIT(64), what = BUF_INIT(64); /* overflow is no matter: something is there */
    bool can = h->next > 0 && hands_back(h, way, s, &lines, &what) != 0;
    buf_clear(&lines);
    buf_clear(&what);
    return can;
}

static bool is_failure(enum order_state state)
{
    return state != ORDER_PENDING && state != ORDER_DONE && state != ORDER_ACTIVE;
}

/* How those stand that were given together. */
struct tally {
    size_t count, open, failed;
};

static struct tally tally_of(const struct hands *h, int64_t group)
{
    struct tally t = { 0 };
    for (size_t i = 0; i < GIVEN_MAX; i++) {
        const struct given *g = &h->given[i];
        if (g->ref == 0 || g->group != group)
            continue;
        t.count++;
        t.open += g->state == ORDER_PENDING;
        t.failed += is_failure(g->state);
    }
    return t;
}

int64_t hands_number(const struct hands *h, const struct fact_order *o)
{
    for (size_t i = 0; i < GIVEN_MAX; i++) {
        if (o->ref != 0 && h->given[i].ref == o->ref)
            return tally_of(h, h->given[i].group).count == 1 ? h->given[i].group : 0;
    }
    return 0;
}

static void mark_back(struct hands *h, int64_t group, bool is_back)
{
    for (size_t i = 0; i < GIVEN_MAX; i++) {
        if (group != 0 && h->given[i].group == group)
            h->given[i].is_back = is_back;
    }
}

/* As many whole lines as go as one order; one at least. */
static struct slice cut_piece(struct slice lines, struct slice *rest)
{
    size_t n = 0;
    for (*rest = lines; rest->p != NULL;) {
        struct slice after, line = slice_cut(*rest, '\n', &after);
        size_t end = (size_t)(line.p - lines.p) + line.n;
        if (n > 0 && end > PIECE_MAX)
            break;
        n = end;
        *rest = after;
    }
    return (struct slice){ lines.p, n };
}

bool hands_give_back(struct hands *h, enum hands_way way, int64_t of, struct slice lines, struct err *err)
{
    int64_t ref = new_ref(), group = ref;
    for (struct slice rest = lines; rest.p != NULL; ref = new_ref()) {
        struct slice piece = cut_piece(rest, &rest);
        if (!give(h, piece, (struct given){ .ref = ref, .group = group, .way = way, .of = of }, err))
            return false;
        mark_back(h, of, true);
    }
    return true;
}

/* "pause: 97 of 100 done, 3 not: Ann Berg is in no queue; and 2 more". One sentence for all: the last one alone would hide the others. */
static void say_all(const struct hands *h, const struct tally *t, const struct fact_order *o, struct buf *sentence)
{
    struct slice rest, name = slice_cut(slice_of(o->line), ' ', &rest);
    (void)buf_addf(sentence, "%.*s: %zu of %zu done", SLICE_FMT(name), t->count - t->open - t->failed, t->count);
    if (t->failed > 0)
        (void)buf_addf(sentence, ", %zu not: %s", t->failed, h->failed);
    if (t->failed > 1)
        (void)buf_addf(sentence, "; and %zu more, in the list of orders", t->failed - 1);
    if (t->open > 0)
        (void)buf_add(sentence, SLICE(" ..."));
}

static void note_failure(struct hands *h, const struct given *g, const struct fact_order *o, const char *what)
{
    if (h->failed_group == g->group)
        return;
    h->failed_group = g->group;
    const char *answer = o->answer != NULL ? o->answer : order_state_names[o->state];
    (void)snprintf(h->failed, sizeof h->failed, "%.*s: %.*s", SLICE_FMT(utf8_head(slice_of(what), FAILED_MAX / 3)), SLICE_FMT(utf8_head(slice_of(answer), FAILED_MAX / 2)));
}

/* "unpause Ann; unpause Ben; and 98 more": what many lines together do, as one order, is listed in full among the orders. */
static void add_what(const char *what, struct buf *out)
{
    size_t parts = 1, head = 0;
    for (const char *at = what; (at = strstr(at, "; ")) != NULL; at += 2) {
        head = ++parts == PARTS_SAID + 1 ? (size_t)(at - what) : head;
    }
    if (parts > PARTS_SAID + 1)
        (void)buf_addf(out, "%.*s; and %zu more", (int)head, what, parts - PARTS_SAID);
    else
        (void)buf_addf(out, "%s", what);
}

bool hands_changed(struct hands *h, const struct fact_order *o, struct buf *sentence, bool *is_error)
{
    struct given *g = given_with(h, o->ref);
    if (g == NULL)
        return false;
    const char *what = o->what != NULL ? o->what : o->line, *answer = o->answer != NULL ? o->answer : "";
    bool was_open = g->state == ORDER_PENDING;
    g->state = (enum order_state)o->state;
    *is_error = is_failure(g->state);
    if (*is_error && o->state != ORDER_UNKNOWN)
        mark_back(h, g->of, false); /* it still stands */
    if (*is_error)
        note_failure(h, g, o, what);
    struct tally t = tally_of(h, g->group);
    if (t.count > 1 && was_open) {
        say_all(h, &t, o, sentence);
        *is_error = t.failed > 0;
    } else if (o->state == ORDER_PENDING) {
        add_what(what, sentence);
        (void)buf_add(sentence, SLICE(" ..."));
    } else if (o->state == ORDER_DONE && strcmp(answer, "confirmed") == 0) {
        (void)buf_add(sentence, SLICE("done: "));
        add_what(what, sentence);
    } else if (o->state == ORDER_ACTIVE || o->state == ORDER_DONE) {
        (void)buf_addf(sentence, "%s: ", order_state_names[o->state]);
        add_what(what, sentence);
        (void)buf_addf(sentence, " (%s)", answer);
    } else {
        (void)buf_addf(sentence, "%s: %s", order_state_names[o->state], answer);
    }
    return true;
}
