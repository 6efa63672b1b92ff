/* SPDX-License-Identifier: MIT */
/* order: a list of orders, open ones first to be looked at, ended ones kept for a while. One act of an order is on its way at a time. An act
 * is over when Asterisk has said Success and the model shows it; where the proof is late the queue is read again, and where it never comes
 * the order is unknown: order_unknown.c. */
#include "core/control/order.h"

#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/base/timer.h"
#include "core/control/order_parts.h"
#include "core/control/outcall.h"

enum {
    REREAD_MS = 1500,     /* an event comes with its answer; one that is this late will not come */
    PROOF_MAX_MS = 10000,
    UNSENT_MAX_MS = 8000, /* told before a shell, which waits for ten seconds, has to say that it does not know */
    UNDO_MAX = 16 * 1024, /* no more comes to a console whole */
    OPEN_MAX = 1000,
    AT_ONCE = 8           /* requests without an answer: the PBX works them off one by one, and the session has other questions */
};

#define ORDER_IDS (UINT64_C(0xffff) << 40) /* no PBX has these */

struct orders *orders_new(const struct world *world, const struct orders_hooks *hooks)
{
    struct orders *o = mem_alloc(sizeof *o);
    o->world = world;
    o->hooks = *hooks;
    order_leases(o);
    return o;
}

void orders_free(struct orders *o)
{
    if (o == NULL)
        return;
    for (size_t i = 0; i < o->count; i++)
        order_free(o->order[i]);
    mem_free(o->order);
    leases_free(o->leases);
    mem_free(o);
}

/* --- how it stands --------------------------------------------------------------------------------------- */

bool order_is_open(const struct order *r)
{
    return r->fact.state == ORDER_PENDING || (r->fact.state == ORDER_UNKNOWN && !r->is_over);
}

void order_tell(struct orders *o, const struct order *r)
{
    o->hooks.changed(o->hooks.context, r->fact.id, false);
}

/* It did not come to its end: may the agent be in the queue all the same? What comes before he is added puts nobody in. */
static bool is_in_all_the_same(const struct orders *o, const struct order *r)
{
    const struct fact_pbx *pbx = world_pbx(o->world, r->plan.pbx);
    size_t add = 0;
    while (add < r->plan.count && r->plan.act[add].kind != REQUEST_QUEUE_ADD)
        add++;
    if (r->act != add || add == r->plan.count || r->fact.state != ORDER_UNKNOWN)
        return r->act > add;
    return pbx == NULL || pbx->link != LINK_LIVE || act_is_proven(o->world, &r->plan.act[add].proof);
}

/* The outcome, or what is known of it. */
void order_settle(struct orders *o, struct order *r, enum order_state state, struct slice answer, int64_t now_ms)
{
    bool was_open = r->fact.state == ORDER_PENDING || (r->fact.state == ORDER_UNKNOWN && r->fact.ended_at == 0);
    if (state >= ORDER_WRONG && (state != ORDER_UNKNOWN || r->is_over)) /* it failed */
        leases_fail(o->leases, r->fact.id, is_in_all_the_same(o, r), now_ms);
    order_note_end(r, state);
    r->fact.state = state;
    r->ticket = 0;
    if (state != ORDER_UNKNOWN) /* else the answer may come yet */
        r->tag = 0;
    (void)mem_assign(&r->fact.answer, answer);
    (void)mem_assign(&r->fact.undo, r->undo.len > 0 && r->of == 0 ? buf_slice(&r->undo) : (struct slice){ NULL, 0 });
    r->fact.ended_at = order_is_open(r) || state == ORDER_ACTIVE ? 0 : now_ms;
    o->open = o->open + order_is_open(r) - was_open;
    order_outcome(o, r, now_ms);
    order_tell(o, r);
}

/* A line of several that failed leaves the others alone, as orders do that are given one by one; where the link went, or nobody knew for a while
 * what became of it, the rest is not tried. */
static void fail_line(struct orders *o, struct order *r, enum order_state state, struct slice why, int64_t now_ms)
{
    bool goes_on = r->fact.state == ORDER_PENDING && state != ORDER_NO_LINK && r->line[r->at] != '\0';
    order_line_failed(r, state, why);
    if (!goes_on) {
        struct buf answer = BUF_INIT(ORDER_ANSWER_MAX);
        order_lines_add(r, &answer);
        order_settle(o, r, r->failed_as, buf_slice(&answer), now_ms);
        buf_clear(&answer);
        return;
    }
    leases_fail(o->leases, r->fact.id, is_in_all_the_same(o, r), now_ms);
    plan_clear(&r->plan);
    r->act = 0;
    r->tag = r->ticket = 0;
    r->is_sent = r->is_due = false;
    order_advance(o, r, now_ms);
}

void order_fail(struct orders *o, struct order *r, enum order_state state, const char *text, int64_t now_ms)
{
    struct buf answer = BUF_INIT(2048);
    size_t done = 0, all = 0; /* a question is no step */
    for (size_t i = 0; i < r->plan.count; i++) {
        all += request_table[r->plan.act[i].kind].changes;
        done += request_table[r->plan.act[i].kind].changes && i < r->act;
    }
    buf_addf(&answer, "%s", text);
    if (done > 0 && done < all)
        buf_addf(&answer, " (%zu of %zu steps were done)", done, all);
    if (order_is_several(r) && (state != ORDER_UNKNOWN || r->is_over))
        fail_line(o, r, state, buf_slice(&answer), now_ms);
    else
        order_settle(o, r, state, buf_slice(&answer), now_ms);
    buf_clear(&answer);
}

/* --- one act after the other ------------------------------------------------------------------------------ */

struct act *order_act(const struct order *r)
{
    return &r->plan.act[r->act];
}

static bool is_room(const struct orders *o, uint64_t pbx)
{
    size_t n = 0;
    for (size_t i = 0; i < o->count && o->open > 0; i++)
        n += o->order[i]->fact.state == ORDER_PENDING && o->order[i]->tag != 0 && !o->order[i]->is_acked && o->order[i]->plan.pbx == pbx;
    return n < AT_ONCE;
}

/* Where too much is on its way to this PBX already it waits its turn, and not for ever: tick_waiting. */
static void send_act(struct orders *o, struct order *r, int64_t now_ms)
{
    if (!is_room(o, r->plan.pbx))
        return;
    struct act *a = order_act(r);
    struct request_header header[ACT_HEADERS_MAX];
    struct err err = ERR_INIT;
    if (!act_is_aimed(o->world, a)) {
        order_fail(o, r, ORDER_NO_SUCH, "not sent: whom it was for has gone meanwhile", now_ms);
        return;
    }
    act_name_leg(a);
    for (size_t i = 0; i < a->header_count; i++)
        header[i] = (struct request_header){ a->header[i].name, slice_of(a->header[i].value) };
    r->is_sent = r->was_sent = true;
    r->is_acked = r->is_reread_asked = r->is_due = false;
    r->read_at = 0;
    r->is_asked = false;
    r->outcall = (struct outcall){ .is_up = false };
    r->sight = (struct sight){ .is_seen = false };
    r->sent_at = now_ms;
    uint64_t tag = r->tag = ++o->last_tag;
    bool ok = o->hooks.send(o->hooks.context, r->plan.pbx, a->kind, header, a->header_count, tag, &err);
    if (ok || r->tag != tag)
        return; /* sending may find the link gone, and that has been told */
    r->is_sent = false;
    order_fail(o, r, err.kind == ERR_LOGIN ? ORDER_FORBIDDEN : err.kind == ERR_NETWORK ? ORDER_NO_LINK : ORDER_REFUSED, err.text, now_ms);
}

/* Whose phone it is. */
static void note_phone(struct orders *o, const struct order *r, const struct act *a)
{
    if (a->leg.is_named && a->leg.phone != NULL && o->hooks.named != NULL)
        o->hooks.named(o->hooks.context, r->fact.who, a->leg.phone);
}

/* Is done: what it leaves behind, and what takes it back. */
void order_pass_act(struct orders *o, struct order *r, int64_t now_ms)
{
    struct act *a = order_act(r);
    note_phone(o, r, a);
    if (a->kind == REQUEST_QUEUE_ADD)
        leases_own(o->leases, r->fact.id);
    order_note_done(r, a);
    order_ear_begins(o, r, a, now_ms);
    if (a->undo != NULL && !r->undo.overflow) {
        struct buf lines = BUF_INIT(UNDO_MAX);
        buf_addf(&lines, "%s%s", a->undo, r->undo.len > 0 ? "\n" : "");
        buf_add(&lines, buf_slice(&r->undo));
        buf_clear(&r->undo);
        r->undo = lines;
        r->undo.len = lines.overflow ? 0 : lines.len; /* half of it would be another order */
    }
    r->act++;
    r->is_sent = r->is_due = false;
    r->tag = 0;
}

static void finish_act(struct orders *o, struct order *r, int64_t now_ms)
{
    order_pass_act(o, r, now_ms);
    order_advance(o, r, now_ms);
}

/* The next line of the order; false: there is none. */
static bool next_line(struct order *r, struct slice *line)
{
    struct slice rest = slice_of(r->line + r->at);
    if (rest.n == 0)
        return false;
    *line = slice_cut(rest, '\n', &rest);
    r->line_at = r->at;
    r->at = rest.p != NULL ? (size_t)(rest.p - r->line) : strlen(r->line);
    return true;
}

static void note_plan(struct order *r)
{
    r->fact.pbx = r->plan.pbx != 0 ? r->plan.pbx : r->fact.pbx;
    r->fact.queue = r->plan.queue;
    r->fact.agent = r->plan.agent;
    r->fact.caller = r->plan.caller;
    r->fact.call = r->plan.call;
    (void)mem_assign(&r->fact.interface, slice_of(r->plan.interface));
    if (r->plan.what == NULL)
        return;
    struct buf what = BUF_INIT(4096);
    buf_addf(&what, "%s%s%s", r->fact.what != NULL ? r->fact.what : "", r->fact.what != NULL ? "; " : "", r->plan.what);
    (void)mem_assign(&r->fact.what, buf_slice(&what));
    buf_clear(&what);
}

/* False: the order has ended, *fault says why. */
static bool plan_line(struct orders *o, struct order *r, struct slice line, struct target_fault *fault)
{
    struct command c;
    struct command_fault wrong;
    plan_clear(&r->plan);
    r->act = 0;
    bool ok = command_parse(line, COMMAND_ORDER, &c, &wrong);
    if (!ok)
        (void)target_fail(fault, ORDER_WRONG, "%s", wrong.err.text);
    const struct world *w = r->giver != 0 && o->hooks.world_of != NULL ? o->hooks.world_of(o->hooks.context, r->giver) : o->world;
    ok = ok && (w != NULL || target_fail(fault, ORDER_FORBIDDEN, "who gave it has gone")) && plan_make(w, &c, r->fact.who, &r->plan, fault);
    note_plan(r);
    command_clear(&c);
    return ok;
}

void order_end(struct orders *o, struct order *r, const char *how, int64_t now_ms)
{
    bool is_nothing = r->plan.nothing != NULL && r->undo.len == 0;
    struct buf answer = BUF_INIT(ORDER_ANSWER_MAX);
    order_lines_add(r, &answer);
    if (r->lines_failed > 0)
        order_settle(o, r, r->failed_as, buf_slice(&answer), now_ms);
    else if (r->is_dry)
        order_settle(o, r, ORDER_PLANNED, is_nothing ? slice_of(r->plan.nothing) : SLICE("nothing was sent"), now_ms);
    else if (leases_has(o->leases, r->fact.id))
        order_settle(o, r, ORDER_ACTIVE, strcmp(how, "confirmed") == 0 ? SLICE("confirmed; it ends by itself") : slice_of(how), now_ms);
    else
        order_settle(o, r, ORDER_DONE, is_nothing ? slice_of(r->plan.nothing) : slice_of(how), now_ms);
    buf_clear(&answer);
}

/* The next line that has something to send; false: there is none, and the order has ended. */
static bool plan_next(struct orders *o, struct order *r, int64_t now_ms)
{
    struct slice line;
    struct target_fault fault = { .err = ERR_INIT };
    if (!next_line(r, &line)) {
        order_end(o, r, "confirmed", now_ms);
        return false;
    }
    if (!plan_line(o, r, line, &fault)) {
        if (!order_waits_for_phones(o, r, &fault, now_ms))
            order_fail(o, r, fault.state, fault.err.text, now_ms);
        return false;
    }
    if (r->is_dry)
        order_note_dry(r);
    return r->is_dry || order_issue(o, r, now_ms);
}

void order_go(struct orders *o, struct order *r, int64_t now_ms)
{
    if (r->act == 0 && r->plan.is_take && order_is_several(r)) {
        order_fail(o, r, ORDER_WRONG, "a take is an order of its own: it may be given again, and the lines beside it would be, too", now_ms);
        return;
    }
    if (order_lease_begins(o, r, now_ms))
        order_send(o, r, now_ms);
}

void order_send(struct orders *o, struct order *r, int64_t now_ms)
{
    r->sent_at = now_ms; /* or it waits since then */
    r->is_due = false;
    send_act(o, r, now_ms);
}

static void advance(struct orders *o, struct order *r, int64_t now_ms)
{
    if (r->act > 0 && r->act == r->plan.count)
        leases_run(o->leases, r->fact.id, now_ms);
    while (r->act >= r->plan.count) {
        if (!plan_next(o, r, now_ms))
            return;
    }
    if (r->ticket == 0)
        order_go(o, r, now_ms);
    else
        r->sent_at = now_ms; /* it waits for its record since then */
}

/* A line that fails at once has the next one tried: in turn, and not one inside of the other, since a console says how many there are. */
void order_advance(struct orders *o, struct order *r, int64_t now_ms)
{
    r->has_more = true;
    if (r->is_advancing)
        return;
    r->is_advancing = true;
    while (r->has_more) {
        r->has_more = false;
        advance(o, r, now_ms);
    }
    r->is_advancing = false;
}

/* --- giving ------------------------------------------------------------------------------------------------ */

struct order *order_new(struct orders *o, const char *who, struct slice line, int64_t now_ms)
{
    struct order *r = mem_alloc(sizeof *r);
    struct world_at at = { 0, 0 };
    const struct fact *first = o->world->each(o->world->context, FACT_PBX, &at);
    o->order = mem_resize(o->order, o->count + 1, sizeof *o->order);
    o->order[o->count++] = r;
    r->fact.id = ORDER_IDS | ++o->last_id;
    r->fact.pbx = first != NULL ? first->id : 0;
    r->fact.at = now_ms;
    r->fact.calls_left = -1;
    r->fact.who = mem_strdup(who);
    r->fact.line = mem_text(line);
    r->line = mem_text(line);
    r->undo = BUF_INIT(UNDO_MAX);
    r->failures = BUF_INIT(ORDER_FAILURES_MAX);
    r->plan.lease_calls = -1;
    o->open++;
    return r;
}

/* A thousand, but of one user not so many that others have no place. What a lease does is never too much: an agent would stay lent. */
static bool are_too_many(const struct orders *o, const struct order *r)
{
    size_t his = 0;
    for (size_t i = 0; i < o->count && o->open > OPEN_MAX; i++)
        his += order_is_open(o->order[i]) && strcmp(o->order[i]->fact.who, r->fact.who) == 0;
    return r->of == 0 && (his > OPEN_MAX / 2 || o->open > 2 * OPEN_MAX);
}

uint64_t orders_give(struct orders *o, const struct order_given *given, int64_t now_ms)
{
    while (given->of == 0 && order_keep_few(o, given->who)) /* a lease gives orders while somebody goes through them */
        continue;
    struct order *r = order_new(o, given->who, given->line, now_ms);
    r->fact.ref = given->ref;
    r->is_dry = given->is_dry;
    r->of = given->of;
    r->giver = given->giver;
    if (are_too_many(o, r))
        order_fail(o, r, ORDER_REFUSED, "not sent: a thousand orders are open already", now_ms);
    else if (given->line.n > 0 && memchr(given->line.p, '\0', given->line.n) != NULL)
        order_fail(o, r, ORDER_WRONG, "a line holds no NUL byte", now_ms);
    else if (given->forbidden != NULL)
        order_fail(o, r, ORDER_FORBIDDEN, given->forbidden, now_ms);
    else
        order_advance(o, r, now_ms);
    order_tell(o, r);
    return r->fact.id;
}

/* --- what comes back ----------------------------------------------------------------------------------------- */

static void refuse(struct orders *o, struct order *r, struct slice text, int64_t now_ms)
{
    const struct act *a = order_act(r);
    const char *action = request_table[a->kind].action;
    struct buf answer = BUF_INIT(1024);
    bool is_forbidden = slice_starts(text, SLICE("Permission denied"));
    if (is_forbidden)
        buf_addf(&answer, "the AMI user may not do %s: manager.conf's write = decides", action);
    else
        buf_addf(&answer, "Asterisk refused %s: %.*s%s%s", action, SLICE_FMT(slice_trim(text)), a->refusal != NULL ? "; " : "", a->refusal != NULL ? a->refusal : "");
    order_fail(o, r, is_forbidden ? ORDER_FORBIDDEN : ORDER_REFUSED, buf_slice(&answer).p, now_ms);
    buf_clear(&answer);
}

static struct order *with_tag(const struct orders *o, uint64_t tag)
{
    for (size_t i = o->count; i > 0 && o->open > 0; i--) {
        if (o->order[i - 1]->tag == tag)
            return o->order[i - 1];
    }
    return NULL;
}

static void send_waiting(struct orders *o, int64_t now_ms)
{
    for (size_t i = 0; i < o->count && o->open > 0; i++) {
        struct order *r = o->order[i];
        if (r->fact.state == ORDER_PENDING && !r->is_sent && r->ticket == 0 && r->act < r->plan.count)
            send_act(o, r, now_ms);
    }
}

static void take_answer(struct orders *o, struct order *r, bool is_success, struct slice text, int64_t now_ms)
{
    struct act *a = order_act(r);
    if (text.p == NULL && act_is_question(&a->proof)) {
        order_fail(o, r, ORDER_NO_LINK, "not sent: the PBX did not answer what had to be asked before", now_ms);
    } else if (text.p == NULL) {
        r->tag = 0;
        order_fail(o, r, ORDER_UNKNOWN, "no answer came: what became of it is not known", now_ms);
    } else if (!is_success) {
        refuse(o, r, text, now_ms);
    } else if (act_is_question(&a->proof) && !act_is_answer(&a->proof, text)) {
        order_fail(o, r, ORDER_REFUSED, a->refusal != NULL ? a->refusal : "the PBX says that it is not so", now_ms);
    } else if (!act_has_proof(&a->proof)) {
        if (a->fills != NULL && r->act + 1 < r->plan.count)
            act_fill(a + 1, a->fills, text);
        finish_act(o, r, now_ms);
    } else {
        r->is_acked = r->is_due = true;
    }
}

void orders_answered(struct orders *o, uint64_t tag, bool is_success, struct slice text, int64_t now_ms)
{
    struct order *r = with_tag(o, tag);
    if (r == NULL)
        return;
    if (r->fact.state == ORDER_UNKNOWN && (is_success || text.p == NULL || r->is_asked))
        order_answered_late(o, r, is_success, text, now_ms);
    else
        take_answer(o, r, is_success, text, now_ms);
    send_waiting(o, now_ms);
}

void orders_changed(struct orders *o, enum fact_kind kind, uint64_t id, bool is_gone)
{
    (void)is_gone;
    leases_changed(o->leases, kind, id);
    if (kind == FACT_PBX)
        order_phones_changed(o);
    o->is_ear_due = o->is_ear_due || (kind == FACT_SPY && o->ears > 0);
    if (o->open == 0 || kind == FACT_QUEUE || kind == FACT_LINE)
        return;
    for (size_t i = 0; i < o->count; i++) {
        struct order *r = o->order[i];
        if (order_is_open(r) && r->is_sent && !r->is_due)
            r->is_due = act_concerns(o->world, &order_act(r)->proof, kind, id);
    }
}

/* --- time ------------------------------------------------------------------------------------------------- */

static int64_t proof_max_ms(const struct order *r)
{
    return r->is_sent && order_act(r)->wait_ms > PROOF_MAX_MS ? order_act(r)->wait_ms : PROOF_MAX_MS;
}

static void tick_pending(struct orders *o, struct order *r, int64_t now_ms)
{
    const struct act_proof *proof = &order_act(r)->proof;
    if (r->is_due && r->is_acked && (r->outcall.is_done || r->sight.is_seen || (!act_is_event(proof) && act_is_proven(o->world, proof)))) {
        finish_act(o, r, now_ms);
        return;
    }
    const char *gone = r->is_due && r->is_acked ? act_gone_words(o->world, proof) : NULL;
    if (gone != NULL) {
        order_fail(o, r, ORDER_NO_SUCH, gone, now_ms);
        return;
    }
    r->is_due = false;
    if (!r->is_reread_asked && (now_ms - r->sent_at >= REREAD_MS || (r->is_acked && act_is_silent(proof)))) {
        r->is_reread_asked = true;
        if (proof->queue != 0)
            o->hooks.reread(o->hooks.context, proof->queue);
    }
    if (now_ms - r->sent_at < proof_max_ms(r))
        return;
    if (act_is_question(proof))
        order_fail(o, r, ORDER_NO_LINK, "not sent: the PBX did not answer what had to be asked before", now_ms);
    else
        order_fail(o, r, ORDER_UNKNOWN, r->is_acked ? act_late_words(proof) : "Asterisk has not answered yet", now_ms);
}

/* What was wanted then is not done at some later time, when nobody expects it any more. */
static void tick_waiting(struct orders *o, struct order *r, int64_t now_ms)
{
    if (now_ms - r->sent_at < UNSENT_MAX_MS)
        return;
    if (r->ticket == ORDER_TICKET_LEASE)
        order_fail(o, r, ORDER_REFUSED, "not sent: the disk has not taken the record of the lease in time, without which nobody would put it back after a crash", now_ms);
    else if (r->ticket != 0)
        order_fail(o, r, ORDER_REFUSED, "not sent: audit = \"required\", and the disk has not taken its record in time", now_ms);
    else
        order_fail(o, r, ORDER_NO_LINK, "not sent: the PBX has not answered what was asked before", now_ms);
}

static void tick_open(struct orders *o, int64_t now_ms)
{
    bool is_room_made = false;
    for (size_t i = 0; i < o->count && o->open > 0; i++) {
        struct order *r = o->order[i];
        bool was_on_its_way = r->fact.state == ORDER_PENDING && r->tag != 0;
        if (r->fact.state == ORDER_PENDING && r->is_sent)
            tick_pending(o, r, now_ms);
        else if (r->fact.state == ORDER_UNKNOWN && !r->is_over)
            order_tick_unknown(o, r, now_ms);
        else if (r->fact.state == ORDER_PENDING && r->act < r->plan.count)
            tick_waiting(o, r, now_ms);
        is_room_made = is_room_made || (was_on_its_way && (r->tag == 0 || r->fact.state != ORDER_PENDING));
    }
    if (is_room_made)
        send_waiting(o, now_ms);
}

void orders_tick(struct orders *o, int64_t now_ms)
{
    tick_open(o, now_ms);
    order_phones_tick(o, now_ms);
    order_ears_tick(o, now_ms);
    leases_tick(o->leases, now_ms);
}

int64_t orders_deadline(const struct orders *o)
{
    int64_t due = leases_deadline(o->leases), ears = order_ears_deadline(o);
    due = ears < due ? ears : due;
    for (size_t i = 0; i < o->count && o->open > 0; i++) {
        const struct order *r = o->order[i];
        if (!order_is_open(r))
            continue;
        int64_t after = !r->is_sent ? UNSENT_MAX_MS : r->is_reread_asked ? proof_max_ms(r) : REREAD_MS;
        int64_t one = r->is_due ? 0 : r->phones_until != 0 ? r->phones_until : r->fact.state == ORDER_UNKNOWN ? order_unknown_deadline(r) : r->sent_at + after;
        due = one < due ? one : due;
    }
    return due;
}

struct order *order_with(const struct orders *o, uint64_t id)
{
    for (size_t i = o->count; i > 0; i--) {
        if (o->order[i - 1]->fact.id == id)
            return o->order[i - 1];
    }
    return NULL;
}

/* --- readers ---------------------------------------------------------------------------------------------- */

const struct fact_order *orders_get(const struct orders *o, uint64_t id)
{
    const struct order *r = order_with(o, id);
    return r != NULL ? &r->fact : NULL;
}

const struct fact_order *orders_each(const struct orders *o, size_t *at)
{
    return *at < o->count ? &o->order[(*at)++]->fact : NULL;
}
