/* SPDX-License-Identifier: MIT */
/* mask: facts as they are told to who may not know callers' numbers: the beginning and the last two digits stay, so that two callers can be
 * told apart; so do Uniqueids, by which an order still finds its caller. The rule, for every text that goes to a console:
 *  - A caller's number, or a name that has no letter, keeps its ends: "+41791234534" -> "+4179*****34", "079 123 45 34" -> "079 *** ** 34". Up to
 *    four digits are an extension and stay.
 *  - In a sentence (an order, what became of it, a note) the same is done to more than four digits in a row, and to more than six in parts, with up
 *    to three blanks, dashes, dots, slashes or brackets between them. What stays: names of queues and agents of this floor, Uniqueids
 *    (1700000000.12), the end of a channel's name (-0000001a), and up to six digits that touch a letter.
 *  - A device (an interface, a name that the PBX made of it, an agent's channel) is dialled when it has seven digits or more with a 0 or a '+' in
 *    front, or nine: "Local/08912345678@out" -> "Local/089******78@out". "PJSIP/40123456" is a phone of the house. */
#ifndef CORE_FLOOR_MASK_H
#define CORE_FLOOR_MASK_H

#include "core/floor/fact.h"

struct buf;
struct mask;
struct mask *mask_new(void);
void mask_free(struct mask *m);
/* Its name is none to hide: of a queue, an agent, or a telephone of the house; other kinds are passed by. */
void mask_learn(struct mask *m, enum fact_kind kind, const struct fact *f);
/* The fact itself where nothing of it is masked, else a copy that is good for three calls more. */
const struct fact *mask_fact(struct mask *m, enum fact_kind kind, const struct fact *f);
/* A sentence that may name numbers, and a device that may be one, added to `out`. */
void mask_text(const struct mask *m, struct slice text, struct buf *out);
void mask_device(struct slice device, struct buf *out);

#endif
