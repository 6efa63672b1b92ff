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

MUST_USE bool hands_give(struct hands *h, struct slice lines, struct err *err);
/* An order changed. True: it is one of ours and there is a sentence for the person; *is_error: it was not done. */
bool hands_changed(struct hands *h, const struct fact_order *o, struct buf *sentence, bool *is_error);

#endif
