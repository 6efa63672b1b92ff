/* SPDX-License-Identifier: MIT */
/* find: what a person types to filter a list or to search in it: between the prompt, which knows keys, and the table. */
#ifndef TUI_FIND_H
#define TUI_FIND_H

#include "tui/prompt.h"
#include "tui/table.h"

struct find {
    enum action asked; /* FILTER, SEARCH or JUMP; NONE: nothing is asked */
    struct table *table;
};

/* Opens the prompt for a table; `asked` FILTER, SEARCH or JUMP. */
void find_open(struct find *f, struct prompt *p, struct table *t, enum action asked);
/* After each key of the prompt: the table follows what is typed. What is no filter cannot be kept: the line stays open. */
void find_heard(struct find *f, struct prompt *p, enum prompt_news news);

#endif
