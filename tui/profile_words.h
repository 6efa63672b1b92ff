/* SPDX-License-Identifier: MIT */
/* profile_words: what settings would show, for who has to choose between them: which PBXs, queues, agents and teams, which screen, what
 * is sorted and filtered how, thresholds, layouts, theme. */
#ifndef TUI_PROFILE_WORDS_H
#define TUI_PROFILE_WORDS_H

#include "core/config/settings.h"

/* One sentence without an end: "queues sales*, vip; theme light". What narrows the floor comes first. */
void profile_words(const struct settings *s, struct buf *out);

#endif
