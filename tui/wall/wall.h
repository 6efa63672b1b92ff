/* SPDX-License-Identifier: MIT */
/* wall: the display that nobody touches. Pages of big numbers, tiles and lists that turn by themselves, in the place of
 * app.h: the same handlers, the same effects, without terminal, wire or clock. It gives no orders: with --wall the keeper's
 * gate is read-only. */
#ifndef TUI_WALL_H
#define TUI_WALL_H

#include "tui/app.h"
#include "tui/wall/wall_layout.h"

struct wall_setup {
    const struct store *store; /* borrowed, as all of these */
    const struct settings *settings;
    const struct alert_rules *alerts;
    const struct keymap *keys;
    const struct wall_layout *layout;
    int64_t period_ms; /* how long a page stays where the layout does not say */
    bool is_ascii;
};

struct wall;

struct wall *wall_new(const struct wall_setup *setup);
void wall_free(struct wall *w);

/* As app_key, app_changed, app_beat, app_notice, app_draw: effects are enum app_effect. */
unsigned wall_key(struct wall *w, struct key k);
unsigned wall_changed(struct wall *w, enum fact_kind kind, uint64_t id, const struct fact *f); /* f NULL: it went */
unsigned wall_beat(struct wall *w, int64_t floor_ms, int64_t wall_ms);
unsigned wall_notice(struct wall *w, struct slice sentence, bool is_error);
void wall_draw(struct wall *w, struct canvas *c);

#endif
