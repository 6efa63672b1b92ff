/* SPDX-License-Identifier: MIT */
/* hands: a line becomes an order with a number of ours, and what the keeper says of that number becomes a sentence. Numbers are random, so
 * that two consoles of one keeper do not take each other's orders for their own. */
#include "tui/hands.h"

#include "core/base/mem.h"
#include "core/base/random.h"

enum { GIVEN_MAX = 128 };

struct hands {
    struct hands_hooks hooks;
    int64_t given[GIVEN_MAX]; /* the last ones */
    size_t next;
};

struct hands *hands_new(const struct hands_hooks *hooks)
{
    struct hands *h = mem_alloc(sizeof *h);
    h->hooks = *hooks;
    return h;
}

void hands_free(struct hands *h)
{
    mem_free(h);
}

bool hands_give(struct hands *h, struct slice lines, struct err *err)
{
    uint64_t bits;
    random_bytes(&bits, sizeof bits);
    int64_t ref = (int64_t)(bits >> 2) | 1;
    if (h->hooks.give == NULL)
        return err_set(err, ERR_USAGE, "nothing can be ordered here");
    if (!h->hooks.give(h->hooks.context, lines, ref, err))
        return false;
    h->given[h->next++ % GIVEN_MAX] = ref;
    return true;
}

static bool is_ours(const struct hands *h, int64_t ref)
{
    for (size_t i = 0; i < GIVEN_MAX; i++) {
        if (ref != 0 && h->given[i] == ref)
            return true;
    }
    return false;
}

bool hands_changed(struct hands *h, const struct fact_order *o, struct buf *sentence, bool *is_error)
{
    if (!is_ours(h, o->ref))
        return false;
    const char *what = o->what != NULL ? o->what : o->line, *answer = o->answer != NULL ? o->answer : "";
    *is_error = o->state != ORDER_PENDING && o->state != ORDER_DONE && o->state != ORDER_ACTIVE;
    if (o->state == ORDER_PENDING)
        (void)buf_addf(sentence, "%s ...", what);
    else if (o->state == ORDER_DONE && strcmp(answer, "confirmed") == 0)
        (void)buf_addf(sentence, "done: %s", what);
    else
        (void)buf_addf(sentence, "%s: %s", order_state_names[o->state], answer);
    return true;
}
