/* SPDX-License-Identifier: MIT */
/* filter: reads the text of a filter from left to right into terms. A word is plain text unless an operator follows it; then
 * it must name a column. Every fault has its place in the text. Values: filter_value.c; asking facts: filter_match.c. */
#include "tui/table/filter.h"

#include <stdarg.h>
#include <stdio.h>

#include "core/base/mem.h"
#include "core/base/near.h"
#include "core/base/utf8.h"
#include "tui/table/filter_parts.h"

const struct filter_row filter_table[] = {
    { "text", "anna", "in any text or state in sight, capitals or not", FACT_AGENT },
    { "\"text\"", "\"on hold\"", "the same, with blanks and signs in it", FACT_AGENT },
    { "/regex/", "/^\\+41.*00/", "an extended regular expression, capitals or not, in any of them", FACT_CALLER },
    { "!term", "!state:away", "what the term does not match", FACT_AGENT },
    { "field:value", "state:paused", "the column has this text in it, or this state; a column goes by its heading or its name", FACT_AGENT },
    { "field:/regex/", "name:/^(anna|b)/", "the column matches the expression", FACT_AGENT },
    { "field:-", "number:-", "the column shows a dash: not known", FACT_CALLER },
    { "field=value", "name=Ann", "the column is exactly this, capitals or not", FACT_AGENT },
    { "field!=value", "queue!=support", "it is not", FACT_CALLER },
    { "field>number", "wait>60", "more than; <, >= and <= as well; a time in seconds", FACT_CALLER },
    { "field>=m:ss", "wait>=1:30", "a time as it is shown, m:ss or h:mm:ss", FACT_CALLER },
    { "field>5m", "for>1h30m", "a time with s, m, h or d", FACT_AGENT },
    { "field<percent", "sl<80", "a share, with or without %", FACT_QUEUE },
    { "term term", "state:paused for>15m", "both", FACT_AGENT },
    { "term | term", "state:paused for>15m | state:wrap-up", "one of both sides; the word or between blanks does the same", FACT_AGENT },
};
const size_t filter_table_count = sizeof filter_table / sizeof filter_table[0];

struct parse {
    struct filter *filter;
    struct slice text;
    size_t at;
    struct filter_fault *fault;
};

bool filter_fault_at(struct filter_fault *fault, size_t at, size_t length, bool is_unfinished, const char *fmt, ...)
{
    va_list ap;
    fault->at = at;
    fault->length = length;
    fault->is_unfinished = is_unfinished;
    va_start(ap, fmt);
    (void)vsnprintf(fault->text, sizeof fault->text, fmt, ap);
    va_end(ap);
    fault->text[utf8_head(slice_of(fault->text), sizeof fault->text - 4).n] = '\0'; /* never half a character */
    return false;
}

static char peek(const struct parse *p)
{
    return p->at < p->text.n ? p->text.p[p->at] : '\0';
}

static char peek_after(const struct parse *p, size_t n)
{
    return p->at + n < p->text.n ? p->text.p[p->at + n] : '\0';
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static void skip_blanks(struct parse *p)
{
    while (is_blank(peek(p)))
        p->at++;
}

/* How many bytes of an operator stand at `at`; 0: none. */
static size_t op_at(struct slice text, size_t at, enum filter_op *op)
{
    static const struct {
        const char *sign;
        enum filter_op op;
    } ops[] = { { "!=", FILTER_NE }, { ">=", FILTER_GE }, { "<=", FILTER_LE }, { "==", FILTER_EQ }, { "=", FILTER_EQ }, { ">", FILTER_GT }, { "<", FILTER_LT }, { ":", FILTER_HAS } };
    for (size_t i = 0; i < sizeof ops / sizeof ops[0]; i++) {
        struct slice rest = { text.p + at, text.n - at };
        if (slice_starts(rest, slice_of(ops[i].sign))) {
            *op = ops[i].op;
            return strlen(ops[i].sign);
        }
    }
    return 0;
}

/* A word can be a column's name: it begins as one. "12:05" is a text. */
static bool may_be_name(struct slice word)
{
    char c = word.n > 0 ? word.p[0] : '\0';
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '#' || (unsigned char)c >= 0x80;
}

/* Up to the mark that closes, or to the end: what is being typed may still lack it. */
static struct slice read_marked(struct parse *p, char mark)
{
    size_t from = ++p->at;
    while (p->at < p->text.n && p->text.p[p->at] != mark)
        p->at += mark == '/' && p->text.p[p->at] == '\\' && p->at + 1 < p->text.n ? 2 : 1;
    struct slice inner = { p->text.p + from, p->at - from };
    p->at += p->at < p->text.n ? 1 : 0;
    return inner;
}

/* Up to a blank, a bar, or (where a name may come) an operator. */
static struct slice read_bare(struct parse *p, bool may_end_at_op)
{
    size_t from = p->at;
    enum filter_op op;
    while (p->at < p->text.n && !is_blank(peek(p)) && peek(p) != '|') {
        struct slice word = { p->text.p + from, p->at - from };
        if (may_end_at_op && may_be_name(word) && op_at(p->text, p->at, &op) > 0)
            break;
        p->at++;
    }
    return (struct slice){ p->text.p + from, p->at - from };
}

/* An operator here, or after blanks where it can be nothing else. */
static bool read_op(struct parse *p, enum filter_op *op)
{
    size_t from = p->at, length = op_at(p->text, p->at, op);
    if (length == 0) {
        skip_blanks(p);
        length = op_at(p->text, p->at, op);
        if (length == 0 || *op == FILTER_HAS || p->at == from) {
            p->at = from;
            return false;
        }
    }
    p->at += length;
    return true;
}

static const char *name_at(size_t i, const void *context)
{
    struct column_set set = column_set(*(const enum fact_kind *)context);
    if (i >= 2 * set.count)
        return NULL;
    return i % 2 == 0 ? set.at[i / 2].id : set.at[i / 2].title;
}

const struct column *filter_column(enum fact_kind kind, struct slice name)
{
    struct column_set set = column_set(kind);
    for (size_t i = 0; i < set.count; i++) { /* what stands over the column comes first */
        if (set.at[i].drop < 250 && slice_eq_nocase(name, slice_of(set.at[i].title)))
            return &set.at[i];
    }
    for (size_t i = 0; i < set.count; i++) {
        if (slice_eq_nocase(name, slice_of(set.at[i].id)))
            return &set.at[i];
    }
    return NULL;
}

/* Does the name of a column begin with this word? */
static bool begins_a_name(enum fact_kind kind, struct slice word)
{
    const char *name;
    for (size_t i = 0; (name = name_at(i, &kind)) != NULL; i++) {
        if (strlen(name) >= word.n && slice_eq_nocase(word, (struct slice){ name, word.n }))
            return true;
    }
    return false;
}

/* What people call the rows of a kind. */
static const char *const kind_words[] = {
    [FACT_PBX] = "links", [FACT_QUEUE] = "queues", [FACT_AGENT] = "agents", [FACT_MEMBER] = "members",
    [FACT_CALLER] = "waiting callers", [FACT_CALL] = "calls", [FACT_SPY] = "listeners", [FACT_LINE] = "events", [FACT_ENDPOINT] = "telephones", [FACT_ORDER] = "orders",
};
_Static_assert(sizeof kind_words / sizeof kind_words[0] == FACT_COUNT, "a kind without a word");

/* Rows of another kind have such a column: true, and *fault says which. */
static bool is_elsewhere(struct parse *p, struct slice name)
{
    struct buf who = BUF_INIT(120);
    struct slice shown = utf8_head(name, 40);
    for (enum fact_kind kind = 0; kind < FACT_COUNT; kind++) {
        const struct column *c = filter_column(kind, name);
        if (c != NULL && c->drop < 250)
            (void)buf_addf(&who, "%s%s", who.len > 0 ? ", " : "", kind_words[kind]);
    }
    bool is_any = who.len > 0;
    if (is_any)
        (void)filter_fault_at(p->fault, (size_t)(name.p - p->text.p), name.n, false, "%s have no column '%.*s'; these have: %s",
                              kind_words[p->filter->kind], SLICE_FMT(shown), buf_slice(&who).p);
    buf_clear(&who);
    return is_any;
}

static bool find_column(struct parse *p, struct slice name, struct term *t)
{
    t->column = filter_column(p->filter->kind, name);
    if (t->column != NULL)
        return true;
    const char *near = near_name(name, name_at, &p->filter->kind);
    size_t at = (size_t)(name.p - p->text.p);
    struct slice shown = utf8_head(name, 40);
    if (is_elsewhere(p, name))
        return false;
    if (near != NULL && *near != '\0')
        return filter_fault_at(p->fault, at, name.n, false, "no column is called '%.*s'; did you mean '%s'?", SLICE_FMT(shown), near);
    return filter_fault_at(p->fault, at, name.n, false, "no column is called '%.*s'; a text with signs in it goes in \"quotes\"", SLICE_FMT(shown));
}

static struct value read_value(struct parse *p, enum filter_op op)
{
    struct value v = { .form = VALUE_BARE, .at = p->at };
    if (peek(p) == '"') {
        v.form = VALUE_QUOTED;
        v.text = read_marked(p, '"');
    } else if (peek(p) == '/' && (op == FILTER_HAS || op == FILTER_EQ || op == FILTER_NE)) {
        v.form = VALUE_REGEX;
        v.text = read_marked(p, '/');
    } else {
        v.text = read_bare(p, false);
    }
    v.length = p->at - v.at;
    return v;
}

static bool read_field(struct parse *p, struct slice name, struct term *t)
{
    if (!find_column(p, name, t))
        return false;
    size_t from = p->at;
    if (t->op != FILTER_HAS) /* "wait > 60" */
        skip_blanks(p);
    struct value v = read_value(p, t->op);
    struct slice shown = utf8_head(name, 40);
    v.name = shown;
    v.kind = p->filter->kind;
    if (v.text.n == 0 && v.form == VALUE_BARE)
        return filter_fault_at(p->fault, from, 0, true, "a value of '%.*s' is missing", SLICE_FMT(shown));
    return filter_read_value(t, &v, p->fault);
}

static bool read_not(struct parse *p, struct term *t)
{
    size_t from = p->at;
    while (peek(p) == '!') {
        t->is_not = !t->is_not;
        p->at++;
    }
    if (p->at > from && (p->at == p->text.n || is_blank(peek(p)) || peek(p) == '|'))
        return filter_fault_at(p->fault, p->at, 0, true, "what should not be there is missing after '!'");
    return true;
}

static bool read_term(struct parse *p, struct term *t)
{
    enum filter_op op;
    if (!read_not(p, t))
        return false;
    size_t from = p->at, sign = op_at(p->text, p->at, &op);
    if (sign > 0)
        return filter_fault_at(p->fault, from, sign, false, "the name of a column is missing before '%.*s'", (int)sign, p->text.p + from);
    struct value v = { .form = VALUE_BARE, .at = from };
    if (peek(p) == '/') {
        v.form = VALUE_REGEX;
        v.text = read_marked(p, '/');
    } else if (peek(p) == '"') {
        v.form = VALUE_QUOTED;
        v.text = read_marked(p, '"');
    } else {
        v.text = read_bare(p, true);
    }
    v.length = p->at - from;
    if (v.form != VALUE_REGEX && (v.form == VALUE_QUOTED || may_be_name(v.text)) && read_op(p, &t->op))
        return read_field(p, v.text, t);
    p->filter->is_last_open = v.form == VALUE_BARE && !t->is_not && p->at == p->text.n && begins_a_name(p->filter->kind, v.text);
    t->op = FILTER_HAS;
    return filter_read_value(t, &v, p->fault);
}

/* "or" between terms is a bar; where nothing can be on its left it is a text, and at the end it waits for more. */
static bool is_or(const struct parse *p, bool has_left)
{
    char after = peek_after(p, 2);
    return has_left && slice_eq_nocase(SLICE("or"), (struct slice){ p->text.p + p->at, p->text.n - p->at < 2 ? 0 : 2 }) && (after == '\0' || is_blank(after));
}

static bool read_bar(struct parse *p, bool has_left, bool *is_bar)
{
    size_t from = p->at, length = peek(p) == '|' ? 1 : is_or(p, has_left) ? 2 : 0;
    *is_bar = length > 0;
    if (length == 0)
        return true;
    p->at += length;
    if (!has_left)
        return filter_fault_at(p->fault, from, length, false, "there is nothing on the left of '|'");
    skip_blanks(p);
    if (p->at == p->text.n)
        return filter_fault_at(p->fault, p->at, 0, true, "what may hold instead is missing after '%.*s'", (int)length, p->text.p + from);
    return true;
}

static bool read_all(struct parse *p)
{
    struct filter *f = p->filter;
    bool has_left = false, is_bar;
    for (skip_blanks(p); p->at < p->text.n; skip_blanks(p)) {
        if (!read_bar(p, has_left, &is_bar))
            return false;
        if (is_bar) {
            f->group_count++;
            has_left = false;
            continue;
        }
        if (f->count == FILTER_TERMS_MAX)
            return filter_fault_at(p->fault, p->at, p->text.n - p->at, false, "a filter has at most %d terms", (int)FILTER_TERMS_MAX);
        f->is_last_open = false;
        f->term[f->count].group = f->group_count;
        if (!read_term(p, &f->term[f->count++])) /* counted first: it may hold something already */
            return false;
        has_left = true;
    }
    f->group_count += f->count > 0 ? 1 : 0;
    return true;
}

struct filter *filter_new(enum fact_kind kind, struct slice text, struct filter_fault *fault)
{
    struct filter *f = mem_alloc(sizeof *f);
    struct parse p = { .filter = f, .text = text, .fault = fault };
    *fault = (struct filter_fault){ .text = "" };
    f->kind = kind;
    bool ok = text.n <= FILTER_TEXT_MAX || filter_fault_at(fault, FILTER_TEXT_MAX, text.n - FILTER_TEXT_MAX, false, "a filter has at most %d bytes", (int)FILTER_TEXT_MAX);
    if (ok && memchr(text.n > 0 ? text.p : "", '\0', text.n) != NULL)
        ok = filter_fault_at(fault, 0, text.n, false, "a filter cannot hold a NUL");
    if (ok && read_all(&p))
        return f;
    filter_free(f);
    return NULL;
}

void filter_free(struct filter *f)
{
    if (f == NULL)
        return;
    for (size_t i = 0; i < f->count; i++)
        filter_term_clear(&f->term[i]);
    mem_free(f);
}

bool filter_relax(struct filter *f)
{
    if (!f->is_last_open || f->is_relaxed)
        return false;
    f->is_relaxed = true;
    return true;
}
