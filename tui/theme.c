/* SPDX-License-Identifier: MIT */
/* theme: turns a theme file (section "roles", one entry a role) into looks. A look is words: attributes, a colour,
 * "on" and a colour. An array gives the looks for 256, 16 and 8 colours and for none, in that order; those left out
 * follow from the one before. Knows no terminal. */
#include "tui/theme.h"

#include "core/base/near.h"
#include "core/config/settings.h"
#include "tui/embed.h"

struct word {
    const char *name;
    int value;
};

static const struct word attr_words[] = {
    { "bold", ATTR_BOLD }, { "dim", ATTR_DIM }, { "underline", ATTR_UNDERLINE }, { "reverse", ATTR_REVERSE }, { "italic", ATTR_ITALIC },
    { NULL, 0 },
};

static const struct word colour_words[] = {
    { "default", COLOUR_DEFAULT }, { "black", 0 }, { "red", 1 }, { "green", 2 }, { "yellow", 3 }, { "blue", 4 }, { "magenta", 5 },
    { "cyan", 6 }, { "white", 7 }, { "brightblack", 8 }, { "grey", 8 }, { "brightred", 9 }, { "brightgreen", 10 }, { "brightyellow", 11 },
    { "brightblue", 12 }, { "brightmagenta", 13 }, { "brightcyan", 14 }, { "brightwhite", 15 }, { NULL, 0 },
};

static bool word_value(const struct word *table, struct slice name, int *out)
{
    for (; table->name != NULL; table++) {
        if (slice_eq(name, slice_of(table->name))) {
            *out = table->value;
            return true;
        }
    }
    return false;
}

static const char *look_word_at(size_t i, const void *context)
{
    (void)context;
    size_t attrs = sizeof attr_words / sizeof attr_words[0] - 1;
    return i < attrs ? attr_words[i].name : colour_words[i - attrs].name;
}

static bool colour_of(struct slice word, int16_t *out)
{
    int named;
    int64_t number;
    if (word_value(colour_words, word, &named))
        number = named;
    else if (!slice_int(word, 0, 255, &number))
        return false;
    *out = (int16_t)number;
    return true;
}

static bool look_parse(struct slice text, struct look *out, struct err *err)
{
    struct look look = { .fg = COLOUR_DEFAULT, .bg = COLOUR_DEFAULT };
    bool is_ground = false;
    for (struct slice rest = text; rest.p != NULL;) {
        struct slice word = slice_trim(slice_cut(rest, ' ', &rest));
        int attr;
        if (word.n == 0)
            continue;
        if (slice_eq(word, SLICE("on")) && !is_ground) {
            is_ground = true;
        } else if (word_value(attr_words, word, &attr)) {
            look.attrs = (uint16_t)(look.attrs | attr);
        } else if (!colour_of(word, is_ground ? &look.bg : &look.fg)) {
            const char *near = near_name(word, look_word_at, NULL);
            return err_set(err, ERR_CONFIG, "'%.*s' is neither a colour (a name, or 0 to 255) nor an attribute%s%s%s", SLICE_FMT(word),
                           near != NULL ? "; did you mean '" : "", near != NULL ? near : "", near != NULL ? "'?" : "");
        }
    }
    *out = look;
    return true;
}

static void rgb_of(int colour, int rgb[3])
{
    static const int basic[16][3] = {
        { 0, 0, 0 }, { 205, 0, 0 }, { 0, 205, 0 }, { 205, 205, 0 }, { 0, 0, 238 }, { 205, 0, 205 }, { 0, 205, 205 }, { 229, 229, 229 },
        { 127, 127, 127 }, { 255, 0, 0 }, { 0, 255, 0 }, { 255, 255, 0 }, { 92, 92, 255 }, { 255, 0, 255 }, { 0, 255, 255 }, { 255, 255, 255 },
    };
    if (colour < 16) {
        memcpy(rgb, basic[colour], sizeof basic[0]);
        return;
    }
    for (int i = 0; i < 3; i++) {
        int step = i == 0 ? (colour - 16) / 36 : i == 1 ? (colour - 16) / 6 % 6 : (colour - 16) % 6;
        rgb[i] = colour >= 232 ? 8 + (colour - 232) * 10 : step == 0 ? 0 : 55 + step * 40;
    }
}

static int16_t nearest_basic(int16_t colour)
{
    if (colour < 16)
        return colour;
    int want[3], best = 0;
    long best_distance = -1;
    rgb_of(colour, want);
    for (int i = 0; i < 16; i++) {
        int have[3];
        rgb_of(i, have);
        long distance = 0;
        for (int k = 0; k < 3; k++)
            distance += (long)(want[k] - have[k]) * (want[k] - have[k]);
        if (best_distance < 0 || distance < best_distance) {
            best = i;
            best_distance = distance;
        }
    }
    return (int16_t)best;
}

static struct look look_for(enum theme_depth depth, struct look from)
{
    if (depth == DEPTH_16) {
        from.fg = nearest_basic(from.fg);
        from.bg = nearest_basic(from.bg);
    } else if (depth == DEPTH_8) {
        if (from.fg == 8) { /* grey would be black on black */
            from.fg = COLOUR_DEFAULT;
            from.attrs |= ATTR_DIM;
        } else if (from.fg > 8) {
            from.fg = (int16_t)(from.fg - 8);
        }
        if (from.bg >= 8)
            from.bg = (int16_t)(from.bg - 8);
    } else if (depth == DEPTH_MONO) {
        if (from.bg != COLOUR_DEFAULT)
            from.attrs |= ATTR_REVERSE;
        from.fg = from.bg = COLOUR_DEFAULT;
    }
    return from;
}

struct reading {
    struct theme *theme;
    enum role role;
    int nth; /* of the entries for this role; -1: none yet */
};

static const char *role_name_at(size_t i, const void *context)
{
    (void)context;
    return i < ROLE_COUNT ? role_table[i].name : NULL;
}

static bool read_entry(void *context, const struct settings_entry *e, struct err *err)
{
    struct reading *r = context;
    enum role role;
    if (e->section == NULL || strcmp(e->section, "roles") != 0)
        return err_set(err, ERR_CONFIG, "a theme has one section, 'roles', and '%s' does not stand in it", e->name);
    if (!role_named(slice_of(e->name), &role)) {
        const char *near = near_name(slice_of(e->name), role_name_at, NULL);
        return err_set(err, ERR_CONFIG, "no role is called '%s'%s%s%s", e->name, near != NULL ? "; did you mean '" : "", near != NULL ? near : "",
                       near != NULL ? "'?" : "");
    }
    r->nth = r->nth >= 0 && role == r->role ? r->nth + 1 : 0;
    r->role = role;
    if (r->nth >= DEPTH_COUNT)
        return err_set(err, ERR_CONFIG, "role '%s' has more than %d looks (256 colours, 16, 8, none)", e->name, DEPTH_COUNT);
    struct look look;
    if (!look_parse(slice_of(e->value), &look, err))
        return err_prefix(err, "role '%s'", e->name);
    for (int depth = r->nth; depth < DEPTH_COUNT; depth++) {
        look = depth == r->nth ? look : look_for((enum theme_depth)depth, look);
        r->theme->look[depth][role] = look;
    }
    r->theme->is_set[role] = true;
    return true;
}

static bool read_theme(struct theme *t, const char *path, struct slice text, struct err *err)
{
    struct reading r = { .theme = t, .nth = -1 };
    return settings_each(path, text, read_entry, &r, err) || err_prefix(err, "cannot read the theme");
}

bool theme_load(struct theme *t, const char *name, struct err *err)
{
    *t = (struct theme){ 0 };
    if (!read_theme(t, embed_themes[0].path, embed_text(&embed_themes[0]), err))
        return false;
    if (name == NULL || strcmp(name, embed_themes[0].name) == 0)
        return true;
    if (strchr(name, '/') != NULL)
        return read_theme(t, name, (struct slice){ NULL, 0 }, err);
    const struct embed_row *shipped = embed_find(embed_themes, slice_of(name));
    if (shipped == NULL) {
        const char *near = near_name(slice_of(name), embed_name_at, embed_themes);
        return err_set(err, ERR_CONFIG, "no theme is called '%s'%s%s%s; a file of your own is named by its path, with a '/'", name,
                       near != NULL ? " (did you mean '" : "", near != NULL ? near : "", near != NULL ? "'?)" : "");
    }
    return read_theme(t, shipped->path, embed_text(shipped), err);
}

struct look theme_look(const struct theme *t, enum theme_depth depth, enum role role, enum role ground)
{
    struct look look = t->look[depth][role];
    if (ground != ROLE_TEXT) {
        const struct look *under = &t->look[depth][ground];
        if (under->bg != COLOUR_DEFAULT)
            look.bg = under->bg;
        if (look.fg == COLOUR_DEFAULT)
            look.fg = under->fg; /* readable on the ground, whatever the terminal's own colours are */
        look.attrs = (uint16_t)(look.attrs | under->attrs);
    }
    return look;
}
