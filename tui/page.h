/* SPDX-License-Identifier: MIT */
/* page: a list of terms with what they mean, under headings, longer than the screen if need be. Entries with a key can be
 * chosen: then there is a cursor that goes from one to the next. Help, explanations and the chooser of columns are such pages. */
#ifndef TUI_PAGE_H
#define TUI_PAGE_H

#include "core/base/buf.h"
#include "tui/keys/action.h"
#include "tui/term/canvas.h"

struct page;

struct page *page_new(const char *title);
void page_free(struct page *p);
void page_set_title(struct page *p, const char *title);
void page_clear(struct page *p); /* no entries; the cursor stays on its key */

/* From now on only entries that have this in term or text are added, and headings of such; empty: all. The title says so. */
void page_find(struct page *p, struct slice text);
struct slice page_found(const struct page *p);

void page_heading(struct page *p, const char *text);
/* What stands between term and text. */
struct page_value {
    const char *text; /* NULL: nothing */
    enum role role;
};
/* key 0: it cannot be chosen. */
void page_add(struct page *p, struct slice term, enum role role, struct page_value value, const char *text, uint64_t key);
/* One row an entry; the text of the chosen one stands below in full. */
void page_set_brief(struct page *p);

int page_height(const struct page *p, int cols); /* rows that it needs when it is so wide, about: never less */
bool page_act(struct page *p, enum action a); /* moves; false: not an action of a page */
uint64_t page_chosen(const struct page *p);   /* 0: none */
void page_choose(struct page *p, uint64_t key);
void page_draw(struct page *p, struct canvas *c, struct area a);

#endif
