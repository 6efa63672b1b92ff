/* SPDX-License-Identifier: MIT */
/* support_script: a floor and a screen from a few lines of text. See tests/screens/README.md for the words. */
#ifndef TESTS_SCREENS_SUPPORT_SCRIPT_H
#define TESTS_SCREENS_SUPPORT_SCRIPT_H

#include "core/base/buf.h"
#include "core/base/err.h"
#include "core/floor/store.h"
#include "tui/app.h"
#include "tui/wall/wall.h"

struct script {
    struct store *store;
    struct keymap *keys;
    struct app *app;
    struct wall *wall; /* after "wall": in the place of the app */
    struct wall_layout *layout;
    struct settings settings; /* of the wall: "set" changes them before */
    struct settings own;      /* of the console, after "config" */
    struct buf wishes;        /* themes and profiles that the console asked for since the last picture, one a line */
    struct canvas canvas;
    int64_t floor_ms, wall_ms; /* of the last beat */
    bool is_ascii;
    bool has_twin;             /* `twin`: its pictures are wanted in ASCII too */
    struct buf out;            /* the pictures of `snap` */
};

void script_init(struct script *s, bool is_ascii);
void script_clear(struct script *s);
/* Runs every line of `text`; false: *err names the line. */
bool script_run(struct script *s, struct slice text, struct err *err);
void script_beat(struct script *s, int64_t ms); /* so much later */
void script_draw(struct script *s);
/* The picture as text and roles, as it stands in a golden. */
void script_picture(const struct canvas *c, struct buf *out);
/* Of the pictures in `ascii` only those lines that are not the same in `full`, with their numbers. */
void script_twin(struct slice full, struct slice ascii, struct buf *out);

#endif
