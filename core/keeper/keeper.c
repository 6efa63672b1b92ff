/* SPDX-License-Identifier: MIT */
/* keeper: one loop around one wait. Each turn: what has arrived from the PBXs is worked off, what is due is done, and
 * every console is told what it has not been told. Owns the PBXs, the consoles, the secrets and the transcript; the
 * order of a turn is on the page of keeper_run. How the process leaves its terminal is in process.c. */
#include "core/keeper/keeper_parts.h"

#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/base/timer.h"
#include "core/config/directory.h"
#include "core/config/secret.h"
#include "core/keeper/desk.h"
#include "core/keeper/hunt.h"
#include "core/keeper/pbx.h"
#include "core/keeper/peer.h"
#include "core/keeper/process.h"
#include "core/keeper/replay.h"
#include "core/keeper/scope.h"
#include "core/keeper/scribe.h"
#include "core/keeper/secrets.h"

#include <poll.h>
#include <stdlib.h>

enum { FDS_MAX = KEEPER_PEERS_MAX + 4 + 64, FAREWELL_MS = 2000, SCRIBE_MS = 5000 };

int64_t keeper_now(const struct keeper *k)
{
    int64_t mono_ms = clock_mono_ms();
    return keeper_is_replay(k) ? replay_now_ms(k->replay, mono_ms) : mono_ms;
}

/* ---- from the PBXs ---- */

const struct fact *keeper_fact(const struct keeper *k, enum fact_kind kind, uint64_t id)
{
    uint32_t index = fact_pbx_index(id);
    if (kind == FACT_ORDER) {
        return (const struct fact *)(const void *)orders_get(desk_orders(k->desk), id);
    }
    return index < k->pbx_count ? pbx_get(k->pbx[index], kind, id) : NULL;
}

static const struct fact *fact_get(void *context, enum fact_kind kind, uint64_t id)
{
    return keeper_fact(context, kind, id);
}

static void pbx_changed(void *context, enum fact_kind kind, uint64_t id, bool is_gone)
{
    struct keeper *k = context;
    if (kind == FACT_LINE && !is_gone && k->hunt.words != NULL) {
        hunt_line(&k->hunt, (const void *)fact_get(k, kind, id));
    }
    scope_changed(k->scope, kind, id, is_gone);
    if (k->desk == NULL) {
        return;
    }
    desk_changed(k->desk, kind, id, is_gone ? NULL : fact_get(context, kind, id));
    if (kind == FACT_PBX) {
        desk_link(k->desk, (const void *)fact_get(context, kind, id), keeper_now(k));
    }
}

static void scope_tells(void *context, enum fact_kind kind, uint64_t id, bool is_gone)
{
    keeper_tell_fact(context, kind, id, is_gone);
}

/* All that was read is worth showing now. */
static void pbx_live(void *context)
{
    keeper_hurry(context);
}

/* Perhaps the secret has been changed in its file meanwhile. A command is not run again: it may ask a person. */
static void pbx_refused(void *context, const struct pbx_settings *settings)
{
    const struct keeper *k = context;
    if (k->secrets != NULL && settings->secret_file != NULL) {
        secrets_want(k->secrets, settings, clock_mono_ms());
    }
}

static bool pbx_secret(void *context, const struct pbx_settings *settings, struct buf *out, struct err *err)
{
    const struct keeper *k = context;
    return secrets_get(k->secrets, settings, out, err);
}

static void pbx_record(void *context, const char *pbx, enum transcript_kind kind, struct slice bytes)
{
    struct keeper *k = context;
    struct err err = ERR_INIT;
    if (k->writer == NULL || transcript_write(k->writer, clock_mono_ms(), pbx, kind, bytes, &err)) {
        return;
    }
    (void)transcript_close(k->writer, NULL);
    k->writer = NULL;
    keeper_tell(k, WIRE_NOTICE, err.text, 0);
}

/* ---- orders ---- */
static void order_changed(void *context, uint64_t id, bool is_gone)
{
    scope_changed(((const struct keeper *)context)->scope, FACT_ORDER, id, is_gone);
}

static void order_answered(void *context, uint64_t tag, bool is_success, struct slice text, int64_t now_ms)
{
    const struct keeper *k = context;
    desk_answered(k->desk, tag, is_success, text, now_ms);
}

static void event_came(void *context, uint64_t pbx, const struct event *e, int64_t now_ms)
{
    const struct keeper *k = context;
    orders_event(desk_orders(k->desk), pbx, e, now_ms);
}

static void open_desk(struct keeper *k)
{
    k->desk = desk_new(&(struct desk_setup){ .settings = k->setup->settings, .directory = k->directory, .pbx = &k->pbx, .pbx_count = &k->pbx_count,
                                             .scope = &k->scope, .is_past = keeper_is_replay(k), .guest = keeper_guest, .changed = order_changed,
                                             .notice = keeper_notice, .context = k });
    desk_open_audit(k->desk);
}

/* ---- secrets ---- */

static struct pbx *pbx_of(const struct keeper *k, const struct pbx_settings *settings)
{
    return k->pbx[settings - k->setup->settings->pbx];
}

static void secret_known(void *context, const struct pbx_settings *settings)
{
    struct keeper *k = context;
    pbx_start(pbx_of(k, settings), keeper_now(k));
}

static void secret_failed(void *context, const struct pbx_settings *settings, const char *why)
{
    struct keeper *k = context;
    log_line(LOG_ERROR, "%s", why);
    pbx_wait(pbx_of(k, settings), LINK_REFUSED, why, keeper_now(k));
}

void keeper_secret(struct keeper *k, struct slice name, struct slice text)
{
    for (size_t i = 0; i < k->pbx_count && k->secrets != NULL; i++) {
        const struct pbx_settings *settings = &k->setup->settings->pbx[i];
        struct err err = ERR_INIT;
        if (!slice_eq(slice_of(settings->name), name) || !secret_is_prompted(settings)) {
            continue;
        }
        if (text.p == NULL) {
            err_set(&err, ERR_CONFIG, "no secret for %s: start again and type it, or give --secret-file FILE or --secret-command CMD", settings->name);
        }
        if (text.p == NULL || !secrets_typed(k->secrets, settings, text, &err)) {
            pbx_wait(k->pbx[i], LINK_REFUSED, err.text, keeper_now(k));
        }
    }
}

/* ---- the consoles ---- */

void keeper_time(const struct keeper *k, struct wire_time *out)
{
    int64_t mono_ms = clock_mono_ms();
    if (keeper_is_replay(k)) {
        replay_time(k->replay, mono_ms, out);
    } else {
        *out = (struct wire_time){ .mono_ms = mono_ms, .floor_ms = mono_ms, .wall_ms = clock_wall_ms(), .rate_permille = 1000 };
    }
}

static struct scope *new_scope(struct keeper *k)
{
    const struct settings *s = k->setup->settings;
    return scope_new(&(struct scope_rules){ .sight = { { .queues = s->queues, .agents = s->only_agents, .teams = s->only_teams } } },
                     &(struct scope_hooks){ fact_get, scope_tells, k });
}

static bool make_pbxs(struct keeper *k);
static void start_pbxs(struct keeper *k);

static void forget_fact(void *context, enum fact_kind kind, uint64_t id)
{
    keeper_forget_fact(context, kind, id);
}

/* Everything that was known was of a later time. */
void keeper_begin_anew(struct keeper *k)
{
    for (size_t i = 0; i < k->pbx_count; i++) {
        pbx_each(k->pbx[i], forget_fact, k);
        pbx_free(k->pbx[i]);
    }
    mem_free(k->pbx);
    k->pbx_count = 0;
    scope_free(k->scope);
    k->scope = new_scope(k);
    (void)make_pbxs(k);
    start_pbxs(k);
    k->is_end_told = false;
}

void keeper_obey(struct keeper *k, struct slice verb, struct slice text, int64_t number)
{
    bool is_anew = false;
    if (!keeper_is_replay(k) || !hunt_obey(&k->hunt, k->replay, verb, text, number, clock_mono_ms(), &is_anew)) {
        return;
    }
    if (is_anew) {
        keeper_begin_anew(k);
    }
    keeper_say_time(k);
}

static bool may_flush(const struct keeper *k)
{
    return !keeper_is_replay(k) || !replay_is_fast(k->replay);
}

static size_t serve_consoles(struct keeper *k)
{
    size_t here = keeper_serve(k, may_flush(k));
    bool is_needed = k->desk != NULL && desk_holds(k->desk, clock_mono_ms()); /* who was lent is put back, though nobody looks any more */
    k->is_over = k->is_over || (here == 0 && k->setup->listen_fd <= 0 && !is_needed);
    return here;
}

/* ---- time ---- */

static int64_t min_ms(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t wait_ms(const struct keeper *k)
{
    int64_t now_ms = clock_mono_ms(), due = keeper_pbx_due(k);
    if (keeper_is_replay(k)) {
        due = replay_deadline(k->replay, min_ms(due, replay_due_ms(k->replay)));
    } else {
        due = min_ms(due, secrets_deadline(k->secrets));
    }
    due = min_ms(due, keeper_consoles_due(k, may_flush(k)));
    due = min_ms(due, desk_deadline(k->desk));
    return due <= now_ms ? 0 : min_ms(due - now_ms, 60000);
}

static void wait(struct keeper *k, int64_t most_ms)
{
    struct pollfd fds[FDS_MAX];
    size_t n = 0;
    fds[n++] = (struct pollfd){ .fd = k->signal_fd, .events = POLLIN };
    fds[n++] = (struct pollfd){ .fd = k->setup->listen_fd > 0 ? k->setup->listen_fd : -1, .events = POLLIN }; /* -1 is passed over */
    fds[n++] = (struct pollfd){ .fd = desk_fd(k->desk), .events = desk_events(k->desk) };
    fds[n++] = (struct pollfd){ .fd = desk_lease_fd(k->desk), .events = POLLIN };
    n += keeper_poll(k, fds + n);
    if (k->secrets != NULL) {
        n += secrets_poll(k->secrets, fds + n, FDS_MAX - n);
    }
    link_set_wait(k->links, fds, n, most_ms);
    if (fds[1].revents != 0) {
        keeper_let_in(k);
    }
    k->is_over = k->is_over || (fds[0].revents != 0 && process_is_told_to_end(k->signal_fd));
}

/* ---- begin and end ---- */

static bool make_pbxs(struct keeper *k)
{
    const struct settings *settings = k->setup->settings;
    int64_t now_ms = keeper_now(k);
    size_t count = keeper_is_replay(k) ? replay_count(k->replay) : settings->pbx_count;
    k->pbx = mem_array(count, sizeof(struct pbx *));
    for (size_t i = 0; i < count; i++) {
        struct pbx_setup setup = {
            .settings = keeper_is_replay(k) ? replay_pbx(k->replay, i) : &settings->pbx[i],
            .index = (uint32_t)i,
            .directory = k->directory,
            .short_abandon_ms = settings->short_abandon_ms,
            .gate = settings->is_readonly ? GATE_READONLY : GATE_SUPERVISOR,
            .links = keeper_is_replay(k) ? NULL : k->links,
            .wall_at_zero_ms = keeper_is_replay(k) ? replay_wall_at_zero_ms(k->replay) : 0,
            .changed = pbx_changed,
            .secret = pbx_secret,
            .refused = pbx_refused,
            .live = pbx_live,
            .record = pbx_record,
            .answered = order_answered,
            .event = event_came,
            .context = k,
        };
        k->pbx[i] = pbx_new(&setup, now_ms, keeper_is_replay(k) ? setup.wall_at_zero_ms + now_ms : clock_wall_ms());
        k->pbx_count++;
    }
    return count > 0;
}

static void start_pbxs(struct keeper *k)
{
    for (size_t i = 0; i < k->pbx_count; i++) {
        if (keeper_is_replay(k)) {
            pbx_start(k->pbx[i], keeper_now(k));
        } else if (secret_is_prompted(&k->setup->settings->pbx[i])) {
            pbx_wait(k->pbx[i], LINK_IDLE, "waiting for the secret to be typed", keeper_now(k));
        } else {
            secrets_want(k->secrets, &k->setup->settings->pbx[i], clock_mono_ms());
        }
    }
}

static bool open_files(struct keeper *k, struct err *err)
{
    const struct keeper_setup *setup = k->setup;
    static const char *const level_name[LOG_COUNT] = { [LOG_ERROR] = "error", [LOG_WARN] = "warn", [LOG_INFO] = "info", [LOG_DEBUG] = "debug" };
    enum log_level level = LOG_INFO;
    for (int i = 0; i < LOG_COUNT && setup->settings->log_level != NULL; i++) {
        level = strcmp(level_name[i], setup->settings->log_level) == 0 ? (enum log_level)i : level;
    }
    if (!log_open(setup->settings->log_file, level, err)) {
        return false;
    }
    if (log_fd() >= 0 && !scribe_take(log_fd(), &k->log_scribe, err)) {
        return false;
    }
    if (setup->replay_path != NULL && (k->replay = replay_open(setup->replay_path, setup->replay_permille, clock_mono_ms(), err)) == NULL) {
        return false;
    }
    if (k->replay != NULL && setup->replay_at_ms >= 0) {
        replay_stand_at(k->replay, setup->replay_at_ms, clock_mono_ms());
    }
    if (setup->record_path != NULL && setup->replay_path == NULL) {
        k->writer = transcript_create(setup->record_path, clock_mono_ms(), clock_wall_ms(), err);
        return k->writer != NULL && scribe_take(transcript_fd(k->writer), &k->record_scribe, err);
    }
    return true;
}

static bool begin(struct keeper *k, struct err *err)
{
    struct secrets_hooks hooks = { secret_known, secret_failed, k };
    if (!process_detach(&k->signal_fd, err) || !open_files(k, err) || (k->links = link_set_new(err)) == NULL) {
        return false;
    }
    k->scope = new_scope(k);
    if ((k->directory = directory_new(k->setup->settings, err)) == NULL) {
        return false;
    }
    if (k->setup->listen_fd > 0 && !policy_new(k->setup->settings, &k->policy, err)) {
        return false;
    }
    keeper_note_own_name(k);
    open_desk(k);
    k->secrets = keeper_is_replay(k) ? NULL : secrets_new(&hooks);
    if (!make_pbxs(k)) {
        return err_set(err, ERR_CONFIG, "there is no PBX to follow: give --url ami://USER@HOST, or a file with one");
    }
    start_pbxs(k);
    return true;
}

static void clear(struct keeper *k)
{
    if (k->desk != NULL && !keeper_is_replay(k)) {
        desk_close(k->desk, clock_mono_ms());
    }
    for (size_t i = 0; i < k->pbx_count; i++) {
        pbx_free(k->pbx[i]);
    }
    mem_free(k->pbx);
    keeper_clear_consoles(k);
    desk_free(k->desk);
    policy_free(k->policy);
    scope_free(k->scope);
    directory_free(k->directory);
    secrets_free(k->secrets);
    hunt_clear(&k->hunt);
    replay_free(k->replay);
    if (k->writer != NULL) {
        (void)transcript_close(k->writer, NULL);
    }
    link_set_free(k->links);
    process_close(k->signal_fd);
    log_forget_secrets();
    log_close();
    scribe_finish(k->record_scribe, SCRIBE_MS);
    scribe_finish(k->log_scribe, SCRIBE_MS);
}

/* The last words are given a moment to be read. */
static int farewell(struct keeper *k, const struct err *why)
{
    int code = err_exit_code(why->kind);
    int64_t until_ms = clock_mono_ms() + FAREWELL_MS;
    keeper_tell(k, WIRE_END, why->text, code);
    while (serve_consoles(k) > 0 && clock_mono_ms() < until_ms) {
        struct pollfd fds[KEEPER_PEERS_MAX];
        (void)poll(fds, keeper_poll(k, fds), 100);
    }
    return code;
}

int keeper_run(const struct keeper_setup *setup)
{
    struct keeper k = { .setup = setup, .signal_fd = -1 };
    struct err err = ERR_INIT;
    int code = 0;
    if (setup->console_fd >= 0) {
        keeper_add_console(&k, setup->console_fd);
    }
    if (!begin(&k, &err)) {
        code = farewell(&k, &err);
        k.is_over = true;
    }
    while (!k.is_over) {
        if (keeper_is_replay(&k)) {
            keeper_play(&k);
        } else {
            secrets_turn(k.secrets, clock_mono_ms());
            keeper_tick(&k, clock_mono_ms());
            desk_turn(k.desk, clock_mono_ms());
        }
        serve_consoles(&k);
        if (!k.is_over) {
            wait(&k, wait_ms(&k));
        }
    }
    clear(&k);
    return code;
}

int keeper_refuse(int console_fd, const struct err *why)
{
    struct keeper k = { .signal_fd = -1, .setup = &(struct keeper_setup){ .listen_fd = 0 } };
    keeper_add_console(&k, console_fd);
    int code = farewell(&k, why);
    clear(&k);
    return code;
}
