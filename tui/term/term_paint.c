/* SPDX-License-Identifier: MIT */
/* term_paint: what pen needs to know of a real terminal, out of its terminfo entry: how to move, and which bytes a role over a ground
 * is by the theme, at the depth of colour that there is. One write sends a paint. The second and last room that includes curses' headers,
 * for terminfo alone: modes, size and keys are term.c's. */
#include "tui/term/term_paint.h"

#include <curses.h>
#include <errno.h>
#include <poll.h>
#include <term.h>
#include <unistd.h>
#include <wchar.h>

#include "core/base/mem.h"
#include "core/base/utf8.h"
#include "tui/term/pen.h"

enum { STYLE_BYTES_MAX = 96, PAINT_BYTES_MAX = 64 * 1024 * 1024 };

struct style_made { /* a look, and the bytes that switch to it from any other */
    struct look look;
    char bytes[STYLE_BYTES_MAX];
};

struct term_paint {
    const struct theme *theme;
    enum theme_depth depth;
    const struct glyphs *glyphs; /* NULL: the terminal has them all */
    char shown[CELL_TEXT_MAX];   /* the character that was asked for last, in UTF-8 */
    struct pen *pen;
    struct buf out;
    uint16_t style_of[2][ROLE_COUNT][ROLE_COUNT]; /* 1 + the number of a role over a ground, of text and of blocks; 0: not made yet */
    struct style_made *style; /* by number; PEN_STYLE_PLAIN is the first */
    unsigned style_count, style_cap;
};

/* A colour in curses' numbers. Under some -direct terminfos numbers below 256 are the palette's: blue alone gets a trace of green. */
static int direct_of(int32_t colour)
{
    if (colour < COLOUR_RGB)
        return colour;
    int32_t rgb = colour & (COLOUR_RGB - 1);
    return rgb < 0x100 ? rgb | 0x100 : rgb;
}

/* Adds a capability, without its padding ("$<5>"). */
static void style_add(struct style_made *s, const char *text)
{
    size_t n = strlen(s->bytes);
    for (; text != NULL && text != (const char *)-1 && *text != '\0' && n + 1 < sizeof s->bytes; text++) {
        const char *end = text[0] == '$' && text[1] == '<' ? strchr(text, '>') : NULL;
        if (end != NULL)
            text = end;
        else
            s->bytes[n++] = *text;
    }
    s->bytes[n] = '\0';
}

static void style_make(const struct term_paint *t, struct style_made *s)
{
    static const struct {
        enum theme_attr attr;
        const char *name;
        int not_with_colour; /* its bit in ncv */
    } attrs[] = { { ATTR_BOLD, "bold", 32 }, { ATTR_DIM, "dim", 16 }, { ATTR_UNDERLINE, "smul", 2 }, { ATTR_REVERSE, "rev", 4 }, { ATTR_ITALIC, "sitm", 1 << 15 } };
    bool is_coloured = t->depth != DEPTH_MONO && (s->look.fg != COLOUR_DEFAULT || s->look.bg != COLOUR_DEFAULT);
    int not_with_colour = tigetnum("ncv");
    s->bytes[0] = '\0';
    style_add(s, tigetstr("sgr0"));
    for (size_t i = 0; i < sizeof attrs / sizeof attrs[0]; i++) {
        bool is_possible = !is_coloured || not_with_colour < 0 || (not_with_colour & attrs[i].not_with_colour) == 0;
        if ((s->look.attrs & attrs[i].attr) != 0 && is_possible)
            style_add(s, tigetstr(attrs[i].name));
    }
    if (is_coloured && s->look.fg != COLOUR_DEFAULT)
        style_add(s, tiparm(tigetstr("setaf"), direct_of(s->look.fg)));
    if (is_coloured && s->look.bg != COLOUR_DEFAULT)
        style_add(s, tiparm(tigetstr("setab"), direct_of(s->look.bg)));
}

/* The number of a look: roles that look the same share it. */
static unsigned style_number(struct term_paint *t, struct look look)
{
    for (unsigned i = 0; i < t->style_count; i++) {
        const struct look *have = &t->style[i].look;
        if (have->fg == look.fg && have->bg == look.bg && have->attrs == look.attrs)
            return i;
    }
    if (t->style_count == t->style_cap) {
        t->style_cap = t->style_cap > 0 ? t->style_cap * 2 : 32;
        t->style = mem_resize(t->style, t->style_cap, sizeof *t->style);
    }
    t->style[t->style_count].look = look;
    style_make(t, &t->style[t->style_count]);
    return t->style_count++;
}

/* A cell that its ink fills or halves, as digits on the wall are made of. */
static bool is_block(const struct cell *cell)
{
    static const char *const blocks[] = { "\u2588", "\u2580", "\u2584" };
    for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++) {
        if (strcmp(cell->text, blocks[i]) == 0)
            return true;
    }
    return false;
}

/* A reversed block would be nothing but ground, and a line under it is no part of a digit. A bar that is reversed as a whole stays one. */
static struct look block_look(const struct term_paint *t, struct look look, enum role ground)
{
    if ((theme_look(t->theme, t->depth, ground, ground).attrs & ATTR_REVERSE) == 0)
        look.attrs &= (unsigned)~(ATTR_REVERSE | ATTR_UNDERLINE);
    return look;
}

static unsigned style_of(void *context, const struct cell *cell)
{
    struct term_paint *t = context;
    enum role role = (enum role)cell->role, ground = (enum role)cell->ground;
    bool is_ink = is_block(cell);
    uint16_t *known = &t->style_of[is_ink][role][ground];
    if (*known == 0) {
        struct look look = theme_look(t->theme, t->depth, role, ground);
        *known = (uint16_t)(1 + style_number(t, is_ink ? block_look(t, look, ground) : look));
    }
    return *known - 1u;
}

static struct slice style_bytes(void *context, unsigned style)
{
    const struct term_paint *t = context;
    return slice_of(t->style[style].bytes);
}

void term_paint_forget(struct term_paint *t)
{
    memset(t->style_of, 0, sizeof t->style_of);
    t->style_count = 0;
    (void)style_number(t, (struct look){ .fg = COLOUR_DEFAULT, .bg = COLOUR_DEFAULT }); /* PEN_STYLE_PLAIN */
}

/* Does the C library see the width that we do? Else the terminal may not either, and the rest of the row would be displaced. */
static bool is_agreed(const struct cell *cell, struct slice text)
{
    for (size_t i = 0; i < text.n;) {
        bool is_first = i == 0;
        if (wcwidth((wchar_t)utf8_next(text, &i)) != (is_first ? cell->width : 0))
            return false;
    }
    return true;
}

/* A console whose font we know gets what is in it, and no marks to combine: it would take a cell for each. */
static struct slice text_of(void *context, const struct cell *cell)
{
    struct term_paint *t = context;
    struct slice text = { cell->text, strnlen(cell->text, CELL_TEXT_MAX) };
    size_t first = 0;
    if (!is_agreed(cell, text))
        return SLICE("");
    if (t->glyphs == NULL || text.n == 0)
        return text;
    uint32_t shown = cell->width == 1 ? glyphs_nearest(t->glyphs, utf8_next(text, &first)) : 0;
    return (struct slice){ t->shown, shown != 0 ? utf8_put(shown, t->shown) : 0 };
}

static void move_by_terminfo(struct buf *out, int y, int x)
{
    struct style_made text = { .bytes = "" };
    style_add(&text, tiparm(tigetstr("cup"), y, x));
    (void)buf_add(out, slice_of(text.bytes));
}

/* Is the capability, but for its padding, these bytes? */
static bool is_ansi(const char *name, const char *bytes)
{
    const char *have = tigetstr(name);
    size_t n = strlen(bytes);
    return have != NULL && have != (const char *)-1 && strncmp(have, bytes, n) == 0 && (have[n] == '\0' || strncmp(have + n, "$<", 2) == 0);
}

static struct pen *make_pen(struct term_paint *t)
{
    struct pen_setup setup = {
        .can_row = is_ansi("vpa", "\033[%i%p1%dd"),
        .can_column = is_ansi("hpa", "\033[%i%p1%dG"),
        .can_step = is_ansi("cuu", "\033[%p1%dA") && is_ansi("cud", "\033[%p1%dB") && is_ansi("cuf", "\033[%p1%dC") &&
                    is_ansi("cub", "\033[%p1%dD") && is_ansi("cub1", "\b"),
        .can_feed = is_ansi("cud1", "\n"), /* nonl() keeps the return out of it */
        .can_erase = is_ansi("ech", "\033[%p1%dX"),
        .is_wrap_early = tigetflag("am") > 0 && tigetflag("xenl") <= 0,
        .move = is_ansi("cup", "\033[%i%p1%d;%p2%dH") ? NULL : move_by_terminfo,
        .style = style_of,
        .style_bytes = style_bytes,
        .text = text_of,
        .context = t,
    };
    return pen_new(&setup);
}

/* Somebody who shares the terminal may have set it not to wait: then we do. */
void term_paint_write(struct slice bytes)
{
    struct pollfd room = { .fd = STDOUT_FILENO, .events = POLLOUT };
    while (bytes.n > 0) {
        ssize_t n = write(STDOUT_FILENO, bytes.p, bytes.n);
        if (n < 0 && errno == EAGAIN)
            (void)poll(&room, 1, -1);
        else if (n < 0 && errno != EINTR)
            return; /* a terminal that went is noticed where we wait */
        bytes.p += n > 0 ? n : 0;
        bytes.n -= n > 0 ? (size_t)n : 0;
    }
}

void term_paint_send(struct term_paint *t, const struct canvas *from, const struct canvas *to)
{
    pen_draw(t->pen, from, to, &t->out);
    term_paint_write(buf_slice(&t->out));
    buf_reset(&t->out);
}

struct term_paint *term_paint_new(const struct theme *theme, enum theme_depth depth, const struct glyphs *glyphs)
{
    struct term_paint *t = mem_alloc(sizeof *t);
    t->theme = theme;
    t->glyphs = glyphs;
    t->depth = depth;
    t->out = BUF_INIT(PAINT_BYTES_MAX);
    t->pen = make_pen(t);
    term_paint_forget(t);
    return t;
}

void term_paint_free(struct term_paint *t)
{
    if (t == NULL)
        return;
    pen_free(t->pen);
    mem_free(t->style);
    buf_clear(&t->out);
    mem_free(t);
}
