/* SPDX-License-Identifier: MIT */
/* app: the state of the console and the handlers of what happens. A handler changes the state and returns effects; nothing
 * is drawn until app_draw. Owns the screen, the page of help and the line being typed. */
#include "tui/app_parts.h"

#include "core/base/mem.h"
#include "core/base/utf8.h"
#include "core/floor/mask.h"
#include "tui/choice.h"
#include "tui/preview.h"
#include "tui/table/copy.h"
#include "tui/status.h"

enum { WHEEL_ROWS = 3, COPY_MAX = 4000, NOTICE_BEATS = 10, ERROR_BEATS = 30 };

struct app *app_new(const struct app_setup *setup)
{
    struct app *a = mem_alloc(sizeof *a);
    a->joint = joint_new(setup->store);
    if (setup->settings != NULL)
        joint_show(a->joint, slice_of(setup->settings->only_pbx), setup->settings->is_merged);
    a->view = (struct view){ .store = joint_store(a->joint), .joint = a->joint, .settings = setup->settings, .alerts = setup->alerts, .is_ascii = setup->is_ascii, .glyphs = setup->glyphs };
    a->keys = setup->keys;
    a->view.rates = a->rates = rates_new();
    a->view.alarms = a->alarms = alarms_new();
    a->past = (struct past){ .is_past = setup->is_past, .rate_permille = 1000, .speed_permille = 1000 };
    a->view.past = &a->past;
    a->view.trend = a->trend = trend_new();
    a->past_words = BUF_INIT(COMMAND_LINE_MAX);
    a->deck = deck_new(&a->view);
    if (setup->settings != NULL)
        choice_apply(a->deck, setup->settings);
    a->prompt = prompt_new();
    a->host = setup->host;
    app_hands_init(a);
    a->has_mouse = setup->has_mouse;
    a->is_closed = setup->is_closed;
    a->history = setup->history;
    a->sentence = BUF_INIT(SENTENCE_MAX);
    return a;
}

void app_free(struct app *a)
{
    if (a == NULL)
        return;
    a->host.wish = NULL; /* nobody looks any more */
    (void)app_close_overlay(a);
    deck_free(a->deck);
    joint_free(a->joint);
    app_hands_clear(a);
    rates_free(a->rates);
    alarms_free(a->alarms);
    mem_free(a->theme);
    mem_free(a->keymap);
    trend_free(a->trend);
    mem_free(a->profiles.theme);
    mask_free(a->mask);
    prompt_free(a->prompt);
    buf_clear(&a->past_words);
    buf_clear(&a->sentence);
    mem_free(a);
}

static struct table *table_of(struct app *a)
{
    return deck_table(a->deck);
}

static void find_here(struct app *a, enum action asked)
{
    find_open(&a->find, a->prompt, a->deck, asked);
}

unsigned app_heard(struct app *a, enum prompt_news news)
{
    if (a->is_commanding)
        return app_line_heard(a, news);
    if (overlay_can_find(a->overlay))
        return app_help_heard(a, news);
    struct err said = ERR_INIT;
    find_heard(&a->find, a->prompt, news, &said);
    return said.kind != ERR_NONE ? app_notice(a, slice_of(said.text), false) : (unsigned)APP_PAINT;
}

unsigned app_close_overlay(struct app *a)
{
    unsigned effects = a->overlay != NULL && overlay_is_profiles(a->overlay) ? app_profiles_close(a) : 0;
    overlay_free(a->overlay);
    a->overlay = NULL;
    return effects | APP_PAINT;
}

static unsigned open_overlay(struct app *a, struct overlay *o, const char *why_not)
{
    if (o == NULL)
        return app_notice(a, slice_of(why_not), false);
    a->overlay = o;
    return APP_PAINT;
}

/* Takes back one thing, the most recent kind first. */
static void cancel(struct app *a)
{
    struct table *t = table_of(a);
    if (t != NULL && table_selected(t) != 0)
        table_select_none(t);
    else if (t != NULL && table_search_text(t).n > 0)
        (void)table_search(t, SLICE(""));
    else if (t != NULL && table_filter_text(t).n > 0)
        (void)table_filter(t, SLICE(""));
    else if (!app_untag(a))
        (void)deck_back(a->deck);
}

/* A question that was answered with no: said, since Enter is a no as well. */
static unsigned close_over(struct app *a)
{
    bool was_asked = overlay_section(a->overlay) == SECTION_CONFIRM;
    struct buf said = BUF_INIT(128), yes = BUF_INIT(64);
    unsigned effects = app_close_overlay(a);
    (void)buf_add(&said, SLICE("Nothing was done."));
    if (keymap_key_in(a->keys, SECTION_CONFIRM, ACTION_CONFIRM_YES, &yes))
        (void)buf_addf(&said, " Only %s is a yes.", yes.data);
    if (was_asked)
        effects |= app_notice(a, buf_slice(&said), false);
    buf_clear(&said);
    buf_clear(&yes);
    return effects;
}

static unsigned act_over(struct app *a, enum action action)
{
    enum action run = ACTION_NONE;
    unsigned effects;
    if (action == ACTION_REDRAW || action == ACTION_SUSPEND)
        return action == ACTION_REDRAW ? APP_REDRAW | APP_PAINT : a->is_closed ? 0 : APP_SUSPEND;
    if (app_help_act(a, action))
        return APP_PAINT;
    enum overlay_news news = overlay_act(a->overlay, action, &run);
    if (news == OVERLAY_NOTHING && overlay_is_orders(a->overlay) && app_hands_act(a, action, &effects))
        return effects;
    switch (news) {
    case OVERLAY_NOTHING: return overlay_can_find(a->overlay) ? app_notice(a, SLICE("Not while the help is open: Enter does what its line says, Esc closes it."), false) : 0;
    case OVERLAY_CHANGED: return APP_PAINT | (overlay_is_profiles(a->overlay) ? app_profiles_moved(a) : 0);
    case OVERLAY_PROFILE: return app_profiles_choose(a);
    case OVERLAY_CLOSE: return close_over(a);
    case OVERLAY_RUN: return app_close_overlay(a) | app_act(a, run);
    case OVERLAY_ORDER:
    case OVERLAY_YES: return app_hands_over(a, news);
    }
    return 0;
}

bool app_wish(struct app *a, enum app_wish what, struct slice value, struct err *err)
{
    if (a->host.wish == NULL)
        return err_set(err, ERR_USAGE, "that cannot be had here");
    return a->host.wish(a->host.context, what, value, err);
}

unsigned app_set_mouse(struct app *a, bool is_on)
{
    struct err err = ERR_INIT;
    if (!app_wish(a, APP_WISH_MOUSE, is_on ? SLICE("on") : SLICE("off"), &err))
        return app_notice(a, slice_of(err.text), true);
    a->has_mouse = is_on;
    return app_notice(a, is_on ? SLICE("The mouse is acdtop's: click, double click, wheel.") : SLICE("The mouse is the terminal's: text can be selected."), false);
}

static uint64_t called_now(void *context, enum fact_kind kind, uint64_t id)
{
    return joint_now(context, kind, id);
}

unsigned app_show(struct app *a, struct slice pbx, bool is_merged)
{
    (void)app_close_overlay(a); /* it may be about somebody who is not shown any more */
    deck_forget(a->deck);
    joint_show(a->joint, pbx, is_merged);
    a->view.store = joint_store(a->joint);
    deck_refill(a->deck, called_now, a->joint);
    trend_restart(a->trend);
    alarms_beat(a->alarms, &a->view);
    return APP_PAINT;
}

static unsigned merge(struct app *a)
{
    bool is_merged = !joint_is_merged(a->joint);
    (void)app_show(a, slice_of(joint_pbx(a->joint)), is_merged);
    bool is_one = store_count(joint_whole(a->joint), FACT_PBX) < 2;
    return app_notice(a, !is_merged ? SLICE("Each queue and each agent of each PBX has a row of its own.")
                           : is_one ? SLICE("Queues of one name are one row, and so is an agent; there is only one PBX, though.")
                                    : SLICE("Queues of one name are one row now, and so is an agent on several PBXs."), false);
}

static unsigned copy(struct app *a, bool is_whole)
{
    struct table *t = table_of(a);
    const struct pane_row *row = deck_focus(a->deck)->row;
    const struct fact *f = t != NULL && table_selected(t) != 0 ? store_get(a->view.store, row->table.kind, table_selected(t)) : NULL;
    struct buf text = BUF_INIT(COPY_MAX), said = BUF_INIT(COPY_MAX + 64);
    struct err err = ERR_INIT;
    if (f == NULL)
        return app_notice(a, SLICE("Nothing is selected that could be copied."), false);
    if (is_whole) {
        struct buf ids = BUF_INIT(8192);
        table_layout(t, &ids);
        copy_row(&a->view, row->table.kind, buf_slice(&ids).p, f, &text);
        buf_clear(&ids);
    }
    bool is_known = is_whole || copy_identity(row->table.kind, f, &text);
    bool ok = is_known ? app_wish(a, APP_WISH_COPY, buf_slice(&text), &err) : err_set(&err, ERR_USAGE, "nothing is known of it that could be copied");
    (void)buf_addf(&said, "%s%s", ok ? "Sent to the clipboard of your terminal: " : "", ok ? buf_slice(&text).p : err.text);
    (void)app_notice(a, buf_slice(&said), !ok);
    buf_clear(&text);
    buf_clear(&said);
    return APP_PAINT;
}

unsigned app_act(struct app *a, enum action action)
{
    struct pane *pane = deck_focus(a->deck);
    if (a->overlay != NULL)
        return act_over(a, action);
    switch (action) {
    case ACTION_QUIT: return APP_QUIT;
    case ACTION_SUSPEND: return a->is_closed ? app_notice(a, SLICE("With --role there is no shell to go back to."), false) : (unsigned)APP_SUSPEND;
    case ACTION_REDRAW: return APP_REDRAW | APP_PAINT;
    case ACTION_HELP: return open_overlay(a, overlay_help(a->keys, pane, &(struct help_may){ app_hands_may, a }, a->view.is_ascii), "");
    case ACTION_EXPLAIN: return open_overlay(a, overlay_explain(&a->view, pane, deck_totals(a->deck)), "It has gone: nothing can be explained any more.");
    case ACTION_COLUMNS: return open_overlay(a, overlay_columns(pane), "This pane has no columns.");
    case ACTION_CANCEL: cancel(a); return APP_PAINT;
    case ACTION_MOUSE: return app_set_mouse(a, !a->has_mouse);
    case ACTION_COMMAND: app_line_open(a, SLICE(""), 0); return APP_PAINT;
    case ACTION_PBX: app_line_open(a, SLICE("@"), 0); return APP_PAINT;
    case ACTION_MERGE: return merge(a);
    case ACTION_COPY:
    case ACTION_COPY_ROW: return copy(a, action == ACTION_COPY_ROW);
    case ACTION_FILTER:
    case ACTION_SEARCH:
    case ACTION_JUMP: find_here(a, action); return APP_PAINT;
    default: break;
    }
    unsigned effects;
    if (app_past_act(a, action, &effects) || app_after_act(a, action, &effects) || app_hands_act(a, action, &effects) || app_profiles_act(a, action, &effects))
        return effects;
    if (!deck_act(a->deck, action))
        return 0;
    const char *note = table_of(a) != NULL ? table_note(table_of(a)) : NULL;
    return note != NULL ? app_notice(a, slice_of(note), false) : APP_PAINT;
}

/* A key that does nothing says so quietly, and what would help. */
static unsigned unknown_key(struct app *a, struct key k)
{
    struct buf help = BUF_INIT(64);
    buf_reset(&a->sentence);
    key_print(k, &a->sentence);
    (void)buf_add(&a->sentence, SLICE(" does nothing here"));
    if (keymap_keys(a->keys, ACTION_HELP, false, &help))
        (void)buf_addf(&a->sentence, "; %s shows the keys", help.data);
    a->is_error = false;
    a->sentence_beats = NOTICE_BEATS;
    buf_clear(&help);
    return APP_PAINT;
}

/* Whose keys hold first. */
static enum section keys_of(const struct app *a)
{
    return a->overlay != NULL ? overlay_section(a->overlay) : SECTION_TABLE;
}

/* For the hints: bits of enum status_can. */
static unsigned what_can(struct app *a)
{
    struct table *t = table_of(a);
    enum fact_kind kind;
    enum screen_id screen;
    uint64_t id;
    bool is_selected = t != NULL && table_selected(t) != 0;
    bool can_open = is_selected && pane_opens(deck_focus(a->deck), &a->view, &kind, &id) && screen_about(kind, &screen);
    bool can_do = a->overlay != NULL ? overlay_can_run(a->overlay) : a->is_commanding;
    bool can_clear = a->overlay != NULL ? overlay_found(a->overlay).n > 0 : is_selected || (t != NULL && table_tagged(t, NULL, 0) > 0) || (t != NULL && (table_search_text(t).n > 0 || table_filter_text(t).n > 0));
    return (t != NULL ? CAN_LIST : 0) | (is_selected ? CAN_SELECT : 0) | (can_open ? CAN_OPEN : 0) | (deck_panes(a->deck) > 1 ? CAN_PANE : 0) |
           (can_clear ? CAN_CLEAR : 0) | (deck_has_back(a->deck) ? CAN_BACK : 0) | (prompt_has_offers(a->prompt) ? CAN_COMPLETE : 0) |
           (can_do ? CAN_DO : 0) | (overlay_can_find(a->overlay) ? CAN_FIND : 0) | (a->overlay == NULL ? app_hands_can(a) : 0);
}

unsigned app_key(struct app *a, struct key k)
{
    if (k.code == KEYCODE_NONE)
        return 0;
    unsigned effects = a->sentence.len > 0 ? APP_PAINT : 0;
    buf_reset(&a->sentence);
    if (prompt_is_open(a->prompt))
        return app_heard(a, prompt_key(a->prompt, a->keys, k));
    bool was_chord = a->pressed.count > 0, was_said = effects != 0;
    enum action action = keymap_press(a->keys, keys_of(a), &a->pressed, k);
    if (action == ACTION_CANCEL && was_said && a->overlay == NULL)
        return APP_PAINT; /* it took the sentence away, and nothing else; what lies over the lists is closed all the same */
    if (action != ACTION_NONE)
        return effects | app_act(a, action);
    if (a->pressed.count > 0)
        return APP_PAINT;
    return was_chord && k.code == KEYCODE_ESCAPE ? APP_PAINT : unknown_key(a, k);
}

/* The wheel moves what lies under it. */
static unsigned wheel(struct app *a, const struct hit *hit, bool is_up)
{
    int rows = is_up ? -WHEEL_ROWS : WHEEL_ROWS;
    unsigned effects = APP_PAINT;
    for (int i = 0; a->overlay != NULL && i < WHEEL_ROWS; i++)
        effects |= act_over(a, is_up ? ACTION_CURSOR_UP : ACTION_CURSOR_DOWN);
    if (a->overlay != NULL || hit == NULL || hit->kind == HIT_ACTION || !deck_focus_on(a->deck, hit->owner))
        return effects;
    if (table_of(a) != NULL)
        table_scroll(table_of(a), rows);
    for (int i = 0; table_of(a) == NULL && i < WHEEL_ROWS; i++)
        (void)deck_act(a->deck, is_up ? ACTION_CURSOR_UP : ACTION_CURSOR_DOWN);
    return effects;
}

/* On something of a pane: it has the keys now, and what was hit is selected, or sorted by. */
static unsigned click(struct app *a, const struct hit *hit, bool is_double)
{
    if (a->overlay != NULL && overlay_choose(a->overlay, hit))
        return is_double ? app_act(a, ACTION_OPEN) : (unsigned)APP_PAINT | (overlay_is_profiles(a->overlay) ? app_profiles_moved(a) : 0);
    if (a->overlay != NULL || !deck_focus_on(a->deck, hit->owner))
        return 0;
    if (hit->kind == HIT_HEADING && !is_double)
        table_sort(table_of(a), hit->id);
    if (hit->kind == HIT_GROUP && !is_double)
        table_fold(table_of(a), hit->id);
    if (hit->kind == HIT_ROW)
        table_select(table_of(a), hit->id);
    if (hit->kind == HIT_ROW && is_double)
        (void)app_act(a, ACTION_OPEN);
    return APP_PAINT;
}

/* The orders of the row that was hit. */
static unsigned click_right(struct app *a, const struct hit *hit)
{
    if (a->overlay != NULL || hit->kind != HIT_ROW)
        return 0;
    return click(a, hit, false) | app_act(a, ACTION_ORDER_MENU);
}

unsigned app_mouse(struct app *a, const struct canvas *drawn, struct mouse m)
{
    const struct hit *hit = canvas_hit_at(drawn, m.x, m.y);
    unsigned effects = a->sentence.len > 0 || a->pressed.count > 0 ? APP_PAINT : 0;
    buf_reset(&a->sentence);
    a->pressed = (struct chord){ 0 };
    if (m.what == MOUSE_WHEEL_UP || m.what == MOUSE_WHEEL_DOWN)
        return effects | wheel(a, hit, m.what == MOUSE_WHEEL_UP);
    else if (hit != NULL && prompt_is_open(a->prompt))
        return hit->kind == HIT_ACTION ? app_heard(a, prompt_act(a->prompt, (enum action)hit->id)) : effects;
    else if (hit != NULL && m.what == MOUSE_RIGHT)
        return effects | click_right(a, hit);
    else if (hit != NULL)
        return effects | (hit->kind == HIT_ACTION ? app_act(a, (enum action)hit->id) : click(a, hit, m.what == MOUSE_DOUBLE));
    return effects | APP_PAINT;
}

unsigned app_paste(struct app *a, struct slice text)
{
    buf_reset(&a->sentence);
    if (prompt_is_open(a->prompt))
        return app_heard(a, prompt_paste(a->prompt, text));
    buf_reset(&a->sentence);
    return app_notice(a, SLICE("What was pasted is left out: nothing is being typed."), false);
}

void app_set_keys(struct app *a, const struct keymap *keys)
{
    a->keys = keys;
    a->pressed = (struct chord){ 0 };
}

struct shown {
    struct app *app;
    unsigned effects;
};

static void on_shown(void *context, enum fact_kind kind, uint64_t id, const struct fact *f)
{
    struct shown *s = context;
    if (deck_changed(s->app->deck, kind, id, f))
        s->effects |= APP_PAINT;
}

unsigned app_changed(struct app *a, enum fact_kind kind, uint64_t id, const struct fact *f)
{
    struct shown s = { .app = a };
    if (a->profiles.preview != NULL) {
        preview_changed(a->profiles.preview, kind, id, f);
        s.effects |= APP_PAINT;
    }
    joint_changed(a->joint, kind, id, f, on_shown, &s);
    return kind == FACT_ORDER && f != NULL ? s.effects | app_after_changed(a, (const void *)f) : s.effects;
}

unsigned app_beat(struct app *a, int64_t floor_ms, int64_t wall_ms)
{
    a->view.beat_ms = floor_ms;
    a->view.wall_ms = wall_ms;
    if (a->sentence.len > 0 && a->sentence_beats-- <= 0)
        buf_reset(&a->sentence);
    app_open_own(a);
    alarms_beat(a->alarms, &a->view);
    int64_t live_ms = a->past.is_behind ? a->past.to_ms : floor_ms;
    rates_beat(a->rates, a->past.is_behind ? a->live : joint_whole(a->joint), live_ms);
    trend_beat(a->trend, a->past.is_behind ? a->live : a->view.store, a->past.is_behind ? joint_pbx(a->joint) : NULL, live_ms);
    return APP_PAINT;
}

unsigned app_notice(struct app *a, struct slice sentence, bool is_error)
{
    buf_reset(&a->sentence);
    (void)buf_add(&a->sentence, utf8_head(sentence, SENTENCE_MAX - 1));
    a->is_error = is_error;
    a->sentence_beats = is_error ? ERROR_BEATS : NOTICE_BEATS;
    return APP_PAINT;
}

void app_draw(struct app *a, struct canvas *c)
{
    struct area all = canvas_area(c);
    a->view.has_many_pbx = store_count(a->view.store, FACT_PBX) > 1;
    a->view.has_teams = view_has_teams(&a->view);
    canvas_forget(c);
    canvas_blank(c, all, (struct style){ ROLE_TEXT, ROLE_TEXT });
    struct area whole = all, last = area_bottom(&all, all.h >= 4 ? 1 : 0);
    struct area over = a->overlay != NULL ? overlay_area(a->overlay, &all) : (struct area){ 0, 0, 0, 0 };
    if (a->overlay != NULL)
        overlay_draw(a->overlay, &a->view, c, over);
    if (all.h > 0 && a->profiles.preview != NULL)
        preview_draw(a->profiles.preview, c, all);
    else if (all.h > 0)
        deck_draw(a->deck, c, all);
    bool is_typing = prompt_is_open(a->prompt) && !a->is_running;
    struct status s = { .keys = a->keys, .section = is_typing ? SECTION_PROMPT : keys_of(a), .is_over = a->overlay != NULL, .is_choice = a->overlay != NULL && overlay_is_profiles(a->overlay), .can = what_can(a),
                        .is_error = a->is_error, .pressed = &a->pressed };
    if (a->sentence.len > 0)
        s.sentence = buf_slice(&a->sentence);
    struct buf listening = BUF_INIT(SENTENCE_MAX);
    if (app_hands_listening(a, &listening))
        s.listening = buf_slice(&listening);
    if (is_typing && last.h > 0)
        last = prompt_draw(a->prompt, c, whole);
    else if (last.h > 0)
        last = area_bottom(&whole, status_rows(&s, c, whole));
    status_draw(&s, c, last);
    buf_clear(&listening);
}
