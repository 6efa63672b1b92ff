/* SPDX-License-Identifier: MIT */
/* keeper_consoles: who is let in, as whom, and what each is told. A console has a seat from the moment it connects; when it greets, its seat
 * gets a guest, which knows what it may. A seat whose console has gone stays while an order of its is still to be planned. */
#include "core/keeper/keeper_parts.h"

#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/base/timer.h"
#include "core/config/secret.h"

#include <poll.h>
#include <pwd.h>
#include <stdio.h>
#include <unistd.h>

enum { ENTER_A_TURN = 32 /* who waits longer has others before him */ };

struct keeper_seat {
    struct keeper *keeper;
    struct peer *peer;   /* NULL: its console has gone */
    struct guest *guest; /* NULL: not greeted */
    struct door_user user;
    bool is_user_known;
    char asked[RIGHTS_NAME_MAX + 1]; /* the role that it wants to be lowered to */
};

/* ---- what a guest asks of the keeper ---- */

static const struct fact *guest_gets(void *context, enum fact_kind kind, uint64_t id)
{
    const struct keeper_seat *s = context;
    const struct fact *f = keeper_fact(s->keeper, kind, id);
    return f != NULL && scope_sees(s->keeper->scope, kind, f) ? f : NULL;
}

static const struct fact *guest_views(void *context, enum fact_kind kind, uint64_t id)
{
    const struct keeper_seat *s = context;
    return scope_view(s->keeper->scope, kind, keeper_fact(s->keeper, kind, id));
}

struct told { /* of all there is, what the keeper's own scope lets through */
    const struct keeper *keeper;
    void (*each)(void *to, enum fact_kind kind, uint64_t id);
    void *to;
};

static void tell_seen(void *context, enum fact_kind kind, uint64_t id)
{
    const struct told *t = context;
    if (scope_sees(t->keeper->scope, kind, keeper_fact(t->keeper, kind, id)))
        t->each(t->to, kind, id);
}

static void guest_eachs(void *context, void (*each)(void *to, enum fact_kind kind, uint64_t id), void *to)
{
    const struct keeper *k = ((const struct keeper_seat *)context)->keeper;
    struct told told = { k, each, to };
    const struct fact_order *o;
    for (size_t at = 0; k->desk != NULL && (o = orders_each(desk_orders(k->desk), &at)) != NULL;)
        tell_seen(&told, FACT_ORDER, o->id);
    for (size_t i = 0; i < k->pbx_count; i++)
        pbx_each(k->pbx[i], tell_seen, &told);
}

static void guest_tells(void *context, struct guest *g, enum fact_kind kind, uint64_t id, bool is_gone)
{
    const struct keeper_seat *s = context;
    (void)g;
    if (s->peer != NULL)
        dirty_mark(peer_dirty(s->peer), kind, id, is_gone);
}

/* ---- what a console says ---- */

static const struct fact *peer_get(void *context, enum fact_kind kind, uint64_t id)
{
    const struct keeper_seat *s = context;
    return s->guest != NULL ? guest_view(s->guest, kind, id) : NULL;
}

static void peer_time(void *context, struct wire_time *out)
{
    keeper_time(((const struct keeper_seat *)context)->keeper, out);
}

static void peer_role(void *context, struct slice name)
{
    struct keeper_seat *s = context;
    (void)snprintf(s->asked, sizeof s->asked, "%.*s", (int)(name.n < RIGHTS_NAME_MAX ? name.n : RIGHTS_NAME_MAX), name.n > 0 ? name.p : "");
}

static void name_uid(const struct keeper *k, uid_t uid, char *out, size_t size)
{
    if (uid == k->own_uid && k->own_name[0] != '\0')
        (void)snprintf(out, size, "%s", k->own_name);
    else
        policy_name(k->policy, &(struct door_user){ .uid = uid }, out, size);
}

static void name_user(const struct keeper_seat *s, char *out, size_t size)
{
    if (!s->is_user_known)
        (void)snprintf(out, size, "?");
    else
        name_uid(s->keeper, s->user.uid, out, size);
}

/* False: it is told why, and that is the end. */
static bool seat_guest(struct keeper_seat *s)
{
    struct keeper *k = s->keeper;
    struct guest_hooks hooks = { guest_gets, guest_views, guest_eachs, guest_tells, s };
    struct rights rights;
    struct err err = ERR_INIT;
    char who[64];
    if (!policy_of(k->policy, &s->user, slice_of(s->asked), &rights, &err)) {
        peer_say(s->peer, WIRE_END, (struct slice){ NULL, 0 }, slice_of(err.text), err_exit_code(ERR_LOGIN));
        return false;
    }
    name_user(s, who, sizeof who);
    s->guest = guest_new(++k->last_guest, who, &rights, &hooks);
    return true;
}

/* The login is everybody's: who only looks does not choose its secret. */
static bool may_tell_secrets(const struct keeper_seat *s)
{
    return s->guest != NULL && strcmp(guest_rights(s->guest)->role, "admin") == 0;
}

static void peer_greeted(void *context, struct peer *p)
{
    struct keeper_seat *s = context;
    const struct keeper *k = s->keeper;
    struct buf text = BUF_INIT(8192);
    if (!seat_guest(s))
        return;
    rights_write(guest_rights(s->guest), &text);
    peer_say(p, WIRE_RIGHTS, (struct slice){ NULL, 0 }, buf_slice(&text), 0);
    buf_clear(&text);
    guest_greet(s->guest);
    const char *trouble;
    for (size_t at = 0; k->desk != NULL && (trouble = desk_trouble(k->desk, &at)) != NULL;)
        peer_say(p, WIRE_NOTICE, (struct slice){ NULL, 0 }, slice_of(trouble), 0);
    for (size_t i = 0; i < k->pbx_count && may_tell_secrets(s); i++) {
        if (!keeper_is_replay(k) && secret_is_prompted(&k->setup->settings->pbx[i]) && !pbx_is_started(k->pbx[i]))
            peer_say(p, WIRE_ASK, slice_of(pbx_name(k->pbx[i])), (struct slice){ NULL, 0 }, 0);
    }
}

static void peer_secret(void *context, struct slice name, struct slice text)
{
    const struct keeper_seat *s = context;
    if (may_tell_secrets(s))
        keeper_secret(s->keeper, name, text);
}

static void peer_plays(void *context, struct slice verb, struct slice text, int64_t number)
{
    keeper_obey(((const struct keeper_seat *)context)->keeper, verb, text, number);
}

static void peer_orders(void *context, struct peer *p, struct slice line, int64_t ref, bool is_dry)
{
    const struct keeper_seat *s = context;
    if (s->keeper->desk != NULL && s->guest != NULL) { /* else it is only waiting to say why it ends */
        char login[64];
        struct ledger_giver by = { .uid = s->is_user_known ? (int64_t)s->user.uid : -1 };
        peer_said(p, &by.says_login, &by.says_from);
        if (s->is_user_known && s->user.has_login) {
            name_uid(s->keeper, s->user.login, login, sizeof login);
            by.login = login;
        }
        desk_give(s->keeper->desk, s->guest, &by, line, ref, is_dry, keeper_now(s->keeper));
        peer_hurry(p);
    }
}

/* ---- coming and going ---- */

struct guest *keeper_guest(void *context, uint64_t id)
{
    const struct keeper *k = context;
    for (size_t i = 0; i < k->seat_count; i++) {
        struct guest *g = k->seat[i]->guest;
        if (g != NULL && guest_id(g) == id)
            return g;
    }
    return NULL;
}

/* The user is the seat's from now on. */
static void add_seat(struct keeper *k, int fd, bool is_user_known, struct door_user user)
{
    struct keeper_seat *s = mem_alloc(sizeof *s);
    struct peer_hooks hooks = { peer_get, peer_time, peer_greeted, peer_secret, peer_role, peer_plays, peer_orders, s };
    s->keeper = k;
    s->is_user_known = is_user_known;
    s->user = user;
    s->peer = peer_new(fd, &hooks);
    k->seat[k->seat_count++] = s;
}

void keeper_add_console(struct keeper *k, int fd)
{
    struct door_user user;
    bool is_known = door_user(fd, &user);
    add_seat(k, fd, is_known, user);
}

static void free_seat(struct keeper_seat *s)
{
    guest_free(s->guest);
    peer_free(s->peer);
    door_user_clear(&s->user);
    mem_free(s);
}

void keeper_clear_consoles(struct keeper *k)
{
    while (k->seat_count > 0)
        free_seat(k->seat[--k->seat_count]);
}

/* What fits into an empty socket at once: nobody waits for him. */
static void turn_away(int fd, const char *why)
{
    struct peer_hooks hooks = { .context = NULL };
    struct peer *p = peer_new(fd, &hooks);
    peer_say(p, WIRE_END, (struct slice){ NULL, 0 }, slice_of(why), err_exit_code(ERR_LOGIN));
    (void)!peer_turn(p, false, clock_mono_ms());
    peer_free(p);
}

static bool is_room_for(const struct keeper *k, const struct door_user *user, struct err *err)
{
    size_t his = 0;
    for (size_t i = 0; i < k->seat_count; i++)
        his += k->seat[i]->is_user_known && k->seat[i]->user.uid == user->uid; /* who has gone and left orders behind as well */
    if (k->seat_count == KEEPER_PEERS_MAX)
        return err_set(err, ERR_LOGIN, "the keeper of this host serves as many consoles as it can");
    return policy_is_above(k->policy, user) || (int64_t)his < k->setup->settings->consoles_per_user ||
           err_set(err, ERR_LOGIN, "the keeper of this host serves %zu consoles and commands of yours already: consoles_per_user in its configuration is the limit", his);
}

/* A console of this host. Who has no role is told so, and not more. */
static void let_one_in(struct keeper *k, int fd)
{
    struct door_user user;
    struct rights ignored;
    struct err err = ERR_INIT;
    bool is_known = door_user(fd, &user) ? policy_of(k->policy, &user, (struct slice){ NULL, 0 }, &ignored, &err) : err_set(&err, ERR_LOGIN, "the kernel does not say who you are");
    if (is_known && is_room_for(k, &user, &err)) {
        add_seat(k, fd, true, user);
        return;
    }
    turn_away(fd, err.text);
    door_user_clear(&user);
}

void keeper_let_in(struct keeper *k)
{
    int fd;
    for (int i = 0; i < ENTER_A_TURN && (fd = door_accept(k->setup->listen_fd)) >= 0; i++)
        let_one_in(k, fd);
}

/* ---- all of them ---- */

void keeper_tell(struct keeper *k, enum wire_type type, const char *sentence, int64_t number)
{
    log_line(type == WIRE_END ? LOG_ERROR : LOG_INFO, "%s", sentence);
    for (size_t i = 0; i < k->seat_count; i++) {
        if (k->seat[i]->peer != NULL)
            peer_say(k->seat[i]->peer, type, (struct slice){ NULL, 0 }, slice_of(sentence), number);
    }
}

void keeper_notice(void *context, const char *sentence)
{
    struct keeper *k = context;
    for (size_t i = 0; i < k->seat_count; i++) {
        if (k->seat[i]->peer != NULL && k->seat[i]->guest != NULL)
            peer_say(k->seat[i]->peer, WIRE_NOTICE, (struct slice){ NULL, 0 }, slice_of(sentence), 0);
    }
}

void keeper_tell_fact(struct keeper *k, enum fact_kind kind, uint64_t id, bool is_gone)
{
    for (size_t i = 0; i < k->seat_count; i++) {
        if (k->seat[i]->peer != NULL && k->seat[i]->guest != NULL)
            guest_changed(k->seat[i]->guest, kind, id, is_gone);
    }
}

void keeper_forget_fact(struct keeper *k, enum fact_kind kind, uint64_t id)
{
    for (size_t i = 0; i < k->seat_count; i++)
        guest_tells(k->seat[i], NULL, kind, id, true);
}

void keeper_hurry(struct keeper *k)
{
    for (size_t i = 0; i < k->seat_count; i++) {
        if (k->seat[i]->peer != NULL)
            peer_hurry(k->seat[i]->peer);
    }
}

void keeper_say_time(struct keeper *k)
{
    for (size_t i = 0; i < k->seat_count; i++) {
        if (k->seat[i]->peer != NULL)
            peer_say_time(k->seat[i]->peer);
    }
}

static bool is_still_needed(const struct keeper_seat *s)
{
    const struct keeper *k = s->keeper;
    return s->peer != NULL || (s->guest != NULL && k->desk != NULL && orders_has_giver(desk_orders(k->desk), guest_id(s->guest)));
}

size_t keeper_serve(struct keeper *k, bool may_flush)
{
    size_t here = 0;
    for (size_t i = 0; i < k->seat_count;) {
        struct keeper_seat *s = k->seat[i];
        if (s->peer != NULL && !peer_turn(s->peer, may_flush, clock_mono_ms())) {
            struct peer *p = s->peer;
            s->peer = NULL; /* at once: what a later one wishes is told to all */
            peer_free(p);
        }
        here += s->peer != NULL;
        if (is_still_needed(s)) {
            i++;
            continue;
        }
        k->seat_count--;
        memmove(&k->seat[i], &k->seat[i + 1], (k->seat_count - i) * sizeof *k->seat);
        free_seat(s);
    }
    return here;
}

int64_t keeper_consoles_due(const struct keeper *k, bool may_flush)
{
    int64_t due = TIMER_NEVER;
    for (size_t i = 0; i < k->seat_count; i++) {
        int64_t one = k->seat[i]->peer != NULL ? peer_deadline(k->seat[i]->peer, may_flush) : TIMER_NEVER;
        due = one < due ? one : due;
    }
    return due;
}

size_t keeper_poll(const struct keeper *k, struct pollfd *out)
{
    size_t n = 0;
    for (size_t i = 0; i < k->seat_count; i++) {
        const struct peer *p = k->seat[i]->peer;
        if (p != NULL && peer_events(p) != 0) /* who rests and has hung up would wake us all the time */
            out[n++] = (struct pollfd){ .fd = peer_fd(p), .events = peer_events(p) };
    }
    return n;
}

/* Once and early: the user database may be a server that is away. */
void keeper_note_own_name(struct keeper *k)
{
    k->own_uid = getuid();
    const struct passwd *p = getpwuid(k->own_uid);
    (void)snprintf(k->own_name, sizeof k->own_name, "%s", p != NULL ? p->pw_name : "");
}
