/* SPDX-License-Identifier: MIT */
/* filter_value: completes a term from the value that was typed, as the form of its column asks: a text, a state, a number,
 * a share, a duration, a time of the day. Expressions that could cost more than they are worth are refused here. */
#include <stdio.h>

#include "core/base/mem.h"
#include "core/base/near.h"
#include "core/base/utf8.h"
#include "tui/table/filter_parts.h"

enum { REGEX_TEXT_MAX = 128, REGEX_COPIES_MAX = 100, WORDS_MAX = 64 };

static void needle_set(struct needle *n, struct slice text)
{
    n->at = mem_array(text.n > 0 ? text.n : 1, sizeof *n->at);
    n->count = 0;
    for (size_t at = 0; at < text.n;)
        n->at[n->count++] = view_lower(utf8_next(text, &at));
}

void filter_term_clear(struct term *t)
{
    if (t->kind == TERM_REGEX)
        regfree(&t->regex);
    mem_free(t->needle.at);
    mem_free(t->text);
    *t = (struct term){ .kind = TERM_TEXT };
}

/* Past a bracket expression that begins at `at`: signs in it repeat nothing. */
static size_t after_bracket(struct slice s, size_t at)
{
    at += 1;
    at += at < s.n && s.p[at] == '^' ? 1 : 0;
    at += at < s.n && s.p[at] == ']' ? 1 : 0;
    while (at < s.n && s.p[at] != ']')
        at++;
    return at < s.n ? at + 1 : at;
}

/* How often what stands before the sign at *at is copied; *at moves behind it. 0: it is no sign of repetition. */
static size_t read_copies(struct slice s, size_t *at)
{
    size_t n = 0, most = 1;
    char sign = s.p[*at];
    if (strchr("*+?{", sign) == NULL)
        return 0;
    ++*at;
    if (sign != '{')
        return sign == '+' ? 2 : 1;
    for (; *at < s.n && s.p[(*at)++] != '}';) {
        char c = s.p[*at - 1];
        n = c >= '0' && c <= '9' && n < 10000 ? n * 10 + (size_t)(c - '0') : 0;
        most = n > most ? n : most;
    }
    return most;
}

/* Repetition makes copies of what is before it; one inside the other multiplies, and \1 tries every way there is. */
static const char *refuse_regex(struct slice text)
{
    size_t copies = 1, repeated;
    bool was_sign = false, was_group = false;
    if (text.n == 0)
        return "the expression is empty";
    if (text.n > REGEX_TEXT_MAX)
        return "the expression is too long";
    for (size_t at = 0; at < text.n; was_sign = repeated > 0) {
        char c = text.p[at];
        repeated = c != '\0' ? read_copies(text, &at) : 0;
        if (repeated > 0 && was_sign)
            return "the expression repeats what is repeated already";
        copies *= repeated > 2 || (repeated == 2 && was_group) ? repeated : 1;
        if (copies > REGEX_COPIES_MAX)
            return "the expression repeats too often";
        if (c == '\\' && at + 1 < text.n && text.p[at + 1] >= '1' && text.p[at + 1] <= '9')
            return "an expression cannot refer back to a part of itself";
        was_group = c == ')';
        if (repeated == 0)
            at = c == '[' ? after_bracket(text, at) : at + (c == '\\' ? 2 : 1);
    }
    return NULL;
}

static bool read_regex(struct term *t, const struct value *v, struct filter_fault *fault)
{
    const char *why = refuse_regex(v->text);
    if (why != NULL)
        return filter_fault_at(fault, v->at, v->length, v->text.n == 0, "%s", why);
    char *text = mem_text(v->text), message[120];
    int code = regcomp(&t->regex, text, REG_EXTENDED | REG_ICASE);
    mem_free(text);
    if (code != 0) {
        (void)regerror(code, &t->regex, message, sizeof message);
        return filter_fault_at(fault, v->at, v->length, true, "the expression is not complete or not valid: %s", message);
    }
    t->kind = TERM_REGEX;
    return true;
}

/* ---- states ---- */

static size_t word_count(const struct column *c)
{
    size_t count = c->form == FORM_YES ? 2 : c->field != NULL ? c->field->name_count : 0;
    return count < WORDS_MAX ? count : WORDS_MAX;
}

/* A value has a word for people, and one in JSON: `which` 0 or 1. */
static const char *word_at(const struct column *c, size_t i, int which)
{
    if (c->form == FORM_YES)
        return i == 0 ? "no" : "yes";
    return which == 0 && c->looks != NULL ? c->looks[i].word : c->field->names[i];
}

static const char *near_word_at(size_t i, const void *context)
{
    const struct column *c = context;
    return i < 2 * word_count(c) ? word_at(c, i / 2, (int)(i % 2)) : NULL;
}

enum fit { FIT_WHOLE, FIT_HEAD, FIT_PART, FIT_COUNT };

static bool word_fits(const struct term *t, const char *word, enum fit fit)
{
    size_t from, to;
    struct slice text = slice_of(word);
    if (!needle_find(&t->needle, text, &from, &to))
        return false;
    return fit == FIT_PART || (from == 0 && (fit == FIT_HEAD || to == text.n));
}

/* Which values the text can mean: "p" is paused before it is wrap-up. */
static uint64_t words_that_fit(const struct term *t, enum fit fit)
{
    uint64_t words = 0;
    for (size_t i = 0; i < word_count(t->column); i++) {
        for (int which = 0; which < 2; which++) {
            const char *word = word_at(t->column, i, which);
            size_t from, to;
            bool is_fit = t->kind == TERM_REGEX ? filter_regex_find(&t->regex, slice_of(word), &from, &to) : word_fits(t, word, fit);
            words |= is_fit ? UINT64_C(1) << i : 0;
        }
    }
    return words;
}

static bool no_such_word(const struct term *t, const struct value *v, struct filter_fault *fault)
{
    const char *near = near_name(v->text, near_word_at, t->column);
    struct buf words = BUF_INIT(140);
    for (size_t i = 0; i < word_count(t->column) && words.len < 100; i++)
        (void)buf_addf(&words, "%s%s", i > 0 ? ", " : "", word_at(t->column, i, 0));
    struct slice shown = utf8_head(v->text, 24);
    if (near != NULL)
        (void)filter_fault_at(fault, v->at, v->length, true, "'%.*s' is never '%.*s'; did you mean '%s'?", SLICE_FMT(v->name), SLICE_FMT(shown), near);
    else
        (void)filter_fault_at(fault, v->at, v->length, true, "'%.*s' is never '%.*s'; it is %s", SLICE_FMT(v->name), SLICE_FMT(shown), buf_slice(&words).p);
    buf_clear(&words);
    return false;
}

static bool read_words(struct term *t, const struct value *v, struct filter_fault *fault)
{
    if (t->op != FILTER_HAS && t->op != FILTER_EQ && t->op != FILTER_NE)
        return filter_fault_at(fault, v->at, v->length, false, "'%.*s' is a word: it can be compared with ':' and '=' only", SLICE_FMT(v->name));
    uint64_t words = 0;
    if (v->form == VALUE_REGEX) {
        if (!read_regex(t, v, fault))
            return false;
        words = words_that_fit(t, FIT_PART);
        regfree(&t->regex);
    } else {
        needle_set(&t->needle, v->text);
        enum fit last = t->op == FILTER_HAS ? FIT_PART : FIT_WHOLE;
        for (enum fit fit = FIT_WHOLE; words == 0 && fit <= last; fit++)
            words = words_that_fit(t, fit);
    }
    t->kind = TERM_WORDS;
    t->words = words;
    return words != 0 || no_such_word(t, v, fault);
}

/* ---- numbers ---- */

static bool read_digits(struct slice s, size_t *at, int64_t *out)
{
    size_t from = *at;
    int64_t n = 0;
    while (*at < s.n && s.p[*at] >= '0' && s.p[*at] <= '9' && *at - from < 9)
        n = n * 10 + (s.p[(*at)++] - '0');
    *out = n;
    return *at > from;
}

/* "90", "1:30", "1:02:33": sixty of each part make one of the part before. */
static bool read_colons(struct slice s, size_t parts_max, int64_t *out)
{
    size_t at = 0, parts = 0;
    int64_t n, sum = 0;
    do {
        at += parts > 0 ? 1 : 0;
        if (!read_digits(s, &at, &n) || (parts > 0 && n >= 60))
            return false;
        sum = sum * 60 + n;
        parts++;
    } while (at < s.n && s.p[at] == ':' && parts < parts_max);
    *out = sum;
    return at == s.n;
}

/* "5m", "1h30m", "2d". */
static bool read_units(struct slice s, int64_t *out)
{
    int64_t n, sum = 0;
    for (size_t at = 0; at < s.n; at++) {
        if (!read_digits(s, &at, &n) || at == s.n)
            return false;
        char unit = s.p[at];
        int64_t seconds = unit == 's' ? 1 : unit == 'm' ? 60 : unit == 'h' ? 3600 : unit == 'd' ? 86400 : 0;
        if (seconds == 0)
            return false;
        sum += n * seconds;
    }
    *out = sum;
    return s.n > 0;
}

static bool read_tenths(struct slice s, int64_t *out)
{
    int64_t milli;
    struct slice bare = { s.p, s.n > 0 && s.p[s.n - 1] == '%' ? s.n - 1 : s.n };
    if (bare.n > 12 || !slice_milli(bare, &milli))
        return false;
    *out = (milli + (milli < 0 ? -50 : 50)) / 100;
    return true;
}

/* What was typed is a time, and this column of theirs has one; NULL: no. */
static const struct column *time_instead(enum fact_kind kind, struct slice s)
{
    int64_t ms;
    struct column_set set = column_set(kind);
    for (size_t i = 0; (read_colons(s, 3, &ms) || read_units(s, &ms)) && i < set.count; i++) {
        if (set.at[i].form == FORM_SINCE || set.at[i].form == FORM_TIME)
            return &set.at[i];
    }
    return NULL;
}

static bool read_number(struct term *t, const struct value *v, struct filter_fault *fault)
{
    struct slice s = v->text;
    const char *what = "a number";
    bool ok = false;
    t->kind = TERM_NUMBER;
    t->op = t->op == FILTER_HAS ? FILTER_EQ : t->op;
    switch (t->column->form) {
    case FORM_TIME:
    case FORM_SINCE:
        what = "a time: 90, 1:30 or 5m";
        ok = read_colons(s, 3, &t->number) || read_units(s, &t->number);
        break;
    case FORM_CLOCK:
        what = "a time of the day: 9:30";
        ok = read_colons(s, 2, &t->number);
        break;
    case FORM_PERCENT:
        what = "a percentage: 80";
        ok = read_tenths(s, &t->number);
        break;
    default: ok = slice_int(s, -INT64_MAX, INT64_MAX, &t->number);
    }
    const struct column *time = !ok && t->column->form == FORM_COUNT ? time_instead(v->kind, s) : NULL;
    if (time != NULL) /* "wait>1:30" of queues: how many wait is not how long */
        return filter_fault_at(fault, v->at, v->length, true, "'%.*s' is compared with %s; a time is in '%s'", SLICE_FMT(v->name), what, time->title);
    return ok || filter_fault_at(fault, v->at, v->length, true, "'%.*s' is compared with %s", SLICE_FMT(v->name), what);
}

static bool read_text(struct term *t, const struct value *v, struct filter_fault *fault)
{
    if (v->form == VALUE_REGEX)
        return read_regex(t, v, fault);
    if (v->text.n == 0 && (t->column == NULL || t->op == FILTER_HAS))
        return filter_fault_at(fault, v->at, v->length, true, "the text is empty");
    needle_set(&t->needle, v->text);
    t->kind = t->op == FILTER_HAS ? TERM_TEXT : TERM_ORDER;
    if (t->kind == TERM_ORDER)
        t->text = mem_text(v->text);
    return true;
}

bool filter_read_value(struct term *t, const struct value *v, struct filter_fault *fault)
{
    if (t->column == NULL)
        return read_text(t, v, fault);
    bool is_dash = v->form == VALUE_BARE && slice_eq(v->text, SLICE("-"));
    if (is_dash && (t->op == FILTER_HAS || t->op == FILTER_EQ || t->op == FILTER_NE)) {
        t->kind = TERM_UNKNOWN;
        return true;
    }
    switch (t->column->form) {
    case FORM_WORD:
    case FORM_LOOK:
    case FORM_SHAPE:
    case FORM_YES: return read_words(t, v, fault);
    case FORM_COUNT:
    case FORM_TIME:
    case FORM_SINCE:
    case FORM_CLOCK:
    case FORM_PERCENT: return v->form == VALUE_REGEX ? read_regex(t, v, fault) : read_number(t, v, fault);
    case FORM_FIELD:
    case FORM_TEXT: break;
    }
    return read_text(t, v, fault);
}
