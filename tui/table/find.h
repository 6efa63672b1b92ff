/* SPDX-License-Identifier: MIT */
/* find: what a person types to filter a list or to search in it: between the prompt, which knows keys, and the table. */
#ifndef TUI_FIND_H
#define TUI_FIND_H

#include "tui/deck.h"
#include "tui/keys/prompt.h"

struct find {
    enum action asked; /* FILTER, SEARCH or JUMP; NONE: nothing is asked */
    struct deck *deck;
    struct table *table;
    char title[64]; /* says what is asked, and of which pane */
};

/* Opens the prompt for the pane that has the keys, if it is a list; `asked` FILTER, SEARCH or JUMP. */
void find_open(struct find *f, struct prompt *p, struct deck *d, enum action asked);
/* "no row of Agents has 'x'; Waiting has one": what is said when the pane that has the keys has no match. */
void find_say_nothing(struct deck *d, struct slice text, struct err *err);
/* After each key of the prompt: the table follows what is typed. What is no filter cannot be kept: the line stays open. A search that
 * nobody matches is kept, as in less(1), and *said says so. */
void find_heard(struct find *f, struct prompt *p, enum prompt_news news, struct err *said);

#endif
