/* SPDX-License-Identifier: MIT */
/* column: every figure that a table can show, by kind of fact. One row says its title, help, width, form and role;
 * drawing, widths, sorting and filtering all read that row. Columns named after a field of fact_table get form, help and
 * value from there; each field that no row names is a column all the same, and so is each row of kpi_table. */
#ifndef TUI_COLUMN_H
#define TUI_COLUMN_H

#include "core/floor/kpi.h"
#include "tui/term/canvas.h"
#include "tui/view.h"

enum column_form {
    FORM_FIELD,   /* in column_rows.c only: as the field's type says */
    FORM_TEXT,    /* string() */
    FORM_COUNT,   /* number(): a plain number */
    FORM_TIME,    /* number(): a duration in ms */
    FORM_SINCE,   /* number(): an instant; shown is the time since then, 0 is unknown */
    FORM_CLOCK,   /* number(): wall ms, shown as HH:MM */
    FORM_PERCENT, /* number(): thousandths of a percent */
    FORM_WORD,    /* number(): one of field->names */
    FORM_LOOK,    /* number(): a row of `looks`: shape and word */
    FORM_SHAPE,   /* the same, the shape alone */
    FORM_YES      /* number(): "yes" when not 0 */
};

struct column {
    const char *id, *title, *help;
    const char *label; /* where there is room for a longer title; NULL: from the id */
    enum column_form form;
    uint8_t width;  /* preferred, in columns of the screen */
    uint8_t least;  /* at least; 0: width */
    uint8_t most;   /* grows up to this where there is room; 0: width */
    uint8_t drop;   /* where it is too narrow the column with the highest number goes first; 0: never */
    bool is_pbx;    /* only of use when there are several PBXs */
    bool is_team;   /* only of use where there are teams */
    bool is_told;   /* among all that is known of a fact, only where it is known */
    bool is_extra; /* gets in only where the others have their usual width, not merely their least */
    bool is_long;   /* a sentence, not for a cell */
    bool is_clock;  /* of a FORM_SINCE: write() shows the instant, and the latest is the largest */
    bool is_quiet;  /* a plain number that needs no weight: 0 is not dimmed */
    int8_t order;   /* first direction of sorting, so that what needs a person first comes first: 1 up, -1 down; 0: text up, numbers down */
    uint16_t arg;
    uint32_t alerts; /* bits, 1 << enum alert, that colour it; those that name this column are added */
    const char *of; /* id of the field it shows, when that is not its own id */
    const struct fact_field *field;
    const struct look_row *looks;
    /* False: unknown, shown as "-". */
    bool (*number)(const struct view *v, const struct column *c, const struct fact *f, int64_t *out);
    struct slice (*string)(const struct view *v, const struct column *c, const struct fact *f); /* absent: unknown */
    struct slice (*also)(const struct view *v, const struct column *c, const struct fact *f); /* a text that is not shown, and found; absent: none */
    /* Written instead of the form's own text; sorting goes by number() still. */
    void (*write)(const struct view *v, const struct column *c, const struct fact *f, struct buf *out);
    enum role (*role)(const struct view *v, const struct column *c, const struct fact *f, int64_t number);
};

/* Of a text as much is looked at. */
enum { COLUMN_TEXT_MAX = 512 };

static inline bool column_is_of_use(const struct column *c, const struct view *v)
{
    return (!c->is_pbx || v->has_many_pbx) && (!c->is_team || v->has_teams);
}

struct column_set {
    const struct column *at;
    size_t count;
};

struct column_set column_set(enum fact_kind kind);
const struct column *column_named(enum fact_kind kind, struct slice id); /* NULL: no such */

void column_label(const struct column *c, struct buf *out); /* "answered in sl": for where the title need not be short */
enum align column_align(const struct column *c);
/* The cell's text: borrowed from the fact or written into *scratch (which is reset). *role is what it means. */
struct slice column_text(const struct view *v, enum fact_kind kind, const struct column *c, const struct fact *f, struct buf *scratch, enum role *role);
/* The same, though numbers may be hidden: for what is looked for, not shown. */
struct slice column_true_text(const struct view *v, enum fact_kind kind, const struct column *c, const struct fact *f, struct buf *scratch, enum role *role);
/* By the column's value; `direction` 1 up, -1 down. Unknown ones come last both ways. */
int column_compare(const struct view *v, enum fact_kind kind, const struct column *c, int direction, const struct fact *a, const struct fact *b);
static inline bool column_is_text(const struct column *c) { return c->form == FORM_TEXT; }

/* column_rows.c: the rows that say more than fact_table does. id NULL ends. */
extern const struct column *const column_rows[FACT_COUNT];

#endif
