/* SPDX-License-Identifier: MIT */
/* order_unknown: orders of which nobody knows what became: the link went, or the answer or the proof never came. Nothing is sent again. The floor
 * shows what was done, by an event or by the lists of the next link; a late answer says it too, and where no list has it the PBX is asked. What can be seen and is not there a while after
 * the link is back did not happen: what the PBX had received before may be worked off behind the first list. */
#include "core/base/timer.h"
#include "core/control/order_parts.h"

enum {
    SETTLE_MAX_MS = 3600 * 1000, /* is watched for so long */
    LOOK_AGAIN_MS = 1500,        /* after the link is back, where no event tells */
    LATE_MS = 3000               /* after the link is back: it would be seen by now */
};

static bool is_last(const struct order *r)
{
    return r->act + 1 == r->plan.count && r->line[r->at] == '\0';
}

/* It was done. What came behind it is not sent any more, since nobody expects it now. */
static void settle_done(struct orders *o, struct order *r, const char *how, int64_t now_ms)
{
    bool is_whole = is_last(r);
    order_pass_act(o, r, now_ms);
    if (!is_whole) {
        order_fail(o, r, ORDER_REFUSED, "it was done in part: nobody knew in time that it could go on", now_ms);
        return;
    }
    leases_run(o->leases, r->fact.id, now_ms);
    order_end(o, r, how, now_ms);
}

/* QUEUE_MEMBER tells of ring-in-use, and of nobody that it is off: that he is a member the lists have shown. */
static void take_word(struct orders *o, struct order *r, struct slice value, int64_t now_ms)
{
    if (slice_eq(value, order_act(r)->proof.number != 0 ? SLICE("1") : SLICE("0")))
        settle_done(o, r, "confirmed: the PBX was asked", now_ms);
    else
        order_fail(o, r, ORDER_REFUSED, "it did not happen: the PBX was asked, and it is not so", now_ms);
}

/* Where no list shows it and the PBX may be asked. */
static void ask(struct orders *o, struct order *r)
{
    struct buf variable = BUF_INIT(1024);
    struct err err = ERR_INIT;
    const struct act *a = order_act(r);
    const char *queue = act_value(a, "Queue"), *interface = act_value(a, "Interface");
    r->is_asked = true;
    if (a->proof.kind != PROOF_RINGINUSE || queue == NULL || interface == NULL)
        return;
    (void)buf_addf(&variable, "QUEUE_MEMBER(%s,ringinuse,%s)", queue, interface);
    const struct request_header header[] = { { "Variable", buf_slice(&variable) } };
    r->tag = ++o->last_tag;
    if (!o->hooks.send(o->hooks.context, r->plan.pbx, REQUEST_GETVAR, header, 1, r->tag, &err))
        r->tag = 0; /* the AMI user may not, or a name is none of the dialplan: the next event of that member tells */
    buf_clear(&variable);
}

void order_answered_late(struct orders *o, struct order *r, bool is_success, struct slice text, int64_t now_ms)
{
    r->tag = 0;
    if (text.p == NULL || (r->is_asked && !is_success))
        return;
    if (r->is_asked)
        take_word(o, r, text, now_ms);
    else if (act_has_proof(&order_act(r)->proof))
        r->is_acked = r->is_due = true;
    else
        settle_done(o, r, "confirmed, late", now_ms);
}

/* Does the floor show it? While the link is down it is the floor of then, and calls that go from it only do so because they are read anew. */
static bool is_shown_now(const struct orders *o, const struct order *r)
{
    const struct act_proof *proof = &order_act(r)->proof;
    const struct fact_pbx *pbx = world_pbx(o->world, r->plan.pbx);
    if (!act_is_kept(proof))
        return false;
    if (r->read_at != 0)
        return act_is_proven_anew(o->world, proof);
    return pbx != NULL && pbx->link == LINK_LIVE && !act_is_event(proof) && act_is_proven(o->world, proof);
}

void order_tick_unknown(struct orders *o, struct order *r, int64_t now_ms)
{
    const struct act_proof *proof = &order_act(r)->proof;
    bool is_shown = act_is_kept(proof), is_back = r->read_at != 0;
    r->is_due = false;
    if (r->outcall.is_done || r->sight.is_seen || is_shown_now(o, r)) {
        settle_done(o, r, act_is_event(proof) && !is_back ? "confirmed, late" : "confirmed by a re-read", now_ms);
        return;
    }
    if (is_back && !r->is_reread_asked && now_ms - r->read_at >= LOOK_AGAIN_MS) {
        r->is_reread_asked = true; /* or there was nothing to be asked for */
        if (is_shown && act_is_silent(proof) && proof->queue != 0)
            o->hooks.reread(o->hooks.context, proof->queue);
    }
    r->is_looked_at = r->is_looked_at || (is_back && now_ms - r->read_at >= LATE_MS);
    if (is_shown && r->is_looked_at && !r->is_asked && !act_is_known(o->world, proof))
        ask(o, r);
    if (is_shown && r->is_looked_at && act_is_known(o->world, proof)) {
        order_fail(o, r, ORDER_REFUSED, "it did not happen: the PBX was read again and does not show it", now_ms);
    } else if (now_ms - r->sent_at >= SETTLE_MAX_MS) {
        r->is_over = true;
        order_fail(o, r, ORDER_UNKNOWN, "what became of it was never known", now_ms);
    }
}

int64_t order_unknown_deadline(const struct order *r)
{
    if (r->read_at != 0 && !r->is_reread_asked)
        return r->read_at + LOOK_AGAIN_MS;
    if (r->read_at != 0 && !r->is_looked_at)
        return r->read_at + LATE_MS;
    return r->sent_at + SETTLE_MAX_MS;
}

/* --- the link ------------------------------------------------------------------------------------------- */

void orders_link_down(struct orders *o, uint64_t pbx, int64_t now_ms)
{
    leases_link_down(o->leases, pbx);
    order_ears_link(o, pbx, false, now_ms);
    for (size_t i = 0; i < o->count; i++) {
        struct order *r = o->order[i];
        if (!order_is_open(r) || r->plan.pbx != pbx)
            continue;
        r->tag = 0; /* no answer will come */
        r->read_at = 0;
        if (r->fact.state == ORDER_UNKNOWN)
            continue;
        if (!r->is_sent || act_is_question(&order_act(r)->proof))
            order_fail(o, r, ORDER_NO_LINK, "not sent: the link went before its turn came", now_ms);
        else
            order_fail(o, r, ORDER_UNKNOWN, "the link went before the PBX had confirmed it: what became of it will show when the link is back", now_ms);
    }
}

void orders_link_live(struct orders *o, uint64_t pbx, int64_t now_ms)
{
    leases_link_live(o->leases);
    order_ears_link(o, pbx, true, now_ms);
    for (size_t i = 0; i < o->count; i++) {
        struct order *r = o->order[i];
        if (r->fact.state != ORDER_UNKNOWN || r->is_over || r->plan.pbx != pbx)
            continue;
        r->read_at = now_ms;
        r->is_reread_asked = r->is_looked_at = r->is_asked = false;
        order_tick_unknown(o, r, now_ms);
    }
}
