/* SPDX-License-Identifier: MIT */
/* copy: picks the field by which people and other programs know a fact, or all cells of its row. Owns nothing. */
#include "tui/table/copy.h"

bool copy_identity(enum fact_kind kind, const struct fact *f, struct buf *out)
{
    static const char *const fields[] = { "number", "interface", "peer_number", "name", "uniqueid", "host" };
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        const struct fact_field *field = fact_field_named(kind, slice_of(fields[i]));
        const char *text = NULL;
        if (field != NULL && field->type == TYPE_TEXT)
            memcpy(&text, (const char *)f + field->offset, sizeof text);
        if (text != NULL && *text != '\0')
            return buf_add(out, slice_of(text));
    }
    return false;
}

void copy_row(const struct view *v, enum fact_kind kind, const char *ids, const struct fact *f, struct buf *out)
{
    struct buf scratch = BUF_INIT(4096);
    for (struct slice rest = slice_of(ids); rest.p != NULL;) {
        struct slice id = slice_cut(rest, ' ', &rest);
        const struct column *c = id.n > 0 ? column_named(kind, id) : NULL;
        enum role role;
        if (c == NULL || !column_is_of_use(c, v))
            continue;
        struct slice text = column_text(v, kind, c, f, &scratch, &role);
        if (out->len > 0)
            (void)buf_add(out, SLICE("  "));
        (void)buf_add(out, text.n > 0 ? text : SLICE("-"));
    }
    buf_clear(&scratch);
}
