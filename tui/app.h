/* SPDX-License-Identifier: MIT */
/* app: everything that the console knows and shows, without terminal, wire or clock. What happens goes in (a fact changed, a key,
 * a beat, a size) and says what must be done about it; a picture comes out. Tests drive it with literals. */
#ifndef TUI_APP_H
#define TUI_APP_H

#include "core/keeper/rights.h"
#include "tui/term/canvas.h"
#include "tui/keys/key.h"
#include "tui/keys/keymap.h"
#include "tui/view.h"

enum app_effect {
    APP_PAINT = 1,    /* the picture may differ */
    APP_REDRAW = 2,   /* the terminal itself may be wrong */
    APP_SUSPEND = 4,
    APP_QUIT = 8,
    APP_REPAINT = 16  /* others may have written on the terminal: every cell is sent, without a blank screen first */
};

/* What lies outside of the picture: done by whoever runs the app, at once. */
enum app_wish {
    APP_WISH_MOUSE, /* "on", "off" */
    APP_WISH_COPY,  /* the text goes into the clipboard */
    APP_WISH_THEME, /* a name, or a path */
    APP_WISH_KEYMAP,
    APP_WISH_WRITE, /* the text of the screen into a new file */
    APP_WISH_WRITE_LIST, /* a new file: its name, a line end, what is to be in it */
    APP_WISH_PROFILE, /* its name: the console begins again with it */
    APP_WISH_SAVE,    /* a new profile: its name, a line end, its text */
    APP_WISH_SAVE_OVER, /* the same, in the place of one of that name */
    APP_WISH_PLAY,  /* "VERB NUMBER WORDS" of replay.h; what is said of it is no error */
    APP_WISH_ORDER  /* its number, a blank, its lines */
};

struct app_host {
    bool (*wish)(void *context, enum app_wish wish, struct slice value /* with a NUL behind it */, struct err *err); /* NULL: nothing can be had */
    void *context;
    /* The settings as they would be with this profile ("": with none), to be settings_clear'ed; false: *err has FILE:LINE. NULL: there are none */
    bool (*profile)(void *context, const char *name, struct settings *out, struct err *err);
};

struct history;

struct app_setup {
    const struct store *store; /* borrowed */
    const struct settings *settings;
    const struct alert_rules *alerts; /* borrowed */
    const struct keymap *keys; /* borrowed */
    struct app_host host;
    struct history *history; /* of the line of commands; borrowed; NULL: none is kept */
    bool is_ascii, has_mouse;
    bool is_past; /* a replay */
    bool is_closed; /* with --role: no way to a file or a shell */
    enum spark_glyphs glyphs;
};

struct app;

struct app *app_new(const struct app_setup *setup);
void app_free(struct app *a);

/* Effects: enum app_effect, or'ed. */
unsigned app_key(struct app *a, struct key k);
unsigned app_mouse(struct app *a, const struct canvas *drawn, struct mouse m); /* `drawn`: the picture that it hit */
void app_set_keys(struct app *a, const struct keymap *keys); /* instead of those that it had */
unsigned app_paste(struct app *a, struct slice text);
unsigned app_changed(struct app *a, enum fact_kind kind, uint64_t id, const struct fact *f); /* f NULL: it went */
unsigned app_beat(struct app *a, int64_t floor_ms, int64_t wall_ms); /* a second began: all counters tick */
/* How the floor's time runs, and what of it can be shown; told before the beat when it may differ. */
struct app_time {
    int64_t rate_permille;     /* 0: it stands still */
    int64_t from_ms, to_ms;    /* what can be shown; equal: nothing but now */
    const struct store *live;  /* what is true now, when the store is not: the live floor as it was is shown. NULL: the store is */
};
unsigned app_time(struct app *a, const struct app_time *t);
unsigned app_notice(struct app *a, struct slice sentence, bool is_error); /* until the next key, which Esc is for nothing else, or for some seconds */

unsigned app_rights(struct app *a, const struct rights *rights); /* what the keeper lets this person do */
unsigned app_hide(struct app *a, bool is_hidden); /* callers' numbers */

void app_draw(struct app *a, struct canvas *c);

#endif
