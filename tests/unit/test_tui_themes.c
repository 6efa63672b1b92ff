/* SPDX-License-Identifier: MIT */
/* test_tui_themes: how theme files are read, and whether the shipped ones can be read by eyes: the contrast of every text
 * with the ground that the theme is for (WCAG 2), and states that stay apart for those who see no red or no green. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

#include "core/base/mem.h"
#include "tui/embed.h"
#include "tui/look/theme_watch.h"
#include "tui/term/answer.h"
#include "tests/unit/support_temp.h"

enum { BLACK = 0, WHITE = 15 };

static void load(struct theme *t, const char *name)
{
    struct err err = ERR_INIT;
    if (!theme_load(t, name, &err))
        fail_msg("%s", err.text);
}

/* Loads a theme with this text; false: the sentence is in *err. */
static bool load_text(struct theme *t, const char *text, struct err *err)
{
    char path[TEMP_PATH_MAX];
    temp_template(path);
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    (void)close(fd);
    bool ok = theme_load(t, path, err);
    (void)unlink(path);
    return ok;
}

static void check_look(const struct theme *t, enum theme_depth depth, enum role role, int32_t fg, int32_t bg, unsigned attrs)
{
    const struct look *l = &t->look[depth][role];
    if (l->fg != fg || l->bg != bg || l->attrs != attrs)
        fail_msg("depth %d, %s: %d on %d, attributes %u; want %d on %d, %u", depth, role_table[role].name, l->fg, l->bg, l->attrs, fg, bg, attrs);
}

static void test_words(void **state)
{
    (void)state;
    struct theme t;
    struct err err = ERR_INIT;
    assert_true(load_text(&t, "palette: { accent = [ \"#ff8700/202\", \"yellow\" ]; mine = \"bold #0000ff on 236\"; };\n"
                              "roles: { alarm = [ \"underline accent on mine\", \"red\" ]; name = \"mine\"; value = \"208 on white\"; };\n", &err));
    /* a name stands for its words, at each depth */
    check_look(&t, DEPTH_DIRECT, ROLE_KEY, COLOUR_RGB | 0xff8700, COLOUR_DEFAULT, 0);
    check_look(&t, DEPTH_256, ROLE_KEY, 202, COLOUR_DEFAULT, 0);
    check_look(&t, DEPTH_16, ROLE_KEY, 3, COLOUR_DEFAULT, 0);
    check_look(&t, DEPTH_8, ROLE_KEY, 3, COLOUR_DEFAULT, 0);
    check_look(&t, DEPTH_MONO, ROLE_KEY, COLOUR_DEFAULT, COLOUR_DEFAULT, ATTR_BOLD);
    check_look(&t, DEPTH_256, ROLE_BRAND, 202, COLOUR_DEFAULT, ATTR_BOLD); /* a role that the file does not know of */
    /* after "on" it is a ground */
    check_look(&t, DEPTH_256, ROLE_ALARM, 202, 21, ATTR_UNDERLINE);
    check_look(&t, DEPTH_8, ROLE_ALARM, 1, COLOUR_DEFAULT, 0);
    check_look(&t, DEPTH_DIRECT, ROLE_NAME, COLOUR_RGB | 0x0000ff, COLOUR_RGB | 0x303030, ATTR_BOLD);
    /* fewer colours: a hue stays a hue; no colours: a ground becomes reverse */
    check_look(&t, DEPTH_16, ROLE_VALUE, 3, 7, 0);
    check_look(&t, DEPTH_MONO, ROLE_VALUE, COLOUR_DEFAULT, COLOUR_DEFAULT, ATTR_REVERSE);
    check_look(&t, DEPTH_256, ROLE_TEXT, COLOUR_DEFAULT, COLOUR_DEFAULT, 0);
}

static void test_base(void **state)
{
    (void)state;
    struct theme t, light;
    struct err err = ERR_INIT;
    load(&light, "light");
    assert_true(load_text(&t, "roles: { key = \"bold 208\"; };\nbase = \"light\";\n", &err));
    check_look(&t, DEPTH_256, ROLE_KEY, 208, COLOUR_DEFAULT, ATTR_BOLD);
    check_look(&t, DEPTH_256, ROLE_ALARM, light.look[DEPTH_256][ROLE_ALARM].fg, COLOUR_DEFAULT, ATTR_BOLD);
}

static void test_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *says;
    } cases[] = {
        { "palette: { accent = \"75\"; };\nroles: { key = \"acent\"; };\n", ":2: 'key': 'acent' is no colour" },
        { "roles: { key = \"acent\"; };\n", "did you mean 'accent'" },
        { "roles: { key = \"#12345\"; };\n", "#12345" },
        { "roles: { key = \"#12345g\"; };\n", "#12345g" },
        { "roles: { key = \"#123456/256\"; };\n", "#123456/256" },
        { "palette: { a = \"b\"; b = \"1\"; };\n", "'b' is no colour" },
        { "palette: { bold = \"1\"; };\n", "cannot be a name" },
        { "palette: { on = \"1\"; };\n", "cannot be a name" },
        { "palette: { a_name_that_is_much_too_long_for_a_palette = \"1\"; };\n", "cannot be a name" },
        { "roles: { key = [ \"1\", \"1\", \"1\", \"bold\", \"bold\" ]; };\n", "more than 4 looks" },
        { "base = \"ligth\";\n", "did you mean 'light'" },
        { "colours: { key = \"1\"; };\n", "'colours' is none of them" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct theme t;
        struct err err = ERR_INIT;
        assert_false(load_text(&t, cases[i].text, &err));
        if (strstr(err.text, cases[i].says) == NULL)
            fail_msg("'%s' does not say '%s'", err.text, cases[i].says);
    }
}

static void test_own_folder(void **state)
{
    (void)state;
    char folder[TEMP_PATH_MAX], path[192];
    temp_template(folder);
    struct theme t;
    struct err err = ERR_INIT;
    assert_non_null(mkdtemp(folder));
    (void)setenv("XDG_CONFIG_HOME", folder, 1);
    (void)snprintf(path, sizeof path, "mkdir -p %s/acdtop/themes", folder);
    assert_int_equal(system(path), 0);
    (void)snprintf(path, sizeof path, "%s/acdtop/themes/mine.conf", folder);
    assert_null(theme_path("mine"));
    FILE *out = fopen(path, "we");
    assert_non_null(out);
    (void)fputs("roles: { key = \"208\"; };\n", out);
    (void)fclose(out);
    char *found = theme_path("mine");
    assert_string_equal(found, path);
    mem_free(found);
    assert_true(theme_load(&t, "mine", &err));
    check_look(&t, DEPTH_256, ROLE_KEY, 208, COLOUR_DEFAULT, 0);
    assert_null(theme_path("light"));
    assert_false(theme_load(&t, "mini", &err));
    (void)snprintf(path, sizeof path, "rm -r %s", folder);
    assert_int_equal(system(path), 0);
}

/* Saves as editors do: a new file over the old one, or in place. */
static void save(const char *path, const char *text, bool is_renamed)
{
    char beside[128];
    (void)snprintf(beside, sizeof beside, "%s.new", path);
    FILE *out = fopen(is_renamed ? beside : path, "we");
    assert_non_null(out);
    (void)fputs(text, out);
    assert_int_equal(fclose(out), 0);
    assert_true(!is_renamed || rename(beside, path) == 0);
}

static void test_saved_is_seen(void **state)
{
    (void)state;
    char path[TEMP_PATH_MAX];
    temp_template(path);
    struct err err = ERR_INIT;
    struct buf said = BUF_INIT(1024);
    (void)close(mkstemp(path));
    save(path, "roles: { key = \"208\"; };\n", false);
    struct theme_watch *w = theme_watch_new(path, &err);
    assert_non_null(w);
    const struct theme *t = theme_watch_theme(w);
    for (int is_renamed = 0; is_renamed <= 1; is_renamed++) {
        save(path, "roles: { key = \"bold 99\"; };\n", is_renamed);
        assert_int_equal(theme_watch_look(w, &said), THEME_TAKEN);
        check_look(t, DEPTH_256, ROLE_KEY, 99, COLOUR_DEFAULT, ATTR_BOLD);
        assert_int_equal(theme_watch_look(w, &said), THEME_SAME);
        buf_reset(&said);
        save(path, "roles: {\n key = \"bold grene\"; };\n", is_renamed);
        assert_int_equal(theme_watch_look(w, &said), THEME_REFUSED);
        if (strstr(said.data, path) == NULL || strstr(said.data, ":2: ") == NULL || strstr(said.data, "did you mean 'green'") == NULL)
            fail_msg("%s", said.data);
        check_look(t, DEPTH_256, ROLE_KEY, 99, COLOUR_DEFAULT, ATTR_BOLD);
        assert_int_equal(theme_watch_look(w, &said), THEME_SAME); /* said once */
        assert_int_equal(unlink(path), 0);
        assert_int_equal(theme_watch_look(w, &said), THEME_SAME); /* between two savings */
        buf_reset(&said);
        save(path, "roles: { key = \"green\"; };\n", is_renamed);
        assert_int_equal(theme_watch_look(w, &said), THEME_TAKEN);
        check_look(t, DEPTH_256, ROLE_KEY, 2, COLOUR_DEFAULT, 0);
        buf_reset(&said);
    }
    assert_false(theme_watch_choose(w, "fjrd", &err));
    check_look(t, DEPTH_256, ROLE_KEY, 2, COLOUR_DEFAULT, 0);
    assert_true(theme_watch_choose(w, "fjord", &err));
    check_look(t, DEPTH_256, ROLE_KEY, 116, COLOUR_DEFAULT, 0);
    save(path, "roles: { key = \"1\"; };\n", true);
    assert_int_equal(theme_watch_look(w, &said), THEME_SAME); /* it is nobody's theme any more */
    theme_watch_free(w);
    buf_clear(&said);
    (void)unlink(path);
}

/* What a terminal says of its ground, and which theme that is. With few colours none is pale: on neither ground (test_text_can_be_read). */
static void test_ground(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum theme_ground ground;
    } answers[] = {
        { "rgb:0000/0000/0000", GROUND_DARK }, { "rgb:ffff/ffff/ffff", GROUND_LIGHT }, { "rgb:fd/f6/e3", GROUND_LIGHT }, { "rgb:0/2B/36", GROUND_DARK }, { "rgb:f/f/f", GROUND_LIGHT },
        { "rgb:ffff/ffff", GROUND_UNKNOWN }, { "rgb:ffff/ffff/ffff/ffff", GROUND_UNKNOWN }, { "rgb:fffff/0/0", GROUND_UNKNOWN }, { "rgb:xx/0/0", GROUND_UNKNOWN }, { "rgb:", GROUND_UNKNOWN },
        { "", GROUND_UNKNOWN }, { "white", GROUND_UNKNOWN },
    }, said[] = {
        { "15;0", GROUND_DARK }, { "0;15", GROUND_LIGHT }, { "0;default;7", GROUND_LIGHT }, { "7;8", GROUND_DARK }, { "0;default", GROUND_UNKNOWN }, { "", GROUND_UNKNOWN }, { "15", GROUND_UNKNOWN },
        { "15;99", GROUND_UNKNOWN }, { ";", GROUND_UNKNOWN },
    };
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++)
        if (theme_ground_of(slice_of(answers[i].text)) != answers[i].ground)
            fail_msg("answer '%s'", answers[i].text);
    for (size_t i = 0; i < sizeof said / sizeof said[0]; i++)
        if (theme_ground_said(slice_of(said[i].text)) != said[i].ground)
            fail_msg("said '%s'", said[i].text);
    assert_string_equal(theme_on("auto", GROUND_DARK, DEPTH_8), "default");
    assert_string_equal(theme_on("auto", GROUND_LIGHT, DEPTH_8), "light");
    assert_string_equal(theme_on("auto", GROUND_LIGHT, DEPTH_256), "light");
    assert_string_equal(theme_on("auto", GROUND_UNKNOWN, DEPTH_8), "either");
    assert_string_equal(theme_on("auto", GROUND_UNKNOWN, DEPTH_256), "default");
    assert_string_equal(theme_on("fjord", GROUND_LIGHT, DEPTH_8), "fjord"); /* who named one gets it */
    struct err err = ERR_INIT;
    struct theme_watch *w = theme_watch_new("auto", &err);
    const struct theme *t = theme_watch_theme(w);
    struct theme light;
    load(&light, "light");
    assert_true(theme_watch_ground(w, GROUND_LIGHT, DEPTH_256));
    assert_int_equal(t->look[DEPTH_256][ROLE_KEY].fg, light.look[DEPTH_256][ROLE_KEY].fg);
    assert_false(theme_watch_ground(w, GROUND_LIGHT, DEPTH_256));
    assert_true(theme_watch_choose(w, "fjord", &err));
    assert_false(theme_watch_ground(w, GROUND_DARK, DEPTH_256));
    theme_watch_free(w);
}

/* The answer comes among keys, in pieces; what is none leaves the keys alone. */
static void test_answer(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum theme_ground ground;
        bool is_answer;
    } cases[] = {
        { "11;rgb:ffff/ffff/ffff\a", GROUND_LIGHT, true }, { "11;rgb:00/00/00\033\\", GROUND_DARK, true }, { "11;rgb:ffff/ffff\a", GROUND_UNKNOWN, false }, { "4;1;rgb:ff/ff/ff\a", GROUND_UNKNOWN, false },
        { "11;rgb:ff/ff/ff0000000000000000000000000000000000000000000000000000000000000000000000\a", GROUND_UNKNOWN, false }, { "\a", GROUND_UNKNOWN, false },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct answer a = { 0 };
        bool is_answer = false;
        assert_false(answer_begin(&a, false, 0)); /* nobody asked: it is Alt and a bracket */
        if (i % 2 == 0)
            answer_ask(&a, 0);
        assert_true(answer_begin(&a, i % 2 == 1, 10)); /* to somebody who asked before us */
        for (const char *p = cases[i].text; *p != '\0' && answer_is_coming(&a, 20); p++)
            is_answer = answer_take(&a, (unsigned char)*p, 20);
        assert_false(answer_is_coming(&a, 20));
        assert_int_equal(is_answer, cases[i].is_answer);
        assert_int_equal(a.ground, cases[i].ground);
    }
    struct answer a = { 0 };
    answer_ask(&a, 0);
    assert_true(answer_begin(&a, false, 10));
    assert_false(answer_take(&a, '1', 10));
    assert_false(answer_is_coming(&a, 1000)); /* that was a key */
    assert_true(answer_may_come(&a, 1000));
    assert_false(answer_may_come(&a, 60000));
}

/* --- eyes ---------------------------------------------------------------------------------------------------------- */

static void linear(int32_t colour, double out[3])
{
    int rgb[3];
    colour_rgb(colour, rgb);
    for (int i = 0; i < 3; i++) {
        double v = rgb[i] / 255.0;
        out[i] = v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
    }
}

static double light_of(int32_t colour)
{
    double v[3];
    linear(colour, v);
    return 0.2126 * v[0] + 0.7152 * v[1] + 0.0722 * v[2];
}

static double contrast(int32_t a, int32_t b)
{
    double la = light_of(a) + 0.05, lb = light_of(b) + 0.05;
    return la > lb ? la / lb : lb / la;
}

static const struct {
    const char *name;
    int32_t ground; /* that it is made for: the usual black or white */
    double least;   /* contrast of text with 256 colours and more; with fewer 4.5 */
} readable[] = {
    { "default", BLACK, 4.5 }, { "light", WHITE, 4.5 }, { "contrast", BLACK, 7.0 }, { "colourblind", BLACK, 4.5 }, { "fjord", BLACK, 4.5 },
    { "either", BLACK, 4.5 }, { "either", WHITE, 4.5 }, /* whatever it is */
};

/* The contrast of a look on its ground, -1 where both colours are the terminal's own. Bold is bright, as most terminals have it. */
static double contrast_of(const struct look *l, enum theme_depth depth, int32_t ground)
{
    bool is_bright = depth >= DEPTH_16 && (l->attrs & ATTR_BOLD) != 0 && l->fg >= 0 && l->fg < 8;
    int32_t fg = l->fg == COLOUR_DEFAULT ? (ground == BLACK ? 7 : BLACK) : is_bright ? l->fg + 8 : l->fg;
    if (l->fg == COLOUR_DEFAULT && l->bg == COLOUR_DEFAULT)
        return -1;
    return contrast(fg, l->bg == COLOUR_DEFAULT ? ground : l->bg);
}

static void test_text_can_be_read(void **state)
{
    (void)state;
    static const enum role grounds[] = { ROLE_CURSOR, ROLE_TILE, ROLE_TILE_WARN, ROLE_TILE_ALARM };
    for (size_t i = 0; i < sizeof readable / sizeof readable[0]; i++) {
        struct theme t;
        load(&t, readable[i].name);
        for (int depth = 0; depth < DEPTH_MONO; depth++) {
            double least = depth <= DEPTH_256 ? readable[i].least : 4.5;
            int counted = 0;
            for (int r = 0; r < ROLE_COUNT; r++) {
                double plain = contrast_of(&t.look[depth][r], (enum theme_depth)depth, readable[i].ground);
                counted += plain > 0;
                if (r == ROLE_RULE || (r == ROLE_GRAPH && plain >= 3.0)) /* no text: these may be quieter */
                    continue;
                if (plain > 0 && plain < least)
                    fail_msg("%s, depth %d: '%s' has a contrast of %.2f, %.1f is the least", readable[i].name, depth, role_table[r].name, plain, least);
                for (size_t g = 0; g < sizeof grounds / sizeof grounds[0]; g++) {
                    struct look over = theme_look(&t, (enum theme_depth)depth, (enum role)r, grounds[g]);
                    double there = contrast_of(&over, (enum theme_depth)depth, readable[i].ground);
                    if (there > 0 && there < 3.0)
                        fail_msg("%s, depth %d: '%s' over '%s' has a contrast of %.2f", readable[i].name, depth, role_table[r].name,
                                 role_table[grounds[g]].name, there);
                }
            }
            assert_true(counted >= 8);
        }
    }
}

/* Warm is what has much more red than blue and no more green than red. */
static bool is_warm(int32_t colour)
{
    int rgb[3];
    if (colour == COLOUR_DEFAULT)
        return false;
    colour_rgb(colour, rgb);
    return rgb[0] - rgb[2] > 60 && rgb[0] >= rgb[1];
}

static void test_warm_is_for_what_needs_a_person(void **state)
{
    (void)state;
    for (const struct embed_row *e = embed_themes; e->name != NULL; e++) {
        struct theme t;
        load(&t, e->name);
        for (int depth = 0; depth < DEPTH_MONO; depth++) {
            for (int r = 0; r < ROLE_COUNT; r++) {
                bool may = r == ROLE_WARN || r == ROLE_ALARM || r == ROLE_INVALID || r == ROLE_ERROR || r == ROLE_TILE_WARN || r == ROLE_TILE_ALARM;
                if (!may && (is_warm(t.look[depth][r].fg) || is_warm(t.look[depth][r].bg)))
                    fail_msg("%s, depth %d: '%s' is warm", e->name, depth, role_table[r].name);
            }
        }
    }
}

static double root(double t)
{
    return t > 0.008856 ? cbrt(t) : 7.787 * t + 16.0 / 116.0;
}

/* CIE L*a*b* of a colour as these eyes see it. The matrices are those of Machado, Oliveira and Fernandes (2009), severity 1. */
enum eyes { EYES_ALL, EYES_NO_RED, EYES_NO_GREEN, EYES_COUNT };
static void seen(int32_t colour, enum eyes eyes, double lab[3])
{
    static const double matrix[EYES_COUNT][3][3] = {
        [EYES_ALL] = { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } },
        [EYES_NO_RED] = { { 0.152286, 1.052583, -0.204868 }, { 0.114503, 0.786281, 0.099216 }, { -0.003882, -0.048116, 1.051998 } },
        [EYES_NO_GREEN] = { { 0.367322, 0.860646, -0.227968 }, { 0.280085, 0.672501, 0.047413 }, { -0.011820, 0.042940, 0.968881 } },
    };
    double v[3], s[3];
    linear(colour, v);
    for (int i = 0; i < 3; i++) {
        s[i] = matrix[eyes][i][0] * v[0] + matrix[eyes][i][1] * v[1] + matrix[eyes][i][2] * v[2];
        s[i] = s[i] < 0 ? 0 : s[i] > 1 ? 1 : s[i];
    }
    double x = root((0.4124 * s[0] + 0.3576 * s[1] + 0.1805 * s[2]) / 0.95047), y = root(0.2126 * s[0] + 0.7152 * s[1] + 0.0722 * s[2]),
           z = root((0.0193 * s[0] + 0.1192 * s[1] + 0.9505 * s[2]) / 1.08883);
    lab[0] = 116 * y - 16;
    lab[1] = 500 * (x - y);
    lab[2] = 200 * (y - z);
}

static double difference(int32_t a, int32_t b, enum eyes eyes)
{
    double la[3], lb[3];
    seen(a, eyes, la);
    seen(b, eyes, lb);
    return sqrt((la[0] - lb[0]) * (la[0] - lb[0]) + (la[1] - lb[1]) * (la[1] - lb[1]) + (la[2] - lb[2]) * (la[2] - lb[2]));
}

static void test_states_stay_apart(void **state)
{
    (void)state;
    static const enum role states[] = { ROLE_READY, ROLE_RINGING, ROLE_TALKING, ROLE_OTHER_CALL, ROLE_HOLD, ROLE_WRAPUP, ROLE_PAUSED, ROLE_AWAY, ROLE_WARN, ROLE_ALARM };
    enum { COUNT = sizeof states / sizeof states[0] };
    struct theme t;
    load(&t, "colourblind");
    for (int depth = DEPTH_DIRECT; depth <= DEPTH_256; depth++) {
        for (size_t i = 0; i < COUNT; i++) {
            for (size_t k = 0; k < i; k++) {
                for (int eyes = 0; eyes < EYES_COUNT; eyes++) {
                    double d = difference(t.look[depth][states[i]].fg, t.look[depth][states[k]].fg, (enum eyes)eyes);
                    if (d < 18.0)
                        fail_msg("'%s' and '%s' differ by %.1f for eyes %d", role_table[states[i]].name, role_table[states[k]].name, d, eyes);
                }
            }
        }
    }
    /* and the measure does tell: pure red and green of equal light differ for most eyes, hardly for these */
    assert_true(difference(COLOUR_RGB | 0xc04040, COLOUR_RGB | 0x707020, EYES_ALL) > 40);
    assert_true(difference(COLOUR_RGB | 0xc04040, COLOUR_RGB | 0x707020, EYES_NO_GREEN) < 20);
}

/* "mono" has no colour anywhere, and without colours no theme has; what must be told apart still is. */
static void test_without_colours(void **state)
{
    (void)state;
    for (const struct embed_row *e = embed_themes; e->name != NULL; e++) {
        struct theme t;
        load(&t, e->name);
        for (int depth = 0; depth < DEPTH_COUNT; depth++) {
            for (int r = 0; r < ROLE_COUNT; r++) {
                const struct look *l = &t.look[depth][r];
                if (depth == DEPTH_MONO || strcmp(e->name, "mono") == 0)
                    assert_true(l->fg == COLOUR_DEFAULT && l->bg == COLOUR_DEFAULT);
                assert_true((l->fg & COLOUR_RGB) == 0 || l->fg == COLOUR_DEFAULT || depth == DEPTH_DIRECT);
                assert_true(depth != DEPTH_16 || (l->fg < 16 && l->bg < 16));
                assert_true(depth != DEPTH_8 || (l->fg < 8 && l->bg < 8));
            }
            assert_true(memcmp(&t.look[depth][ROLE_ALARM], &t.look[depth][ROLE_WARN], sizeof(struct look)) != 0);
            assert_true(memcmp(&t.look[depth][ROLE_ALARM], &t.look[depth][ROLE_TEXT], sizeof(struct look)) != 0);
            assert_true(memcmp(&t.look[depth][ROLE_WARN], &t.look[depth][ROLE_TEXT], sizeof(struct look)) != 0);
            struct look selected = theme_look(&t, (enum theme_depth)depth, ROLE_TEXT, ROLE_CURSOR);
            assert_true(memcmp(&selected, &t.look[depth][ROLE_TEXT], sizeof selected) != 0);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_base),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_own_folder),
        cmocka_unit_test(test_saved_is_seen), cmocka_unit_test(test_ground), cmocka_unit_test(test_answer),
        cmocka_unit_test(test_text_can_be_read),
        cmocka_unit_test(test_warm_is_for_what_needs_a_person),
        cmocka_unit_test(test_states_stay_apart),
        cmocka_unit_test(test_without_colours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
