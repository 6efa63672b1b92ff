/* SPDX-License-Identifier: MIT */
/* lease: a table of leases, few at any time. A lease is left by an order "remove", given again while it is not proven: when the link is back,
 * else after a while that doubles. Only then its file goes. */
#include "core/base/mem.h"
#include "core/base/random.h"
#include "core/base/timer.h"
#include "core/control/lease_parts.h"

#include <stdarg.h>
#include <stdio.h>

enum {
    ADOPT_EVERY_MS = 5000,
    RETRY_MS = 5000,
    TRIES_MAX = 10, /* the last one after 85 minutes */
    KEPT_MS = 2000, /* Asterisk writes its members down a second after they have changed */
    GOING_MAX_MS = 2000, /* so long the disk is waited for */
    GOING_LOOK_MS = 20,
};

struct leases *leases_new(const struct world *world, struct journal *journal, const struct leases_hooks *hooks)
{
    struct leases *l = mem_alloc(sizeof *l);
    l->world = world;
    l->journal = journal;
    l->hooks = *hooks;
    return l;
}

void leases_free(struct leases *l)
{
    if (l == NULL)
        return;
    for (size_t i = 0; i < l->count; i++)
        mem_free(l->lease[i]);
    mem_free(l->lease);
    mem_free(l);
}

size_t leases_count(const struct leases *l)
{
    return l->count;
}

bool leases_has(const struct leases *l, uint64_t order)
{
    for (size_t i = 0; i < l->count; i++) {
        if (l->lease[i]->order == order && l->lease[i]->state != LEASE_PREPARED)
            return true;
    }
    return false;
}

/* --- what is true now ------------------------------------------------------------------------------------- */

bool lease_is_live(const struct leases *l, const struct lease *x)
{
    const struct fact_pbx *pbx = world_pbx(l->world, x->pbx);
    const struct fact_queue *q = world_queue(l->world, x->queue);
    return pbx != NULL && pbx->link == LINK_LIVE && (q == NULL || q->state != QUEUE_SYNCING);
}

const struct fact_member *lease_member(const struct leases *l, const struct lease *x)
{
    return target_member(l->world, x->queue, x->entry.interface);
}

/* "geneva:5038": two PBXs of one name are not one PBX. */
void lease_name_host(const struct world *w, const char *pbx, char *out, size_t size)
{
    out[0] = '\0';
    for (size_t i = 0; i < w->settings->pbx_count; i++) {
        const struct pbx_settings *p = &w->settings->pbx[i];
        if (p->name == NULL || strcmp(p->name, pbx) != 0)
            continue;
        if (p->socket_path != NULL)
            (void)snprintf(out, size, "%s", p->socket_path);
        else
            (void)snprintf(out, size, "%s:%lld", p->host != NULL ? p->host : "", (long long)p->port);
        return;
    }
}

void lease_show(struct leases *l, const struct lease *x, const char *text)
{
    l->hooks.show(l->hooks.context, x->order, x->until, x->entry.calls, text);
}

/* --- begin -------------------------------------------------------------------------------------------------- */

struct lease *lease_add(struct leases *l)
{
    struct lease *x = mem_alloc(sizeof *x);
    l->lease = mem_resize(l->lease, l->count + 1, sizeof *l->lease);
    l->lease[l->count++] = x;
    return x;
}

static struct lease *prepared(const struct leases *l, uint64_t order)
{
    for (size_t i = 0; i < l->count; i++) {
        if (l->lease[i]->order == order && l->lease[i]->state == LEASE_PREPARED)
            return l->lease[i];
    }
    return NULL;
}

/* The membership is to be made anew; what is put back at the end is what was there before the first time. */
static void begin_again(struct leases *l, struct lease *x, const struct plan *plan)
{
    if (x->entry.priority < 0)
        x->entry.priority = plan->take_priority;
    x->entry.stage = LEASE_ASKED;
    journal_update(l->journal, x->journal, &x->entry);
}

/* A penalty that is nobody else's, for the moment until the PBX has said that the membership is ours. */
static int64_t mark_of(struct plan *plan)
{
    uint64_t bits;
    char text[24];
    if (plan->is_take)
        return 0;
    random_bytes(&bits, sizeof bits);
    int64_t mark = PLAN_LEND_PENALTY + 1 + (int64_t)(bits % PLAN_LEND_PENALTY);
    (void)snprintf(text, sizeof text, "%lld", (long long)mark);
    act_fill(&plan->act[0], "Penalty", slice_of(text));
    return mark;
}

bool leases_prepare(struct leases *l, const struct fact_order *order, struct plan *plan, int64_t now_ms, struct err *err)
{
    struct lease x = { .order = order->id, .pbx = plan->pbx, .queue = plan->queue };
    const struct fact_pbx *pbx = world_pbx(l->world, plan->pbx);
    const struct fact_queue *queue = world_queue(l->world, plan->queue);
    struct lease *again = prepared(l, order->id);
    if (again != NULL) { /* a take that is armed again */
        begin_again(l, again, plan);
        return true;
    }
    if (l->journal == NULL || pbx == NULL || queue == NULL)
        return err_set(err, ERR_INTERNAL, "not sent: nothing can be lent here");
    struct lease_entry *e = &x.entry;
    (void)snprintf(e->pbx, sizeof e->pbx, "%s", pbx->name);
    (void)snprintf(e->queue, sizeof e->queue, "%s", queue->name);
    (void)snprintf(e->interface, sizeof e->interface, "%s", plan->take_interface != NULL ? plan->take_interface : plan->interface);
    (void)snprintf(e->who, sizeof e->who, "%s", order->who);
    (void)snprintf(e->what, sizeof e->what, "%s", plan->what);
    (void)snprintf(e->caller, sizeof e->caller, "%s", plan->take_caller != NULL ? plan->take_caller : "");
    e->priority = plan->take_priority;
    x.take.is_line = plan->take_interface != NULL;
    lease_name_host(l->world, pbx->name, e->host, sizeof e->host);
    e->is_take = plan->is_take;
    e->calls = plan->lease_calls;
    x.until = plan->lease_ms > 0 ? now_ms + plan->lease_ms : 0;
    e->stage = LEASE_ASKED;
    e->mark = mark_of(plan);
    e->until_wall_ms = plan->lease_ms > 0 ? l->hooks.wall_ms(l->hooks.clock) + plan->lease_ms : 0;
    l->hooks.sign(l->hooks.context, order->id, e);
    if (!journal_open(l->journal, e, &x.journal, err))
        return false;
    *lease_add(l) = x;
    return true;
}

enum journal_state leases_written(const struct leases *l, uint64_t order, struct err *err)
{
    const struct lease *x = prepared(l, order);
    enum journal_state state = x != NULL ? journal_state_of(l->journal, x->journal) : JOURNAL_SAFE;
    if (state == JOURNAL_FAILED)
        (void)journal_refuses(l->journal, x->journal, err);
    return state;
}

static void note_stage(struct leases *l, struct lease *x, enum lease_stage stage)
{
    if (x->entry.stage >= (int64_t)stage)
        return;
    x->entry.stage = stage;
    journal_update(l->journal, x->journal, &x->entry);
}

void leases_own(struct leases *l, uint64_t order)
{
    struct lease *x = prepared(l, order);
    if (x != NULL)
        note_stage(l, x, LEASE_OURS);
}

void leases_run(struct leases *l, uint64_t order, int64_t now_ms)
{
    struct lease *x = prepared(l, order);
    if (x == NULL)
        return;
    x->state = LEASE_RUNNING;
    x->is_due = true;
    note_stage(l, x, LEASE_BEGUN);
    if (x->entry.is_take)
        take_run(l, x, now_ms);
    lease_show(l, x, NULL);
}

/* --- the end -------------------------------------------------------------------------------------------------- */

static void drop(struct leases *l, struct lease *x)
{
    size_t i = 0;
    while (l->lease[i] != x)
        i++;
    journal_close(l->journal, x->journal);
    l->count--;
    memmove(&l->lease[i], &l->lease[i + 1], (l->count - i) * sizeof(struct lease *));
}

bool lease_lends(const struct leases *l, uint64_t queue, const char *interface)
{
    for (size_t i = 0; i < l->count; i++) {
        const struct lease *x = l->lease[i];
        if (x->state != LEASE_GONE && x->queue == queue && slice_eq_nocase(slice_of(x->entry.interface), slice_of(interface)))
            return true;
    }
    return false;
}

static void forget(struct leases *l, struct lease *x)
{
    drop(l, x);
    mem_free(x);
}

/* The end is told first: whoever dies in between leaves a lease that is settled again, and not one that has no end. A PBX that crashes in the next
 * moment has him as a member when it comes back: so long the lease is kept. */
void lease_settle(struct leases *l, struct lease *x, int64_t now_ms)
{
    bool is_last = true;
    if (!x->has_ended)
        take_restore(l, x, now_ms);
    for (size_t i = 0; i < l->count; i++)
        is_last = is_last && (l->lease[i] == x || l->lease[i]->order != x->order || l->lease[i]->state == LEASE_GONE);
    if (is_last)
        l->hooks.end(l->hooks.context, x->order, x->is_well, x->text, now_ms);
    if (x->out_at == 0) {
        forget(l, x);
        return;
    }
    x->has_ended = true;
    x->was_cut = !lease_is_live(l, x);
    x->state = LEASE_GONE;
}

/* Out for so long that the PBX has written it down; or, when the link went before, out still. Who was seen to add him anew has done so.
 * False: it is forgotten. */
static bool tick_gone(struct leases *l, struct lease *x, int64_t now_ms)
{
    bool is_in = lease_member(l, x) != NULL;
    if (!lease_is_live(l, x) || (!x->was_cut && !is_in && now_ms - x->out_at < KEPT_MS))
        return true;
    if (x->was_cut && is_in && !lease_lends(l, x->queue, x->entry.interface)) {
        lease_leave(x, true, now_ms, "put back again: the PBX had died before it wrote down that he was out");
        return true;
    }
    forget(l, x);
    return false;
}

void lease_leave(struct lease *x, bool is_well, int64_t now_ms, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(x->text, sizeof x->text, fmt, ap);
    va_end(ap);
    x->state = LEASE_LEAVING;
    x->is_well = is_well;
    x->is_due = true;
    x->is_out = false;
    x->back = 0;
    x->tries = 0;
    x->take.is_held = false; /* it waits for something else now */
    x->retry_at = now_ms;
}

void leases_fail(struct leases *l, uint64_t order, bool is_in, int64_t now_ms)
{
    struct lease *x = prepared(l, order);
    if (x == NULL)
        return;
    if (is_in || (x->entry.priority >= 0 && !lease_is_live(l, x))) { /* whose priority was raised gets his own back, too, when it can be asked for */
        lease_leave(x, false, now_ms, "%s", "put back: it was done in part only");
        return;
    }
    take_restore(l, x, now_ms);
    drop(l, x);
    mem_free(x);
}

uint64_t lease_give_line(struct leases *l, const struct lease *x, struct slice line, int64_t now_ms)
{
    char who[80];
    (void)snprintf(who, sizeof who, "%s (lease)", x->entry.who);
    return l->hooks.give(l->hooks.context, line, who, x->order, now_ms);
}

uint64_t lease_give(struct leases *l, const struct lease *x, const char *verb, int64_t now_ms)
{
    struct buf line = BUF_INIT(COMMAND_LINE_MAX);
    const struct fact_queue *q = world_queue(l->world, x->queue);
    buf_addf(&line, "%s ", verb);
    target_add_agent(l->world, x->pbx, x->entry.interface, &line);
    buf_add_char(&line, ' ');
    target_add_queue(l->world, q, &line);
    uint64_t id = lease_give_line(l, x, buf_slice(&line), now_ms);
    buf_clear(&line);
    return id;
}

/* The order that takes him out has ended, or not yet. */
static void look_at_back(struct leases *l, struct lease *x, int64_t now_ms)
{
    const struct fact_order *o = l->hooks.order(l->hooks.context, x->back);
    if (o != NULL && (o->state == ORDER_PENDING || o->state == ORDER_UNKNOWN) && o->ended_at == 0)
        return; /* one that nobody looks for any more has ended, too: it is asked anew, once there is a link */
    x->back = 0;
    if (o != NULL && o->state == ORDER_DONE) {
        x->is_out = true;
        x->out_at = now_ms;
        return;
    }
    x->retry_at = now_ms + (RETRY_MS << x->tries);
    x->tries += o != NULL && o->state != ORDER_NO_LINK;
    if (x->tries < TRIES_MAX)
        return;
    (void)snprintf(x->text, sizeof x->text, "not put back: %s", o->answer);
    x->is_well = false;
    x->is_out = true;
    x->out_at = now_ms;
}

/* Written down before it is asked for: whoever comes after us knows that he may be out already. */
static void note_going(struct leases *l, struct lease *x, int64_t now_ms)
{
    const struct fact_member *m = lease_member(l, x);
    if (x->entry.is_take || x->entry.stage == LEASE_GOING)
        return;
    x->entry.login_wall_ms = m != NULL && m->login != 0 ? l->hooks.wall_ms(l->hooks.clock) - (now_ms - m->login) : 0;
    note_stage(l, x, LEASE_GOING);
}

/* False: the disk has not taken that yet, and is waited for; not for long, since to come out in time counts for more. */
static bool has_noted_going(struct leases *l, struct lease *x, int64_t now_ms)
{
    note_going(l, x, now_ms);
    if (x->entry.is_take || journal_state_of(l->journal, x->journal) != JOURNAL_ON_ITS_WAY)
        return true;
    x->going_at = x->going_at != 0 ? x->going_at : now_ms;
    x->retry_at = now_ms + GOING_LOOK_MS;
    return now_ms - x->going_at >= GOING_MAX_MS;
}

static void go_out(struct leases *l, struct lease *x, int64_t now_ms)
{
    if (x->back != 0)
        look_at_back(l, x, now_ms);
    bool waits = now_ms < x->retry_at && !(x->take.is_line && x->take.is_offered && lease_member(l, x) == NULL);
    if (x->is_out || x->back != 0 || waits || !lease_is_live(l, x))
        return;
    if (world_queue(l->world, x->queue) == NULL) { /* the queue has gone, and its members with it */
        x->is_out = true;
        x->out_at = now_ms;
        return;
    }
    if (!has_noted_going(l, x, now_ms))
        return;
    x->back = lease_give(l, x, "remove", now_ms);
    look_at_back(l, x, now_ms);
}

static void tick_leaving(struct leases *l, struct lease *x, int64_t now_ms)
{
    bool is_again = false;
    if (!x->is_out)
        go_out(l, x, now_ms);
    if (!x->is_out || (x->entry.is_take && !x->has_ended && !take_is_over(l, x, now_ms, &is_again) && !is_again))
        return;
    if (!is_again) {
        lease_settle(l, x, now_ms);
        return;
    }
    uint64_t order = x->order;
    x->state = LEASE_PREPARED;
    l->hooks.again(l->hooks.context, order, now_ms);
}

/* --- while it runs ---------------------------------------------------------------------------------------------- */

static void tick_running(struct leases *l, struct lease *x, int64_t now_ms)
{
    if (x->entry.is_take) {
        take_watch(l, x, now_ms);
        return;
    }
    if (x->until != 0 && now_ms >= x->until)
        lease_leave(x, true, now_ms, "put back: the time was over");
    else if (x->entry.calls == 0)
        lease_leave(x, true, now_ms, "put back: the calls were taken");
    else if (x->is_due && lease_is_live(l, x) && lease_member(l, x) == NULL)
        lease_leave(x, true, now_ms, "ended before: somebody took him out"); /* "remove" finds nothing to do, and that is checked */
    x->is_due = x->state == LEASE_LEAVING;
}

/* A call of this queue that he has answered; told at every change of it. */
static void count_call(struct leases *l, struct lease *x, const struct fact_call *c)
{
    const struct fact_agent *a = world_agent(l->world, c->agent);
    if (x->state != LEASE_RUNNING || x->entry.calls <= 0 || c->queue != x->queue || c->since == 0 || a == NULL ||
        !slice_eq_nocase(slice_of(a->interface), slice_of(x->entry.interface)))
        return;
    for (size_t i = 0; i < LEASE_CALLS_SEEN; i++) {
        if (x->call[i] == c->id)
            return;
    }
    x->call[x->call_at++ % LEASE_CALLS_SEEN] = c->id;
    x->entry.calls--;
    journal_update(l->journal, x->journal, &x->entry);
    lease_show(l, x, NULL);
}

void leases_changed(struct leases *l, enum fact_kind kind, uint64_t id)
{
    for (size_t i = 0; i < l->count; i++) {
        struct lease *x = l->lease[i];
        const struct fact *f = kind == FACT_CALL ? l->world->get(l->world->context, kind, id) : NULL;
        if (f != NULL)
            count_call(l, x, (const void *)f);
        x->is_due = x->is_due || kind == FACT_MEMBER || kind == FACT_PBX || kind == FACT_CALL || kind == FACT_AGENT || (kind == FACT_QUEUE && id == x->queue);
    }
}

void leases_event(struct leases *l, uint64_t pbx, const struct event *e, int64_t now_ms)
{
    for (size_t i = 0; i < l->count; i++) {
        if (l->lease[i]->entry.is_take && l->lease[i]->pbx == pbx)
            take_event(l, l->lease[i], e, now_ms);
    }
}

void leases_link_live(struct leases *l)
{
    l->adopt_at = 0;
}

void leases_link_down(struct leases *l, uint64_t pbx)
{
    for (size_t i = 0; i < l->count; i++) {
        struct lease *x = l->lease[i];
        x->take.is_blind = x->take.is_blind || x->pbx == pbx;
        x->was_cut = x->was_cut || x->pbx == pbx;
    }
}

/* --- time ---------------------------------------------------------------------------------------------------------- */

void leases_tick(struct leases *l, int64_t now_ms)
{
    if (l->journal != NULL && now_ms >= l->adopt_at) {
        leases_adopt(l, now_ms);
        l->adopt_at = now_ms + ADOPT_EVERY_MS;
    }
    for (size_t i = l->count; i > 0; i--) { /* from behind: one that is settled goes, and so may others, when the link is found gone */
        struct lease *x = i <= l->count ? l->lease[i - 1] : NULL;
        if (x == NULL)
            continue;
        if (x->doubt_until != 0 && (!lease_sort_out(l, x, now_ms) || x->doubt_until != 0))
            continue;
        if (x->state == LEASE_RUNNING)
            tick_running(l, x, now_ms);
        if (x->state == LEASE_GONE && !tick_gone(l, x, now_ms))
            continue;
        if (x->state == LEASE_LEAVING)
            tick_leaving(l, x, now_ms);
    }
}

static int64_t min_ms(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

int64_t leases_deadline(const struct leases *l)
{
    int64_t due = l->journal != NULL ? l->adopt_at : TIMER_NEVER;
    for (size_t i = 0; i < l->count; i++) {
        const struct lease *x = l->lease[i];
        if (x->doubt_until != 0) {
            due = lease_is_live(l, x) ? min_ms(due, x->is_due ? 0 : x->doubt_until) : due;
            continue;
        }
        if (x->state == LEASE_RUNNING)
            due = min_ms(due, x->is_due ? 0 : x->until != 0 ? x->until : TIMER_NEVER);
        if (x->state == LEASE_LEAVING && !x->is_out && x->back == 0 && lease_is_live(l, x))
            due = min_ms(due, x->retry_at);
        if (x->state == LEASE_GONE && lease_is_live(l, x))
            due = min_ms(due, x->was_cut ? 0 : x->out_at + KEPT_MS);
        else if (x->entry.is_take && x->state != LEASE_GONE)
            due = min_ms(due, take_deadline(x));
    }
    return due;
}
