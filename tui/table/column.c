/* SPDX-License-Identifier: MIT */
/* column: completes the rows of column_rows.c from fact_table and kpi_table into one set of columns for each kind of fact,
 * once, and turns a column and a fact into text, role and order. Draws nothing. */
#include "tui/table/column.h"

#include "core/base/mem.h"
#include "core/base/sum.h"
#include "core/base/utf8.h"
#include "core/floor/mask.h"
#include "tui/alarms.h"

enum { COLUMNS_MAX = 128 };

static struct {
    struct column at[COLUMNS_MAX];
    size_t count;
} sets[FACT_COUNT];

static bool field_number(const struct view *v, const struct column *c, const struct fact *f, int64_t *out)
{
    (void)v;
    *out = fact_int(f, c->field);
    if (c->field->type == TYPE_ENUM)
        return *out >= 0 && *out < c->field->name_count;
    if (c->field->type == TYPE_INSTANT || c->field->type == TYPE_WALL)
        return *out != 0;
    return c->field->type != TYPE_INT || *out >= 0; /* a count below 0 says that nobody knows */
}

static struct slice field_string(const struct view *v, const struct column *c, const struct fact *f)
{
    (void)v;
    return slice_of(fact_text(f, c->field));
}

static bool kpi_number(const struct view *v, const struct column *c, const struct fact *f, int64_t *out)
{
    (void)v;
    return kpi_value((enum kpi)c->arg, (const void *)f, out);
}

static enum column_form form_of(const struct fact_field *field)
{
    switch (field->type) {
    case TYPE_ID:
    case TYPE_TEXT: return FORM_TEXT;
    case TYPE_INT: return FORM_COUNT;
    case TYPE_BOOL: return FORM_YES;
    case TYPE_INSTANT: return FORM_SINCE;
    case TYPE_WALL: return FORM_CLOCK;
    case TYPE_MS: return FORM_TIME;
    case TYPE_MILLI: return FORM_PERCENT;
    case TYPE_ENUM: return FORM_WORD;
    }
    return FORM_COUNT;
}

static uint8_t width_of(enum column_form form)
{
    switch (form) {
    case FORM_FIELD:
    case FORM_TEXT: return 14;
    case FORM_COUNT: return 5;
    case FORM_TIME:
    case FORM_SINCE: return 7;
    case FORM_CLOCK: return 5;
    case FORM_PERCENT: return 6;
    case FORM_WORD:
    case FORM_LOOK: return 12;
    case FORM_SHAPE: return 1;
    case FORM_YES: return 3;
    }
    return 8;
}

/* A figure of kpi_table: title, help and value come from there. */
static struct column with_kpi(struct column c, uint16_t i)
{
    const struct kpi_row *k = &kpi_table[i];
    c.title = k->title;
    c.help = k->formula;
    c.number = kpi_number;
    c.arg = i;
    c.form = k->unit == KPI_MS ? FORM_TIME : FORM_PERCENT;
    c.width = c.width != 0 ? c.width : 6;
    return c;
}

static void add(enum fact_kind kind, struct column c)
{
    for (uint16_t i = 0; kind == FACT_QUEUE && i < KPI_COUNT; i++) {
        if (strcmp(kpi_table[i].id, c.id) == 0)
            c = with_kpi(c, i);
    }
    const struct fact_field *field = fact_field_named(kind, slice_of(c.of != NULL ? c.of : c.id));
    c.field = c.field != NULL ? c.field : field;
    if (c.form == FORM_FIELD && c.field != NULL)
        c.form = form_of(c.field);
    if (c.number == NULL && c.string == NULL && c.field != NULL) {
        c.number = c.form == FORM_TEXT ? NULL : field_number;
        c.string = c.form == FORM_TEXT ? field_string : NULL;
    }
    if (c.help == NULL)
        c.help = c.field != NULL ? c.field->help : "";
    if (c.title == NULL)
        c.title = c.id;
    c.alerts |= alarms_of_column(kind, c.id);
    if (c.width == 0)
        c.width = width_of(c.form);
    if (c.least == 0)
        c.least = c.width;
    if (c.most < c.width)
        c.most = c.width;
    if (sets[kind].count < COLUMNS_MAX)
        sets[kind].at[sets[kind].count++] = c;
}

static bool has(enum fact_kind kind, const char *id)
{
    for (size_t i = 0; i < sets[kind].count; i++) {
        if (strcmp(sets[kind].at[i].id, id) == 0)
            return true;
    }
    return false;
}

static void add_kpis(void)
{
    for (size_t i = 0; i < KPI_COUNT; i++) {
        if (!has(FACT_QUEUE, kpi_table[i].id))
            add(FACT_QUEUE, (struct column){ .id = kpi_table[i].id, .drop = 90 });
    }
}

static void build(enum fact_kind kind)
{
    for (const struct column *c = column_rows[kind]; c != NULL && c->id != NULL; c++)
        add(kind, *c);
    if (kind == FACT_QUEUE)
        add_kpis();
    for (size_t i = 0; i < fact_table[kind].field_count; i++) {
        const struct fact_field *field = &fact_table[kind].field[i];
        if (field->type != TYPE_ID && !has(kind, field->id))
            add(kind, (struct column){ .id = field->id, .field = field, .drop = 250 });
    }
}

struct column_set column_set(enum fact_kind kind)
{
    if (sets[kind].count == 0)
        build(kind);
    return (struct column_set){ sets[kind].at, sets[kind].count };
}

const struct column *column_named(enum fact_kind kind, struct slice id)
{
    struct column_set set = column_set(kind);
    for (size_t i = 0; i < set.count; i++) {
        if (slice_eq(id, slice_of(set.at[i].id)))
            return &set.at[i];
    }
    return NULL;
}

void column_label(const struct column *c, struct buf *out)
{
    struct slice id = slice_of(c->label != NULL ? c->label : c->id);
    static const char *const units[] = { "_ms", "_us", "_s" };
    for (size_t i = 0; c->label == NULL && i < sizeof units / sizeof units[0]; i++) {
        size_t n = strlen(units[i]);
        if (id.n > n && memcmp(id.p + id.n - n, units[i], n) == 0)
            id.n -= n;
    }
    for (size_t i = 0; i < id.n; i++)
        (void)buf_add_char(out, c->label == NULL && id.p[i] == '_' ? ' ' : id.p[i]);
}

enum align column_align(const struct column *c)
{
    return c->form == FORM_COUNT || c->form == FORM_TIME || c->form == FORM_SINCE || c->form == FORM_CLOCK || c->form == FORM_PERCENT ? ALIGN_RIGHT
                                                                                                                                   : ALIGN_LEFT;
}

static void write_number(const struct view *v, enum fact_kind kind, const struct column *c, const struct fact *f, int64_t n, struct buf *out)
{
    switch (c->form) {
    case FORM_FIELD:
    case FORM_TEXT:
    case FORM_COUNT: (void)buf_addf(out, "%lld", (long long)n); break;
    case FORM_TIME: view_add_duration(out, n); break;
    case FORM_SINCE: view_add_duration(out, sum_sub(view_now(v, kind, f), n)); break;
    case FORM_CLOCK: view_add_clock(out, n, "%H:%M"); break;
    case FORM_PERCENT: view_add_percent(out, n); break;
    case FORM_WORD: (void)buf_add(out, slice_of(c->field->names[n])); break;
    case FORM_LOOK: (void)buf_addf(out, "%s %s", view_shape(v, &c->looks[n]), c->looks[n].word); break;
    case FORM_SHAPE: (void)buf_add(out, slice_of(view_shape(v, &c->looks[n]))); break;
    case FORM_YES: (void)buf_add(out, n != 0 ? SLICE("yes") : SLICE("no")); break;
    }
}

static enum role usual_role(const struct view *v, const struct column *c, const struct fact *f, int64_t n)
{
    if (c->role != NULL)
        return c->role(v, c, f, n);
    if (c->form == FORM_LOOK || c->form == FORM_SHAPE)
        return c->looks[n].role;
    return n == 0 && !c->is_quiet && (c->form == FORM_COUNT || c->form == FORM_TIME) ? ROLE_ZERO : ROLE_TEXT;
}

struct slice column_true_text(const struct view *v, enum fact_kind kind, const struct column *c, const struct fact *f, struct buf *scratch, enum role *role)
{
    buf_reset(scratch);
    int64_t n = 0;
    if (c->string != NULL) {
        struct slice text = c->string(v, c, f);
        *role = text.p == NULL ? ROLE_UNKNOWN : c->role != NULL ? c->role(v, c, f, 0) : ROLE_TEXT;
        return text.p == NULL ? SLICE("-") : utf8_head(text, COLUMN_TEXT_MAX);
    }
    bool is_known = c->number == NULL || c->number(v, c, f, &n);
    if (!is_known && (c->write == NULL || c->looks != NULL)) {
        *role = ROLE_UNKNOWN;
        return SLICE("-");
    }
    *role = usual_role(v, c, f, n);
    if (c->alerts != 0)
        *role = alarms_role(v, kind, f, c->alerts, *role);
    if (c->write != NULL)
        c->write(v, c, f, scratch);
    else
        write_number(v, kind, c, f, n, scratch);
    return buf_slice(scratch);
}

struct slice column_text(const struct view *v, enum fact_kind kind, const struct column *c, const struct fact *f, struct buf *scratch, enum role *role)
{
    return column_true_text(v, kind, c, v->mask != NULL ? mask_fact(v->mask, kind, f) : f, scratch, role);
}

static int compare_texts(const struct view *v, const struct column *c, int direction, const struct fact *a, const struct fact *b)
{
    struct slice x = c->string(v, c, a), y = c->string(v, c, b);
    if (x.p == NULL || y.p == NULL)
        return (x.p == NULL) - (y.p == NULL);
    return direction * view_compare(x, y);
}

int column_compare(const struct view *v, enum fact_kind kind, const struct column *c, int direction, const struct fact *a, const struct fact *b)
{
    if (c->string != NULL)
        return compare_texts(v, c, direction, a, b);
    int64_t x = 0, y = 0;
    if (c->number == NULL)
        return 0;
    bool has_x = c->number(v, c, a, &x), has_y = c->number(v, c, b, &y);
    if (!has_x || !has_y)
        return (int)has_y - (int)has_x;
    if (c->form == FORM_SINCE && !c->is_clock) { /* what is compared is what is shown */
        x = sum_sub(view_now(v, kind, a), x);
        y = sum_sub(view_now(v, kind, b), y);
    }
    return direction * ((x > y) - (x < y));
}
