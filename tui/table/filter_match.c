/* SPDX-License-Identifier: MIT */
/* filter_match: asks a fact whether it is what a filter means. Everything is read through its columns: nothing here knows
 * what an agent or a caller is. Of a text only as much is looked at as a cell can show. */
#include <stdlib.h>

#include "core/base/utf8.h"
#include "tui/table/filter_parts.h"

/* ---- texts ---- */

/* A letter that was typed without its marks is found with any: "muller" finds Müller; "müller" means that. */
static bool is_letter(uint32_t wanted, uint32_t c)
{
    uint32_t small = view_lower(c);
    return small == wanted || (c >= 0x80 && utf8_fold(small) == wanted);
}

static bool begins_at(const struct needle *n, struct slice text, size_t at, size_t *end)
{
    for (size_t i = 0; i < n->count;) {
        if (at >= text.n)
            return false;
        unsigned char byte = (unsigned char)text.p[at];
        uint32_t c = byte < 0x80 ? (at++, byte) : utf8_next(text, &at);
        bool is_here = is_letter(n->at[i], c);
        if (!is_here && (i == 0 || !utf8_is_mark(c)))
            return false;
        i += is_here;
    }
    for (size_t next = at; next < text.n && (unsigned char)text.p[next] >= 0x80 && utf8_is_mark(utf8_next(text, &next)); at = next)
        ; /* the marks of its last letter are the letter's */
    *end = at;
    return true;
}

bool needle_find(const struct needle *n, struct slice text, size_t *from, size_t *to)
{
    uint32_t first = n->count > 0 ? n->at[0] : 0;
    *from = *to = 0;
    if (n->count == 0)
        return true;
    for (size_t at = 0; at < text.n;) {
        unsigned char byte = (unsigned char)text.p[at];
        bool is_other = byte < 0x80 && (byte >= 'A' && byte <= 'Z' ? byte + 32U : byte) != first; /* most are */
        if (!is_other && begins_at(n, text, at, to)) {
            *from = at;
            return true;
        }
        if (byte < 0x80)
            at++;
        else
            (void)utf8_next(text, &at);
    }
    return false;
}

bool filter_regex_find(const regex_t *regex, struct slice text, size_t *from, size_t *to)
{
    regmatch_t m = { .rm_so = 0, .rm_eo = (regoff_t)text.n };
    if (regexec(regex, text.p != NULL ? text.p : "", 1, &m, REG_STARTEND) != 0)
        return false;
    *from = (size_t)m.rm_so;
    *to = (size_t)m.rm_eo;
    return true;
}

static bool text_fits(const struct term *t, struct slice text)
{
    size_t from, to;
    return t->kind == TERM_REGEX ? filter_regex_find(&t->regex, text, &from, &to) : needle_find(&t->needle, text, &from, &to);
}

static bool compare(enum filter_op op, int64_t order)
{
    switch (op) {
    case FILTER_LT: return order < 0;
    case FILTER_LE: return order <= 0;
    case FILTER_GT: return order > 0;
    case FILTER_GE: return order >= 0;
    case FILTER_NE: return order != 0;
    default: return order == 0;
    }
}

/* "=" means every character, whatever its case; more and less are as texts are sorted. */
static bool order_fits(const struct term *t, struct slice text)
{
    size_t from, to;
    if (t->op == FILTER_EQ || t->op == FILTER_NE)
        return (needle_find(&t->needle, text, &from, &to) && from == 0 && to == text.n && (t->needle.count > 0 || text.n == 0)) == (t->op == FILTER_EQ);
    return compare(t->op, view_compare(text, slice_of(t->text)));
}

/* ---- values ---- */

static int64_t minutes_of_day(int64_t wall_ms)
{
    struct buf text = BUF_INIT(16);
    view_add_clock(&text, wall_ms, "%H:%M");
    struct slice minutes, hours = slice_cut(buf_slice(&text), ':', &minutes);
    int64_t h = 0, m = 0;
    bool ok = minutes.p != NULL && slice_int(hours, 0, 23, &h) && slice_int(minutes, 0, 59, &m);
    buf_clear(&text);
    return ok ? h * 60 + m : -1;
}

/* The number as the column shows it: whole seconds, tenths of a percent, minutes of the day. */
static bool shown_number(const struct view *v, enum fact_kind kind, const struct column *c, const struct fact *f, int64_t *out)
{
    int64_t n;
    if (c->number == NULL || !c->number(v, c, f, &n))
        return false;
    if (c->form == FORM_SINCE)
        n = view_now(v, kind, f) - n;
    if (c->form == FORM_SINCE || c->form == FORM_TIME)
        n = n > 0 ? n / 1000 : 0;
    else if (c->form == FORM_PERCENT)
        n = (n + 50) / 100;
    else if (c->form == FORM_CLOCK)
        n = minutes_of_day(n);
    *out = n;
    return true;
}

static struct slice text_of(const struct filter *f, const struct filter_sight *s, const struct column *c, const struct fact *fact)
{
    enum role role;
    if (c->string != NULL) { /* most are, and no role is asked for */
        struct slice text = c->string(s->view, c, fact);
        return text.p == NULL ? SLICE("-") : utf8_head(text, COLUMN_TEXT_MAX);
    }
    return column_true_text(s->view, f->kind, c, fact, s->scratch, &role);
}

/* What is shown, or what is found though another text is shown. */
static bool cell_fits(const struct filter *f, const struct filter_sight *s, const struct term *t, const struct column *c, const struct fact *fact)
{
    struct slice also;
    if (text_fits(t, text_of(f, s, c, fact)))
        return true;
    return c->also != NULL && (also = c->also(s->view, c, fact)).p != NULL && text_fits(t, utf8_head(also, COLUMN_TEXT_MAX));
}

static bool is_ordered(const struct filter *f, const struct filter_sight *s, const struct term *t, const struct fact *fact)
{
    const struct column *c = t->column;
    struct slice also = c->also != NULL ? c->also(s->view, c, fact) : (struct slice){ NULL, 0 };
    bool is_fit = order_fits(t, text_of(f, s, c, fact));
    if (also.p == NULL || (t->op != FILTER_EQ && t->op != FILTER_NE) || is_fit == (t->op != FILTER_NE))
        return is_fit;
    return order_fits(t, utf8_head(also, COLUMN_TEXT_MAX));
}

/* A term without a field looks at these. */
static bool is_text(const struct column *c)
{
    return c->form == FORM_TEXT || c->form == FORM_LOOK || c->form == FORM_WORD;
}

static bool any_fits(const struct filter *f, const struct filter_sight *s, const struct term *t, const struct fact *fact)
{
    for (size_t i = 0; i < s->count; i++) {
        const struct column *c = s->column[i];
        if (is_text(c) && cell_fits(f, s, t, c, fact))
            return true;
    }
    return false;
}

static bool field_fits(const struct filter *f, const struct filter_sight *s, const struct term *t, const struct fact *fact)
{
    const struct column *c = t->column;
    int64_t n = 0;
    switch (t->kind) {
    case TERM_UNKNOWN:
        return (c->string != NULL ? c->string(s->view, c, fact).p == NULL : c->number != NULL && !c->number(s->view, c, fact, &n)) == (t->op != FILTER_NE);
    case TERM_WORDS:
        if (c->number == NULL || !c->number(s->view, c, fact, &n))
            return t->op == FILTER_NE;
        n = c->form == FORM_YES ? n != 0 : n;
        return (n >= 0 && n < 64 && (t->words >> n & 1) != 0) == (t->op != FILTER_NE);
    case TERM_NUMBER: return shown_number(s->view, f->kind, c, fact, &n) ? compare(t->op, (n > t->number) - (n < t->number)) : t->op == FILTER_NE;
    case TERM_ORDER: return is_ordered(f, s, t, fact);
    case TERM_REGEX: return cell_fits(f, s, t, c, fact) == (t->op != FILTER_NE);
    case TERM_TEXT:
    case TERM_COUNT: break;
    }
    return cell_fits(f, s, t, c, fact);
}

static bool term_fits(const struct filter *f, const struct filter_sight *s, const struct term *t, const struct fact *fact)
{
    return (t->column != NULL ? field_fits(f, s, t, fact) : any_fits(f, s, t, fact)) != t->is_not;
}

bool filter_matches(const struct filter *f, const struct filter_sight *s, const struct fact *fact)
{
    size_t count = f->count - (f->is_relaxed ? 1 : 0);
    if (f->count == 0)
        return true;
    for (size_t group = 0, i = 0; group < f->group_count; group++) {
        bool is_fit = true;
        for (; i < count && f->term[i].group == group; i++)
            is_fit = is_fit && term_fits(f, s, &f->term[i], fact);
        if (is_fit)
            return true;
    }
    return false;
}

static bool is_ticking(const struct column *c)
{
    return c->form == FORM_SINCE || (c->form == FORM_TEXT && c->string == NULL); /* what is written may have a duration in it */
}

/* Only digits tick. */
static bool has_digits(const struct term *t)
{
    bool has = t->kind == TERM_REGEX;
    for (size_t i = 0; i < t->needle.count && !has; i++)
        has = t->needle.at[i] >= '0' && t->needle.at[i] <= '9';
    return has;
}

bool filter_is_ticking(const struct filter *f, const struct filter_sight *s)
{
    bool is_any = false;
    for (size_t i = 0; i < f->count && !is_any; i++) {
        const struct term *t = &f->term[i];
        if (t->column != NULL)
            is_any = is_ticking(t->column) && t->kind != TERM_UNKNOWN;
        for (size_t k = 0; t->column == NULL && has_digits(t) && k < s->count; k++)
            is_any = is_any || (is_text(s->column[k]) && is_ticking(s->column[k]));
    }
    return is_any;
}

bool filter_spot(const struct filter *f, const struct column *c, struct slice cell, size_t *from, size_t *to)
{
    for (size_t i = 0; i < f->count - (f->is_relaxed ? 1 : 0); i++) {
        const struct term *t = &f->term[i];
        bool is_here = t->column == NULL ? is_text(c) : t->column == c;
        if (!is_here || t->is_not || t->op == FILTER_NE)
            continue;
        bool is_found = t->kind == TERM_REGEX ? filter_regex_find(&t->regex, cell, from, to)
                        : t->kind == TERM_TEXT ? needle_find(&t->needle, cell, from, to) : false;
        if (!is_found && t->column == c && cell.n > 0 && t->kind != TERM_REGEX && t->kind != TERM_TEXT) {
            *from = 0; /* a value: all of it */
            *to = cell.n;
            is_found = true;
        }
        if (is_found && *to > *from)
            return true;
    }
    return false;
}
