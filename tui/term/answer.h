/* SPDX-License-Identifier: MIT */
/* answer: what a terminal says when it is asked for the colour of its own ground (OSC 11), one character at a time: it comes among the
 * keys, in pieces, late, or never. Nobody waits for it. */
#ifndef TUI_ANSWER_H
#define TUI_ANSWER_H

#include "tui/look/theme.h"

#define ANSWER_QUESTION "\033]11;?\007"

enum { ANSWER_BYTES_MAX = 64 };

struct answer {
    enum theme_ground ground;
    bool is_asked, is_coming;
    int64_t asked_ms, heard_ms;
    char text[ANSWER_BYTES_MAX];
    size_t length;
};

void answer_ask(struct answer *a, int64_t now_ms); /* the question is sent */
/* Esc and ']' came: it begins. has_digit: a digit came with them, which nobody types: it is an answer also to somebody who asked before us
 * and ended. False: nothing was asked. */
bool answer_begin(struct answer *a, bool has_digit, int64_t now_ms);
/* Is what comes next part of it? One that stopped in the middle was a key with Alt. */
bool answer_is_coming(struct answer *a, int64_t now_ms);
/* 0: no character. True: it is whole, and `ground` is as it says. */
bool answer_take(struct answer *a, uint32_t c, int64_t now_ms);
/* It may come yet: whoever reads the terminal next would take it for what somebody typed. */
bool answer_may_come(const struct answer *a, int64_t now_ms);

#endif
