/* SPDX-License-Identifier: MIT */
/* pbx: the glue of one line: bytes of the link to the session, the session's requests through the gate to the link,
 * the floor's changes outwards, and all of it to the transcript. Makes one fact itself, the PBX's own, from what session
 * and floor report: at once when the link's state or a sentence changes, else once a second, since its counters run. */
#include "core/keeper/pbx.h"

#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/base/timer.h"
#include "core/link/refusal.h"
#include "core/link/session.h"

#include <stdio.h>

enum { REPORT_EVERY_MS = 1000, LONGEST_DAY_MS = 26 * 3600 * 1000 };

struct pbx {
    struct pbx_setup setup;
    char host[300]; /* for sentences */
    struct link *link;
    struct session *session;
    struct floor *floor;
    char *room; /* where the link is writing now */
    bool is_started;
    int64_t day_end_wall_ms; /* local midnight */
    int64_t day_end_at;      /* the same on the floor's time line, as the wall clock stands */
    bool is_report_due;
    int64_t reported_at;
    struct fact_pbx fact;
};

/* ---- what it says of itself ---- */

static bool same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* What a person acts on; everything else is counters. */
static bool is_news(const struct fact_pbx *a, const struct fact_pbx *b)
{
    return a->link != b->link || a->link_since != b->link_since || a->retry_at != b->retry_at || a->drift != b->drift ||
           a->barrier != b->barrier || a->peers != b->peers || a->suspects != b->suspects || a->reconnects != b->reconnects || a->endpoints_at != b->endpoints_at ||
           !same_text(a->reason, b->reason) || !same_text(a->notice, b->notice) || !same_text(a->asterisk, b->asterisk);
}

static void report(struct pbx *p, int64_t now_ms)
{
    struct fact_pbx now = { 0 };
    struct floor_health health = { 0 };
    session_report(p->session, &now);
    floor_health(p->floor, &health);
    now.id = p->fact.id;
    now.name = p->fact.name;
    if (p->link != NULL) {
        link_report(p->link, &now);
    }
    now.drift = health.drift;
    now.drift_last = (char *)(uintptr_t)health.drift_last; /* the floor's; only read, below */
    now.suspects = health.suspects;
    now.reread_at = health.reread_at;
    p->is_report_due = false;
    bool is_due = now_ms - p->reported_at >= REPORT_EVERY_MS || is_news(&now, &p->fact);
    if (!is_due || fact_equal(FACT_PBX, (struct fact *)&now, (struct fact *)&p->fact)) {
        return;
    }
    bool is_refused_now = now.link == LINK_REFUSED && p->fact.link != LINK_REFUSED;
    bool is_live_now = now.link == LINK_LIVE && p->fact.link != LINK_LIVE;
    fact_copy(FACT_PBX, (struct fact *)&p->fact, (struct fact *)&now);
    p->reported_at = now_ms;
    p->setup.changed(p->setup.context, FACT_PBX, p->fact.id, false);
    if (is_live_now && p->setup.live != NULL) {
        p->setup.live(p->setup.context);
    }
    if (is_refused_now && p->setup.links != NULL) {
        p->setup.refused(p->setup.context, p->setup.settings);
    }
}

void pbx_wait(struct pbx *p, enum link_state link, const char *why, int64_t now_ms)
{
    if (p->is_started) {
        return;
    }
    p->fact.link = link;
    p->fact.link_since = now_ms;
    mem_assign(&p->fact.reason, slice_of(why));
    mem_assign(&p->fact.cause, slice_of(refusal_word(REFUSAL_SECRET)));
    p->setup.changed(p->setup.context, FACT_PBX, p->fact.id, false);
}

/* ---- the day ---- */

static int64_t wall_ms(const struct pbx *p, int64_t now_ms)
{
    return p->setup.links == NULL ? p->setup.wall_at_zero_ms + now_ms : clock_wall_ms();
}

/* Our wall clock may be set, and stands on while the machine sleeps: what was planned is looked at anew. A clock that was set back
 * by days has no new day behind it; a plan that far ahead only has to be made again. */
static void keep_day(struct pbx *p, int64_t now_ms)
{
    int64_t wall = wall_ms(p, now_ms);
    if (wall >= p->day_end_wall_ms) {
        floor_new_day(p->floor, now_ms, wall);
        log_line(LOG_INFO, "%s: a new day: its counters begin anew", p->setup.settings->name);
    }
    if (wall >= p->day_end_wall_ms || p->day_end_wall_ms - wall > LONGEST_DAY_MS) {
        p->day_end_wall_ms = clock_day_end_ms(wall);
    }
    p->day_end_at = now_ms + p->day_end_wall_ms - wall;
}

/* Before anything that counts, so that the first call after midnight is the new day's. */
static void watch_day(struct pbx *p, int64_t now_ms)
{
    if (now_ms >= p->day_end_at) {
        keep_day(p, now_ms);
    }
}

/* ---- hooks of the floor ---- */

static void floor_changed(void *context, enum fact_kind kind, uint64_t id, const struct fact *fact)
{
    struct pbx *p = context;
    p->setup.changed(p->setup.context, kind, id, fact == NULL);
}

/* ---- hooks of the session ---- */

static void record(struct pbx *p, enum transcript_kind kind, struct slice bytes)
{
    if (p->setup.record != NULL) {
        p->setup.record(p->setup.context, p->setup.settings->name, kind, bytes);
    }
}

static bool want_secret(void *context, struct buf *out, struct err *err)
{
    struct pbx *p = context;
    return p->setup.secret(p->setup.context, p->setup.settings, out, err);
}

static bool may_send(void *context, enum request_kind kind, struct slice text, struct err *err)
{
    struct pbx *p = context;
    (void)kind; /* the gate believes only the bytes */
    if (gate_allows(p->setup.gate, text, err)) {
        return true;
    }
    log_line(LOG_ERROR, "%s: %s", p->setup.settings->name, err->text);
    return false;
}

static void want_send(void *context, struct slice bytes)
{
    struct pbx *p = context;
    record(p, TRANSCRIPT_SENT, bytes);
    if (p->link != NULL && !link_send(p->link, bytes)) {
        struct err why = ERR_INIT;
        err_set(&why, ERR_NETWORK, "talking to %s: it does not read what is sent to it; connecting again", p->host);
        link_close(p->link);
        record(p, TRANSCRIPT_DOWN, slice_of(why.text));
        session_lost(p->session, &why, clock_mono_ms());
    }
}

static void want_connect(void *context)
{
    struct pbx *p = context;
    if (p->link != NULL) {
        link_open(p->link);
    }
}

static void want_disconnect(void *context)
{
    struct pbx *p = context;
    if (p->link != NULL) {
        link_close(p->link);
        record(p, TRANSCRIPT_DOWN, SLICE("closed by acdtop"));
    }
}

static void session_moved(void *context)
{
    struct pbx *p = context;
    p->is_report_due = true;
}

static void order_answered(void *context, uint64_t tag, bool is_success, struct slice text, int64_t now_ms)
{
    struct pbx *p = context;
    if (p->setup.answered != NULL) {
        p->setup.answered(p->setup.context, tag, is_success, text, now_ms);
    }
}

static void event_came(void *context, const struct event *e, int64_t now_ms)
{
    struct pbx *p = context;
    p->setup.event(p->setup.context, p->fact.id, e, now_ms);
}

/* ---- hooks of the link (never in a replay) ---- */

static void link_up(void *context)
{
    struct pbx *p = context;
    record(p, TRANSCRIPT_UP, slice_of(p->host));
    session_up(p->session, clock_mono_ms());
}

static char *link_room(void *context, size_t *room)
{
    struct pbx *p = context;
    p->room = session_room(p->session, room);
    return p->room;
}

static void link_fed(void *context, size_t n)
{
    struct pbx *p = context;
    int64_t now_ms = clock_mono_ms();
    record(p, TRANSCRIPT_RECEIVED, (struct slice){ p->room, n });
    watch_day(p, now_ms);
    session_fed(p->session, n, now_ms);
}

static void link_down(void *context, const struct err *why)
{
    struct pbx *p = context;
    record(p, TRANSCRIPT_DOWN, slice_of(why->text));
    session_lost(p->session, why, clock_mono_ms());
}

/* ---- life ---- */

static void make_session(struct pbx *p, int64_t now_ms)
{
    const struct pbx_settings *settings = p->setup.settings;
    struct session_setup setup = {
        .user = settings->user,
        .host = p->host,
        .wall_at_zero_ms = p->setup.wall_at_zero_ms,
        .is_tls = settings->is_tls || settings->socket_path != NULL, /* a socket of this host is as private as TLS */
        .is_plain_secret_allowed = settings->is_plain_secret_allowed,
        .is_passive = p->setup.links == NULL,
        .floor = p->floor,
        .secret = want_secret,
        .may_send = may_send,
        .send = want_send,
        .connect = want_connect,
        .disconnect = want_disconnect,
        .changed = session_moved,
        .answered = order_answered,
        .event = p->setup.event != NULL ? event_came : NULL,
        .context = p,
    };
    p->session = session_new(&setup, now_ms);
}

struct pbx *pbx_new(const struct pbx_setup *setup, int64_t now_ms, int64_t now_wall_ms)
{
    struct pbx *p = mem_alloc(sizeof *p);
    const struct pbx_settings *settings = setup->settings;
    p->setup = *setup;
    p->fact.id = fact_pbx_id(setup->index);
    p->fact.name = mem_strdup(settings->name);
    p->fact.round_trip_us = -1;
    p->fact.barrier = p->fact.endpoints = -1;
    if (settings->socket_path != NULL) {
        (void)snprintf(p->host, sizeof p->host, "%s", settings->socket_path);
    } else {
        (void)snprintf(p->host, sizeof p->host, "%s:%d", settings->host != NULL ? settings->host : settings->name, (int)settings->port);
    }
    struct floor_setup floor = { .pbx_index = setup->index, .short_abandon_ms = setup->short_abandon_ms,
                                 .directory = setup->directory, .pbx_name = settings->name, .wrapup_s = setup->settings->wrapup_ms / 1000, .changed = floor_changed, .context = p };
    p->floor = floor_new(&floor, now_ms, now_wall_ms);
    p->day_end_wall_ms = clock_day_end_ms(now_wall_ms);
    p->day_end_at = now_ms + p->day_end_wall_ms - now_wall_ms;
    make_session(p, now_ms);
    if (setup->links != NULL) {
        struct link_hooks hooks = { link_up, link_room, link_fed, link_down, p };
        p->link = link_new(setup->links, settings, &hooks);
    }
    return p;
}

void pbx_free(struct pbx *p)
{
    if (p == NULL) {
        return;
    }
    link_free(p->link);
    session_free(p->session);
    floor_free(p->floor);
    fact_clear(FACT_PBX, (struct fact *)&p->fact);
    mem_free(p);
}

const char *pbx_name(const struct pbx *p)
{
    return p->setup.settings->name;
}

void pbx_start(struct pbx *p, int64_t now_ms)
{
    if (!p->is_started) {
        p->is_started = true;
        session_start(p->session, now_ms);
        report(p, now_ms);
    }
}

bool pbx_is_started(const struct pbx *p)
{
    return p->is_started;
}

static void replay_received(struct pbx *p, struct slice bytes, int64_t now_ms)
{
    while (bytes.n > 0) {
        size_t room;
        char *to = session_room(p->session, &room);
        size_t n = bytes.n < room ? bytes.n : room;
        if (n == 0) {
            session_fed(p->session, 0, now_ms); /* says what is wrong */
            return;
        }
        memcpy(to, bytes.p, n);
        session_fed(p->session, n, now_ms);
        bytes = (struct slice){ bytes.p + n, bytes.n - n };
    }
}

void pbx_replay(struct pbx *p, const struct transcript_entry *e, int64_t now_ms)
{
    struct err why = ERR_INIT;
    watch_day(p, now_ms);
    switch (e->kind) {
    case TRANSCRIPT_RECEIVED: replay_received(p, e->bytes, now_ms); break;
    case TRANSCRIPT_SENT: session_observe(p->session, e->bytes, now_ms); break;
    case TRANSCRIPT_UP: session_up(p->session, now_ms); break;
    case TRANSCRIPT_DOWN:
        err_set(&why, ERR_NETWORK, "%.*s", SLICE_FMT(e->bytes));
        session_lost(p->session, &why, now_ms);
        break;
    }
}

void pbx_tick(struct pbx *p, int64_t now_ms)
{
    if (!p->is_started) {
        return;
    }
    keep_day(p, now_ms);
    session_tick(p->session, now_ms);
    floor_tick(p->floor, now_ms);
    if (p->is_report_due || now_ms - p->reported_at >= REPORT_EVERY_MS) {
        report(p, now_ms);
    }
}

int64_t pbx_deadline(const struct pbx *p)
{
    if (!p->is_started) {
        return TIMER_NEVER;
    }
    int64_t session = session_deadline(p->session), floor = floor_deadline(p->floor);
    int64_t due = session < floor ? session : floor;
    return due < p->day_end_at ? due : p->day_end_at;
}

/* ---- orders ---- */

bool pbx_order(struct pbx *p, enum request_kind kind, const struct request_header *header, size_t count, uint64_t tag, int64_t now_ms, struct err *err)
{
    return session_order(p->session, kind, header, count, tag, now_ms, err);
}

bool pbx_ask_endpoints(struct pbx *p, int64_t now_ms)
{
    return session_ask_endpoints(p->session, now_ms);
}

bool pbx_may(const struct pbx *p, enum request_kind kind)
{
    return session_may(p->session, kind);
}

void pbx_reread(struct pbx *p, uint64_t queue)
{
    floor_suspect(p->floor, queue, "an order changed it, and no event told");
}

/* ---- readers ---- */

const struct fact *pbx_get(const struct pbx *p, enum fact_kind kind, uint64_t id)
{
    if (kind == FACT_PBX) {
        return (const struct fact *)&p->fact;
    }
    return floor_get(p->floor, kind, id);
}

const struct fact *pbx_next(const struct pbx *p, enum fact_kind kind, size_t *at)
{
    if (kind == FACT_PBX) {
        return (*at)++ == 0 ? (const struct fact *)&p->fact : NULL;
    }
    return floor_each(p->floor, kind, at);
}

void pbx_each(const struct pbx *p, void (*each)(void *context, enum fact_kind kind, uint64_t id), void *context)
{
    each(context, FACT_PBX, p->fact.id);
    for (int kind = FACT_PBX + 1; kind < FACT_COUNT; kind++) {
        const struct fact *f;
        for (size_t at = 0; (f = floor_each(p->floor, (enum fact_kind)kind, &at)) != NULL;) {
            each(context, (enum fact_kind)kind, f->id);
        }
    }
}
