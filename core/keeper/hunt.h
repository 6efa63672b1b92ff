/* SPDX-License-Identifier: MIT */
/* hunt: a replay that runs for a line of events: which one is wanted, whether it came by, and where one stands in the end. */
#ifndef CORE_KEEPER_HUNT_H
#define CORE_KEEPER_HUNT_H

#include "core/base/buf.h"
#include "core/keeper/replay.h"

struct hunt {
    char *words;      /* NULL: nothing is looked for */
    bool is_back;     /* the last one before from_ms, else the first one after it */
    int64_t from_ms;  /* where one was */
    int64_t found_ms; /* below 0: not found yet */
};

/* As replay_obey, for all verbs: those that look for a line begin to. */
bool hunt_obey(struct hunt *h, struct replay *r, struct slice verb, struct slice words, int64_t number, int64_t mono_ms, bool *is_anew);
void hunt_line(struct hunt *h, const struct fact_line *line); /* one came by */
bool hunt_is_caught(const struct hunt *h);                    /* there is no need to run on */
/* It has run as far as it goes: stands at the line, else where one was, with a sentence that says so. True: it runs from the beginning again,
 * and everything known is to be forgotten. */
bool hunt_end(struct hunt *h, struct replay *r, int64_t mono_ms, struct buf *sentence);
void hunt_clear(struct hunt *h);

#endif
