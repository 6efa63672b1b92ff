/* SPDX-License-Identifier: MIT */
/* A console without a terminal, for tests of what its keys do: facts are put into its store, keys pressed by their names, and the picture is
 * read as text. What it wishes of its host is kept, orders line by line. */
#ifndef TESTS_UNIT_SUPPORT_APP_H
#define TESTS_UNIT_SUPPORT_APP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

#include "core/base/mem.h"
#include "tui/app.h"

enum { SCENE_GIVEN_MAX = 16 };

struct scene {
    struct store *store;
    struct settings settings;
    struct keymap *keys;
    struct app *app;
    struct canvas canvas;
    char given[SCENE_GIVEN_MAX][512]; /* lines of orders */
    int64_t ref[SCENE_GIVEN_MAX];
    size_t count;                     /* of them */
    size_t wishes;                    /* of every kind */
    char *text;                       /* of the picture */
};

struct scene_setup {
    int cols, rows;
    const char *conf; /* settings, as in a file; NULL: none */
    bool is_readonly, is_closed;
    void (*fill)(struct scene *w); /* puts the first facts */
};

void scene_begin(struct scene *w, const struct scene_setup *setup);
void scene_end(struct scene *w);
void scene_put(struct scene *w, enum fact_kind kind, const void *f); /* a copy */
void scene_draw(struct scene *w);
void scene_key(struct scene *w, const char *name);    /* draws nothing */
void scene_press(struct scene *w, const char *keys);  /* names with blanks between; "'text" types it; each is drawn */
bool scene_shows(const struct scene *w, const char *text);

#define TEXT(text) ((char *)(uintptr_t)(text)) /* of a fact that is put: it is copied */
#define EXPECT(w, i, line) do { assert_true((w)->count > (i)); assert_string_equal((w)->given[i], line); } while (0)

#endif
