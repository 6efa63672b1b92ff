/* SPDX-License-Identifier: MIT */
/* act: headers of a request as text of its own, and the table of proofs. Each proof looks at the facts as they are now, so that an event, a
 * re-read and another console's order count alike. Sends nothing. */
#include "core/control/act.h"

#include "core/base/mem.h"
#include "core/base/random.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

void act_clear(struct act *a)
{
    for (size_t i = 0; i < a->header_count; i++)
        mem_free(a->header[i].value);
    mem_free(a->proof.interface);
    mem_free(a->proof.text);
    mem_free(a->proof.other);
    mem_free(a->target_leg);
    mem_free(a->leg.uniqueid);
    mem_free(a->leg.target);
    mem_free(a->leg.phone);
    mem_free(a->undo);
    mem_free(a->refusal);
    *a = (struct act){ .header_count = 0 };
}

void act_header(struct act *a, const char *name, struct slice value)
{
    if (value.p != NULL && a->header_count < ACT_HEADERS_MAX)
        a->header[a->header_count++] = (struct act_header){ name, mem_text(value) };
}

void act_headerf(struct act *a, const char *name, const char *fmt, ...)
{
    struct buf value = BUF_INIT(1024);
    va_list ap;
    va_start(ap, fmt);
    (void)buf_vaddf(&value, fmt, ap);
    va_end(ap);
    act_header(a, name, buf_slice(&value));
    buf_clear(&value);
}

const char *act_value(const struct act *a, const char *name)
{
    for (size_t i = 0; i < a->header_count; i++) {
        if (strcmp(a->header[i].name, name) == 0)
            return a->header[i].value;
    }
    return NULL;
}

void act_fill(struct act *a, const char *name, struct slice value)
{
    for (size_t i = 0; i < a->header_count; i++) {
        if (strcmp(a->header[i].name, name) == 0)
            (void)mem_assign(&a->header[i].value, value);
    }
}

void act_name_leg(struct act *a)
{
    uint64_t id;
    char name[64];
    if (!a->leg.is_unnamed)
        return;
    random_bytes(&id, sizeof id);
    (void)snprintf(name, sizeof name, ACT_LEG "%016" PRIx64, id);
    act_fill(a, "ChannelId", slice_of(name));
    (void)mem_assign(&a->leg.uniqueid, slice_of(name));
    a->leg.is_unnamed = false;
}

void act_write(const struct act *a, struct buf *out)
{
    buf_addf(out, "Action: %s\n", request_table[a->kind].action);
    for (size_t i = 0; i < a->header_count; i++)
        buf_addf(out, "%s: %s\n", a->header[i].name, a->header[i].value);
    buf_add_char(out, '\n');
}

bool act_is_on_phone(const struct fact_agent *a)
{
    switch (a->device) {
    case DEVICE_INUSE: case DEVICE_BUSY: case DEVICE_RINGING: case DEVICE_RINGINUSE: case DEVICE_ONHOLD: return true;
    default: return a->state == AGENT_RINGING || a->state == AGENT_TALKING || a->state == AGENT_OTHER_CALL || a->state == AGENT_HOLD;
    }
}

/* --- what proves it ------------------------------------------------------------------------------------ */

static bool same(const char *a, const char *b)
{
    return a != NULL && b != NULL && slice_eq_nocase(slice_of(a), slice_of(b));
}

/* The membership of p->interface in `queue`. */
static const struct fact_member *member_of(const struct world *w, const struct act_proof *p, uint64_t queue)
{
    struct world_at at = { 0, 0 };
    const struct fact_member *m;
    while ((m = world_next_member(w, &at)) != NULL) {
        if (m->queue == queue && same(m->interface, p->interface))
            return m;
    }
    return NULL;
}

static bool is_member(const struct world *w, const struct act_proof *p)
{
    return member_of(w, p, p->queue) != NULL;
}

static bool is_always(const struct world *w, const struct act_proof *p)
{
    (void)w;
    (void)p;
    return true;
}

static bool is_no_member(const struct world *w, const struct act_proof *p)
{
    return member_of(w, p, p->queue) == NULL;
}

static bool is_paused_so(const struct fact_member *m, const struct act_proof *p)
{
    if ((m->paused != 0) != (p->number != 0))
        return false;
    return p->number == 0 || p->text == NULL || (m->paused_reason != NULL && strcmp(m->paused_reason, p->text) == 0);
}

static bool is_paused(const struct world *w, const struct act_proof *p)
{
    struct world_at at = { 0, 0 };
    const struct fact_member *m;
    size_t seen = 0;
    while ((m = world_next_member(w, &at)) != NULL) {
        const struct fact_queue *q = same(m->interface, p->interface) ? world_queue(w, m->queue) : NULL;
        if (q == NULL || q->pbx != p->pbx || (p->queue != 0 && p->queue != q->id))
            continue;
        seen++;
        if (!is_paused_so(m, p))
            return false;
    }
    return seen > 0;
}

static bool has_penalty(const struct world *w, const struct act_proof *p)
{
    const struct fact_member *m = member_of(w, p, p->queue);
    return m != NULL && m->penalty == p->number;
}

static bool has_ringinuse(const struct world *w, const struct act_proof *p)
{
    const struct fact_member *m = member_of(w, p, p->queue);
    return m != NULL && m->ringinuse == p->number;
}

static bool has_priority(const struct world *w, const struct act_proof *p)
{
    const struct fact_caller *c = (const void *)w->get(w->context, FACT_CALLER, p->fact);
    return c != NULL && c->priority == p->number;
}

static bool has_caller_left(const struct world *w, const struct act_proof *p)
{
    return w->get(w->context, FACT_CALLER, p->fact) == NULL;
}

static bool is_withdrawn(const struct world *w, const struct act_proof *p)
{
    struct world_at at = { 0, 0 };
    const struct fact_call *c;
    while ((c = world_next_call(w, &at)) != NULL) {
        if (c->queue == p->queue && same(c->uniqueid, p->text))
            return false;
    }
    return has_caller_left(w, p);
}

static bool is_caller_in(const struct world *w, const struct act_proof *p)
{
    struct world_at at = { 0, 0 };
    const struct fact_caller *c;
    while ((c = world_next_caller(w, &at)) != NULL) {
        if (c->queue == p->queue && same(c->uniqueid, p->text))
            return true;
    }
    return false;
}

/* Or whoever was hung up on is in it no more: in a room the others talk on. */
static bool is_call_over(const struct world *w, const struct act_proof *p)
{
    const struct fact_call *c = (const void *)w->get(w->context, FACT_CALL, p->fact);
    return c == NULL || (p->text != NULL && !same(c->uniqueid, p->text) && !same(c->agent_uniqueid, p->text) && !same(c->phone_uniqueid, p->text));
}

static bool has_left_call(const struct world *w, const struct act_proof *p)
{
    const struct fact_call *c = (const void *)w->get(w->context, FACT_CALL, p->fact);
    return c == NULL || !same(c->agent_uniqueid, p->text);
}

static bool is_held(const struct world *w, const struct act_proof *p)
{
    const struct fact_call *c = (const void *)w->get(w->context, FACT_CALL, p->fact);
    return c != NULL && c->is_held != 0;
}

static bool is_talking(const struct world *w, const struct act_proof *p)
{
    struct world_at at = { 0, 0 };
    const struct fact_call *c;
    while ((c = world_next_call(w, &at)) != NULL) {
        if (c->since != 0 && c->agent == p->fact && same(c->uniqueid, p->text))
            return true;
    }
    return false;
}

static bool is_spying(const struct world *w, const struct act_proof *p)
{
    struct world_at at = { 0, 0 };
    const struct fact_spy *s;
    while ((s = world_next_spy(w, &at)) != NULL) {
        if (same(s->spyer_uniqueid, p->text))
            return true;
    }
    return false;
}

static bool is_spy_over(const struct world *w, const struct act_proof *p)
{
    return w->get(w->context, FACT_SPY, p->fact) == NULL;
}

static bool is_never(const struct world *w, const struct act_proof *p)
{
    (void)w;
    (void)p;
    return false;
}

/* `by`: the kind of fact whose change may decide it; FACT_COUNT: none. */
static const struct {
    bool (*holds)(const struct world *w, const struct act_proof *p);
    enum fact_kind by;
    const char *words;
} proof_table[] = {
    [PROOF_ACK] = { is_never, FACT_COUNT, NULL },
    [PROOF_MEMBER] = { is_member, FACT_MEMBER, "the agent is in the queue" },
    [PROOF_ADDED] = { is_always, FACT_MEMBER, "the agent was put into the queue" },
    [PROOF_NO_MEMBER] = { is_no_member, FACT_MEMBER, "the agent is in the queue no more" },
    [PROOF_PAUSED] = { is_paused, FACT_MEMBER, "the pause is as asked for" },
    [PROOF_PENALTY] = { has_penalty, FACT_MEMBER, "the agent has that penalty" },
    [PROOF_RINGINUSE] = { has_ringinuse, FACT_MEMBER, "the queue rings him so" },
    [PROOF_PRIORITY] = { has_priority, FACT_CALLER, "the caller has that priority" },
    [PROOF_CALLER_LEFT] = { has_caller_left, FACT_CALLER, "the caller waits there no more" },
    [PROOF_CALLER_IN] = { is_caller_in, FACT_CALLER, "the caller waits in that queue" },
    [PROOF_CALL_ENDED] = { is_call_over, FACT_CALL, "the call is over" },
    [PROOF_CALL_LEFT] = { has_left_call, FACT_CALL, "the agent has left the call" },
    [PROOF_CALL_HELD] = { is_held, FACT_CALL, "the call is on hold" },
    [PROOF_TALK] = { is_talking, FACT_CALL, "the two talk" },
    [PROOF_SPY] = { is_spying, FACT_SPY, "somebody listens" },
    [PROOF_NO_SPY] = { is_spy_over, FACT_SPY, "nobody listens any more" },
    [PROOF_OUTCALL] = { is_never, FACT_COUNT, "the phone has answered" },
    [PROOF_TAPE] = { is_never, FACT_COUNT, "the recording has begun" },
    [PROOF_TAPE_END] = { is_never, FACT_COUNT, "the recording has ended" },
    [PROOF_TAPE_MUTE] = { is_never, FACT_COUNT, "the recording is silent, or not, as asked for" },
    [PROOF_ROOM] = { is_never, FACT_COUNT, "both are in the room" },
    [PROOF_WITHDRAWN] = { is_withdrawn, FACT_CALLER, "the caller was withdrawn before anybody answered" },
    [PROOF_ANSWER] = { is_never, FACT_COUNT, "the phone has answered the caller" },
    [PROOF_VALUE] = { is_never, FACT_COUNT, NULL },
    [PROOF_FREE] = { is_never, FACT_COUNT, NULL },
};
_Static_assert(sizeof proof_table / sizeof proof_table[0] == PROOF_COUNT, "a row for every proof");

bool act_is_silent(const struct act_proof *p)
{
    return p->kind == PROOF_PRIORITY;
}

const char *act_proof_words(const struct act_proof *p)
{
    return proof_table[p->kind].words;
}

static bool are_calls_known(const struct world *w, const struct act_proof *p)
{
    const struct fact_pbx *pbx = world_pbx(w, p->pbx);
    return pbx != NULL && pbx->peers == 1;
}

bool act_is_question(const struct act_proof *p)
{
    return p->kind == PROOF_VALUE || p->kind == PROOF_FREE;
}

/* A state that says nothing (UNKNOWN, a phone that is not there) hinders nobody: the call itself will tell. */
static bool is_free_device(struct slice state)
{
    static const char *const used[] = { "INUSE", "BUSY", "RINGING", "RINGINUSE", "ONHOLD" };
    for (size_t i = 0; i < sizeof used / sizeof used[0]; i++) {
        if (slice_eq(state, slice_of(used[i])))
            return false;
    }
    return true;
}

bool act_is_answer(const struct act_proof *p, struct slice text)
{
    if (p->kind == PROOF_FREE)
        return is_free_device(text);
    return p->text != NULL ? slice_eq(text, slice_of(p->text)) : text.n > 0;
}

const char *act_gone_words(const struct world *w, const struct act_proof *p)
{
    const struct fact_pbx *pbx = world_pbx(w, p->pbx);
    if (pbx == NULL || pbx->link != LINK_LIVE)
        return NULL; /* nobody knows what is there */
    switch ((int)p->kind) {
    case PROOF_PRIORITY: return has_caller_left(w, p) ? "Asterisk said yes, and the caller has left the queue meanwhile" : NULL;
    case PROOF_CALL_HELD: return is_call_over(w, p) ? "Asterisk said yes, and the call has ended meanwhile" : NULL;
    case PROOF_PENALTY: case PROOF_RINGINUSE: return !is_member(w, p) ? "Asterisk said yes, and the agent has left the queue meanwhile" : NULL;
    case PROOF_PAUSED: return p->queue != 0 && !is_member(w, p) ? "Asterisk said yes, and the agent has left the queue meanwhile" : NULL;
    default: return NULL;
    }
}

/* ChanSpy looks up with each sound of the call that it listens to: where neither side sends any, it does not see that it shall end. */
const char *act_late_words(const struct act_proof *p)
{
    if (p->kind == PROOF_NO_SPY)
        return "Asterisk said yes, and ends the listening with the next sound of the call that is listened to, or with the call: it is silent now";
    return act_is_event(p) ? "Asterisk said yes, but has not told that it was done" : "Asterisk said yes, but the floor does not show it yet";
}

bool act_is_known(const struct world *w, const struct act_proof *p)
{
    const struct fact_member *m = p->kind == PROOF_RINGINUSE ? member_of(w, p, p->queue) : NULL;
    switch ((int)p->kind) {
    case PROOF_RINGINUSE: return m == NULL || m->ringinuse >= 0;
    case PROOF_CALL_HELD: return false;
    case PROOF_CALL_ENDED: case PROOF_CALL_LEFT: case PROOF_NO_SPY: return are_calls_known(w, p);
    default: return true;
    }
}

bool act_has_proof(const struct act_proof *p)
{
    return act_is_kept(p) || act_is_event(p);
}

bool act_is_kept(const struct act_proof *p)
{
    return proof_table[p->kind].by != FACT_COUNT;
}

bool act_is_event(const struct act_proof *p)
{
    return p->kind >= PROOF_OUTCALL && p->kind <= PROOF_ANSWER;
}

bool act_concerns(const struct world *w, const struct act_proof *p, enum fact_kind kind, uint64_t id)
{
    if (kind != proof_table[p->kind].by)
        return false;
    if (kind != FACT_MEMBER)
        return p->fact == 0 || p->fact == id || p->kind == PROOF_TALK;
    const struct fact_member *m = (const void *)w->get(w->context, kind, id);
    return m == NULL || same(m->interface, p->interface); /* one that went may have been it */
}

bool act_is_aimed(const struct world *w, const struct act *a)
{
    const struct fact *f = a->target != 0 ? w->get(w->context, a->target_kind, a->target) : NULL;
    const struct fact_call *c = (const void *)f;
    if (f == NULL)
        return a->target == 0;
    return a->target_leg == NULL || same(c->uniqueid, a->target_leg) || same(c->agent_uniqueid, a->target_leg);
}

bool act_is_proven(const struct world *w, const struct act_proof *p)
{
    return proof_table[p->kind].holds(w, p);
}

static bool is_in_a_call(const struct world *w, const struct act_proof *p)
{
    struct world_at at = { 0, 0 };
    const struct fact_call *c;
    while ((c = world_next_call(w, &at)) != NULL) {
        if (c->pbx == p->pbx && (same(c->uniqueid, p->text) || same(c->agent_uniqueid, p->text) || same(c->phone_uniqueid, p->text)))
            return true;
    }
    return false;
}

bool act_is_proven_anew(const struct world *w, const struct act_proof *p)
{
    switch ((int)p->kind) {
    case PROOF_CALL_ENDED: case PROOF_CALL_LEFT: return are_calls_known(w, p) && !is_in_a_call(w, p);
    case PROOF_NO_SPY: return are_calls_known(w, p) && !is_spying(w, p);
    default: return act_is_proven(w, p);
    }
}
