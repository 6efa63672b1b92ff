/* SPDX-License-Identifier: MIT */
/* session: the life of one AMI conversation: connect, the phases in their order (a table), loss, back-off, again, for ever; and
 * the report of it. What is said in each phase lies in the other session_*.c. Owns the frame reader and what is
 * outstanding; the floor, the link and the clock belong to others. */
#include "core/link/session_private.h"

#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/base/timer.h"

enum { FIRST_RETRY_MS = 500, RETRY_MAX_MS = 30000, FINAL_RETRY_MS = 60000, SETTLED_MS = 30000, STOPPED_MS = 2000,
       ROOM_MIN = 16 * 1024, OUT_MAX = 16 * 1024 };

struct phase_row {
    enum link_state link;
    int64_t limit_ms;                   /* 0: as long as it takes */
    enum refusal late;
    void (*enter)(struct session *s);   /* NULL: waits for what comes */
};

static const struct phase_row phases[PHASE_COUNT] = {
    [PHASE_IDLE] = { LINK_IDLE, 0, REFUSAL_CLOSED, NULL },
    [PHASE_CONNECTING] = { LINK_CONNECTING, 0, REFUSAL_TIMEOUT, NULL }, /* the link has its own limit */
    [PHASE_GREETING] = { LINK_LOGIN, 6000, REFUSAL_NO_GREETING, NULL },
    [PHASE_CHALLENGE] = { LINK_LOGIN, 10000, REFUSAL_DEAD, session_enter_challenge },
    [PHASE_LOGIN] = { LINK_LOGIN, 15000, REFUSAL_DEAD, NULL }, /* a refusal takes Asterisk a second */
    [PHASE_RIGHTS] = { LINK_LOGIN, 15000, REFUSAL_DEAD, session_enter_rights },
    [PHASE_VERSION] = { LINK_LOGIN, 15000, REFUSAL_DEAD, session_enter_version },
    [PHASE_CLOCK] = { LINK_SYNCING, 15000, REFUSAL_DEAD, session_enter_clock },
    [PHASE_CHANNELS] = { LINK_SYNCING, 0, REFUSAL_DEAD, session_enter_channels },
    [PHASE_QUEUES] = { LINK_SYNCING, 0, REFUSAL_DEAD, session_enter_queues },
    [PHASE_NO_QUEUES] = { LINK_BOOTING, 0, REFUSAL_DEAD, NULL },
    [PHASE_LIVE] = { LINK_LIVE, 0, REFUSAL_DEAD, NULL },
    [PHASE_WAITING] = { LINK_LOST, 0, REFUSAL_CLOSED, NULL },
};

void session_changed(struct session *s)
{
    if (s->setup.changed != NULL)
        s->setup.changed(s->setup.context);
}

int64_t session_wall(const struct session *s)
{
    return s->setup.wall_at_zero_ms != 0 ? s->setup.wall_at_zero_ms + s->now : clock_wall_ms();
}

static void set_link(struct session *s, enum link_state link)
{
    if (link == s->link)
        return;
    s->link = link;
    s->link_since = s->now;
}

/* why NULL: there is none. */
static void set_reason(struct session *s, const struct err *why)
{
    mem_assign(&s->reason, slice_of(why != NULL ? why->text : NULL));
    s->cause = why != NULL ? why->word : NULL;
}

void session_enter(struct session *s, enum phase phase)
{
    s->phase = phase;
    s->phase_since = s->now;
    set_link(s, phases[phase].link);
    if (phase == PHASE_LIVE) {
        s->live_since = s->fresh_at = s->now;
        if (s->live_connection != s->connections)
            s->lives++;
        s->live_connection = s->connections;
        set_reason(s, NULL);
        session_endpoints_live(s);
        log_line(LOG_INFO, "%s: live", s->host);
    }
    session_changed(s);
    if (phases[phase].enter != NULL)
        phases[phase].enter(s);
}

/* Inside a list everything is looked at: half of an item may begin with the name of an event that we would pass over. The reader
 * asks without a context, so this is set before it works; there is one thread. */
static bool is_list_open;

static bool is_wanted(struct slice event_name)
{
    return is_list_open || event_is_wanted(event_name);
}

/* --- begin and end ---------------------------------------------------------------------------------- */

struct session *session_new(const struct session_setup *setup, int64_t now_ms)
{
    struct session *s = mem_alloc(sizeof *s);
    s->setup = *setup;
    s->user = mem_strdup(setup->user != NULL ? setup->user : "");
    s->host = mem_strdup(setup->host != NULL ? setup->host : "the PBX");
    s->reader = frame_reader_new(NULL, is_wanted);
    s->said = setup->is_passive ? frame_reader_new(NULL, NULL) : NULL;
    s->now = s->phase_since = s->link_since = now_ms;
    s->out = BUF_INIT(OUT_MAX);
    random_bytes(&s->random.state, sizeof s->random.state);
    s->barrier = -1;
    session_ping_reset(s);
    session_endpoints_reset(s);
    return s;
}

static void forget_connection(struct session *s)
{
    session_forget_asked(s);
    session_forget_cut(s);
    session_questions_forget(s);
    session_sync_reset(s);
    session_ping_reset(s);
    session_endpoints_reset(s);
    s->is_up = s->is_booted = s->is_right_known = false;
    s->rights_at = 0;
    s->rights_asks = 0;
    s->agent_events = s->queue_moves = 0;
    session_forget_rights(s);
    if (s->is_linked) {
        s->is_linked = false;
        floor_link_down(s->setup.floor, s->fresh_at, s->now);
    }
}

void session_free(struct session *s)
{
    if (s == NULL)
        return;
    session_forget_asked(s);
    session_forget_cut(s);
    session_questions_forget(s);
    session_sync_reset(s);
    session_forget_rights(s);
    frame_reader_free(s->reader);
    frame_reader_free(s->said);
    buf_wipe(&s->out);
    mem_free(s->user);
    mem_free(s->host);
    mem_free(s->reason);
    mem_free(s->asterisk);
    mem_free(s->notice_text);
    mem_free(s);
}

/* --- connect, lose, again ---------------------------------------------------------------------------- */

static void connect_now(struct session *s)
{
    s->retry_at = 0;
    s->connections++;
    session_enter(s, PHASE_CONNECTING);
    s->setup.connect(s->setup.context);
}

static int64_t back_off(struct session *s, bool is_final)
{
    int64_t wait_ms = FIRST_RETRY_MS;
    for (unsigned i = 0; i < s->attempt && wait_ms < RETRY_MAX_MS; i++)
        wait_ms *= 2;
    if (wait_ms > RETRY_MAX_MS)
        wait_ms = RETRY_MAX_MS;
    if (is_final)
        wait_ms = FINAL_RETRY_MS;
    s->attempt++;
    return wait_ms * (800 + (int64_t)random_below(&s->random, 401)) / 1000;
}

/* The connection is over; why is said until the next one is live. */
static void wait_for_next(struct session *s, const struct err *why, bool is_final)
{
    if (s->phase == PHASE_LIVE && s->now - s->live_since >= SETTLED_MS)
        s->attempt = 0;
    forget_connection(s);
    set_reason(s, why);
    log_line(LOG_WARN, "%s: %s", s->host, why->text);
    s->retry_at = s->setup.is_passive ? 0 : s->now + back_off(s, is_final);
    s->phase = PHASE_WAITING;
    s->phase_since = s->now;
    set_link(s, is_final || why->kind == ERR_LOGIN ? LINK_REFUSED : LINK_LOST);
    session_changed(s);
}

/* The same with a sentence of its own. */
static void fail_with(struct session *s, const struct err *why, bool is_final)
{
    if (s->phase == PHASE_WAITING || s->phase == PHASE_IDLE)
        return;
    bool was_up = s->is_up;
    wait_for_next(s, why, is_final);
    if (was_up && !s->setup.is_passive)
        s->setup.disconnect(s->setup.context);
}

void session_fail(struct session *s, enum refusal why, const char *detail)
{
    struct err err;
    refusal_sentence(why, s->host, s->user, detail, &err);
    fail_with(s, &err, refusal_is_final(why));
}

void session_start(struct session *s, int64_t now_ms)
{
    s->now = now_ms;
    if (s->phase == PHASE_IDLE && !s->setup.is_passive)
        connect_now(s);
}

void session_up(struct session *s, int64_t now_ms)
{
    s->now = s->heard_at = s->heard_from = s->up_at = now_ms;
    forget_connection(s);
    if (s->setup.is_passive) {
        s->connections++;
        frame_reader_reset(s->said);
        frame_feed(s->said, SLICE("Asterisk Call Manager/0.0.0\r\n")); /* this direction has no greeting of its own */
    }
    s->skipped_before += (int64_t)frame_skipped(s->reader);
    frame_reader_free(s->reader);
    s->reader = frame_reader_new(NULL, is_wanted);
    random_token(s->nonce);
    s->counter = 0;
    s->first_byte = 256;
    s->is_up = true;
    s->is_shutting_down = s->is_cut_told = false;
    session_enter(s, PHASE_GREETING);
}

/* A connection that ends before its greeting says by that what listens there; one that ends in the middle of it, only that it was cut. */
static bool ended_ungreeted(struct session *s)
{
    if (s->phase != PHASE_GREETING || !s->is_up)
        return false;
    if (s->first_byte == 0x15 || s->first_byte == 0x16) /* a TLS record: alert, handshake */
        session_fail(s, REFUSAL_PLAIN_ON_TLS, NULL);
    else if (s->first_byte == 256 || s->first_byte == 'A') /* sterisk Call Manager */
        session_fail(s, REFUSAL_NO_GREETING, s->first_byte == 256 ? "it closed at once" : "it closed in the middle of that");
    else
        session_fail(s, REFUSAL_NOT_AMI, NULL);
    return true;
}

void session_lost(struct session *s, const struct err *why, int64_t now_ms)
{
    s->now = now_ms;
    if (s->phase == PHASE_WAITING || s->phase == PHASE_IDLE || ended_ungreeted(s))
        return;
    if (s->is_shutting_down)
        session_fail(s, REFUSAL_SHUTDOWN, NULL);
    else
        fail_with(s, why, why->kind == ERR_CONFIG);
}

/* --- bytes and time ----------------------------------------------------------------------------------- */

char *session_room(struct session *s, size_t *room)
{
    char *at = frame_room(s->reader, ROOM_MIN, room);
    s->room_at = at;
    return at;
}

static void work_off(struct session *s)
{
    struct frame frame;
    struct err err = ERR_INIT;
    enum frame_state state = FRAME_MORE;
    for (;;) {
        is_list_open = session_is_listing(s);
        if (!s->is_up || (state = frame_next(s->reader, &frame, &err)) != FRAME_READY)
            break;
        session_take(s, &frame);
    }
    if (s->is_up && state == FRAME_BAD)
        session_fail(s, s->phase == PHASE_GREETING ? REFUSAL_NOT_AMI : REFUSAL_PROTOCOL, s->phase == PHASE_GREETING ? NULL : err.text);
}

/* Limits count from when we could listen: not while we stood still ourselves. */
static int64_t limit_at(const struct session *s, int64_t from, int64_t limit_ms)
{
    return (from > s->heard_from ? from : s->heard_from) + limit_ms;
}

static int64_t phase_limit(const struct session *s)
{
    int64_t limit_ms = phases[s->phase].limit_ms;
    return limit_ms == 0 || s->setup.is_passive ? TIMER_NEVER : limit_at(s, s->phase_since, limit_ms);
}

static int64_t answer_limit(const struct session *s)
{
    size_t i = 0;
    while (i < s->asked_count && s->asked[i].kind == REQUEST_EVENTS) /* may never be answered */
        i++;
    bool is_waited_for = i < s->asked_count && !s->asked[i].is_open && !session_is_listing(s) && !s->setup.is_passive;
    return is_waited_for ? limit_at(s, s->asked[i].at_ms, ANSWER_MAX_MS) : TIMER_NEVER;
}

static void check_limits(struct session *s)
{
    enum refusal late = phases[s->phase].late;
    if (s->now >= phase_limit(s))
        session_fail(s, late, late == REFUSAL_NO_GREETING ? "silent for 6 s" : "no answer to the login");
    else if (s->now >= answer_limit(s))
        session_fail(s, REFUSAL_DEAD, "a request has had no answer for 30 s");
}

/* What is due now; also after bytes, so that an answer leads to the next request at once. */
static void go_on(struct session *s)
{
    if (s->is_up)
        check_limits(s);
    if (s->phase >= PHASE_CLOCK && s->is_up)
        session_ping_tick(s);
    if (s->phase >= PHASE_CLOCK && s->is_up)
        session_sync_tick(s);
    if (s->phase >= PHASE_CLOCK && s->is_up)
        session_question_tick(s);
    if (s->is_up)
        session_rights_tick(s);
    if (s->is_up)
        session_endpoints_tick(s);
}

void session_fed(struct session *s, size_t n, int64_t now_ms)
{
    if (!s->is_up) { /* a damaged transcript: what belongs to no connection must not pile up */
        s->skipped_before += (int64_t)frame_skipped(s->reader);
        frame_reader_reset(s->reader);
        return;
    }
    s->now = s->heard_at = now_ms;
    if (s->phase == PHASE_LIVE)
        s->fresh_at = now_ms;
    s->bytes_in += (int64_t)n;
    if (s->first_byte == 256 && n > 0)
        s->first_byte = (unsigned char)s->room_at[0];
    frame_fed(s->reader, n);
    work_off(s);
    go_on(s);
}

void session_tick(struct session *s, int64_t now_ms)
{
    int64_t due = session_deadline(s);
    s->now = now_ms;
    if (due < now_ms && now_ms - due > STOPPED_MS)
        s->heard_from = now_ms; /* it was we who stood still: what came meanwhile is not read yet */
    if (s->phase == PHASE_WAITING && s->retry_at != 0 && now_ms >= s->retry_at)
        connect_now(s);
    go_on(s);
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

int64_t session_deadline(const struct session *s)
{
    if (s->phase == PHASE_WAITING)
        return s->retry_at != 0 ? s->retry_at : TIMER_NEVER;
    if (!s->is_up)
        return TIMER_NEVER;
    int64_t due = earlier(phase_limit(s), answer_limit(s));
    if (s->phase >= PHASE_CLOCK)
        due = earlier(earlier(earlier(due, session_endpoints_deadline(s)), s->setup.is_passive ? TIMER_NEVER : s->rights_at), earlier(session_ping_deadline(s), session_sync_deadline(s)));
    return due;
}

void session_report(const struct session *s, struct fact_pbx *out)
{
    out->link = s->link;
    out->link_since = s->link_since;
    out->reason = s->reason;
    out->cause = (char *)(uintptr_t)s->cause; /* only read */
    out->write_classes = s->write_classes;
    out->seen_classes = s->seen_classes;
    out->notice = s->notice_text;
    out->asterisk = s->asterisk;
    out->retry_at = s->retry_at;
    out->heard_at = s->fresh_at;
    out->bytes_in = s->bytes_in;
    out->bytes_out = s->bytes_out;
    out->events = s->events;
    out->events_skipped = s->skipped_before + (int64_t)frame_skipped(s->reader);
    out->round_trip_us = s->ping.round_trip_us;
    out->is_clock_known = s->ping.is_known;
    out->clock_offset_ms = s->ping.is_known ? s->ping.offset_ms - (session_wall(s) - s->now) : 0;
    out->reconnects = s->lives > 1 ? s->lives - 1 : 0;
    out->barrier = s->barrier;
    out->peers = s->peers;
    out->endpoints = s->endpoints.count;
    out->endpoints_at = s->endpoints.told_at;
}
