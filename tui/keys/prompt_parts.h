/* SPDX-License-Identifier: MIT */
/* prompt_parts: what a line being typed is made of, for prompt.c and prompt_draw.c only. */
#ifndef TUI_PROMPT_PARTS_H
#define TUI_PROMPT_PARTS_H

#include "core/base/err.h"
#include "tui/keys/prompt.h"

#define PROMPT_OFFERS_MAX 200
#define PROMPT_NONE_PICKED SIZE_MAX

struct offer {
    char *word, *help;
    bool is_open; /* more of the same word follows */
    bool is_dim;
};

struct prompt_offers {
    struct offer *at;
    size_t count, cap;
    size_t from;   /* where the word begins that they would replace */
    size_t picked; /* the one that stands in the text now */
};

struct prompt {
    struct prompt_setup setup;
    struct buf text, before; /* before: as it was opened */
    struct buf typed;        /* what older lines must begin with */
    size_t cursor, recalled;
    struct prompt_offers offers;
    struct buf about;
    struct buf sentence; /* what is wrong with text[mark_from..mark_from + mark_n]; empty: nothing */
    size_t mark_from, mark_n;
    struct chord pressed;
    bool is_open;
};

/* Where the character at `at` ends, with the marks that belong to it. */
size_t prompt_next(struct slice text, size_t at);

#endif
