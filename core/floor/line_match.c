/* SPDX-License-Identifier: MIT */
/* line_match: looks for words in all texts that a line of the feed has, by the table of fields; a state is its word. */
#include "core/floor/line_match.h"

static bool has(const char *text, struct slice word)
{
    struct slice s = slice_of(text);
    for (size_t i = 0; i + word.n <= s.n; i++) {
        if (slice_eq_nocase((struct slice){ s.p + i, word.n }, word))
            return true;
    }
    return false;
}

static bool tells(const struct fact *f, struct slice word)
{
    const struct fact_row *row = &fact_table[FACT_LINE];
    for (size_t i = 0; i < row->field_count; i++) {
        const struct fact_field *field = &row->field[i];
        if ((field->type == TYPE_TEXT && has(fact_text(f, field), word)) || (field->type == TYPE_ENUM && has(fact_word(f, field), word)))
            return true;
    }
    return false;
}

bool line_matches(const struct fact_line *l, struct slice words)
{
    while (words.p != NULL) {
        struct slice word = slice_cut(words, ' ', &words);
        if (word.n > 0 && !tells((const struct fact *)(const void *)l, word))
            return false;
    }
    return true;
}
