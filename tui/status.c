/* SPDX-License-Identifier: MIT */
/* status: turns what can be done now into the last line of the screen. Hints come from the live keymap, so that they are true
 * after any rebinding; an action without a key has none. A hint that has no room is left out whole. Owns nothing.
 */
#include "tui/status.h"

enum { PROMPT_HINTS_MIN = 24 };

struct hint {
    enum action action;
    const char *word;
    enum action to; /* NONE: one key; else "1-7" */
};

static const struct hint on_floor[] = {
    { ACTION_HELP, "help", 0 }, { ACTION_SCREEN_FLOOR, "screens", ACTION_SCREEN_LINKS }, { ACTION_FILTER, "filter", 0 }, { ACTION_PANE_NEXT, "pane", 0 },
    { ACTION_SORT_NEXT, "sort", 0 }, { ACTION_COLUMNS, "columns", 0 }, { ACTION_QUIT, "quit", 0 }, { ACTION_TILES, "tiles", 0 }, { ACTION_PANE_ZOOM, "zoom", 0 },
    { ACTION_FREEZE, "freeze", 0 }, { ACTION_NONE, NULL, 0 } };
static const struct hint on_row[] = {
    { ACTION_OPEN, "open", 0 }, { ACTION_CANCEL, "let go", 0 }, { ACTION_EXPLAIN, "explain", 0 }, { ACTION_TAG, "tag", 0 }, { ACTION_FILTER, "filter", 0 },
    { ACTION_PANE_NEXT, "pane", 0 }, { ACTION_HELP, "help", 0 }, { ACTION_SCREEN_FLOOR, "screens", ACTION_SCREEN_LINKS }, { ACTION_QUIT, "quit", 0 }, { ACTION_NONE, NULL, 0 } };
static const struct hint on_subject[] = {
    { ACTION_CANCEL, "back", 0 }, { ACTION_HELP, "help", 0 }, { ACTION_PANE_NEXT, "pane", 0 }, { ACTION_EXPLAIN, "explain", 0 },
    { ACTION_SCREEN_FLOOR, "screens", ACTION_SCREEN_LINKS }, { ACTION_PANE_ZOOM, "zoom", 0 }, { ACTION_QUIT, "quit", 0 }, { ACTION_NONE, NULL, 0 } };
static const struct hint on_filtered[] = {
    { ACTION_CANCEL, "show all", 0 }, { ACTION_HELP, "help", 0 }, { ACTION_FILTER, "filter", 0 }, { ACTION_SORT_NEXT, "sort", 0 },
    { ACTION_PANE_NEXT, "pane", 0 }, { ACTION_QUIT, "quit", 0 }, { ACTION_NONE, NULL, 0 } };
static const struct hint on_help[] = { { ACTION_CANCEL, "close", 0 }, { ACTION_PAGE_DOWN, "further", 0 }, { ACTION_PAGE_UP, "back", 0 }, { ACTION_NONE, NULL, 0 } };
static const struct hint on_columns[] = { { ACTION_COLUMN_TOGGLE, "show/hide", 0 }, { ACTION_COLUMN_LEFT, "left", 0 }, { ACTION_COLUMN_RIGHT, "right", 0 }, { ACTION_COLUMN_SORT, "sort", 0 },
                                          { ACTION_COLUMN_DEFAULT, "default", 0 }, { ACTION_CANCEL, "close", 0 }, { ACTION_NONE, NULL, 0 } };
static const struct hint on_prompt[] = { { ACTION_PROMPT_ACCEPT, "keep", 0 }, { ACTION_PROMPT_CANCEL, "take back", 0 }, { ACTION_NONE, NULL, 0 } };

static int put(struct canvas *c, struct area a, int x, struct slice text, enum role role)
{
    return canvas_put(c, a, x, a.y, text, (struct style){ role, ROLE_TEXT });
}

/* Hints from the right end of `a`, as many as there is room for; none is cut. Returns what is left of `a`. */
static void draw_hints(const struct status *s, struct canvas *c, struct area a, const struct hint *hint)
{
    int x = a.x + 1;
    for (; hint->word != NULL; hint++) {
        struct buf key = BUF_INIT(64);
        bool has_key = keymap_keys(s->keys, hint->action, false, &key);
        if (has_key && hint->to != ACTION_NONE) { /* as many keys in a row */
            (void)buf_add_char(&key, '-');
            has_key = keymap_keys(s->keys, hint->to, false, &key);
        }
        if (has_key) {
            int width = canvas_text_width(c, buf_slice(&key)) + 1 + canvas_text_width(c, slice_of(hint->word));
            if (x + width < a.x + a.w) {
                canvas_hit(c, (struct hit){ .kind = HIT_ACTION, .area = { x, a.y, width, 1 }, .id = hint->action });
                x = put(c, a, x, buf_slice(&key), ROLE_KEY);
                x = put(c, a, x + 1, slice_of(hint->word), ROLE_HINT) + 2;
            }
        }
        buf_clear(&key);
    }
}

void status_draw(const struct status *s, struct canvas *c, struct area a)
{
    if (s->is_prompt) {
        if (a.w > PROMPT_HINTS_MIN)
            draw_hints(s, c, a, on_prompt);
        return;
    }
    canvas_blank(c, a, (struct style){ ROLE_TEXT, ROLE_TEXT });
    if (s->sentence.p != NULL) {
        canvas_fit(c, (struct area){ a.x + 1, a.y, a.w - 2, 1 }, s->sentence, ALIGN_LEFT, (struct style){ s->is_error ? ROLE_ERROR : ROLE_NOTICE, ROLE_TEXT });
        return;
    }
    if (s->pressed != NULL && s->pressed->count > 0) {
        struct buf text = BUF_INIT(64);
        for (uint32_t i = 0; i < s->pressed->count; i++) {
            key_print(s->pressed->key[i], &text);
            (void)buf_add_char(&text, ' ');
        }
        struct area right = area_right(&a, 8);
        (void)put(c, right, right.x, buf_slice(&text), ROLE_KEY);
        buf_clear(&text);
    }
    draw_hints(s, c, a, s->is_choosing ? on_columns : s->is_help ? on_help : s->is_row ? on_row : s->is_filtered ? on_filtered : s->is_subject ? on_subject : on_floor);
}
