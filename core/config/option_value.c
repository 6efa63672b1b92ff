/* SPDX-License-Identifier: MIT */
/* option_value: one value of one option, between text and the member of its struct. Says what
 * is allowed, with the unit, when a value is not. Knows no option by name. */
#include "core/base/mem.h"
#include "core/base/near.h"
#include "core/base/utf8.h"
#include "core/config/options.h"
#include "core/config/path.h"

#include <assert.h>
#include <stdio.h>

static void *member(const struct option_row *row, void *base)
{
    return (char *)base + row->offset;
}

static const void *member_const(const struct option_row *row, const void *base)
{
    return (const char *)base + row->offset;
}

static const struct {
    const char *suffix;
    int64_t ms;
} units[] = { { "h", 3600000 }, { "m", 60000 }, { "s", 1000 } }; /* the largest first */
enum { UNITS = sizeof units / sizeof units[0], TEXTS_MAX_BYTES = 64 * 1024 };

static bool add_duration(struct buf *out, int64_t ms)
{
    size_t i = 0;
    while (i < UNITS - 1 && (ms == 0 || ms % units[i].ms != 0))
        i++;
    return buf_addf(out, "%lld%s", (long long)(ms / units[i].ms), units[i].suffix);
}

bool option_duration(struct slice text, int64_t *ms)
{
    int64_t unit_ms = 1000;
    int64_t n;
    for (size_t i = 0; i < UNITS && text.n > 0; i++) {
        if (text.p[text.n - 1] == units[i].suffix[0]) {
            unit_ms = units[i].ms;
            text.n--;
            break;
        }
    }
    if (!slice_int(text, INT64_MIN / 3600000, INT64_MAX / 3600000, &n))
        return false;
    *ms = n * unit_ms;
    return true;
}

bool option_add_allowed(const struct option_row *row, struct buf *out)
{
    bool ok = true;
    switch (row->type) {
    case OPTION_TEXT:
    case OPTION_TEXTS:
    case OPTION_PATH:
        return buf_addf(out, "text of %lld to %lld bytes", (long long)row->min, (long long)row->max);
    case OPTION_INT:
        return buf_addf(out, "%lld to %lld%s%s", (long long)row->min, (long long)row->max, row->unit != NULL ? " " : "",
                        row->unit != NULL ? row->unit : "");
    case OPTION_BOOL:
        return buf_add(out, SLICE("true or false"));
    case OPTION_CHOICE:
        for (size_t i = 0; row->choices[i] != NULL; i++)
            ok = buf_addf(out, "%s%s", i == 0 ? "" : row->choices[i + 1] == NULL ? " or " : ", ", row->choices[i]);
        return ok;
    case OPTION_FIGURE:
        return buf_add(out, SLICE("a number, a share (\"80%\") or a duration (\"90s\")"));
    case OPTION_DURATION:
        return add_duration(out, row->min) && buf_add(out, SLICE(" to ")) && add_duration(out, row->max);
    case OPTION_TYPE_COUNT:
        break;
    }
    return false;
}

/* "short_abandon is '5x': allowed are 0s to 1h, written as 20 (seconds), "90s", "5m" or "1h"" */
static bool refuse(const struct option_row *row, struct slice text, const char *more, struct err *err)
{
    struct buf allowed = BUF_INIT(400);
    (void)option_add_allowed(row, &allowed);
    const char *form = row->type == OPTION_DURATION ? ", written as 20 (seconds), \"90s\", \"5m\" or \"1h\"" : "";
    if (row->is_secret)
        (void)err_set(err, ERR_CONFIG, "%s: allowed is %s%s%s", row->name, buf_slice(&allowed).p, form, more);
    else
        (void)err_set(err, ERR_CONFIG, "%s is '%.*s': allowed is %s%s%s", row->name, (int)(text.n < 80 ? text.n : 80), text.n > 0 ? text.p : "",
                      buf_slice(&allowed).p, form, more);
    buf_clear(&allowed);
    return false;
}

static bool is_one_line(struct slice text)
{
    for (size_t i = 0; i < text.n; i++)
        if ((unsigned char)text.p[i] < 0x20 || text.p[i] == 0x7f)
            return false;
    return utf8_is_valid(text);
}

/* One more line of OPTION_TEXTS. */
static bool add_text(const struct option_row *row, char **to, struct slice text, struct err *err)
{
    struct buf lines = BUF_INIT(TEXTS_MAX_BYTES);
    bool ok = buf_add(&lines, slice_of(*to)) && buf_add(&lines, text) && buf_add_char(&lines, '\n');
    if (ok)
        (void)mem_assign(to, buf_slice(&lines));
    buf_clear(&lines);
    return ok || err_set(err, ERR_CONFIG, "%s: more than %d bytes in all", row->name, TEXTS_MAX_BYTES);
}

static bool store_text(const struct option_row *row, void *base, enum option_form form, struct slice text, const char *folder, struct err *err)
{
    if (form == OPTION_FORM_BOOL || (form == OPTION_FORM_NUMBER && row->type != OPTION_FIGURE))
        return err_set(err, ERR_CONFIG, "%s must be text in quotes: %s = \"%.*s\";", row->name, row->name, SLICE_FMT(text));
    if ((int64_t)text.n < row->min || (int64_t)text.n > row->max)
        return refuse(row, text, "", err);
    if (!is_one_line(text))
        return refuse(row, text, ", UTF-8 without control characters", err);
    char **to = member(row, base);
    if (row->type == OPTION_TEXTS)
        return add_text(row, to, text, err);
    if (row->type != OPTION_PATH) {
        (void)mem_assign(to, text);
        return true;
    }
    char *path = path_expand(text, folder);
    mem_free(*to);
    *to = path;
    return true;
}

static const char *choice_at(size_t i, const void *context)
{
    const struct option_row *row = context;
    return row->choices[i];
}

static bool store_choice(const struct option_row *row, void *base, struct slice text, struct err *err)
{
    for (size_t i = 0; row->choices[i] != NULL; i++) {
        if (slice_eq(text, slice_of(row->choices[i]))) {
            (void)mem_assign(member(row, base), text);
            return true;
        }
    }
    const char *near = near_name(text, choice_at, row);
    char more[80] = "";
    if (near != NULL)
        (void)snprintf(more, sizeof more, "; did you mean '%s'?", near);
    return refuse(row, text, more, err);
}

static bool store_bool(const struct option_row *row, void *base, enum option_form form, struct slice text, struct err *err)
{
    bool is_true = slice_eq(text, SLICE("true"));
    if (form == OPTION_FORM_STRING)
        return err_set(err, ERR_CONFIG, "%s must be true or false, without quotes", row->name);
    if (form == OPTION_FORM_NUMBER || (!is_true && !slice_eq(text, SLICE("false"))))
        return refuse(row, text, "", err);
    *(bool *)member(row, base) = is_true;
    return true;
}

static bool store_number(const struct option_row *row, void *base, enum option_form form, struct slice text, struct err *err)
{
    int64_t value;
    if (row->type == OPTION_INT && form == OPTION_FORM_STRING)
        return err_set(err, ERR_CONFIG, "%s must be a number, without quotes", row->name);
    bool ok = row->type == OPTION_INT ? slice_int(text, INT64_MIN, INT64_MAX, &value) : option_duration(text, &value);
    if (!ok || value < row->min || value > row->max)
        return refuse(row, text, "", err);
    *(int64_t *)member(row, base) = value;
    return true;
}

bool option_store(const struct option_row *row, void *base, enum option_form form, struct slice text, const char *folder, struct err *err)
{
    if (form == OPTION_FORM_OTHER)
        return err_set(err, ERR_CONFIG, "%s must be one value, not a list or a group", row->name);
    switch (row->type) {
    case OPTION_TEXT:
    case OPTION_TEXTS:
    case OPTION_FIGURE:
    case OPTION_PATH:
        return store_text(row, base, form, text, folder, err);
    case OPTION_INT:
    case OPTION_DURATION:
        return store_number(row, base, form, text, err);
    case OPTION_BOOL:
        return store_bool(row, base, form, text, err);
    case OPTION_CHOICE:
        return store_choice(row, base, text, err);
    case OPTION_TYPE_COUNT:
        break;
    }
    return err_set(err, ERR_INTERNAL, "%s has no type", row->name);
}

static bool is_text(const struct option_row *row)
{
    return row->type == OPTION_TEXT || row->type == OPTION_TEXTS || row->type == OPTION_FIGURE || row->type == OPTION_PATH || row->type == OPTION_CHOICE;
}

/* The password of a URL (the proxy's) is shown as ****. */
static bool add_quoted(struct buf *out, struct slice text)
{
    const char *at = text.n > 0 ? memchr(text.p, '@', text.n) : NULL;
    const char *scheme = text.n > 0 ? memmem(text.p, text.n, "://", 3) : NULL;
    const char *colon = at != NULL && scheme != NULL && scheme + 3 < at ? memchr(scheme + 3, ':', (size_t)(at - scheme - 3)) : NULL;
    bool ok = buf_add_char(out, '"');
    for (size_t i = 0; ok && i < text.n; i++) {
        if (colon != NULL && text.p + i > colon && text.p + i < at) {
            ok = text.p + i == colon + 1 ? buf_add(out, SLICE("****")) : true;
            continue;
        }
        if (text.p[i] == '"' || text.p[i] == '\\')
            ok = buf_add_char(out, '\\');
        ok = ok && buf_add_char(out, text.p[i]);
    }
    return ok && buf_add_char(out, '"');
}

static bool add_texts(struct buf *out, struct slice lines)
{
    bool ok = buf_add(out, SLICE("[ "));
    for (size_t i = 0; ok && lines.n > 0; i++) {
        struct slice line = slice_cut(lines, '\n', &lines);
        ok = (i == 0 || buf_add(out, SLICE(", "))) && add_quoted(out, line);
    }
    return ok && buf_add(out, SLICE(" ]"));
}

bool option_add_value(const struct option_row *row, const void *base, struct buf *out)
{
    if (row->type == OPTION_TEXTS) {
        char *const *lines = member_const(row, base);
        return *lines != NULL && add_texts(out, slice_of(*lines));
    }
    if (is_text(row)) {
        char *const *text = member_const(row, base);
        return *text != NULL && add_quoted(out, slice_of(*text));
    }
    if (row->type == OPTION_BOOL)
        return buf_add(out, *(const bool *)member_const(row, base) ? SLICE("true") : SLICE("false"));
    int64_t value = *(const int64_t *)member_const(row, base);
    if (row->type == OPTION_INT)
        return buf_addf(out, "%lld", (long long)value);
    return buf_add_char(out, '"') && add_duration(out, value) && buf_add_char(out, '"');
}

void option_defaults(enum option_scope scope, void *base)
{
    for (size_t i = 0; i < option_count; i++) {
        const struct option_row *row = &option_table[i];
        if (row->scope != scope || row->fallback == NULL)
            continue;
        bool ok = option_store(row, base, OPTION_FORM_FLAG, slice_of(row->fallback), NULL, NULL);
        assert(ok); /* a default outside its own range is a fault of the table */
        (void)ok;
    }
}

void option_clear_row(const struct option_row *row, void *base)
{
    if (!is_text(row))
        return;
    char **text = member(row, base);
    mem_free(*text);
    *text = NULL;
}

void option_clear(enum option_scope scope, void *base)
{
    for (size_t i = 0; i < option_count; i++)
        if (option_table[i].scope == scope)
            option_clear_row(&option_table[i], base);
}
