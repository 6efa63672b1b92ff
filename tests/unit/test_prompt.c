/* SPDX-License-Identifier: MIT */
/* test_prompt: a line being typed, key by key: the text, the cursor (as '|'), what is offered and what was typed before. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

#include "core/base/mem.h"
#include "tests/screens/support_script.h"
#include "tui/keys/prompt_parts.h"

static struct keymap *keys;

static int setup(void **state)
{
    struct err err = ERR_INIT;
    *state = keys = keymap_load(NULL, &err);
    return keys != NULL ? 0 : -1;
}

static int teardown(void **state)
{
    keymap_free(*state);
    return 0;
}

static enum prompt_news press(struct prompt *p, const char *names)
{
    enum prompt_news news = PROMPT_SAME;
    for (struct slice rest = slice_of(names); rest.p != NULL && rest.n > 0;) {
        struct key k;
        assert_true(key_parse(slice_cut(rest, ' ', &rest), &k));
        news = prompt_key(p, keys, k);
    }
    return news;
}

static void shows(const struct prompt *p, const char *expected)
{
    struct buf out = BUF_INIT(4096);
    struct slice text = prompt_text(p);
    (void)buf_addf(&out, "%.*s|%.*s", (int)p->cursor, text.p, (int)(text.n - p->cursor), text.p + p->cursor);
    assert_string_equal(out.data, expected);
    buf_clear(&out);
}

static void test_editing(void **state)
{
    (void)state;
    static const struct {
        const char *keys, *shows;
    } steps[] = {
        { "C-e", "one two three|" },     { "Backspace", "one two thre|" },  { "C-w", "one two |" },         { "C-w", "one |" },
        { "x y", "one xy|" },            { "Left Left", "one |xy" },        { "z", "one z|xy" },            { "Del", "one z|y" },
        { "C-a", "|one zy" },            { "Left Backspace", "|one zy" },   { "M-f", "one| zy" },           { "C-k", "one|" },
        { "Right Del", "one|" },         { "M-b", "|one" },                 { "Space \xc3\xa9", " \xc3\xa9|one" }, { "Left Left", "| \xc3\xa9one" },
        { "C-e C-u", "|" },              { "C-u C-k C-w Del", "|" },
    };
    struct prompt *p = prompt_new();
    prompt_open(p, &(struct prompt_setup){ .title = "filter" }, SLICE("one two three"));
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        (void)press(p, steps[i].keys);
        shows(p, steps[i].shows);
    }
    prompt_free(p);
}

/* A letter and its marks are one step. */
static void test_marks_stay_with_their_letter(void **state)
{
    (void)state;
    struct prompt *p = prompt_new();
    prompt_open(p, &(struct prompt_setup){ .title = "filter" }, SLICE("ae\xcc\x81\xe7\x8e\x8b"));
    (void)press(p, "Left");
    shows(p, "ae\xcc\x81|\xe7\x8e\x8b");
    (void)press(p, "Left");
    shows(p, "a|e\xcc\x81\xe7\x8e\x8b");
    (void)press(p, "Del");
    shows(p, "a|\xe7\x8e\x8b");
    prompt_free(p);
}

static void test_news(void **state)
{
    (void)state;
    struct prompt *p = prompt_new();
    assert_false(prompt_is_open(p));
    prompt_open(p, &(struct prompt_setup){ .title = "filter" }, SLICE("as it was"));
    assert_true(prompt_is_open(p));
    assert_int_equal(press(p, "x"), PROMPT_CHANGED);
    assert_int_equal(press(p, "Left"), PROMPT_MOVED);
    assert_int_equal(press(p, "C-e"), PROMPT_MOVED);
    assert_int_equal(press(p, "C-e"), PROMPT_SAME);
    assert_int_equal(press(p, "F5"), PROMPT_SAME);
    assert_int_equal(press(p, "Enter"), PROMPT_ACCEPTED);
    shows(p, "as it wasx|");
    assert_int_equal(press(p, "Esc"), PROMPT_CANCELLED);
    shows(p, "as it was|");
    prompt_close(p);
    assert_false(prompt_is_open(p));
    prompt_free(p);
}

static void test_never_longer_than_its_room(void **state)
{
    (void)state;
    struct prompt *p = prompt_new();
    prompt_open(p, &(struct prompt_setup){ .title = "filter" }, SLICE(""));
    for (int i = 0; i < PROMPT_TEXT_MAX; i++)
        assert_int_equal(press(p, "x"), PROMPT_CHANGED);
    assert_int_equal(press(p, "y"), PROMPT_SAME);
    assert_int_equal(prompt_text(p).n, PROMPT_TEXT_MAX);
    prompt_free(p);
}

static void test_paste_is_one_line_of_text(void **state)
{
    (void)state;
    struct prompt *p = prompt_new();
    prompt_open(p, &(struct prompt_setup){ .title = "filter" }, SLICE("[]"));
    (void)press(p, "Left");
    assert_int_equal(prompt_paste(p, SLICE("a\r\nb\tc\x1b[31m\x07\xff d\xe2\x80\xae")), PROMPT_CHANGED);
    shows(p, "[a b c[31m d|]");
    assert_int_equal(prompt_paste(p, SLICE("\x01\x02")), PROMPT_SAME);
    struct buf much = BUF_INIT(20000);
    for (int i = 0; i < 10000; i++)
        (void)buf_add(&much, SLICE("\xc3\xa9"));
    (void)prompt_paste(p, buf_slice(&much));
    assert_true(prompt_text(p).n <= PROMPT_TEXT_MAX && prompt_text(p).n > PROMPT_TEXT_MAX - 4);
    buf_clear(&much);
    prompt_free(p);
}

static struct slice past(void *context, size_t i)
{
    const char *const *lines = context;
    for (size_t n = 0; lines[n] != NULL; n++) {
        if (n == i)
            return slice_of(lines[n]);
    }
    return (struct slice){ NULL, 0 };
}

static void test_lines_typed_before(void **state)
{
    (void)state;
    static const char *lines[] = { "sort wait", "filter x", "sort wait", "sort name", NULL };
    struct prompt *p = prompt_new();
    prompt_open(p, &(struct prompt_setup){ .title = ":", .past = past, .context = lines }, SLICE(""));
    (void)press(p, "Up");
    shows(p, "sort wait|");
    (void)press(p, "Up");
    shows(p, "filter x|");
    (void)press(p, "Up Up");
    shows(p, "sort name|");
    assert_int_equal(press(p, "Up"), PROMPT_SAME);
    (void)press(p, "Down Down Down Down");
    shows(p, "|");
    assert_int_equal(press(p, "Down"), PROMPT_SAME);
    (void)press(p, "s o r t Up Up"); /* the same line is not there twice in a row */
    shows(p, "sort name|");
    (void)press(p, "Down Down");
    shows(p, "sort|");
    (void)press(p, "Up Backspace Up"); /* what was changed is what is typed now */
    shows(p, "sort wait|");
    prompt_free(p);
}

static void offer(void *context, struct slice text, size_t cursor, struct prompt_offers *out)
{
    static const char *const words[] = { "quit", "queue one", "queue two", "sort" };
    size_t from = cursor;
    (void)context;
    while (from > 0 && text.p[from - 1] != ' ')
        from--;
    prompt_offers_from(out, from);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (slice_starts(slice_of(words[i]), (struct slice){ text.p + from, cursor - from }))
            prompt_offer(out, slice_of(words[i]), "what it does");
    }
}

static void test_offers(void **state)
{
    (void)state;
    struct prompt *p = prompt_new();
    prompt_open(p, &(struct prompt_setup){ .title = ":", .offer = offer }, SLICE(""));
    assert_int_equal(p->offers.count, 4);
    (void)press(p, "s Tab");
    shows(p, "sort |");
    (void)press(p, "q u e Tab"); /* first what they share */
    shows(p, "sort queue |");
    (void)press(p, "C-u q u Tab");
    shows(p, "quit|");
    (void)press(p, "Tab");
    shows(p, "queue one|");
    (void)press(p, "S-Tab S-Tab");
    shows(p, "queue two|");
    (void)press(p, "Tab");
    shows(p, "quit|");
    (void)press(p, "x Tab");
    shows(p, "quitx|");
    (void)press(p, "C-u z Tab");
    shows(p, "z|");
    prompt_free(p);
}

/* A picture of the whole screen with the line in its last row. */
static void pictured(const struct prompt *p, int cols, int rows, bool is_ascii, const char *expected)
{
    struct canvas c;
    struct buf out = BUF_INIT(65536);
    canvas_init(&c, cols, rows, is_ascii);
    (void)prompt_draw(p, &c, canvas_area(&c));
    script_picture(&c, &out);
    if (strcmp(out.data, expected) != 0)
        fail_msg("got:\n%s\nexpected:\n%s", out.data, expected);
    buf_clear(&out);
    canvas_clear(&c);
}

static void test_a_mark_where_it_is_wrong(void **state)
{
    (void)state;
    struct prompt *p = prompt_new();
    prompt_open(p, &(struct prompt_setup){ .title = ":" }, SLICE("sort wiat"));
    (void)press(p, "C-a");
    prompt_mark(p, 5, 4, SLICE("no column 'wiat'"));
    assert_int_equal(p->cursor, 0); /* who types on is not moved */
    prompt_go_to_mark(p);
    assert_int_equal(p->cursor, 9);
    pictured(p, 30, 2, true, "       v no column 'wiat'\n :sort wiat_\n--- roles\n       E EE EEEEEE EEEEEE\n d:::: EEEE}\n");
    (void)press(p, "Left"); /* looking at it is not changing it */
    assert_true(p->sentence.len > 0);
    (void)press(p, "x");
    assert_int_equal(p->sentence.len, 0);
    (void)press(p, "C-e C-u l o n g e r Space w o r d s Space");
    prompt_mark(p, 13, 0, SLICE("a word more")); /* no room at the right: on the other side */
    pictured(p, 26, 2, true, "   a word more v\n :longer words _\n--- roles\n   E EEEE EEEE E\n d:::::: ::::: }\n");
    prompt_free(p);
}

static void test_the_cursor_is_in_sight(void **state)
{
    (void)state;
    struct prompt *p = prompt_new();
    prompt_open(p, &(struct prompt_setup){ .title = "f" }, SLICE("abcdefghijklmnopqrstuvwxyz"));
    pictured(p, 12, 1, true, " fstuvwxyz_\n--- roles\n d::::::::}\n");
    (void)press(p, "C-a");
    pictured(p, 12, 1, true, " fabcdefghi\n--- roles\n d:::::::::\nground 0: 2 to 2 cursor\n");
    prompt_free(p);
}

static void test_offers_are_listed(void **state)
{
    (void)state;
    struct prompt *p = prompt_new();
    prompt_open(p, &(struct prompt_setup){ .title = ":", .offer = offer }, SLICE("q"));
    (void)press(p, "Tab Tab");
    pictured(p, 40, 8, true, "\n\n\n----------------------------------------\n quit        what it does\n queue one   what it does\n"
             " queue two   what it does\n :quit_\n--- roles\n\n\n\n----------------------------------------\n KKKK        iiii ii iiii\n"
             " KKKKK KKK   iiii ii iiii\n KKKKK KKK   iiii ii iiii\n d::::}\nground 4: 0 to 39 cursor\n");
    prompt_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_editing),
        cmocka_unit_test(test_marks_stay_with_their_letter),
        cmocka_unit_test(test_news),
        cmocka_unit_test(test_never_longer_than_its_room),
        cmocka_unit_test(test_paste_is_one_line_of_text),
        cmocka_unit_test(test_lines_typed_before),
        cmocka_unit_test(test_offers),
        cmocka_unit_test(test_a_mark_where_it_is_wrong),
        cmocka_unit_test(test_the_cursor_is_in_sight),
        cmocka_unit_test(test_offers_are_listed),
    };
    return cmocka_run_group_tests_name("prompt", tests, setup, teardown);
}
