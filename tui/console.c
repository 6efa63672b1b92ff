/* SPDX-License-Identifier: MIT */
/* console: the loop. It waits for the terminal, the wire and signals in one place, hands each to who knows what it means,
 * and paints at most once a turn. Owns terminal, client and app; holds no state of what is shown. */
#include "tui/console.h"

#include <errno.h>
#include <poll.h>

#include "core/base/clock.h"
#include "core/base/file.h"
#include "core/base/mem.h"
#include "core/config/profile.h"
#include "core/base/timer.h"
#include "core/base/utf8.h"
#include "core/config/path.h"
#include "core/keeper/client.h"
#include "tui/app.h"
#include "tui/embed.h"
#include "tui/term/canvas_save.h"
#include "tui/names.h"
#include "tui/idle.h"
#include "tui/keys/history.h"
#include "tui/past.h"
#include "tui/term/signals.h"
#include "tui/term/term.h"
#include "tui/look/theme_watch.h"
#include "tui/wall/wall.h"

enum { KEYS_A_TURN = 256, BEAT_MS = 1000, NAMES_FIRST_BEAT = 5, NAMES_BEATS = 600 };
enum { BURST_KEYS = 64, BURST_MS = 300 }; /* nobody types so much at once; what comes soon after belongs to it */

struct console {
    const struct console_setup *setup;
    struct theme_watch *theme;
    struct keymap *keys;
    struct alert_rules *alerts;
    struct terminal *term;
    struct client *client;
    int64_t beats;
    struct app *app;
    struct wall *wall; /* in its place with --wall */
    struct wall_layout *layout;
    struct history *history;
    struct canvas canvas;
    struct idle idle;
    unsigned effects;
    int64_t burst_until; /* what is typed before then was pasted, clock_mono_ms */
    unsigned turns;  /* of the time line, at the last beat */
    int64_t beat_at; /* when the next beat is due, clock_mono_ms */
    int signal;      /* that ended us; 0: none */
};

static void on_changed(void *context, enum fact_kind kind, uint64_t id, const struct fact *fact)
{
    struct console *c = context;
    if (c->wall != NULL)
        c->effects |= wall_changed(c->wall, kind, id, fact);
    else if (c->app != NULL)
        c->effects |= app_changed(c->app, kind, id, fact);
}

static void say(struct console *c, struct slice sentence, bool is_error)
{
    if (c->wall != NULL)
        c->effects |= wall_notice(c->wall, sentence, is_error);
    else if (c->app != NULL)
        c->effects |= app_notice(c->app, sentence, is_error);
}

static void on_notice(void *context, struct slice sentence)
{
    say(context, sentence, false);
}

static void on_rights(void *context, const struct rights *rights)
{
    struct console *c = context;
    if (c->app != NULL)
        c->effects |= app_rights(c->app, rights);
}

/* A secret must be typed: on the terminal as people know it. */
static bool on_ask(void *context, struct slice pbx, struct buf *out)
{
    struct console *c = context;
    if (c->setup->ask == NULL)
        return false;
    if (c->term == NULL)
        return c->setup->ask(c->setup->ask_context, pbx, out);
    term_lend(c->term);
    bool is_given = c->setup->ask(c->setup->ask_context, pbx, out);
    term_take(c->term);
    c->effects |= APP_PAINT | APP_REDRAW;
    return is_given;
}

/* The user's theme may have been saved: it is seen at once, or what is wrong with it said. */
static void mind_theme(struct console *c)
{
    struct buf sentence = BUF_INIT(1024);
    enum theme_news news = theme_watch_look(c->theme, &sentence);
    if (news != THEME_SAME) {
        c->effects |= APP_REDRAW;
        say(c, buf_slice(&sentence), news == THEME_REFUSED);
    }
    buf_clear(&sentence);
}

/* The theme "auto" may be another one now. */
static void mind_ground(struct console *c)
{
    enum theme_depth depth;
    enum theme_ground ground = term_ground(c->term, &depth);
    if (theme_watch_ground(c->theme, ground, depth))
        c->effects |= APP_REDRAW | APP_PAINT;
}

static bool choose_keymap(struct console *c, const char *name, struct err *err)
{
    struct keymap *keys = keymap_load(name, err);
    if (keys == NULL)
        return false;
    app_set_keys(c->app, keys);
    keymap_free(c->keys);
    c->keys = keys;
    return true;
}

static bool write_screen(struct console *c, const char *name, struct err *err)
{
    char *path = path_expand(slice_of(name), NULL);
    app_draw(c->app, &c->canvas);
    bool ok = canvas_save(&c->canvas, path, err);
    mem_free(path);
    return ok;
}

/* Whether it will do is known before anything ends. */
static bool choose_profile(const struct console *c, const char *name, struct err *err)
{
    struct settings s;
    if (c->setup->profile == NULL)
        return err_set(err, ERR_USAGE, "no profile can be chosen here");
    buf_reset(c->setup->profile);
    if (!c->setup->read_profile(c->setup->ask_context, name, &s, err))
        return false;
    settings_clear(&s);
    return buf_addf(c->setup->profile, "--profile=%s", name);
}

static bool on_profile(void *context, const char *name, struct settings *out, struct err *err)
{
    struct console *c = context;
    if (c->setup->profile == NULL || c->setup->role != NULL)
        return err_set(err, ERR_USAGE, "no profile can be chosen here");
    return c->setup->read_profile(c->setup->ask_context, name, out, err);
}

/* "NAME\nTEXT" */
static bool write_list(struct slice value, struct err *err)
{
    struct slice text, name = slice_cut(value, '\n', &text);
    char *path = path_expand(name, NULL);
    bool ok = file_create(path, text, err);
    mem_free(path);
    return ok;
}

/* "NAME\nTEXT" */
static bool save_profile(struct slice value, bool is_over, struct err *err)
{
    struct slice text;
    char *name = mem_text(slice_cut(value, '\n', &text));
    bool ok = profile_write(name, text, is_over, err);
    mem_free(name);
    return ok;
}

/* "VERB NUMBER WORDS". False: *err says what came of it instead, unless it was done. */
static bool play(struct console *c, struct slice value, struct err *err)
{
    struct slice words, number, verb = slice_cut(value, ' ', &number);
    int64_t n, now_ms = clock_mono_ms();
    number = slice_cut(number, ' ', &words);
    if (!slice_int(number, INT64_MIN, INT64_MAX, &n))
        return false;
    struct client_past past;
    if (!client_past(c->client, now_ms, &past) && !c->setup->is_past)
        return err_set(err, ERR_USAGE, "Nothing but now can be shown%s", c->setup->settings->past_ms == 0 ? ": the option 'past' is 0." : " yet.");
    enum review_news news = client_play(c->client, verb, words, n, now_ms);
    struct buf sentence = BUF_INIT(600);
    past_news(news, words, client_floor_wall_ms(c->client, now_ms) - client_floor_ms(c->client, now_ms) + past.from_ms, past.to_ms - past.from_ms, &sentence);
    bool is_done = sentence.len == 0 || err_set(err, ERR_USAGE, "%s", sentence.data);
    buf_clear(&sentence);
    return is_done;
}

/* "NUMBER LINES" */
static bool order(struct console *c, struct slice value, struct err *err)
{
    struct slice lines, number = slice_cut(value, ' ', &lines);
    int64_t ref;
    return (slice_int(number, 0, INT64_MAX, &ref) && client_order(c->client, lines, ref, false)) ||
           err_set(err, ERR_NETWORK, "no keeper runs that could take the order");
}

/* With --role: everything but what is known to touch no file of the user's choice. */
static bool is_shut(const struct console *c, enum app_wish wish, struct slice value)
{
    if (c->setup->role == NULL || wish == APP_WISH_MOUSE || wish == APP_WISH_COPY || wish == APP_WISH_PLAY || wish == APP_WISH_ORDER)
        return false;
    if (wish == APP_WISH_THEME)
        return embed_find(embed_themes, value) == NULL && !slice_eq(value, SLICE("auto"));
    return wish != APP_WISH_KEYMAP || embed_find(embed_keymaps, value) == NULL;
}

static bool on_wish(void *context, enum app_wish wish, struct slice value, struct err *err)
{
    struct console *c = context;
    if (is_shut(c, wish, value))
        return err_set(err, ERR_USAGE, "a console with --role reads and writes no files");
    switch (wish) {
    case APP_WISH_MOUSE:
        term_mouse(c->term, slice_eq(value, SLICE("on")));
        return !slice_eq(value, SLICE("on")) || term_has_mouse(c->term) || err_set(err, ERR_USAGE, "this terminal tells nothing of a mouse");
    case APP_WISH_COPY: return term_copy(c->term, value, err);
    case APP_WISH_THEME: return theme_watch_choose(c->theme, value.p, err);
    case APP_WISH_KEYMAP: return choose_keymap(c, value.p, err);
    case APP_WISH_PROFILE: return choose_profile(c, value.p, err);
    case APP_WISH_SAVE:
    case APP_WISH_SAVE_OVER: return save_profile(value, wish == APP_WISH_SAVE_OVER, err);
    case APP_WISH_PLAY: return play(c, value, err);
    case APP_WISH_ORDER: return order(c, value, err);
    case APP_WISH_WRITE: return write_screen(c, value.p, err);
    case APP_WISH_WRITE_LIST: return write_list(value, err);
    }
    return false;
}

static void tell_time(struct console *c, int64_t now_ms)
{
    struct client_past past;
    bool has_past = client_past(c->client, now_ms, &past);
    struct app_time t = { .rate_permille = client_rate_permille(c->client), .live = past.is_back ? past.live : NULL };
    if (has_past) {
        t.from_ms = past.from_ms;
        t.to_ms = past.to_ms;
    }
    c->effects |= app_time(c->app, &t);
}

/* All counters tick when a whole second of the floor's time line begins; at most once a second of ours, however fast that runs. */
static void beat(struct console *c, int64_t now_ms)
{
    int64_t floor_ms = client_floor_ms(c->client, now_ms);
    int64_t a_second_later = client_floor_ms(c->client, now_ms + BEAT_MS) - floor_ms;
    bool stands_still = a_second_later == 0; /* then it is the very instant that is shown */
    int64_t whole_ms = floor_ms - (stands_still ? 0 : (floor_ms % 1000 + 1000) % 1000);
    int64_t wall_ms = client_floor_wall_ms(c->client, now_ms) - (floor_ms - whole_ms);
    if (c->setup->keeps_names && (++c->beats == NAMES_FIRST_BEAT || c->beats % NAMES_BEATS == 0))
        names_keep(client_store(c->client));
    c->turns = client_turns(c->client);
    if (c->app != NULL)
        tell_time(c, now_ms);
    c->effects |= c->wall != NULL ? wall_beat(c->wall, whole_ms, wall_ms) : app_beat(c->app, whole_ms, wall_ms);
    int64_t left_ms = whole_ms + 1000 - floor_ms;
    if (a_second_later > BEAT_MS || a_second_later <= 0)
        left_ms = BEAT_MS;
    else if (a_second_later < BEAT_MS)
        left_ms = left_ms * BEAT_MS / a_second_later;
    c->beat_at = now_ms + (left_ms > 0 ? left_ms : 1);
    mind_theme(c);
}

static void resize(struct console *c)
{
    int cols, rows;
    term_size(c->term, &cols, &rows);
    if (cols != c->canvas.cols || rows != c->canvas.rows)
        canvas_resize(&c->canvas, cols, rows);
    c->effects |= APP_PAINT;
}

static void suspend(struct console *c)
{
    term_lend(c->term);
    signals_stop_here();
    term_take(c->term);
    resize(c);
    c->effects |= APP_PAINT;
}

static void hear_signals(struct console *c)
{
    int number = 0;
    for (;;) {
        switch (signals_next(&number)) {
        case SIGNALS_NONE: return;
        case SIGNALS_RESIZED: resize(c); break;
        case SIGNALS_SUSPEND: c->effects |= c->setup->role == NULL ? APP_SUSPEND : 0; break;
        case SIGNALS_CONTINUED:
            term_take(c->term);
            resize(c);
            break;
        case SIGNALS_END:
            c->signal = number;
            c->effects |= APP_QUIT;
            break;
        }
    }
}

/* Somebody is there. True: what was typed has only shown the numbers again. */
static bool is_only_touched(struct console *c)
{
    if (c->wall != NULL || !idle_touch(&c->idle, clock_mono_ms()))
        return false;
    c->effects |= app_hide(c->app, false) | app_notice(c->app, SLICE(""), false);
    return true;
}

static void mind_idle(struct console *c, int64_t now_ms)
{
    enum idle_news news = c->wall != NULL ? IDLE_SAME : idle_turn(&c->idle, now_ms);
    if (news == IDLE_MASK)
        c->effects |= app_hide(c->app, true);
    else if (news == IDLE_EXIT)
        c->effects |= APP_QUIT;
}

/* A terminal that marks no pastes: what comes faster than anybody types is one all the same. */
static void hear_unmarked(struct console *c)
{
    struct key keys[KEYS_A_TURN];
    struct term_event e;
    size_t count = 0;
    int64_t now_ms = clock_mono_ms();
    while (count < KEYS_A_TURN && term_next(c->term, &e)) {
        if (e.news == TERM_KEY)
            keys[count++] = e.key;
    }
    if (count > 0 && is_only_touched(c))
        return;
    bool is_burst = count >= BURST_KEYS || now_ms < c->burst_until;
    struct buf text = BUF_INIT(KEYS_A_TURN * 4);
    for (size_t i = 0; i < count && (c->effects & (APP_QUIT | APP_SUSPEND)) == 0; i++) {
        char bytes[4];
        uint32_t character = key_character(keys[i]);
        if (!is_burst)
            c->effects |= app_key(c->app, keys[i]);
        else
            (void)buf_add(&text, (struct slice){ bytes, utf8_put(character != 0 ? character : ' ', bytes) });
    }
    if (is_burst && count > 0) {
        c->effects |= app_paste(c->app, buf_slice(&text));
        c->burst_until = now_ms + BURST_MS;
    }
    buf_clear(&text);
}

static void hear_terminal(struct console *c)
{
    struct term_event e;
    if (c->wall == NULL && !term_marks_pastes(c->term)) {
        hear_unmarked(c);
        return;
    }
    for (int i = 0; i < KEYS_A_TURN && term_next(c->term, &e); i++) {
        if (e.news != TERM_NOTHING && e.news != TERM_GROUND && is_only_touched(c)) /* a terminal's answer is nobody's hand */
            continue;
        switch (e.news) {
        case TERM_NOTHING: break;
        case TERM_KEY: c->effects |= c->wall != NULL ? wall_key(c->wall, e.key) : app_key(c->app, e.key); break;
        case TERM_MOUSE: c->effects |= c->wall != NULL ? 0 : app_mouse(c->app, &c->canvas, e.mouse); break;
        case TERM_GROUND: mind_ground(c); break;
        case TERM_PASTE: c->effects |= c->wall != NULL ? 0 : app_paste(c->app, e.paste); break;
        }
        if ((c->effects & (APP_QUIT | APP_SUSPEND)) != 0)
            break; /* what was typed after it is for somebody else */
    }
}

static int wait_ms(const struct console *c, int64_t now_ms)
{
    int64_t due = client_deadline(c->client);
    if (due > c->beat_at)
        due = c->beat_at;
    if (c->wall == NULL && due > idle_deadline(&c->idle))
        due = idle_deadline(&c->idle);
    return due <= now_ms ? 0 : due - now_ms > BEAT_MS ? BEAT_MS : (int)(due - now_ms);
}

/* Waits, then hands on what came. False: the keeper ended for good, or the terminal went. */
static bool turn(struct console *c, struct err *err)
{
    struct pollfd fds[] = { { .fd = term_fd(c->term), .events = POLLIN }, { .fd = signals_fd(), .events = POLLIN }, { .fd = client_fd(c->client), .events = client_events(c->client) } };
    if (poll(fds, sizeof fds / sizeof fds[0], wait_ms(c, clock_mono_ms())) < 0 && errno != EINTR)
        return err_errno(err, ERR_SYSTEM, "cannot wait for terminal and keeper");
    int64_t now_ms = clock_mono_ms();
    hear_signals(c);
    if (!client_turn(c->client, now_ms, err))
        return false;
    if ((fds[0].revents & POLLIN) != 0)
        hear_terminal(c);
    if ((fds[0].revents & (POLLHUP | POLLERR | POLLNVAL)) != 0)
        c->effects |= APP_QUIT; /* nobody is there any more; a terminal that went is "readable" for ever as well */
    mind_idle(c, now_ms);
    if (now_ms >= c->beat_at || c->turns != client_turns(c->client))
        beat(c, now_ms);
    return true;
}

/* Does what the handlers asked for; paints at most once. */
static void answer(struct console *c)
{
    unsigned effects = c->effects;
    c->effects = 0;
    if ((effects & APP_QUIT) != 0)
        return;
    if ((effects & APP_SUSPEND) != 0 && c->setup->role == NULL) {
        suspend(c);
        effects |= c->effects;
        c->effects = 0;
    }
    if ((effects & APP_REDRAW) != 0)
        term_redraw(c->term);
    if ((effects & APP_REPAINT) != 0)
        term_repaint(c->term);
    if ((effects & APP_PAINT) != 0) {
        if (c->wall != NULL)
            wall_draw(c->wall, &c->canvas);
        else
            app_draw(c->app, &c->canvas);
        term_paint(c->term, &c->canvas);
    }
}

static bool loop(struct console *c, struct err *err)
{
    resize(c);
    beat(c, clock_mono_ms());
    idle_start(&c->idle, c->setup->settings->idle_mask_ms, c->setup->settings->idle_exit_ms, clock_mono_ms());
    while ((c->effects & APP_QUIT) == 0) {
        answer(c);
        if (!turn(c, err))
            return false;
    }
    return true;
}

static void open_history(struct console *c)
{
    char *folder = path_state_folder();
    struct buf path = BUF_INIT(8192);
    (void)buf_addf(&path, "%s/history", folder);
    c->history = history_new(path_has_state() && c->setup->role == NULL ? buf_slice(&path).p : NULL);
    buf_clear(&path);
    mem_free(folder);
}

static void make_app(struct console *c)
{
    const struct settings *settings = c->setup->settings;
    bool has_few_glyphs = term_has_few_glyphs(c->term);
    if (c->layout != NULL) {
        struct wall_setup wall = { .store = client_store(c->client), .settings = settings, .alerts = c->alerts, .keys = c->keys, .layout = c->layout,
                                   .period_ms = settings->wall_period_ms, .is_ascii = c->canvas.ascii || has_few_glyphs };
        c->wall = wall_new(&wall);
        return;
    }
    struct app_setup app = { .store = client_store(c->client), .settings = settings, .alerts = c->alerts, .keys = c->keys,
                             .is_past = c->setup->is_past, .is_closed = c->setup->role != NULL, .host = { .wish = on_wish, .profile = on_profile, .context = c }, .history = c->history, .has_mouse = term_has_mouse(c->term),
                             .is_ascii = c->canvas.ascii || has_few_glyphs, .glyphs = c->canvas.is_whole ? SPARK_ASCII : has_few_glyphs ? SPARK_HALF : SPARK_BLOCK };
    (void)!spark_glyphs_named(slice_of(settings->graphs), &app.glyphs); /* "auto" is none of them */
    c->app = app_new(&app);
}

/* From the outside in: files, keeper (it may ask for a secret), terminal. */
static bool start(struct console *c, struct err *err)
{
    struct client_hooks hooks = { .changed = on_changed, .notice = on_notice, .ask = on_ask, .rights = on_rights, .context = c, .role = c->setup->role, .socket_path = c->setup->keeper_path,
                                  .is_readonly = c->setup->settings->is_readonly };
    c->theme = theme_watch_new(c->setup->settings->theme, err);
    if (c->theme == NULL)
        return false;
    c->keys = keymap_load(c->setup->settings->keymap, err);
    c->alerts = c->keys != NULL ? alert_rules_new(c->setup->settings, err) : NULL;
    if (c->alerts == NULL || !term_check(err))
        return false;
    if (c->setup->settings->is_wall && (c->layout = wall_layout_load(c->setup->settings->wall_layout, err)) == NULL)
        return false;
    c->client = client_new(c->setup->keeper_argv, &hooks, err);
    if (c->client == NULL || !signals_open(term_rescue, err))
        return false;
    if (!c->setup->is_past && !c->setup->settings->is_wall && c->setup->settings->past_ms > 0)
        client_keep_past(c->client, (size_t)c->setup->settings->past_memory_mib << 20, c->setup->settings->past_ms);
    c->term = term_open(&(struct term_setup){ .theme = theme_watch_theme(c->theme), .is_mono = c->setup->settings->is_mono }, err);
    if (c->term == NULL)
        return false;
    mind_ground(c);
    bool is_ascii = c->setup->settings->is_ascii || !term_is_utf8(c->term);
    canvas_init(&c->canvas, 1, 1, is_ascii);
    c->canvas.is_whole = !term_has_halves(c->term);
    open_history(c);
    term_mouse(c->term, c->setup->settings->has_mouse && !c->setup->settings->is_wall);
    make_app(c);
    return true;
}

static void stop(struct console *c)
{
    term_close(c->term);
    signals_close();
    if (c->client != NULL && c->setup->keeps_names)
        names_keep(client_store(c->client));
    client_free(c->client);
    app_free(c->app);
    wall_free(c->wall);
    wall_layout_free(c->layout);
    history_free(c->history);
    canvas_clear(&c->canvas);
    keymap_free(c->keys);
    theme_watch_free(c->theme);
    alert_rules_free(c->alerts);
}

int console_run(const struct console_setup *setup, struct err *err)
{
    struct console *c = mem_alloc(sizeof *c);
    struct err why = ERR_INIT;
    c->setup = setup;
    bool is_started = start(c, &why);
    bool is_done = is_started && loop(c, &why);
    int code = is_done ? (c->signal != 0 ? 128 + c->signal : 0) : is_started && c->client != NULL && client_exit_code(c->client) != 0 ? client_exit_code(c->client)
                                                                                                                                     : err_exit_code(why.kind);
    if (err != NULL && why.kind != ERR_NONE)
        *err = why;
    stop(c);
    mem_free(c);
    return code;
}
