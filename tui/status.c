/* SPDX-License-Identifier: MIT */
/* status: turns what can be done now into the last line of the screen. Hints come from the live keymap, so that they are true
 * after any rebinding; an action without a key has none. Each has its own place, whether it can be done now or not: nothing
 * jumps. One that has no room is left out whole. Owns nothing. */
#include "tui/status.h"

/* Rows of one action after each other, and those that say so, share a place; the first that can be done is shown. */
struct hint {
    enum action action;
    const char *word;
    unsigned needs; /* enum status_can; all of them */
    enum action to; /* NONE: one key; else from one to the other: "1-7" */
    bool shares;    /* the place of the row before, though it is another action */
};

static const struct hint on_lists[] = {
    { ACTION_HELP, "help", 0, 0, 0 }, { ACTION_SCREEN_FLOOR, "view", 0, ACTION_SCREEN_ORDERS, 0 }, { ACTION_FILTER, "filter", CAN_LIST, 0, 0 },
    { ACTION_OPEN, "open", CAN_OPEN, 0, 0 }, { ACTION_ORDER_MENU, "order", CAN_ORDER, 0, 0 },
    { ACTION_ORDER_PAUSE, "pause", CAN_PAUSE, 0, 0 }, { ACTION_ORDER_PAUSE, "unpause", CAN_UNPAUSE, 0, 0 },
    { ACTION_CANCEL, "clear", CAN_CLEAR, 0, 0 }, { ACTION_CANCEL, "back", CAN_BACK, 0, 0 }, { ACTION_QUIT, "quit", 0, 0, true },
    { ACTION_PANE_NEXT, "pane", CAN_PANE, 0, 0 }, /* so far at 80 columns */
    { ACTION_COMMAND, "run", 0, 0, 0 }, { ACTION_ORDER_UNDO, "undo", CAN_UNDO, 0, 0 }, { ACTION_SORT_NEXT, "sort", CAN_LIST, 0, 0 },
    { ACTION_EXPLAIN, "explain", CAN_SELECT, 0, 0 }, { ACTION_TAG, "tag", CAN_SELECT, 0, 0 }, { ACTION_COLUMNS, "columns", CAN_LIST, 0, 0 }, { ACTION_GROUP_NEXT, "group", CAN_LIST, 0, 0 },
    { ACTION_PANE_ZOOM, "zoom", CAN_PANE, 0, 0 }, { ACTION_COPY, "copy", CAN_SELECT, 0, 0 }, { ACTION_FREEZE, "freeze", CAN_LIST, 0, 0 }, { ACTION_NONE, NULL, 0, 0, 0 },
};
static const struct hint on_ears[] = {
    { ACTION_ORDER_UNLISTEN, "stop", 0, 0, 0 }, { ACTION_ORDER_LISTEN, "only listen", 0, 0, 0 }, { ACTION_ORDER_WHISPER, "whisper", 0, 0, 0 }, { ACTION_ORDER_BARGE, "barge", 0, 0, 0 },
    { ACTION_NONE, NULL, 0, 0, 0 },
};
static const struct hint on_help[] = {
    { ACTION_CANCEL, "all", CAN_CLEAR, 0, 0 }, { ACTION_CANCEL, "close", 0, 0, 0 }, { ACTION_OPEN, "do it", CAN_DO, 0, 0 }, { ACTION_FILTER, "find", CAN_FIND, 0, 0 }, { ACTION_PAGE_DOWN, "further", 0, 0, 0 }, { ACTION_PAGE_UP, "back", 0, 0, 0 }, { ACTION_NONE, NULL, 0, 0, 0 },
};
static const struct hint on_columns[] = {
    { ACTION_COLUMN_TOGGLE, "show/hide", 0, 0, 0 }, { ACTION_COLUMN_LEFT, "left", 0, 0, 0 }, { ACTION_COLUMN_RIGHT, "right", 0, 0, 0 }, { ACTION_COLUMN_SORT, "sort", 0, 0, 0 },
    { ACTION_COLUMN_DEFAULT, "default", 0, 0, 0 }, { ACTION_CANCEL, "close", 0, 0, 0 }, { ACTION_NONE, NULL, 0, 0, 0 },
};
static const struct hint on_orders[] = {
    { ACTION_OPEN, "do it", CAN_DO, 0, 0 }, { ACTION_CANCEL, "close", 0, 0, 0 }, { ACTION_CURSOR_DOWN, "down", 0, 0, 0 }, { ACTION_CURSOR_UP, "up", 0, 0, 0 }, { ACTION_NONE, NULL, 0, 0, 0 },
};
static const struct hint on_profiles[] = {
    { ACTION_OPEN, "open it", 0, 0, 0 }, { ACTION_CANCEL, "as it was", 0, 0, 0 }, { ACTION_CURSOR_DOWN, "next", 0, 0, 0 }, { ACTION_CURSOR_UP, "previous", 0, 0, 0 }, { ACTION_NONE, NULL, 0, 0, 0 },
};
static const struct hint on_confirm[] = {
    { ACTION_CONFIRM_YES, "do it", 0, 0, 0 }, { ACTION_CONFIRM_NO, "do nothing", 0, 0, 0 }, { ACTION_NONE, NULL, 0, 0, 0 },
};
static const struct hint on_prompt[] = {
    { ACTION_PROMPT_COMPLETE, "complete", CAN_COMPLETE, 0, 0 }, { ACTION_PROMPT_ACCEPT, "do", CAN_DO, 0, 0 }, { ACTION_PROMPT_ACCEPT, "keep", 0, 0, 0 },
    { ACTION_PROMPT_CANCEL, "take back", 0, 0, 0 }, { ACTION_NONE, NULL, 0, 0, 0 },
};

static int put(struct canvas *c, struct area a, int x, struct slice text, enum role role)
{
    return canvas_put(c, a, x, a.y, text, (struct style){ role, ROLE_TEXT });
}

static const struct hint *next_place(const struct hint *hint)
{
    enum action action = hint->action;
    while (hint->action == action || hint->shares) {
        action = hint->action;
        hint++;
    }
    return hint;
}

/* The key of a hint; false: there is none here. */
static bool write_key(const struct status *s, const struct hint *hint, struct buf *key)
{
    buf_reset(key);
    return keymap_key_in(s->keys, s->section, hint->action, key) &&
           (hint->to == ACTION_NONE || (buf_add_char(key, '-') && keymap_key_in(s->keys, s->section, hint->to, key)));
}

/* The place of a hint: as wide as its widest. 0: no key does it here. */
static int place_width(const struct status *s, const struct canvas *c, const struct hint *hint, struct buf *key)
{
    int widest = 0;
    for (const struct hint *h = hint, *end = next_place(hint); h < end; h++) {
        int width = write_key(s, h, key) ? canvas_text_width(c, buf_slice(key)) + 1 + canvas_text_width(c, slice_of(h->word)) : 0;
        widest = width > widest ? width : widest;
    }
    return widest;
}

/* The first of a place that can be done now; where there is none, nothing. */
static void draw_hint(const struct status *s, struct canvas *c, struct area a, int x, const struct hint *hint, struct buf *key)
{
    const struct hint *end = next_place(hint);
    while (hint < end && ((s->can & hint->needs) != hint->needs || !write_key(s, hint, key)))
        hint++;
    if (hint == end)
        return;
    int width = canvas_text_width(c, buf_slice(key)) + 1 + canvas_text_width(c, slice_of(hint->word));
    canvas_hit(c, (struct hit){ .kind = HIT_ACTION, .area = { x, a.y, width, 1 }, .id = hint->action });
    x = put(c, a, x, buf_slice(key), ROLE_KEY);
    (void)put(c, a, x + 1, slice_of(hint->word), ROLE_HINT);
}

/* From the left, as many as have room; none is cut. */
static int draw_hints(const struct status *s, struct canvas *c, struct area a, const struct hint *hint)
{
    struct buf key = BUF_INIT(64);
    int x = a.x + 1;
    for (; hint->word != NULL; hint = next_place(hint)) {
        int width = place_width(s, c, hint, &key);
        if (width == 0 || x + width > a.x + a.w)
            continue;
        draw_hint(s, c, a, x, hint, &key);
        x += width + 2;
    }
    buf_clear(&key);
    return x;
}

/* What all of them take. */
static int hints_width(const struct status *s, const struct canvas *c, const struct hint *hint)
{
    struct buf key = BUF_INIT(64);
    int width = 0;
    for (; hint->word != NULL; hint = next_place(hint))
        width += place_width(s, c, hint, &key) + 2;
    buf_clear(&key);
    return width;
}

/* Somebody has an open ear, perhaps an open microphone: that is said before all else, with the key that ends it first; a long name is cut
 * for them. */
static struct area draw_listening(const struct status *s, struct canvas *c, struct area a)
{
    int most = a.w - hints_width(s, c, on_ears) - 3, width = canvas_text_width(c, s->listening);
    most = most > a.w / 2 ? most : a.w / 2;
    struct area at = { a.x + 1, a.y, width < most ? width : most, 1 };
    canvas_fit(c, at, s->listening, ALIGN_LEFT, (struct style){ ROLE_WARN, ROLE_TEXT });
    int x = at.x + at.w + 1;
    struct area rest = { x, a.y, a.x + a.w > x ? a.x + a.w - x : 0, 1 };
    x = draw_hints(s, c, rest, on_ears);
    return (struct area){ x, a.y, a.x + a.w > x ? a.x + a.w - x : 0, 1 };
}

/* At the right end: what is typed moves nothing. All of them, or none. */
static void draw_prompt_hints(const struct status *s, struct canvas *c, struct area a)
{
    int width = hints_width(s, c, on_prompt);
    if (width < a.w)
        (void)draw_hints(s, c, area_right(&a, width + 1), on_prompt);
}

enum { SENTENCE_ROWS_MAX = 5, LIST_ROWS_LEAST = 6 };

int status_rows(const struct status *s, struct canvas *c, struct area a)
{
    int most = a.h - LIST_ROWS_LEAST < SENTENCE_ROWS_MAX ? a.h - LIST_ROWS_LEAST : SENTENCE_ROWS_MAX;
    if (s->sentence.p == NULL || most <= 1)
        return 1;
    return canvas_wrap_in(c, (struct area){ 0, 0, 0, 0 }, (struct area){ a.x + 1, a.y, a.w - 2, most }, s->sentence, (struct style){ ROLE_TEXT, ROLE_TEXT });
}

/* What lies under the rows that it needs cannot be clicked meanwhile. */
static void draw_sentence(const struct status *s, struct canvas *c, struct area a)
{
    struct style style = { s->is_error ? ROLE_ERROR : ROLE_NOTICE, ROLE_TEXT };
    (void)canvas_wrap(c, (struct area){ a.x + 1, a.y, a.w - 2, a.h }, s->sentence, style);
    if (a.h > 1)
        canvas_hit(c, (struct hit){ .kind = HIT_ACTION, .area = a, .id = ACTION_NONE });
}

void status_draw(const struct status *s, struct canvas *c, struct area a)
{
    if (s->section == SECTION_PROMPT) {
        draw_prompt_hints(s, c, a);
        return;
    }
    canvas_blank(c, a, (struct style){ ROLE_TEXT, ROLE_TEXT });
    if (s->sentence.p != NULL) {
        draw_sentence(s, c, a);
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
    if (s->listening.p != NULL && s->section == SECTION_TABLE && !s->is_over)
        a = draw_listening(s, c, a);
    (void)draw_hints(s, c, a, s->section == SECTION_COLUMNS ? on_columns : s->section == SECTION_CONFIRM ? on_confirm : !s->is_over ? on_lists : s->is_choice ? on_profiles : (s->can & CAN_FIND) == 0 && s->section == SECTION_TABLE ? on_orders : on_help);
}
