/* SPDX-License-Identifier: MIT */
/* client: keeps a store equal to a keeper's facts, and a keeper running. When one dies its facts stay, marked as lost;
 * the next one's are gathered aside and take their place at once when they are whole, so that nothing blinks and only
 * differences are reported. An id may mean something else to the next keeper: what is remembered across keepers is
 * remembered by its names. */
#include "core/keeper/client_parts.h"

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/timer.h"
#include "core/keeper/review.h"
#include "core/keeper/door.h"
#include "core/keeper/spawn.h"
#include "core/keeper/wire.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

enum { READ_STEP = 64 * 1024, READ_A_TURN = 16 * READ_STEP, OUT_MAX = 64 * 1024,
       RESTART_FIRST_MS = 200, RESTART_MAX_MS = 10000, SETTLED_MS = 30000, REAP_STEP_MS = 20, REAP_MAX_MS = 2000,
       STILLBORN_MAX = 3, ORDER_MAX = 6000 /* a keeper takes 8 KiB at once from a console */, FAREWELL_MS = 1000 };

/* ---- a keeper begins ---- */

static bool start(struct client *c, struct err *err)
{
    bool is_there = c->socket_path != NULL ? door_enter(c->socket_path, &c->fd, err) : spawn_keeper((const char *const *)c->word, &c->pid, &c->fd, err);
    if (!is_there) {
        c->pid = 0;
        c->fd = -1;
        return false;
    }
    buf_reset(&c->in);
    buf_reset(&c->out);
    c->is_greeted = c->is_live = false;
    c->why = ERR_INIT;
    if (store_count(c->store, FACT_PBX) > 0) {
        store_free(c->fresh);
        c->fresh = store_new();
    }
    return (c->role == NULL || wire_add_text(&c->out, WIRE_ROLE, slice_of(c->role), (struct slice){ NULL, 0 }, 0)) && wire_add_hello(&c->out, SLICE(ACDTOP_VERSION)) && wire_add_who(&c->out);
}

static char **copy_words(const char *const *argv)
{
    size_t n = 0;
    while (argv[n] != NULL) {
        n++;
    }
    char **word = mem_array(n + 1, sizeof *word);
    for (size_t i = 0; i < n; i++) {
        word[i] = mem_strdup(argv[i]);
    }
    return word;
}

struct client *client_new(const char *const *argv, const struct client_hooks *hooks, struct err *err)
{
    struct client *c = mem_alloc(sizeof *c);
    c->hooks = *hooks;
    c->word = copy_words(argv);
    c->socket_path = mem_strdup(hooks->socket_path);
    c->role = mem_strdup(hooks->role);
    c->store = store_new();
    c->fd = -1;
    c->in = BUF_INIT(WIRE_RECORD_MAX + 2 * READ_STEP);
    c->out = BUF_INIT(OUT_MAX);
    if (!start(c, err)) {
        client_free(c);
        return NULL;
    }
    return c;
}

static void hang_up(struct client *c)
{
    if (c->fd >= 0) {
        (void)close(c->fd);
        c->fd = -1;
    }
}

void client_free(struct client *c)
{
    if (c == NULL) {
        return;
    }
    char how[32];
    int code;
    hang_up(c);
    if (c->pid > 0) {
        (void)spawn_ended(c->pid, FAREWELL_MS, how, sizeof how, &code); /* it ends by itself; waiting is a courtesy */
    }
    review_free(c->review);
    store_free(c->store);
    store_free(c->fresh);
    buf_wipe(&c->in);
    buf_wipe(&c->out);
    for (char **word = c->word; *word != NULL; word++) {
        mem_free(*word);
    }
    mem_free(c->word);
    mem_free(c->socket_path);
    mem_free(c->role);
    mem_free(c);
}

/* ---- facts ---- */

static void tell(void *context, enum fact_kind kind, uint64_t id, const struct fact *f)
{
    const struct client *c = context;
    if (c->hooks.changed != NULL) {
        c->hooks.changed(c->hooks.context, kind, id, f);
    }
}

/* What is true now: another store than the one that is shown while somebody looks back. */
static struct store *live_store(const struct client *c)
{
    return c->review != NULL ? review_live(c->review) : c->store;
}

static void put(struct client *c, enum fact_kind kind, struct fact *f)
{
    uint64_t id = f->id;
    struct store *live = live_store(c);
    if (c->review != NULL) {
        review_note(c->review, kind, store_get(live, kind, id), f);
    }
    if (store_put(live, kind, f) && live == c->store) {
        tell(c, kind, id, store_get(live, kind, id));
    }
}

static void drop(struct client *c, enum fact_kind kind, uint64_t id)
{
    struct store *live = live_store(c);
    const struct fact *f = store_get(live, kind, id);
    if (f == NULL) {
        return;
    }
    if (c->review != NULL) {
        review_note(c->review, kind, f, NULL);
    }
    if (live == c->store) {
        tell(c, kind, id, NULL);
    }
    (void)store_drop(live, kind, id);
}

/* The store is whole. */
static void say_flushed(struct client *c, int64_t mono_ms)
{
    if (c->review != NULL) {
        review_flushed(c->review, client_live_ms(c, mono_ms));
    }
    if (c->hooks.flushed != NULL) {
        c->hooks.flushed(c->hooks.context);
    }
}

/* What the new keeper knows takes the place of what the old one knew. */
static void adopt(struct client *c)
{
    struct store *fresh = c->fresh;
    const struct fact *f;
    c->fresh = NULL;
    for (int k = 0; k < FACT_COUNT; k++) {
        enum fact_kind kind = (enum fact_kind)k;
        for (size_t at = 0; (f = store_each(live_store(c), kind, &at)) != NULL;) {
            if (store_get(fresh, kind, f->id) == NULL) {
                drop(c, kind, f->id);
            }
        }
        for (size_t at = 0; (f = store_each(fresh, kind, &at)) != NULL;) {
            union fact_any copy = { .head = { 0 } };
            memset(&copy, 0, sizeof copy);
            fact_copy(kind, &copy.head, f);
            put(c, kind, &copy.head);
        }
    }
    store_free(fresh);
}

static void flushed(struct client *c, int64_t mono_ms)
{
    if (c->fresh != NULL) {
        adopt(c);
    }
    if (!c->is_live) {
        c->is_live = c->was_live = true;
        c->live_since = mono_ms;
    }
    say_flushed(c, mono_ms);
}

/* ---- records ---- */

static void end(struct client *c, enum err_kind kind, int exit_code, struct slice sentence)
{
    c->is_ended = true;
    c->exit_code = exit_code;
    if (exit_code != 0) {
        err_set(&c->end, kind, "%.*s", SLICE_FMT(sentence));
    }
}

static void end_as_told(struct client *c, const struct wire_record *r)
{
    enum err_kind kind = ERR_INTERNAL;
    for (int k = ERR_NONE + 1; k < ERR_COUNT; k++) {
        if (err_exit_code((enum err_kind)k) == r->number) {
            kind = (enum err_kind)k;
        }
    }
    end(c, kind, r->number >= 0 && r->number < 256 ? (int)r->number : 1, r->text);
}

static void greet(struct client *c, const struct wire_record *r)
{
    c->is_greeted = r->number == wire_fingerprint();
    if (!c->is_greeted) {
        struct err err = ERR_INIT;
        err_set(&err, ERR_INTERNAL, "this console is acdtop %s and its keeper is acdtop %.*s, which speak differently: start the console again", ACDTOP_VERSION, SLICE_FMT(r->text));
        end(c, err.kind, err_exit_code(err.kind), slice_of(err.text));
    }
}

static void ask(struct client *c, struct slice pbx)
{
    struct buf secret = BUF_INIT(4096);
    (void)buf_reserve(&secret, secret.max); /* at once: a buffer that grows leaves a secret behind */
    (void)buf_reserve(&c->out, c->out.max - c->out.len);
    bool is_given = c->hooks.ask != NULL && c->hooks.ask(c->hooks.context, pbx, &secret);
    (void)wire_add_text(&c->out, WIRE_SECRET, pbx, is_given ? buf_slice(&secret) : (struct slice){ NULL, 0 }, 0);
    buf_wipe(&secret);
}

static void take_rights(const struct client *c, struct slice text)
{
    struct rights rights;
    rights_read(text, &rights);
    if (c->hooks.rights != NULL)
        c->hooks.rights(c->hooks.context, &rights);
}

static void take(struct client *c, struct wire_record *r, int64_t mono_ms)
{
    switch (r->type) {
    case WIRE_HELLO: greet(c, r); break;
    case WIRE_TIME: client_take_time(c, &r->time, mono_ms); break;
    case WIRE_FACT:
        if (c->fresh != NULL) {
            (void)store_put(c->fresh, r->kind, &r->fact.head);
        } else {
            put(c, r->kind, &r->fact.head);
        }
        break;
    case WIRE_GONE:
        if (c->fresh != NULL) {
            (void)store_drop(c->fresh, r->kind, r->id);
        } else {
            drop(c, r->kind, r->id);
        }
        break;
    case WIRE_FLUSH: flushed(c, mono_ms); break;
    case WIRE_NOTICE:
        if (r->number > 0 && r->number < 256) {
            c->exit_code = (int)r->number; /* a fault that ends nothing: the last picture stays */
        }
        if (c->hooks.notice != NULL) {
            c->hooks.notice(c->hooks.context, r->text);
        }
        break;
    case WIRE_ASK: ask(c, r->name); break;
    case WIRE_END: end_as_told(c, r); break;
    case WIRE_RIGHTS: take_rights(c, r->text); break;
    case WIRE_ROLE:
    case WIRE_SECRET:
    case WIRE_PLAY:
    case WIRE_WHO:
    case WIRE_ORDER:
    case WIRE_TYPE_COUNT: break; /* does not come this way */
    }
}

/* False: it does not speak our language. */
static bool work_off(struct client *c, int64_t mono_ms, struct err *err)
{
    struct wire_record r;
    size_t at = 0;
    enum wire_state state = WIRE_MORE;
    while (!c->is_ended && (state = wire_next(buf_slice(&c->in), &at, &r, err)) == WIRE_READY) {
        if (!c->is_greeted && r.type != WIRE_HELLO) {
            wire_record_clear(&r);
            return err_set(err, ERR_INTERNAL, "reading the wire between console and keeper: it does not begin with a greeting");
        }
        take(c, &r, mono_ms);
        wire_record_clear(&r);
    }
    buf_drop(&c->in, at);
    return state != WIRE_BAD;
}

/* ---- the socket ---- */

/* False: the keeper has hung up, or what it says is nonsense (*err). */
static bool receive(struct client *c, int64_t mono_ms, struct err *err)
{
    for (size_t total = 0; total < READ_A_TURN && !c->is_ended;) {
        char *room = buf_reserve(&c->in, READ_STEP);
        ssize_t n = room != NULL ? recv(c->fd, room, READ_STEP, MSG_DONTWAIT) : -1;
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return errno == EAGAIN || errno == EWOULDBLOCK;
        }
        c->in.len += (size_t)n;
        total += (size_t)n;
        if (n == 0 || !work_off(c, mono_ms, err)) {
            return false;
        }
    }
    return true;
}

static bool transmit(struct client *c)
{
    while (c->out.len > 0) {
        ssize_t n = send(c->fd, c->out.data, c->out.len, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return errno == EAGAIN || errno == EWOULDBLOCK;
        }
        buf_drop(&c->out, (size_t)n);
        mem_wipe(c->out.data + c->out.len, c->out.cap - c->out.len); /* a secret may have lain there */
    }
    return true;
}

/* What a person wants does not wait for the next beat. What goes wrong the next turn sees as well. */
static void say_now(struct client *c)
{
    if (c->fd >= 0) {
        (void)transmit(c);
    }
}

/* ---- a keeper ends ---- */

static void mark_lost(struct client *c, const char *why, int64_t mono_ms)
{
    const struct fact *f;
    for (size_t at = 0; (f = store_each(live_store(c), FACT_PBX, &at)) != NULL;) {
        struct fact_pbx copy = { 0 };
        fact_copy(FACT_PBX, (struct fact *)&copy, f);
        copy.link = LINK_LOST;
        copy.link_since = client_live_ms(c, mono_ms);
        copy.retry_at = client_live_ms(c, c->restart_at);
        mem_assign(&copy.reason, slice_of(why));
        put(c, FACT_PBX, (struct fact *)&copy);
    }
    say_flushed(c, mono_ms);
}

static void plan_restart(struct client *c, const char *how, int64_t mono_ms)
{
    struct err sentence = ERR_INIT;
    if (c->is_live && mono_ms - c->live_since >= SETTLED_MS) {
        c->attempt = 0;
    }
    int64_t wait_ms = (int64_t)RESTART_FIRST_MS << (c->attempt < 6 ? c->attempt : 6);
    c->restart_at = mono_ms + (wait_ms < RESTART_MAX_MS ? wait_ms : RESTART_MAX_MS);
    c->attempt++;
    c->is_live = false;
    if (c->socket_path != NULL)
        err_set(&sentence, ERR_NETWORK, "%s; looking for it again", c->why.kind != ERR_NONE ? c->why.text : how);
    else
        err_set(&sentence, ERR_INTERNAL, "the keeper ended (%s); starting another", c->why.kind != ERR_NONE ? c->why.text : how);
    mark_lost(c, sentence.text, mono_ms);
}

static void bury(struct client *c, int64_t mono_ms)
{
    char how[32];
    int code;
    if (!spawn_ended(c->pid, 0, how, sizeof how, &code)) {
        if (mono_ms - c->hung_up_at >= REAP_MAX_MS) {
            (void)kill(c->pid, SIGKILL);
        }
        c->reap_at = mono_ms + REAP_STEP_MS;
        return;
    }
    c->pid = 0;
    if (!c->was_live && (code == SPAWN_CANNOT_RUN || c->attempt + 1 >= STILLBORN_MAX)) {
        struct err err = ERR_INIT;
        err_set(&err, ERR_SYSTEM, "starting the keeper: it ended before it said anything (%s)%s", c->why.kind != ERR_NONE ? c->why.text : how,
                code == SPAWN_CANNOT_RUN ? "; is /proc mounted?" : "");
        end(c, err.kind, err_exit_code(err.kind), slice_of(err.text));
        return;
    }
    plan_restart(c, how, mono_ms);
}

static void lose(struct client *c, const struct err *why, int64_t mono_ms)
{
    hang_up(c);
    c->hung_up_at = mono_ms;
    c->why = *why;
    if (c->socket_path != NULL) {
        plan_restart(c, "the keeper of this host has hung up", mono_ms);
    } else if (why->kind != ERR_NONE) {
        (void)kill(c->pid, SIGKILL); /* it lives and talks nonsense */
    }
}

bool client_turn(struct client *c, int64_t mono_ms, struct err *err)
{
    struct err why = ERR_INIT;
    if (c->fd >= 0) {
        bool is_sent = transmit(c); /* a keeper that has hung up may have said why before */
        if ((!receive(c, mono_ms, &why) || !is_sent || !transmit(c)) && !c->is_ended) {
            lose(c, &why, mono_ms);
        }
    }
    if (c->fd < 0 && c->pid > 0 && !c->is_ended) {
        bury(c, mono_ms);
    }
    if (c->pid == 0 && c->fd < 0 && !c->is_ended && mono_ms >= c->restart_at && !start(c, &why)) {
        plan_restart(c, why.text, mono_ms);
    }
    if (c->review != NULL) {
        review_turn(c->review, mono_ms, client_live_ms(c, mono_ms));
    }
    if (c->is_ended) {
        hang_up(c);
        if (c->end.kind != ERR_NONE) {
            err_set(err, c->end.kind, "%s", c->end.text);
        }
    }
    return !c->is_ended;
}

/* ---- questions ---- */

int64_t client_deadline(const struct client *c)
{
    int64_t review_at = c->review != NULL ? review_deadline(c->review) : TIMER_NEVER;
    if (c->fd >= 0 || c->is_ended) {
        return review_at;
    }
    int64_t at = c->pid > 0 ? c->reap_at : c->restart_at;
    return at < review_at ? at : review_at;
}

const struct store *client_store(const struct client *c)
{
    return c->store;
}

int client_fd(const struct client *c)
{
    return c->fd;
}

short client_events(const struct client *c)
{
    return c->out.len > 0 ? POLLIN | POLLOUT : POLLIN;
}

bool client_is_live(const struct client *c)
{
    return c->is_live && c->fd >= 0;
}

int client_exit_code(const struct client *c)
{
    return c->exit_code;
}

/* ---- what a person wants ---- */

bool client_order(struct client *c, struct slice lines, int64_t ref, bool is_dry)
{
    bool is_said = c->fd >= 0 && c->is_live && !c->hooks.is_readonly && lines.n <= ORDER_MAX &&
                   wire_add_text(&c->out, WIRE_ORDER, is_dry ? SLICE("dry") : SLICE(""), lines, ref);
    say_now(c);
    return is_said;
}

void client_keep_past(struct client *c, size_t bytes_max, int64_t keep_ms)
{
    c->review = review_new(bytes_max, keep_ms, c->store, tell, c);
}

bool client_past(const struct client *c, int64_t mono_ms, struct client_past *out)
{
    *out = (struct client_past){ .live = live_store(c), .live_ms = client_live_ms(c, mono_ms), .is_back = client_is_back(c) };
    if (c->review == NULL) {
        out->from_ms = c->time.from_ms;
        out->to_ms = c->time.to_ms;
    } else {
        out->to_ms = out->live_ms;
        out->from_ms = review_from_ms(c->review) < out->to_ms ? review_from_ms(c->review) : out->to_ms;
    }
    return out->to_ms > out->from_ms;
}

enum review_news client_play(struct client *c, struct slice verb, struct slice text, int64_t number, int64_t mono_ms)
{
    if (c->review != NULL) {
        return review_obey(c->review, verb, text, number, mono_ms, client_live_ms(c, mono_ms));
    }
    (void)wire_add_text(&c->out, WIRE_PLAY, verb, text, number);
    say_now(c);
    return REVIEW_DONE;
}
