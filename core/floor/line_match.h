/* SPDX-License-Identifier: MIT */
/* line_match: which lines of the feed somebody means who types a few words. */
#ifndef CORE_FLOOR_LINE_MATCH_H
#define CORE_FLOOR_LINE_MATCH_H

#include "core/floor/fact.h"

/* Has every word of `words` (between blanks) a place in what the line tells: what happened, queue, agent, number, name or note? Whatever the
 * case of ASCII letters. No words: every line. */
bool line_matches(const struct fact_line *l, struct slice words);

#endif
