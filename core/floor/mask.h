/* SPDX-License-Identifier: MIT */
/* mask: facts as they are told to who may not know callers' numbers: the beginning and the last two digits stay, so that two callers can be
 * told apart; so do Uniqueids, by which an order still finds its caller. */
#ifndef CORE_FLOOR_MASK_H
#define CORE_FLOOR_MASK_H

#include "core/floor/fact.h"

/* "+41791234534" -> "+4179*****34", "079 123 45 34" -> "079 *** ** 34". Up to four digits (an extension) stay as they are; so do six in a
 * row inside of a sentence, and a Uniqueid there ("1700000000.12"). */
struct buf;
struct mask;
struct mask *mask_new(void);
void mask_free(struct mask *m);
/* The fact itself where nothing of it is masked, else a copy that is good for three calls more. */
const struct fact *mask_fact(struct mask *m, enum fact_kind kind, const struct fact *f);
/* A sentence that may name numbers, added to `out`. */
void mask_text(struct slice text, struct buf *out);

#endif
