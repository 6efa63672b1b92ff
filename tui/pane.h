/* SPDX-License-Identifier: MIT */
/* pane: a part of a screen with a title: a table, or what is known of one. A pane is a row in pane_rows.c; a new list needs
 * no code. A pane of another make (PANE form) brings its own functions. */
#ifndef TUI_PANE_H
#define TUI_PANE_H

#include "core/base/buf.h"
#include "tui/screen.h"
#include "tui/table/table.h"

enum pane_id {
    PANE_QUEUES, PANE_CALLERS, PANE_AGENTS, PANE_CALLS, PANE_EVENTS, PANE_LINKS, PANE_ORDERS, PANE_LISTENERS,
    PANE_QUEUE, PANE_QUEUE_MEMBERS, PANE_QUEUE_CALLERS, PANE_QUEUE_CALLS,
    PANE_AGENT, PANE_MEMBERSHIPS, PANE_AGENT_CALLS, PANE_AGENT_LISTENERS,
    PANE_CALLER, PANE_CALLER_MEMBERS,
    PANE_CALL, PANE_ORDER,
    PANE_LINK, PANE_LINK_QUEUES,
    PANE_COUNT
};

struct pane;

/* How a pane is made that is no table. Any may be NULL. */
struct pane_form {
    void (*start)(struct pane *p);
    void (*stop)(struct pane *p);
    bool (*act)(struct pane *p, enum action a); /* false: not an action of it */
    int (*need)(const struct pane *p, const struct view *v, int width); /* rows, the title among them */
    void (*draw)(struct pane *p, const struct view *v, struct canvas *c, struct area a, bool has_focus); /* below the title */
};

extern const struct pane_form pane_detail; /* everything known of one fact: detail.c */

struct pane_row {
    const char *name;    /* in files, and in the layouts of screens */
    const char *title;
    const char *nobody;  /* shown when it is known that there is none */
    struct table_setup table;     /* what kind of fact, also where it is no table */
    const struct pane_form *form; /* NULL: a table */
    const char *of;      /* id of the field that must be the screen's subject, or what this is through `through`; NULL: all of the kind */
    const char *through; /* the field of the subject that `of` must be; NULL: the subject itself */
    const char *opens;   /* id of the field whose fact a row opens; NULL: itself */
};

extern const struct pane_row pane_table[PANE_COUNT];
MUST_USE bool pane_named(struct slice name, enum pane_id *out);

struct pane {
    const struct pane_row *row;
    struct table *table;  /* NULL: of another form */
    uint64_t subject;     /* of the screen; 0: none */
    uint64_t of;          /* what the field `of` must be */
    uint64_t home;        /* and the PBX that it must be on, where `of` stands for several; 0: any */
    const struct view *view; /* as it was shown with; borrowed */
    const struct fact *fact; /* the subject, or what was last known of it; NULL: nothing. Good while it is drawn */
    bool is_gone;         /* the subject went */
    bool is_shown;        /* on the screen, and fed */
    int top, rows, all;   /* of a form that scrolls: first row in sight, rows in sight, rows there are */
};

/* What a person chose of a pane: to be kept in a file. `layout` is to be cleared. */
struct pane_choice {
    struct buf layout; /* ids of columns */
    const char *sort;  /* id */
    int direction;     /* 1 up, -1 down */
    const char *group; /* id; "": not grouped */
    bool is_tiles, is_wide;
};
void pane_choice(const struct pane *p, struct pane_choice *out);
/* What is no column is passed over. */
void pane_choose(struct pane *p, const struct pane_choice *choice);

void pane_init(struct pane *p, const struct pane_row *row);
void pane_clear(struct pane *p);
/* The pane comes to be shown: what the store holds for it becomes its rows. What it showed before keeps cursor, order and filter. */
void pane_show(struct pane *p, const struct view *v, enum fact_kind subject_kind, uint64_t subject, const struct fact *about);
void pane_leave(struct pane *p); /* it costs nothing from now on */
bool pane_settle(struct pane *p, const struct view *v); /* puts its rows in order: before anything is drawn */
/* Only while it is shown. f NULL: it went. */
void pane_changed(struct pane *p, enum fact_kind kind, uint64_t id, const struct fact *f);
bool pane_act(struct pane *p, enum action a);
int pane_need(const struct pane *p, const struct view *v, int width);
/* Whom the selected row opens; false: none. */
MUST_USE bool pane_opens(const struct pane *p, const struct view *v, enum fact_kind *kind, uint64_t *id);
/* `empty`: the sentence in place of rows when there are none; NULL: the row's own. */
/* "4 to 12" at the right end of its title, where not all rows are seen and nothing stands there from column x on. After pane_draw. */
void pane_draw_sight(const struct pane *p, struct canvas *c, struct area a, int x);
void pane_draw(struct pane *p, const struct view *v, struct canvas *c, struct area a, bool has_focus, const char *empty);

/* How somebody is called: a name, else a number, else "?". */
void pane_add_name(const struct view *v, enum fact_kind kind, const struct fact *f, struct buf *out);

/* The title at column x of the first row of `a`; returns the column after it. */
int pane_title(const struct pane *p, const struct view *v, struct canvas *c, struct area a, int x, bool has_focus);

#endif
