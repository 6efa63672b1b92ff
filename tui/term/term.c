/* SPDX-License-Identifier: MIT */
/* term: takes the terminal, shows pictures and decodes what the keyboard sends. Curses has its modes, its size and its keys; how a picture
 * is sent, term_paint.c knows. Remembers what is shown, so that only what differs is sent. Keeps the bytes that put the terminal right,
 * so that a crash can send them without curses. It knows no actions. */
#include "tui/term/term.h"

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

#include "core/base/buf.h"
#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/utf8.h"
#include "tui/term/answer.h"
#include "tui/term/clip.h"
#include "tui/term/term_paint.h"

enum { COLS_MAX = 1000, ROWS_MAX = 500, ESCAPE_MS = 25, RESCUE_MS = 500 };
enum { CLICKS_MAX = 16, DOUBLE_MS = 400, PASTE_MAX = 64 * 1024, PASTE_GAP_MS = 2000 };
enum { KEY_PASTE_BEGIN = 2000, KEY_PASTE_END }; /* beyond what curses gives out by itself */

/* Bracketed paste: what is pasted comes between two marks. */
#define PASTE_ON "\033[?2004h"
#define PASTE_OFF "\033[?2004l"
#define MOUSE_OFF "\033[?1000l\033[?1006l"

struct terminal {
    SCREEN *screen;
    const struct theme *theme;
    enum theme_depth depth;
    bool is_utf8, is_lent, is_all_old;
    struct canvas shown;
    struct glyphs *glyphs; /* of a Linux console's font; NULL: it is another terminal */
    struct term_paint *paint;
    bool is_emulator; /* of the family of xterm: it has a mouse, and can mark what is pasted */
    bool has_mouse, is_pasting;
    struct buf paste;
    int64_t paste_ms, click_ms; /* when the last of it came; when the mouse was pressed last, and where */
    int click_x, click_y;
    struct mouse clicks[CLICKS_MAX]; /* that curses had collected, the last one first */
    int click_count;
    struct answer answer;
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
    { KEY_SR, KEYCODE_UP, KEYMOD_SHIFT }, { KEY_SF, KEYCODE_DOWN, KEYMOD_SHIFT }, { KEY_SHOME, KEYCODE_HOME, KEYMOD_SHIFT },
    { KEY_SEND, KEYCODE_END, KEYMOD_SHIFT }, { KEY_SDC, KEYCODE_DELETE, KEYMOD_SHIFT },
};

/* Keys with Ctrl or Alt have names in terminfo, "kLFT5", and the digit is 1 + shift 1, alt 2, ctrl 4. */
static const struct {
    const char *name;
    uint32_t code;
} modified[] = {
    { "kUP", KEYCODE_UP }, { "kDN", KEYCODE_DOWN }, { "kLFT", KEYCODE_LEFT }, { "kRIT", KEYCODE_RIGHT }, { "kHOM", KEYCODE_HOME },
    { "kEND", KEYCODE_END }, { "kPRV", KEYCODE_PAGE_UP }, { "kNXT", KEYCODE_PAGE_DOWN }, { "kIC", KEYCODE_INSERT }, { "kDC", KEYCODE_DELETE },
};

/* What terminals send whose TERM says otherwise: PuTTY and rxvt call themselves xterm. */
static const struct {
    const char *bytes;
    int curses;
} sent_by_others[] = {
    { "\033[11~", KEY_F(1) }, { "\033[12~", KEY_F(2) }, { "\033[13~", KEY_F(3) }, { "\033[14~", KEY_F(4) }, { "\033[15~", KEY_F(5) },
    { "\033[17~", KEY_F(6) }, { "\033[18~", KEY_F(7) }, { "\033[19~", KEY_F(8) }, { "\033[20~", KEY_F(9) }, { "\033[21~", KEY_F(10) },
    { "\033[23~", KEY_F(11) }, { "\033[24~", KEY_F(12) }, { "\033OP", KEY_F(1) }, { "\033OQ", KEY_F(2) }, { "\033OR", KEY_F(3) },
    { "\033OS", KEY_F(4) }, { "\033[[A", KEY_F(1) }, { "\033[[B", KEY_F(2) }, { "\033[[C", KEY_F(3) }, { "\033[[D", KEY_F(4) },
    { "\033[[E", KEY_F(5) }, { "\033[1~", KEY_HOME }, { "\033[7~", KEY_HOME }, { "\033[H", KEY_HOME }, { "\033OH", KEY_HOME },
    { "\033[4~", KEY_END }, { "\033[8~", KEY_END }, { "\033[F", KEY_END }, { "\033OF", KEY_END }, { "\033[2~", KEY_IC },
    { "\033[3~", KEY_DC }, { "\033[5~", KEY_PPAGE }, { "\033[6~", KEY_NPAGE }, { "\033[Z", KEY_BTAB }, { "\033[A", KEY_UP },
    { "\033OA", KEY_UP }, { "\033[B", KEY_DOWN }, { "\033OB", KEY_DOWN }, { "\033[C", KEY_RIGHT }, { "\033OC", KEY_RIGHT },
    { "\033[D", KEY_LEFT }, { "\033OD", KEY_LEFT },
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

static void rescue_add_text(struct slice text)
{
    if (rescue.length + text.n <= sizeof rescue.bytes) {
        memcpy(rescue.bytes + rescue.length, text.p, text.n);
        rescue.length += text.n;
    }
}

static bool is_console(void)
{
    const char *type = getenv("TERM");
    return type != NULL && strncmp(type, "linux", 5) == 0;
}

/* The terminal sends a mouse as xterm does. The Linux console says so too, but has none and marks no paste. */
static bool is_emulator(void)
{
    const char *mouse = tigetstr("kmous");
    return mouse != NULL && mouse != (const char *)-1 && !is_console();
}

static void rescue_prepare(void)
{
    static const char *const restoring[] = { "sgr0", "op", "rmkx", "cnorm", "rmcup" };
    rescue.length = 0;
    for (size_t i = 0; i < sizeof restoring / sizeof restoring[0]; i++)
        rescue_add(restoring[i]);
    if (is_emulator())
        rescue_add_text(SLICE(MOUSE_OFF PASTE_OFF));
    (void)tcgetattr(STDIN_FILENO, &rescue.found);
    mem_on_exhausted(term_rescue);
}

/* Reads what terminfo knows; it stays until let_go. */
static bool look_up(struct err *err)
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

static void let_go(void)
{
    TERMINAL *read = set_curterm(NULL);
    if (read != NULL)
        (void)del_curterm(read);
}

bool term_check(struct err *err)
{
    bool ok = look_up(err);
    let_go();
    return ok;
}

int term_columns(void)
{
    struct winsize size = { 0 };
    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

void term_look(struct term_facts *out)
{
    struct winsize size = { 0 };
    struct err err = ERR_INIT;
    const char *no_color = getenv("NO_COLOR");
    *out = (struct term_facts){ .type = getenv("TERM"), .library = curses_version(), .colours = -1 };
    out->is_no_color = no_color != NULL && *no_color != '\0';
    if (look_up(&err)) {
        out->colours = tigetnum("colors");
    }
    let_go();
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

/* Past curses, which keeps a buffer of its own. */
static void send(const struct terminal *t, const char *bytes)
{
    if (!t->is_emulator)
        return;
    term_paint_write(slice_of(bytes));
}

static void set_modes(struct terminal *t)
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
    (void)mouseinterval(0); /* a click is told at once; two that are one are found here */
    (void)define_key("\033[200~", KEY_PASTE_BEGIN);
    (void)define_key("\033[201~", KEY_PASTE_END);
    for (size_t i = 0; i < sizeof sent_by_others / sizeof sent_by_others[0]; i++) {
        if (key_defined(sent_by_others[i].bytes) == 0)
            (void)define_key(sent_by_others[i].bytes, sent_by_others[i].curses);
    }
    send(t, PASTE_ON);
}

/* A Linux console's is black; others may have said it to the shell; who can be asked answers when it likes. */
static void find_ground(struct terminal *t)
{
    t->answer.ground = is_console() ? GROUND_DARK : theme_ground_said(slice_of(getenv("COLORFGBG")));
    if (!t->is_emulator || t->depth == DEPTH_MONO)
        return;
    answer_ask(&t->answer, clock_mono_ms());
    send(t, ANSWER_QUESTION);
}

enum theme_ground term_ground(const struct terminal *t, enum theme_depth *depth)
{
    *depth = t->depth;
    return t->answer.ground;
}

struct terminal *term_open(const struct term_setup *setup, struct err *err)
{
    (void)setlocale(LC_CTYPE, "");
    bool is_known = look_up(err);
    if (is_known)
        rescue_prepare(); /* its texts are copied */
    let_go();
    if (!is_known)
        return NULL;
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
    t->paste = BUF_INIT(PASTE_MAX);
    t->is_emulator = is_emulator();
    set_modes(t);
    t->depth = depth_of(setup->is_mono);
    t->glyphs = is_console() ? glyphs_of_console(STDOUT_FILENO) : NULL;
    t->paint = term_paint_new(t->theme, t->depth, t->glyphs);
    find_ground(t);
    return t;
}

void term_close(struct terminal *t)
{
    if (t == NULL)
        return;
    term_lend(t);
    if (answer_may_come(&t->answer, clock_mono_ms()))
        (void)tcflush(STDIN_FILENO, TCIFLUSH);
    delscreen(t->screen);
    buf_clear(&t->paste);
    canvas_clear(&t->shown);
    term_paint_free(t->paint);
    glyphs_free(t->glyphs);
    mem_free(t);
}

bool term_is_utf8(const struct terminal *t)
{
    return t->is_utf8;
}

bool term_has_few_glyphs(const struct terminal *t)
{
    return t->glyphs != NULL;
}

bool term_has_halves(const struct terminal *t)
{
    return t->glyphs == NULL || (glyphs_has(t->glyphs, 0x2580) && glyphs_has(t->glyphs, 0x2584));
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
    bool is_told = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 && size.ws_row > 0;
    *cols = within(is_told ? size.ws_col : COLS, 1, COLS_MAX);
    *rows = within(is_told ? size.ws_row : LINES, 1, ROWS_MAX);
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

void term_repaint(struct terminal *t)
{
    static const struct cell never = { .text = "\1", .width = 1 }; /* differs from all that are shown */
    for (int i = 0; i < t->shown.cols * t->shown.rows; i++)
        t->shown.cell[i] = never;
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

static struct key modified_key(wint_t c)
{
    const char *name = keyname((int)c);
    for (size_t i = 0; name != NULL && i < sizeof modified / sizeof modified[0]; i++) {
        size_t n = strlen(modified[i].name);
        if (strncmp(name, modified[i].name, n) == 0 && name[n] >= '2' && name[n] <= '8' && name[n + 1] == '\0') {
            unsigned bits = (unsigned)(name[n] - '1');
            return (struct key){ modified[i].code, ((bits & 1) != 0 ? KEYMOD_SHIFT : 0) | ((bits & 2) != 0 ? KEYMOD_ALT : 0) | ((bits & 4) != 0 ? KEYMOD_CTRL : 0) };
        }
    }
    return (struct key){ KEYCODE_NONE, 0 };
}

static struct key function_key(wint_t c)
{
    if (c >= (wint_t)KEY_F(1) && c <= (wint_t)KEY_F(12))
        return (struct key){ KEYCODE_F1 + (uint32_t)(c - (wint_t)KEY_F(1)), 0 };
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if ((wint_t)keys[i].curses == c)
            return (struct key){ keys[i].code, keys[i].mods };
    }
    return modified_key(c);
}

/* The rest of a sequence that nobody knows, after Esc and this character: it is no keys. False: nothing comes, that was Alt. */
static bool skip_sequence(wint_t introducer)
{
    wint_t c = 0;
    int kind = introducer == '[' || introducer == 'O' ? get_wch(&c) : ERR;
    if (kind == ERR)
        return false;
    if (introducer == '[' && kind == OK && c == '[') /* a function key of the Linux console */
        kind = get_wch(&c);
    while (introducer == '[' && kind == OK && c >= ' ' && c < '@')
        kind = get_wch(&c);
    if (kind == KEY_CODE_YES)
        (void)ungetch((int)c);
    return true;
}

static struct key plain_key(struct terminal *t, wint_t c)
{
    if (c != 0x1b && (c < ' ' || c == 0x7f))
        return control_key(c);
    if (c != 0x1b)
        return (struct key){ utf8_is_printable((uint32_t)c) ? (uint32_t)c : KEYCODE_NONE, 0 };
    wint_t next = 0, after = 0;
    if (get_wch(&next) != OK)
        return control_key(c);
    int kind = next == ']' ? get_wch(&after) : ERR; /* is only looked at */
    if (kind != ERR)
        (void)(kind == OK ? unget_wch((wchar_t)after) : ungetch((int)after));
    if ((next == ']' && answer_begin(&t->answer, kind == OK && after >= '0' && after <= '9', clock_mono_ms())) || skip_sequence(next))
        return (struct key){ KEYCODE_NONE, 0 };
    struct key k = next < ' ' || next == 0x7f ? control_key(next) : (struct key){ (uint32_t)next, 0 }; /* Alt sends Esc in front, at once */
    k.mods |= KEYMOD_ALT;
    return k;
}

/* Curses may have collected several, and gives the last one first. */
static void read_mouse(struct terminal *t)
{
    static const struct {
        mmask_t theirs;
        enum mouse_what ours;
    } pressed[] = { { BUTTON1_PRESSED, MOUSE_CLICK }, { BUTTON3_PRESSED, MOUSE_RIGHT }, { BUTTON4_PRESSED, MOUSE_WHEEL_UP }, { BUTTON5_PRESSED, MOUSE_WHEEL_DOWN } };
    MEVENT event;
    while (t->click_count < CLICKS_MAX && getmouse(&event) == OK) {
        for (size_t i = 0; i < sizeof pressed / sizeof pressed[0]; i++) {
            if ((event.bstate & pressed[i].theirs) != 0 && t->click_count < CLICKS_MAX)
                t->clicks[t->click_count++] = (struct mouse){ .what = pressed[i].ours, .x = event.x, .y = event.y };
        }
    }
}

static struct mouse next_click(struct terminal *t)
{
    struct mouse m = t->clicks[--t->click_count];
    int64_t now_ms = clock_mono_ms();
    if (m.what != MOUSE_CLICK)
        return m;
    bool is_second = now_ms - t->click_ms <= DOUBLE_MS && t->click_x == m.x && t->click_y == m.y;
    m.what = is_second ? MOUSE_DOUBLE : MOUSE_CLICK;
    t->click_ms = is_second ? now_ms - DOUBLE_MS - 1 : now_ms; /* a third is a first again */
    t->click_x = m.x;
    t->click_y = m.y;
    return m;
}

/* What comes between the marks is text, whatever it looks like. A paste whose end never came is over when nothing comes. */
static void take_paste(struct terminal *t, int kind, wint_t c)
{
    char bytes[4];
    t->paste_ms = clock_mono_ms();
    if (kind == OK)
        (void)buf_add(&t->paste, (struct slice){ bytes, utf8_put((uint32_t)c, bytes) });
}

static bool end_paste(struct terminal *t, struct term_event *out)
{
    t->is_pasting = false;
    *out = (struct term_event){ .news = TERM_PASTE, .paste = buf_slice(&t->paste) };
    return true;
}

bool term_next(struct terminal *t, struct term_event *out)
{
    wint_t c = 0;
    *out = (struct term_event){ .news = TERM_NOTHING };
    if (t->is_lent)
        return false;
    if (t->click_count > 0) {
        *out = (struct term_event){ .news = TERM_MOUSE, .mouse = next_click(t) };
        return true;
    }
    if (t->is_pasting && clock_mono_ms() - t->paste_ms > PASTE_GAP_MS)
        return end_paste(t, out);
    int kind = get_wch(&c);
    if (kind == ERR)
        return false;
    if (answer_is_coming(&t->answer, clock_mono_ms())) {
        out->news = answer_take(&t->answer, kind == OK ? c : 0, clock_mono_ms()) ? TERM_GROUND : TERM_NOTHING;
        return true;
    }
    if (kind == KEY_CODE_YES && c == KEY_PASTE_END)
        return t->is_pasting ? end_paste(t, out) : true;
    if (t->is_pasting) {
        take_paste(t, kind, c);
    } else if (kind == KEY_CODE_YES && c == KEY_PASTE_BEGIN) {
        buf_reset(&t->paste);
        t->is_pasting = true;
        t->paste_ms = clock_mono_ms();
    } else if (kind == KEY_CODE_YES && c == KEY_MOUSE) {
        read_mouse(t); /* told one by one from the next call on */
    } else {
        out->key = kind == KEY_CODE_YES ? function_key(c) : plain_key(t, c);
        out->news = out->key.code != KEYCODE_NONE ? TERM_KEY : TERM_NOTHING;
    }
    return true;
}

void term_mouse(struct terminal *t, bool is_on)
{
    t->has_mouse = is_on && t->is_emulator;
    (void)mousemask(t->has_mouse ? BUTTON1_PRESSED | BUTTON3_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED : 0, NULL);
}

bool term_marks_pastes(const struct terminal *t)
{
    return t->is_emulator;
}

bool term_has_mouse(const struct terminal *t)
{
    return t->has_mouse;
}

bool term_copy(struct terminal *t, struct slice text, struct err *err)
{
    struct buf bytes = BUF_INIT(CLIP_BYTES_MAX);
    if (!t->is_emulator)
        return err_set(err, ERR_USAGE, "cannot copy: this terminal has no clipboard");
    clip_add(&bytes, text);
    send(t, buf_slice(&bytes).p);
    buf_clear(&bytes);
    return true;
}

void term_lend(struct terminal *t)
{
    if (t->is_lent)
        return;
    send(t, PASTE_OFF);
    (void)endwin(); /* takes the mouse back as well */
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
    t->is_pasting = false;
    (void)refresh(); /* curses takes the screen and its modes again, the mouse among them */
    send(t, PASTE_ON);
    (void)clearok(stdscr, TRUE);
}
