/* SPDX-License-Identifier: MIT */
/* hands: the console's end of orders: gives lines of the language to the keeper under a number of its own, and says what became of them. The
 * order's life is in the keeper (core/control/order.h); what stands here is what this person did. */
#ifndef TUI_HANDS_H
#define TUI_HANDS_H

#include "core/base/buf.h"
#include "core/base/err.h"
#include "core/floor/store.h"

struct hands;

struct hands_hooks {
    /* Gives lines to the keeper under this number. False: nobody takes them. */
    bool (*give)(void *context, struct slice lines, int64_t ref, struct err *err);
    void *context;
};

struct hands *hands_new(const struct hands_hooks *hooks);
void hands_free(struct hands *h);

/* What an order was given for. */
enum hands_way { HANDS_PLAIN, HANDS_UNDO, HANDS_REDO };

/* Each line is an order of its own, so that one that fails leaves the others alone; taken back they are together. */
MUST_USE bool hands_give(struct hands *h, struct slice lines, struct err *err);

/* What this person did last that was not taken back, or (HANDS_REDO) took back last: the lines that make it undone, in order, and what
 * it is about in words, with what came after it and that nothing takes back. 0: there is none, *what is then the latest that
 * nothing takes back, if any; else its number for hands_give_back. */
int64_t hands_back(const struct hands *h, enum hands_way way, const struct store *s, struct buf *lines, struct buf *what);
/* The number of this order for hands_give_back; 0: it was given elsewhere, or together with others. */
int64_t hands_number(const struct hands *h, const struct fact_order *o);
/* Is there something that hands_back would take back? */
bool hands_can_back(const struct hands *h, enum hands_way way, const struct store *s);
/* Gives these lines, as one order, to take back what has this number; what is too long for one goes as several. */
MUST_USE bool hands_give_back(struct hands *h, enum hands_way way, int64_t of, struct slice lines, struct err *err);
/* An order changed. True: it is one of ours and there is a sentence for the person, of orders that were given together one for all; *is_error: it,
 * or one of them, was not done. */
bool hands_changed(struct hands *h, const struct fact_order *o, struct buf *sentence, bool *is_error);

#endif
