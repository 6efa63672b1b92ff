/* SPDX-License-Identifier: MIT */
/* peer: facts that are marked dirty become records when the console has read the ones before, and never sooner. One
 * batch is what was marked when it began, closed by a FLUSH; a large one goes in pieces, so that the keeper's turn to
 * its PBXs comes in between. What the console says is little: a role, a greeting, orders, and secrets, which are wiped here. */
#include "core/keeper/peer.h"

#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/base/timer.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    IN_MAX = 8 * 1024,            /* what a console says is short */
    OUT_FULL = 128 * 1024,        /* no further record before some of this has gone */
    OUT_MAX = OUT_FULL + 2 * WIRE_RECORD_MAX,
    PIECES_A_TURN = 4,            /* times OUT_FULL */
    READ_A_TURN = 4 * IN_MAX,     /* others want their turn as well, however much this one has to say */
    ORDERS_A_TURN = 50,
    REST_MS = 100                 /* after so many: the disk and the PBX are everybody's */
};

struct peer {
    struct peer_hooks hooks;
    int fd;
    struct buf in, out;
    struct dirty *dirty;
    bool is_greeted;
    char *login, *from; /* as it said */
    bool is_ending;    /* nothing more is said once `out` has gone */
    bool is_in_batch;
    int64_t next_ms;   /* no batch begins before */
    size_t orders;     /* lines of them, of this turn */
    int64_t rest_until; /* nothing is read before; 0: it is */
};

struct peer *peer_new(int fd, const struct peer_hooks *hooks)
{
    struct peer *p = mem_alloc(sizeof *p);
    p->hooks = *hooks;
    p->fd = fd;
    p->in = BUF_INIT(IN_MAX);
    p->out = BUF_INIT(OUT_MAX);
    p->dirty = dirty_new();
    (void)buf_reserve(&p->in, IN_MAX); /* at once: a buffer that grows leaves a secret behind in its old place */
    (void)wire_add_hello(&p->out, SLICE(ACDTOP_VERSION));
    return p;
}

void peer_free(struct peer *p)
{
    if (p == NULL) {
        return;
    }
    (void)close(p->fd);
    buf_wipe(&p->in);
    buf_clear(&p->out);
    dirty_free(p->dirty);
    mem_free(p->login);
    mem_free(p->from);
    mem_free(p);
}

int peer_fd(const struct peer *p)
{
    return p->fd;
}

short peer_events(const struct peer *p)
{
    return (short)((p->rest_until == 0 ? POLLIN : 0) | (p->out.len > 0 ? POLLOUT : 0));
}

struct dirty *peer_dirty(struct peer *p)
{
    return p->dirty;
}

void peer_said(const struct peer *p, struct slice *login, struct slice *from)
{
    *login = p->login != NULL ? slice_of(p->login) : SLICE("");
    *from = p->from != NULL ? slice_of(p->from) : SLICE("");
}

void peer_say(struct peer *p, enum wire_type type, struct slice name, struct slice text, int64_t number)
{
    p->is_ending = p->is_ending || type == WIRE_END;
    if (!wire_add_text(&p->out, type, name, text, number)) {
        log_line(LOG_WARN, "console: a record could not be written; it does not read");
    }
}

/* ---- from the console ---- */

static bool greet(struct peer *p, const struct wire_record *r)
{
    if (r->number != wire_fingerprint()) {
        log_line(LOG_ERROR, "console: is acdtop %.*s, this keeper is %s: they do not understand each other", SLICE_FMT(r->text), ACDTOP_VERSION);
        return false;
    }
    if (!p->is_greeted) {
        p->is_greeted = true;
        p->hooks.greeted(p->hooks.context, p);
    }
    return true;
}

static size_t count_lines(struct slice text)
{
    size_t n = 1;
    for (size_t i = 0; i < text.n; i++)
        n += text.p[i] == '\n';
    return n;
}

static bool obey(struct peer *p, const struct wire_record *r)
{
    if (p->is_ending)
        return true; /* it was told the end: nothing that it says counts any more */
    if (!p->is_greeted && r->type != WIRE_HELLO && r->type != WIRE_ROLE)
        return false;
    switch (r->type) {
    case WIRE_HELLO: return greet(p, r);
    case WIRE_SECRET:
        p->hooks.secret(p->hooks.context, r->name, r->text);
        return true;
    case WIRE_ROLE:
        if (!p->is_greeted)
            p->hooks.role(p->hooks.context, r->name);
        return !p->is_greeted;
    case WIRE_PLAY:
        p->hooks.play(p->hooks.context, r->name, r->text, r->number);
        return true;
    case WIRE_WHO:
        (void)mem_assign(&p->login, r->name);
        (void)mem_assign(&p->from, r->text);
        return true;
    case WIRE_ORDER:
        p->orders += count_lines(r->text);
        p->hooks.order(p->hooks.context, p, r->text, r->number, slice_eq(r->name, SLICE("dry")));
        return true;
    default: return false; /* everything else goes the other way */
    }
}

static bool work_off(struct peer *p)
{
    struct wire_record r;
    struct err err = ERR_INIT;
    size_t at = 0;
    enum wire_state state = WIRE_READY;
    bool is_good = true;
    while (is_good && p->orders < ORDERS_A_TURN && (state = wire_next(buf_slice(&p->in), &at, &r, &err)) == WIRE_READY) {
        is_good = obey(p, &r);
        wire_record_clear(&r);
    }
    if (state == WIRE_BAD) {
        log_line(LOG_ERROR, "console: %s", err.text);
        return false;
    }
    buf_drop(&p->in, at);
    if (p->in.data != NULL) {
        mem_wipe(p->in.data + p->in.len, p->in.cap - p->in.len); /* a secret may have lain there */
    }
    return is_good && (state != WIRE_MORE || p->in.len < IN_MAX);
}

static bool receive(struct peer *p, int64_t mono_ms)
{
    if (mono_ms < p->rest_until)
        return true;
    p->rest_until = 0;
    p->orders = 0;
    if (!work_off(p)) /* what was left over */
        return false;
    for (size_t got = 0; got < READ_A_TURN && p->orders < ORDERS_A_TURN;) {
        char *room = buf_reserve(&p->in, IN_MAX - p->in.len);
        ssize_t n = room != NULL ? recv(p->fd, room, IN_MAX - p->in.len, MSG_DONTWAIT) : -1;
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return errno == EAGAIN || errno == EWOULDBLOCK;
        }
        if (n == 0) {
            return false;
        }
        p->in.len += (size_t)n;
        got += (size_t)n;
        if (!work_off(p)) {
            return false;
        }
    }
    p->rest_until = p->orders >= ORDERS_A_TURN ? mono_ms + (int64_t)(p->orders / ORDERS_A_TURN) * REST_MS : 0;
    return true;
}

/* ---- to the console ---- */

/* False: it has gone. What the socket does not take stays. */
static bool transmit(struct peer *p)
{
    while (p->out.len > 0) {
        ssize_t n = send(p->fd, p->out.data, p->out.len, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return errno == EAGAIN || errno == EWOULDBLOCK;
        }
        buf_drop(&p->out, (size_t)n);
    }
    return true;
}

static void write_fact(struct peer *p, const struct dirty_fact *d)
{
    const struct fact *f = d->is_gone ? NULL : p->hooks.get(p->hooks.context, d->kind, d->id);
    if (f == NULL) {
        (void)wire_add_gone(&p->out, d->kind, d->id);
    } else if (!wire_add_fact(&p->out, d->kind, f)) {
        log_line(LOG_ERROR, "a %s has a value that cannot be told to the console; it is left out", fact_table[d->kind].name);
    }
}

/* Fills `out` from the batch; at its end the FLUSH. */
static void write_batch(struct peer *p, int64_t mono_ms)
{
    struct dirty_fact d;
    while (p->out.len < OUT_FULL) {
        if (!dirty_next(p->dirty, &d)) {
            (void)wire_add_flush(&p->out);
            p->is_in_batch = false;
            p->next_ms = mono_ms + PEER_FLUSH_MS;
            return;
        }
        write_fact(p, &d);
    }
}

static void write_time(struct peer *p)
{
    struct wire_time t = { 0 };
    p->hooks.time(p->hooks.context, &t);
    (void)wire_add_time(&p->out, &t);
}

void peer_say_time(struct peer *p)
{
    if (p->is_greeted && !p->is_ending)
        write_time(p);
}

static void begin_batch(struct peer *p)
{
    write_time(p);
    dirty_begin(p->dirty);
    p->is_in_batch = true;
}

static bool is_due(const struct peer *p, bool may_begin, int64_t mono_ms)
{
    return p->is_greeted && !p->is_ending && (p->is_in_batch || (may_begin && !dirty_is_empty(p->dirty) && mono_ms >= p->next_ms));
}

bool peer_turn(struct peer *p, bool may_begin, int64_t mono_ms)
{
    if (!receive(p, mono_ms) || !transmit(p)) {
        return false;
    }
    for (int i = 0; i < PIECES_A_TURN && p->out.len == 0 && is_due(p, may_begin, mono_ms); i++) {
        if (!p->is_in_batch) {
            begin_batch(p);
        }
        write_batch(p, mono_ms);
        if (!transmit(p)) {
            return false;
        }
    }
    return true;
}

void peer_hurry(struct peer *p)
{
    p->next_ms = 0;
}

static int64_t batch_due(const struct peer *p, bool may_begin)
{
    if (p->out.len > 0 || !p->is_greeted || p->is_ending) {
        return TIMER_NEVER; /* the socket says when */
    }
    if (p->is_in_batch) {
        return 0;
    }
    return may_begin && !dirty_is_empty(p->dirty) ? p->next_ms : TIMER_NEVER;
}

int64_t peer_deadline(const struct peer *p, bool may_begin)
{
    int64_t due = batch_due(p, may_begin);
    return p->rest_until != 0 && p->rest_until < due ? p->rest_until : due;
}
