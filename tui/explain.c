/* SPDX-License-Identifier: MIT */
/* explain: turns a fact into a page of sentences. The formulas are those of kpi_table, with people's words and the fact's own
 * values put in the place of the fields: so they cannot say another thing than what is computed. Owns nothing.
 */
#include "tui/explain.h"

#include "core/base/sum.h"
#include "core/floor/kpi.h"

struct word_row {
    const char *field, *words;
};

/* What people call the counts that the formulas are made of. */
static const struct word_row words[] = {
    { "answered_in_sl", "answered in time" }, { "answered", "answered" }, { "abandoned", "hung up" }, { "abandoned_short", "hung up at once" },
    { "timeout", "timed out" }, { "empty", "sent away, nobody to serve" }, { "key", "left by a key" }, { "withdrawn", "withdrawn" },
    { "redirected", "moved elsewhere" }, { "answered_wait_ms", "waited by the answered" }, { "abandoned_wait_ms", "waited by those who hung up" },
    { "talk_ms", "talked" }, { "wrap_ms", "wrapped up" }, { "handled", "talks ended" },
};

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static struct slice take_word(const char **at)
{
    const char *from = *at;
    while (is_letter(**at))
        ++*at;
    return (struct slice){ from, (size_t)(*at - from) };
}

static void add_value(const struct fact_field *field, const struct fact_queue *q, struct buf *out)
{
    int64_t n = q != NULL ? fact_int((const void *)q, field) : 0;
    if (q != NULL && field->type == TYPE_MS)
        view_add_duration(out, n);
    else if (q != NULL)
        (void)buf_addf(out, "%lld", (long long)n);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(words[i].field, field->id) == 0)
            (void)buf_addf(out, "%s%s", q != NULL ? " " : "", words[i].words);
    }
}

/* A sum in brackets: parts that are 0 add nothing and are left out. *at is behind the opening one. */
static void add_sum(const char **at, const struct fact_queue *q, struct buf *out)
{
    bool is_empty = true;
    char sign = '+';
    while (**at != '\0' && **at != ')') {
        if (!is_letter(**at)) {
            sign = **at == '+' || **at == '-' ? **at : sign;
            ++*at;
            continue;
        }
        const struct fact_field *field = fact_field_named(FACT_QUEUE, take_word(at));
        if (field == NULL || (q != NULL && fact_int((const void *)q, field) == 0))
            continue;
        (void)buf_add(out, is_empty ? SLICE("(") : SLICE(" "));
        if (!is_empty || sign == '-')
            (void)buf_addf(out, "%c ", sign);
        add_value(field, q, out);
        is_empty = false;
    }
    (void)buf_add(out, is_empty ? SLICE("0") : SLICE(")"));
    if (**at == ')')
        ++*at;
}

void explain_formula(const char *formula, const struct fact_queue *q, struct buf *out)
{
    for (const char *at = formula; *at != '\0';) {
        if (*at == '(') {
            at++;
            add_sum(&at, q, out);
        } else if (is_letter(*at)) {
            struct slice word = take_word(&at);
            const struct fact_field *field = fact_field_named(FACT_QUEUE, word);
            if (field != NULL)
                add_value(field, q, out);
            else
                (void)buf_addf(out, "Asterisk's %.*s", SLICE_FMT(word)); /* a figure of its own: there are no parts */
        } else {
            (void)buf_add_char(out, *at++);
        }
    }
}

static const struct kpi_row *kpi_of(enum fact_kind kind, const struct column *c)
{
    for (size_t i = 0; kind == FACT_QUEUE && i < KPI_COUNT; i++) {
        if (strcmp(kpi_table[i].id, c->id) == 0)
            return &kpi_table[i];
    }
    return NULL;
}

void explain_meaning(enum fact_kind kind, const struct column *c, struct buf *out)
{
    const struct kpi_row *kpi = kpi_of(kind, c);
    if (kpi == NULL) {
        (void)buf_add(out, slice_of(c->help));
        return;
    }
    explain_formula(kpi->formula, NULL, out);
    (void)buf_addf(out, ": %s", kpi->source);
}

/* Where everybody is who was offered: who had joined before counting began is answered and abandoned too, but never offered. */
static void add_whereabouts(const struct fact_queue *q, struct buf *out)
{
    static const char parts[] = "(answered + abandoned + timeout + empty + key + withdrawn + redirected";
    const int64_t gone[] = { q->answered, q->abandoned, q->timeout, q->empty, q->key, q->withdrawn, q->redirected };
    const char *at = parts + 1;
    int64_t sum = q->waiting;
    for (size_t i = 0; i < sizeof gone / sizeof gone[0]; i++)
        sum = sum_add(sum, gone[i]);
    int64_t before = sum_sub(sum, q->offered);
    (void)buf_add(out, SLICE(". That is: "));
    add_sum(&at, q, out);
    (void)buf_addf(out, " + %lld waiting", (long long)q->waiting);
    if (before > 0)
        (void)buf_addf(out, " - %lld who had joined before counting began", (long long)before);
    else if (before < 0)
        (void)buf_addf(out, " + %lld of whom it is not known yet how they left", -(long long)before);
}

static void add_wall(const struct view *v, int64_t instant, struct buf *out)
{
    view_add_clock(out, sum_sub(v->wall_ms, sum_sub(v->beat_ms, instant)), sum_sub(v->beat_ms, instant) < 20 * 3600 * 1000 ? "%H:%M:%S" : "%e %b %H:%M");
}

/* How a value came about; nothing where the meaning says it all. */
static void add_origin(const struct view *v, enum fact_kind kind, const struct column *c, const struct fact *f, struct buf *out)
{
    int64_t n;
    const struct kpi_row *kpi = kpi_of(kind, c);
    if (kpi != NULL) {
        (void)buf_add(out, c->number(v, c, f, &n) ? SLICE("= ") : SLICE("nothing to count from yet: "));
        explain_formula(kpi->formula, (const void *)f, out);
        (void)buf_addf(out, ". That is: %s", kpi->source);
        return;
    }
    (void)buf_add(out, slice_of(c->help));
    if (kind == FACT_QUEUE && strcmp(c->id, "offered") == 0)
        add_whereabouts((const void *)f, out);
    if (c->form == FORM_SINCE && c->number != NULL && c->number(v, c, f, &n) && n != 0) {
        (void)buf_add(out, SLICE(": since "));
        add_wall(v, n, out);
        if (view_now(v, kind, f) != v->beat_ms) {
            (void)buf_add(out, SLICE(", up to when the PBX was last heard, "));
            add_wall(v, view_now(v, kind, f), out);
        }
    }
}

static void add_column(struct page *p, const struct view *v, enum fact_kind kind, const struct column *c, const struct fact *f)
{
    struct buf label = BUF_INIT(128), value = BUF_INIT(2048), text = BUF_INIT(2048), shown = BUF_INIT(2048);
    enum role role;
    column_label(c, &label);
    (void)buf_add(&shown, column_text(v, kind, c, f, &value, &role));
    add_origin(v, kind, c, f, &text);
    page_add(p, buf_slice(&label), ROLE_DIM, (struct page_value){ shown.len > 0 ? shown.data : "", role }, text.len > 0 ? text.data : "", (uint64_t)(uintptr_t)c);
    buf_clear(&label);
    buf_clear(&value);
    buf_clear(&shown);
    buf_clear(&text);
}

static bool names(struct slice list, const char *id)
{
    for (struct slice rest = list; rest.p != NULL;) {
        if (slice_eq(slice_cut(rest, ' ', &rest), slice_of(id)))
            return true;
    }
    return false;
}

void explain_fill(struct page *p, const struct view *v, enum fact_kind kind, const struct fact *f, struct slice shown)
{
    struct column_set set = column_set(kind);
    if (shown.n > 0)
        page_heading(p, "What is shown");
    for (struct slice rest = shown; rest.n > 0 && rest.p != NULL;) {
        const struct column *c = column_named(kind, slice_cut(rest, ' ', &rest));
        if (c != NULL)
            add_column(p, v, kind, c, f);
    }
    page_heading(p, shown.n > 0 ? "What else is known" : "What is known");
    for (size_t i = 0; i < set.count; i++) {
        if (!names(shown, set.at[i].id))
            add_column(p, v, kind, &set.at[i], f);
    }
}
