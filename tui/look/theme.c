/* SPDX-License-Identifier: MIT */
/* theme: turns theme files into looks. A look is words: attributes, a colour, "on" and a colour, and names from the file's own
 * section "palette", which stand for such words. An array gives the looks for 256, 16 and 8 colours and for none, in that
 * order; those left out follow from the one before. Files are read one over the other, first all their palettes, then all
 * their roles: a theme that only has other colours recolours every role, also those that it does not know. Knows no terminal. */
#include "tui/look/theme.h"

#include <stdio.h>

#include "core/base/mem.h"
#include "core/base/near.h"
#include "core/config/path.h"
#include "core/config/settings.h"
#include "tui/embed.h"

enum { PALETTE_MAX = 64, NAME_MAX_BYTES = 32, LOOKS_MAX = DEPTH_COUNT - 1 /* in an array: the first is for two depths */, SOURCES_MAX = 3 };

static const struct {
    const char *name;
    enum theme_attr attr;
} attr_words[] = {
    { "bold", ATTR_BOLD }, { "dim", ATTR_DIM }, { "underline", ATTR_UNDERLINE }, { "reverse", ATTR_REVERSE }, { "italic", ATTR_ITALIC },
};
enum { ATTR_WORDS = sizeof attr_words / sizeof attr_words[0] };

struct named { /* a word of the palette */
    char name[NAME_MAX_BYTES];
    struct look look[DEPTH_COUNT];
};

struct source {
    const char *path;
    struct slice text; /* absent: in the file */
};

enum pass { PASS_BASE, PASS_PALETTE, PASS_ROLES };

struct reading {
    struct theme *theme;
    struct named palette[PALETTE_MAX];
    size_t palette_count;
    const struct embed_row *base;
    enum pass pass;
    char last[NAME_MAX_BYTES * 2];
    int nth; /* of the looks for this name */
};

static const char *look_word_at(size_t i, const void *context)
{
    const struct reading *r = context;
    if (i < ATTR_WORDS)
        return attr_words[i].name;
    i -= ATTR_WORDS;
    size_t count = r->pass == PASS_ROLES ? r->palette_count : 0;
    return i < count ? r->palette[i].name : colour_name_at(i - count);
}

static struct named *palette_find(struct reading *r, struct slice name)
{
    for (size_t i = 0; i < r->palette_count; i++) {
        if (slice_eq(name, slice_of(r->palette[i].name)))
            return &r->palette[i];
    }
    return NULL;
}

/* A colour at its depth; what cannot be shown there becomes an attribute. */
static void colour_into(struct look *look, bool is_ground, struct colour colour, enum theme_depth depth)
{
    int32_t value = colour_at(colour, depth);
    if (depth == DEPTH_8 && value == 8) { /* black on black, where bold is not bright */
        value = COLOUR_DEFAULT;
        look->attrs |= is_ground ? ATTR_REVERSE : ATTR_DIM;
    }
    if (depth == DEPTH_MONO && is_ground && colour.value != COLOUR_DEFAULT)
        look->attrs |= ATTR_REVERSE;
    *(is_ground ? &look->bg : &look->fg) = value;
}

/* A word of the palette stands for its words; after "on" its colour is the ground. */
static void named_into(struct look *look, bool is_ground, const struct look *named)
{
    if (is_ground) {
        look->bg = named->fg;
        look->attrs |= named->attrs & ATTR_REVERSE;
        return;
    }
    look->fg = named->fg;
    look->bg = named->bg != COLOUR_DEFAULT ? named->bg : look->bg;
    look->attrs |= named->attrs;
}

static bool unknown_word(const struct reading *r, struct slice word, struct err *err)
{
    const char *near = near_name(word, look_word_at, r);
    return err_set(err, ERR_CONFIG, "'%.*s' is no colour, attribute or name of the palette%s%s%s",
                   SLICE_FMT(word), near != NULL ? "; did you mean '" : "", near != NULL ? near : "", near != NULL ? "'?" : "");
}

static bool attr_of(struct slice word, struct look *look)
{
    for (size_t i = 0; i < ATTR_WORDS; i++) {
        if (slice_eq(word, slice_of(attr_words[i].name))) {
            look->attrs |= attr_words[i].attr;
            return true;
        }
    }
    return false;
}

static bool look_parse(struct reading *r, struct slice text, enum theme_depth depth, struct look *out, struct err *err)
{
    struct look look = { .fg = COLOUR_DEFAULT, .bg = COLOUR_DEFAULT };
    bool is_ground = false;
    for (struct slice rest = text; rest.p != NULL;) {
        struct slice word = slice_trim(slice_cut(rest, ' ', &rest));
        const struct named *named = r->pass == PASS_ROLES ? palette_find(r, word) : NULL;
        struct colour colour;
        if (word.n == 0 || attr_of(word, &look))
            continue;
        if (slice_eq(word, SLICE("on")) && !is_ground)
            is_ground = true;
        else if (named != NULL)
            named_into(&look, is_ground, &named->look[depth]);
        else if (colour_parse(word, &colour))
            colour_into(&look, is_ground, colour, depth);
        else
            return unknown_word(r, word, err);
    }
    *out = look;
    return true;
}

/* One look of an array, and those that follow from it. */
static bool looks_parse(struct reading *r, const struct settings_entry *e, struct look *first, size_t stride, struct err *err)
{
    if (r->nth >= LOOKS_MAX)
        return err_set(err, ERR_CONFIG, "'%s' has more than %d looks (256 colours, 16, 8, none)", e->name, LOOKS_MAX);
    for (size_t depth = r->nth == 0 ? 0 : (size_t)r->nth + 1; depth < DEPTH_COUNT; depth++) {
        if (!look_parse(r, slice_of(e->value), (enum theme_depth)depth, &first[depth * stride], err))
            return err_prefix(err, "'%s'", e->name);
    }
    return true;
}

static bool read_palette(struct reading *r, const struct settings_entry *e, struct err *err)
{
    struct look probe;
    struct named *named = palette_find(r, slice_of(e->name));
    if (strlen(e->name) >= NAME_MAX_BYTES || slice_eq(slice_of(e->name), SLICE("on")) || attr_of(slice_of(e->name), &probe))
        return err_set(err, ERR_CONFIG, "'%s' cannot be a name of the palette: it is too long, or an attribute", e->name);
    if (named == NULL) {
        if (r->palette_count >= PALETTE_MAX)
            return err_set(err, ERR_CONFIG, "a palette has at most %d names", PALETTE_MAX);
        named = &r->palette[r->palette_count++];
        memcpy(named->name, e->name, strlen(e->name) + 1);
    }
    return looks_parse(r, e, named->look, 1, err);
}

static const char *role_name_at(size_t i, const void *context)
{
    (void)context;
    return i < ROLE_COUNT ? role_table[i].name : NULL;
}

static bool read_role(struct reading *r, const struct settings_entry *e, struct err *err)
{
    enum role role;
    if (!role_named(slice_of(e->name), &role)) {
        const char *near = near_name(slice_of(e->name), role_name_at, NULL);
        return err_set(err, ERR_CONFIG, "no role is called '%s'%s%s%s", e->name, near != NULL ? "; did you mean '" : "", near != NULL ? near : "",
                       near != NULL ? "'?" : "");
    }
    r->theme->is_set[role] = true;
    return looks_parse(r, e, &r->theme->look[0][role], ROLE_COUNT, err);
}

/* The theme that this one is laid over, in place of the default one alone. */
static bool read_base(struct reading *r, const struct settings_entry *e, struct err *err)
{
    const struct embed_row *base = embed_find(embed_themes, slice_of(e->value));
    if (base == NULL) {
        const char *near = near_name(slice_of(e->value), embed_name_at, embed_themes);
        return err_set(err, ERR_CONFIG, "no shipped theme is called '%s'%s%s%s", e->value, near != NULL ? "; did you mean '" : "",
                       near != NULL ? near : "", near != NULL ? "'?" : "");
    }
    r->base = base;
    return true;
}

static bool read_entry(void *context, const struct settings_entry *e, struct err *err)
{
    struct reading *r = context;
    enum pass pass;
    if (strcmp(e->section, "palette") == 0)
        pass = PASS_PALETTE;
    else if (strcmp(e->section, "roles") == 0)
        pass = PASS_ROLES;
    else if (e->section[0] == '\0' && strcmp(e->name, "base") == 0)
        pass = PASS_BASE;
    else
        return err_set(err, ERR_CONFIG, "a theme has the sections 'palette' and 'roles' and the option 'base'; '%s' is none of them",
                       e->section[0] != '\0' ? e->section : e->name);
    if (pass != r->pass)
        return true;
    bool is_next = strcmp(r->last, e->name) == 0; /* members of an array come one by one; no name stands twice in a section */
    r->nth = is_next ? r->nth + 1 : 0;
    (void)snprintf(r->last, sizeof r->last, "%s", e->name);
    return pass == PASS_BASE ? read_base(r, e, err) : pass == PASS_PALETTE ? read_palette(r, e, err) : read_role(r, e, err);
}

static bool read_pass(struct reading *r, enum pass pass, const struct source *s, struct err *err)
{
    r->pass = pass;
    r->last[0] = '\0';
    return settings_each(s->path, s->text, read_entry, r, err) || err_prefix(err, "cannot read the theme");
}

static struct source shipped(const struct embed_row *row)
{
    return (struct source){ row->path, embed_text(row) };
}

/* Reads `last` over the theme that it is based on, over the default one. */
static bool read_theme(struct reading *r, const struct source *last, struct err *err)
{
    struct source all[SOURCES_MAX] = { shipped(&embed_themes[0]) };
    size_t count = 1;
    if (last != NULL) {
        if (!read_pass(r, PASS_BASE, last, err))
            return false;
        if (r->base != NULL && r->base != &embed_themes[0])
            all[count++] = shipped(r->base);
        all[count++] = *last;
    }
    for (enum pass pass = PASS_PALETTE; pass <= PASS_ROLES; pass++) {
        for (size_t i = 0; i < count; i++) {
            if (!read_pass(r, pass, &all[i], err))
                return false;
        }
    }
    return true;
}

static bool no_theme(const char *name, struct err *err)
{
    struct buf known = BUF_INIT(256);
    const char *near = near_name(slice_of(name), embed_name_at, embed_themes);
    for (const struct embed_row *e = embed_themes; e->name != NULL; e++)
        (void)buf_addf(&known, "%s%s", known.len > 0 ? ", " : "", e->name);
    (void)err_set(err, ERR_CONFIG, "no theme is called '%s'%s%s%s; there are auto, %s, and yours: NAME.conf in ~/.config/acdtop/themes, or a path with a '/'", name,
                  near != NULL ? " (did you mean '" : "", near != NULL ? near : "", near != NULL ? "'?)" : "", known.data);
    buf_clear(&known);
    return false;
}

static bool is_auto(const char *name)
{
    return name != NULL && strcmp(name, "auto") == 0;
}

const char *theme_on(const char *name, enum theme_ground ground, enum theme_depth depth)
{
    if (!is_auto(name))
        return name;
    bool is_few = depth == DEPTH_16 || depth == DEPTH_8;
    return ground == GROUND_LIGHT ? "light" : ground == GROUND_UNKNOWN && is_few ? "either" : "default";
}

/* The part of a number of one to four digits, in thousandths; -1: it is none. */
static int channel(struct slice digits)
{
    int32_t value = 0;
    int32_t most = 0;
    for (size_t i = 0; i < digits.n && digits.n <= 4; i++) {
        char c = digits.p[i];
        int d = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
        if (d < 0)
            return -1;
        value = value * 16 + d;
        most = most * 16 + 15;
    }
    return most > 0 ? (int)(value * 1000 / most) : -1;
}

enum theme_ground theme_ground_of(struct slice colour)
{
    static const int weight[3] = { 30, 59, 11 }; /* how light each looks, in percent */
    struct slice rest = colour;
    int light = 0;
    if (!slice_starts(colour, SLICE("rgb:")))
        return GROUND_UNKNOWN;
    rest = (struct slice){ colour.p + 4, colour.n - 4 };
    for (int i = 0; i < 3; i++) {
        int part = rest.p != NULL ? channel(slice_cut(rest, '/', &rest)) : -1;
        if (part < 0)
            return GROUND_UNKNOWN;
        light += weight[i] * part / 100;
    }
    return rest.p != NULL ? GROUND_UNKNOWN : light >= 500 ? GROUND_LIGHT : GROUND_DARK;
}

enum theme_ground theme_ground_said(struct slice colours)
{
    struct slice last = colours;
    int64_t number;
    for (struct slice rest = colours; rest.p != NULL;)
        last = slice_cut(rest, ';', &rest);
    if (!slice_int(last, 0, 15, &number) || last.n == colours.n)
        return GROUND_UNKNOWN;
    return number == 7 || number > 8 ? GROUND_LIGHT : GROUND_DARK;
}

char *theme_path(const char *name)
{
    if (name == NULL || is_auto(name) || embed_find(embed_themes, slice_of(name)) != NULL)
        return NULL;
    return path_own("themes", name);
}

bool theme_load(struct theme *t, const char *name, struct err *err)
{
    const struct embed_row *row = embed_find(embed_themes, slice_of(name != NULL && !is_auto(name) ? name : embed_themes[0].name));
    char *path = theme_path(name);
    if (row == NULL && path == NULL)
        return no_theme(name, err);
    *t = (struct theme){ 0 };
    struct reading *r = mem_alloc(sizeof *r);
    r->theme = t;
    struct source source = row != NULL ? shipped(row) : (struct source){ path, { NULL, 0 } };
    bool ok = read_theme(r, row == &embed_themes[0] ? NULL : &source, err);
    mem_free(r);
    mem_free(path);
    return ok;
}

struct look theme_look(const struct theme *t, enum theme_depth depth, enum role role, enum role ground)
{
    struct look look = t->look[depth][role];
    if (ground == ROLE_TEXT)
        return look;
    const struct look *under = &t->look[depth][ground];
    if (ground == ROLE_BLOCK && look.bg != COLOUR_DEFAULT) /* it has a ground of its own to fill with */
        return look;
    if (ground == ROLE_BLOCK) { /* filled with the role's own colour; where bold is bright, bold would be a grey letter on it */
        uint32_t attrs = depth == DEPTH_MONO ? look.attrs : look.attrs & ~(uint32_t)ATTR_BOLD;
        return (struct look){ look.fg, look.bg, attrs | under->attrs };
    }
    if ((under->attrs & ATTR_REVERSE) != 0) /* each role in its own colour would make a patchwork of the bar */
        return (struct look){ under->fg, under->bg, under->attrs | (look.attrs & (ATTR_BOLD | ATTR_UNDERLINE)) };
    if (under->bg != COLOUR_DEFAULT)
        look.bg = under->bg;
    if (look.fg == COLOUR_DEFAULT)
        look.fg = under->fg; /* readable on the ground, whatever the terminal's own colours are */
    look.attrs |= under->attrs;
    return look;
}
