/* SPDX-License-Identifier: MIT */
/* answer: collects "11;rgb:RRRR/GGGG/BBBB" up to Bel, or Esc and a backslash. What is too long or something else is dropped. Knows no
 * terminal and no clock.
 */
#include "tui/term/answer.h"

enum { GAP_MS = 500, LATE_MS = 2000, ESCAPE = 0x1b, BELL = 7 };

void answer_ask(struct answer *a, int64_t now_ms)
{
    a->is_asked = true;
    a->asked_ms = now_ms;
}

bool answer_begin(struct answer *a, bool has_digit, int64_t now_ms)
{
    a->is_coming = a->is_asked || has_digit;
    a->length = 0;
    a->heard_ms = now_ms;
    return a->is_coming;
}

bool answer_is_coming(struct answer *a, int64_t now_ms)
{
    a->is_coming = a->is_coming && now_ms - a->heard_ms <= GAP_MS;
    return a->is_coming;
}

bool answer_take(struct answer *a, uint32_t c, int64_t now_ms)
{
    static const struct slice head = { "11;", 3 };
    bool has_escape = a->length > 0 && a->text[a->length - 1] == ESCAPE;
    bool is_end = c == BELL || (c == '\\' && has_escape);
    a->heard_ms = now_ms;
    if (!is_end && c > 0 && c < 0x80 && a->length < ANSWER_BYTES_MAX) {
        a->text[a->length++] = (char)c;
        return false;
    }
    struct slice text = { a->text, a->length - has_escape };
    a->is_coming = false;
    if (!is_end || !slice_starts(text, head))
        return false;
    a->is_asked = false;
    enum theme_ground ground = theme_ground_of((struct slice){ text.p + head.n, text.n - head.n });
    a->ground = ground != GROUND_UNKNOWN ? ground : a->ground;
    return ground != GROUND_UNKNOWN;
}

bool answer_may_come(const struct answer *a, int64_t now_ms)
{
    return a->is_asked && now_ms - a->asked_ms < LATE_MS;
}
