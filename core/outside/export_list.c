/* SPDX-License-Identifier: MIT */
/* export_list: rows of a list -> objects of JSON or lines of CSV. A value is made once, as JSON, and CSV is written from that: so the
 * two cannot differ, nor can either differ from the status document. Owns nothing. */
#include "core/outside/export_parts.h"

#include "core/base/mem.h"
#include "core/base/utf8.h"

static json_t *value_of(const struct export_view *v, enum fact_kind kind, const struct fact *f, const struct export_cell *c)
{
    switch (c->is) {
    case EXPORT_CELL_FIELD: return export_field_value(v, kind, f, c->field);
    case EXPORT_CELL_KPI: return export_figure_value(c->kpi, (const void *)f);
    case EXPORT_CELL_NUMBER: return json_integer(c->number);
    case EXPORT_CELL_TEXT: return export_text_value(c->text);
    case EXPORT_CELL_UNKNOWN: break;
    }
    return json_null();
}

/* "=1+1", "@x", "+cmd": not "+41 22", which is a number to call, and "-" alone. */
static bool is_formula(const char *text)
{
    bool is_signed = text[0] == '+' || text[0] == '-';
    return text[0] == '=' || text[0] == '@' || text[0] == '\t' || text[0] == '\r' || (is_signed && text[1 + strspn(text + 1, "0123456789 ()./-")] != '\0');
}

static bool add_csv_text(struct buf *out, const char *text)
{
    bool is_quoted = strpbrk(text, ",\"\r\n;\t") != NULL || text[0] == ' ', ok = !is_quoted || buf_add_char(out, '"');
    ok = ok && (!is_formula(text) || buf_add_char(out, '\''));
    struct slice all = slice_of(text);
    for (size_t at = 0; ok && at < all.n;) {
        size_t from = at;
        uint32_t c = utf8_next(all, &at); /* what a terminal may obey is not passed on */
        ok = (c != '"' || buf_add_char(out, '"')) && buf_add(out, c < 0x20 || !utf8_is_printable(c) ? SLICE("\xef\xbf\xbd") : (struct slice){ all.p + from, at - from });
    }
    return ok && (!is_quoted || buf_add_char(out, '"'));
}

static bool add_csv(struct buf *out, const json_t *value)
{
    char *text = json_is_null(value) || json_is_string(value) ? NULL : json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(12));
    bool ok = json_is_null(value) || add_csv_text(out, json_is_string(value) ? json_string_value(value) : text != NULL ? text : "");
    mem_free(text);
    return ok;
}

static bool too_long(const struct buf *out, struct err *err)
{
    return err_set(err, ERR_INTERNAL, "the list is longer than %zu bytes", out->max);
}

bool export_keys(const struct export_cell *cell, size_t count, struct buf *out, struct err *err)
{
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++)
        ok = (i == 0 || buf_add_char(out, ',')) && add_csv_text(out, cell[i].key);
    return (ok && buf_add(out, SLICE("\r\n"))) || too_long(out, err);
}

bool export_row(const struct export_view *v, enum fact_kind kind, const struct fact *f, const struct export_cell *cell, size_t count, enum export_form form,
                struct buf *out, struct err *err)
{
    json_set_alloc_funcs(mem_alloc, mem_free);
    json_t *row = json_object();
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++) {
        json_t *value = value_of(v, kind, f, &cell[i]);
        if (form == EXPORT_CSV) {
            ok = (i == 0 || buf_add_char(out, ',')) && add_csv(out, value);
            json_decref(value);
        } else {
            json_object_set_new_nocheck(row, cell[i].key, value);
        }
    }
    if (form == EXPORT_JSON)
        return export_print(row, out, err);
    json_decref(row);
    return (ok && buf_add(out, SLICE("\r\n"))) || too_long(out, err);
}
