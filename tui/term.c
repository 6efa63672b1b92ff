/* SPDX-License-Identifier: MIT */
/* term: takes the terminal, shows pictures and decodes what the keyboard sends. Curses has its modes, its size and its keys; how a picture
 * is sent, term_paint.c knows. Remembers what is shown, so that only what differs is sent. Keeps the bytes that put the terminal right,
 * so that a crash can send them without curses. It knows no actions. */
#include "tui/term.h"

#include <curses.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

#include "core/base/mem.h"
#include "core/base/utf8.h"
#include "tui/term_paint.h"

enum { COLS_MAX = 1000, ROWS_MAX = 500, ESCAPE_MS = 25, RESCUE_MS = 500 };

struct terminal {
    SCREEN *screen;
    const struct theme *theme;
    enum theme_depth depth;
    bool is_utf8, is_lent, is_all_old;
    struct canvas shown;
    struct term_paint *paint;
};

/* What a crash needs: set while the terminal is ours. */
static struct {
    volatile int is_up;
    size_t length;
    char bytes[256];
    struct termios found;
} rescue;

static const struct {
    int curses;
    uint32_t code;
    uint32_t mods;
} keys[] = {
    { KEY_UP, KEYCODE_UP, 0 }, { KEY_DOWN, KEYCODE_DOWN, 0 }, { KEY_LEFT, KEYCODE_LEFT, 0 }, { KEY_RIGHT, KEYCODE_RIGHT, 0 },
    { KEY_PPAGE, KEYCODE_PAGE_UP, 0 }, { KEY_NPAGE, KEYCODE_PAGE_DOWN, 0 }, { KEY_HOME, KEYCODE_HOME, 0 }, { KEY_END, KEYCODE_END, 0 },
    { KEY_FIND, KEYCODE_HOME, 0 }, { KEY_SELECT, KEYCODE_END, 0 }, { KEY_IC, KEYCODE_INSERT, 0 }, { KEY_DC, KEYCODE_DELETE, 0 },
    { KEY_BACKSPACE, KEYCODE_BACKSPACE, 0 }, { KEY_BTAB, KEYCODE_TAB, KEYMOD_SHIFT }, { KEY_ENTER, KEYCODE_ENTER, 0 },
    { KEY_SLEFT, KEYCODE_LEFT, KEYMOD_SHIFT }, { KEY_SRIGHT, KEYCODE_RIGHT, KEYMOD_SHIFT },
    { KEY_SR, KEYCODE_UP, KEYMOD_SHIFT }, { KEY_SF, KEYCODE_DOWN, KEYMOD_SHIFT },
};

void term_rescue(void)
{
    if (!rescue.is_up)
        return;
    rescue.is_up = 0;
    int flags = fcntl(STDOUT_FILENO, F_GETFL); /* an output that is stopped must not stop us as well */
    (void)fcntl(STDOUT_FILENO, F_SETFL, flags | O_NONBLOCK);
    struct pollfd out = { .fd = STDOUT_FILENO, .events = POLLOUT };
    for (size_t sent = 0; sent < rescue.length && poll(&out, 1, RESCUE_MS) > 0;) {
        ssize_t n = write(STDOUT_FILENO, rescue.bytes + sent, rescue.length - sent);
        if (n <= 0)
            break;
        sent += (size_t)n;
    }
    (void)fcntl(STDOUT_FILENO, F_SETFL, flags);
    (void)tcsetattr(STDIN_FILENO, TCSANOW, &rescue.found);
}

/* Adds a capability without its padding ("$<5>"). */
static void rescue_add(const char *name)
{
    const char *p = tigetstr(name);
    if (p == NULL || p == (const char *)-1)
        return;
    while (*p != '\0' && rescue.length < sizeof rescue.bytes) {
        if (p[0] == '$' && p[1] == '<' && strchr(p, '>') != NULL)
            p = strchr(p, '>') + 1;
        else
            rescue.bytes[rescue.length++] = *p++;
    }
}

static void rescue_prepare(void)
{
    static const char *const restoring[] = { "sgr0", "op", "rmkx", "cnorm", "rmcup" };
    rescue.length = 0;
    for (size_t i = 0; i < sizeof restoring / sizeof restoring[0]; i++)
        rescue_add(restoring[i]);
    (void)tcgetattr(STDIN_FILENO, &rescue.found);
    mem_on_exhausted(term_rescue);
}

bool term_check(struct err *err)
{
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
        return err_set(err, ERR_USAGE, "cannot open the console: standard input or output is not a terminal; use 'acdtop -b' or 'acdtop status'");
    const char *type = getenv("TERM");
    int found = 0;
    if (type == NULL || *type == '\0')
        return err_set(err, ERR_USAGE, "cannot open the console: TERM is not set; set it to the kind of your terminal, for example TERM=xterm-256color");
    if (setupterm(NULL, STDOUT_FILENO, &found) != OK)
        return err_set(err, ERR_USAGE, "cannot open the console: no terminal of the kind TERM='%s' is known here; "
                       "set TERM to another (xterm-256color, screen, linux), or install ncurses-term", type);
    const char *move = tigetstr("cup"), *clear_all = tigetstr("clear");
    if (move == NULL || move == (const char *)-1 || clear_all == NULL || clear_all == (const char *)-1)
        return err_set(err, ERR_USAGE, "cannot open the console: a terminal of the kind TERM='%s' cannot move its cursor; "
                       "set TERM to what it really is, or use 'acdtop -b'", type);
    return true;
}

void term_look(struct term_facts *out)
{
    struct winsize size = { 0 };
    struct err err = ERR_INIT;
    const char *no_color = getenv("NO_COLOR");
    *out = (struct term_facts){ .type = getenv("TERM"), .library = curses_version(), .colours = -1 };
    out->is_no_color = no_color != NULL && *no_color != '\0';
    if (term_check(&err)) {
        out->colours = tigetnum("colors");
    }
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) {
        out->cols = size.ws_col;
        out->rows = size.ws_row;
    }
}

static enum theme_depth depth_of(bool is_mono)
{
    char *reset_palette = tigetstr("oc"); /* curses' own copy: it would undo colours that somebody has chosen */
    if (reset_palette != NULL && reset_palette != (char *)-1)
        *reset_palette = '\0';
    const char *no_color = getenv("NO_COLOR");
    if (is_mono || (no_color != NULL && *no_color != '\0') || !has_colors() || start_color() == ERR)
        return DEPTH_MONO;
    (void)use_default_colors();
    return COLORS > 256 && (tigetflag("RGB") > 0 || tigetnum("RGB") > 0) ? DEPTH_DIRECT : COLORS >= 256 ? DEPTH_256 : COLORS >= 16 ? DEPTH_16 : COLORS >= 8 ? DEPTH_8 : DEPTH_MONO;
}

static void set_modes(void)
{
    (void)raw();
    (void)noecho();
    (void)nonl();
    (void)keypad(stdscr, TRUE);
    (void)nodelay(stdscr, TRUE);
    (void)leaveok(stdscr, TRUE);
    (void)scrollok(stdscr, FALSE);
    (void)idlok(stdscr, FALSE);
    (void)set_escdelay(ESCAPE_MS);
    (void)curs_set(0);
}

struct terminal *term_open(const struct term_setup *setup, struct err *err)
{
    (void)setlocale(LC_CTYPE, "");
    if (!term_check(err))
        return NULL;
    rescue_prepare();
    use_tioctl(TRUE);
    SCREEN *screen = newterm(NULL, stdout, stdin);
    if (screen == NULL) {
        (void)err_set(err, ERR_SYSTEM, "cannot open the console: curses refuses this terminal; set TERM to what it really is, or use 'acdtop -b'");
        return NULL;
    }
    rescue.is_up = 1;
    struct terminal *t = mem_alloc(sizeof *t);
    t->screen = screen;
    t->theme = setup->theme;
    t->is_utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    t->is_all_old = true;
    canvas_init(&t->shown, 1, 1, false);
    set_modes();
    t->depth = depth_of(setup->is_mono);
    t->paint = term_paint_new(t->theme, t->depth);
    return t;
}

void term_close(struct terminal *t)
{
    if (t == NULL)
        return;
    if (!t->is_lent)
        (void)endwin();
    rescue.is_up = 0;
    delscreen(t->screen);
    canvas_clear(&t->shown);
    term_paint_free(t->paint);
    mem_free(t);
}

bool term_is_utf8(const struct terminal *t)
{
    return t->is_utf8;
}

bool term_has_few_glyphs(const struct terminal *t)
{
    const char *type = getenv("TERM");
    (void)t;
    return type != NULL && strncmp(type, "linux", 5) == 0;
}

int term_fd(const struct terminal *t)
{
    (void)t;
    return STDIN_FILENO;
}

static int within(int n, int low, int high)
{
    return n < low ? low : n > high ? high : n;
}

void term_size(struct terminal *t, int *cols, int *rows)
{
    struct winsize size = { 0 };
    *cols = COLS;
    *rows = LINES;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 && size.ws_row > 0) {
        *cols = size.ws_col;
        *rows = size.ws_row;
    }
    *cols = within(*cols, 1, COLS_MAX);
    *rows = within(*rows, 1, ROWS_MAX);
    if (!t->is_lent && (*cols != COLS || *rows != LINES)) {
        (void)resizeterm(*rows, *cols);
        t->is_all_old = true;
    }
}

void term_paint(struct terminal *t, const struct canvas *c)
{
    if (t->is_lent)
        return;
    if (t->shown.cols != c->cols || t->shown.rows != c->rows) {
        canvas_resize(&t->shown, c->cols, c->rows);
        t->is_all_old = true;
    }
    if (t->is_all_old) { /* curses' own picture is always blank */
        (void)clear();
        (void)refresh();
    }
    term_paint_send(t->paint, t->is_all_old ? NULL : &t->shown, c);
    memcpy(t->shown.cell, c->cell, (size_t)c->cols * (size_t)c->rows * sizeof *c->cell);
    t->is_all_old = false;
}

void term_redraw(struct terminal *t)
{
    term_paint_forget(t->paint);
    t->is_all_old = true;
}

/* A control byte as a key: C-a is 1. Tab, Enter and Esc have names of their own. */
static struct key control_key(wint_t c)
{
    switch (c) {
    case '\t': return (struct key){ KEYCODE_TAB, 0 };
    case '\r':
    case '\n': return (struct key){ KEYCODE_ENTER, 0 };
    case 0x1b: return (struct key){ KEYCODE_ESCAPE, 0 };
    case 0x7f: return (struct key){ KEYCODE_BACKSPACE, 0 };
    case 0: return (struct key){ ' ', KEYMOD_CTRL };
    default: return (struct key){ (uint32_t)(c < 0x1b ? c + 'a' - 1 : c + '@'), KEYMOD_CTRL };
    }
}

static struct key function_key(wint_t c)
{
    if (c >= (wint_t)KEY_F(1) && c <= (wint_t)KEY_F(12))
        return (struct key){ KEYCODE_F1 + (uint32_t)(c - (wint_t)KEY_F(1)), 0 };
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if ((wint_t)keys[i].curses == c)
            return (struct key){ keys[i].code, keys[i].mods };
    }
    return (struct key){ KEYCODE_NONE, 0 };
}

bool term_key(struct terminal *t, struct key *out)
{
    wint_t c = 0;
    if (t->is_lent)
        return false;
    *out = (struct key){ KEYCODE_NONE, 0 };
    int kind = get_wch(&c);
    if (kind == ERR)
        return false;
    if (kind == KEY_CODE_YES) {
        *out = function_key(c);
    } else if (c < ' ' || c == 0x7f) {
        *out = control_key(c);
        wint_t next = 0;
        if (c == 0x1b && get_wch(&next) == OK) { /* Alt sends Esc in front, at once */
            *out = next < ' ' || next == 0x7f ? control_key(next) : (struct key){ (uint32_t)next, 0 };
            out->mods |= KEYMOD_ALT;
        }
    } else if (utf8_is_printable((uint32_t)c)) {
        *out = (struct key){ (uint32_t)c, 0 };
    }
    return true;
}

void term_lend(struct terminal *t)
{
    if (t->is_lent)
        return;
    (void)endwin();
    rescue.is_up = 0;
    t->is_lent = true;
}

void term_take(struct terminal *t)
{
    if (!t->is_lent)
        (void)endwin(); /* after a stop that we did not see coming the modes may be anybody's */
    t->is_lent = false;
    t->is_all_old = true;
    rescue.is_up = 1;
    (void)refresh(); /* curses takes the screen and its modes again */
    (void)clearok(stdscr, TRUE);
}
