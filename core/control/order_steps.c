/* SPDX-License-Identifier: MIT */
/* order_steps: what became of each request of an order, as sentences: its name, the queue, what proved it or how it ended. Kept in the order's
 * fact, for who wants to know later what was sent. Sends nothing and decides nothing. */
#include "core/base/mem.h"
#include "core/control/order_parts.h"

enum { STEPS_MAX = 16 * 1024 };

static void note(struct order *r, const struct act *a, const char *came, const char *proof)
{
    struct buf steps = BUF_INIT(STEPS_MAX);
    const char *queue = act_value(a, "Queue");
    (void)buf_addf(&steps, "%s%s%s%s%s: %s%s%s", r->fact.requests != NULL ? r->fact.requests : "", r->fact.requests != NULL ? "; " : "", request_table[a->kind].action,
                   queue != NULL ? " " : "", queue != NULL ? queue : "", came, proof != NULL ? ": " : "", proof != NULL ? proof : "");
    if (!steps.overflow)
        (void)mem_assign(&r->fact.requests, buf_slice(&steps));
    buf_clear(&steps);
}

void order_note_done(struct order *r, const struct act *a)
{
    note(r, a, act_has_proof(&a->proof) ? "proven" : "answered", act_proof_words(&a->proof));
}

void order_note_end(struct order *r, enum order_state state)
{
    if (r->is_sent && r->act < r->plan.count && state != ORDER_PENDING && !r->is_dry)
        note(r, &r->plan.act[r->act], state == ORDER_UNKNOWN ? "sent, and no proof yet" : order_state_names[state], NULL);
}

void order_note_dry(struct order *r)
{
    struct buf requests = BUF_INIT(64 * 1024);
    buf_addf(&requests, "%s", r->fact.requests != NULL ? r->fact.requests : "");
    for (; r->act < r->plan.count; r->act++)
        act_write(&r->plan.act[r->act], &requests);
    (void)mem_assign(&r->fact.requests, buf_slice(&requests));
    buf_clear(&requests);
}
