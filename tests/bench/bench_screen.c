/* SPDX-License-Identifier: MIT */
/* bench_screen: a program in a terminal of its own, watched cell by cell (libvterm) by somebody who always reads. Instants are
 * microseconds of the clock that bench_server has as well.
 *
 *   bench_screen start TIMES COLS ROWS PROGRAM...   from exec to the last cell that changed in its first second: ms, a line each
 *   bench_screen watch COLS ROWS PROGRAM...         prints "pid N", then obeys standard input:
 *     see TEXT    "seen US": when the screen shows it, 0: it did not within 5 s
 *     key         presses Down, the next time Up: "moved US": until the mark of the cursor has moved, 0: it did not
 *     type TEXT   types it: "typed US", the instant before
 *     tally       "tally BYTES PAINTS RUNS CELLS" since the last one: a run is cells beside each other that changed in one paint
 *     show        the screen, and an empty line */
#include "core/base/clock.h"
#include "core/base/mem.h"
#include "tests/tty/support_tty.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { QUIET_MS = 3, START_MS = 950, GUARD_US = 5000000, LINE_MAX_BYTES = 256 };

static const uint32_t cursor_marks[] = { 0x258c, '>' }; /* as table_draw.c has them */

struct watched {
    struct tty tty;
    uint64_t *shown, *now; /* a hash of each cell, as of the paint before and as of now */
    int64_t at_us;         /* of the last bytes */
    int64_t bytes, paints, runs, cells;
    bool is_fresh;         /* bytes came that have not been looked at */
    bool is_up;            /* the next key goes up */
};

static uint64_t mix(uint64_t h, uint64_t x)
{
    return (h ^ x) * UINT64_C(1099511628211);
}

static uint64_t colour(const VTermColor *c)
{
    uint64_t rest = VTERM_COLOR_IS_INDEXED(c) ? c->indexed.idx : (uint64_t)c->rgb.red << 16 | (uint64_t)c->rgb.green << 8 | c->rgb.blue;
    return (uint64_t)c->type << 24 | rest;
}

static uint64_t hash_cell(const VTermScreenCell *cell)
{
    uint64_t h = UINT64_C(14695981039346656037);
    for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell->chars[i] != 0; i++)
        h = mix(h, cell->chars[i] == ' ' ? 0 : cell->chars[i]);
    h = mix(h, (uint64_t)cell->attrs.bold | (uint64_t)cell->attrs.underline << 2 | (uint64_t)cell->attrs.italic << 4 | (uint64_t)cell->attrs.reverse << 5);
    return mix(mix(h, colour(&cell->fg)), colour(&cell->bg));
}

/* How many cells differ from the paint before; what is there now becomes what was. */
static int64_t look(struct watched *w)
{
    int64_t changed = 0;
    for (int y = 0; y < w->tty.rows; y++) {
        bool was_changed = false;
        for (int x = 0; x < w->tty.cols; x++) {
            VTermScreenCell cell;
            size_t i = (size_t)y * (size_t)w->tty.cols + (size_t)x;
            (void)vterm_screen_get_cell(w->tty.screen, (VTermPos){ .row = y, .col = x }, &cell);
            uint64_t h = hash_cell(&cell);
            bool is_changed = h != w->shown[i];
            w->runs += is_changed && !was_changed;
            changed += is_changed;
            was_changed = is_changed;
            w->shown[i] = h;
        }
    }
    w->cells += changed;
    w->paints += changed > 0;
    w->is_fresh = false;
    return changed;
}

/* Takes in what has come. False: the program has gone. */
static bool take(struct watched *w)
{
    static char bytes[65536];
    ssize_t n = read(w->tty.master, bytes, sizeof bytes);
    w->at_us = clock_mono_us();
    if (n <= 0)
        return false;
    (void)vterm_input_write(w->tty.vterm, bytes, (size_t)n);
    w->bytes += n;
    w->is_fresh = true;
    return true;
}

static void start_program(struct watched *w, int cols, int rows, const char *const *argv)
{
    static const char *const env[] = { "TERM=xterm-256color", "LANG=C.UTF-8", "LC_ALL=C.UTF-8", "NO_COLOR=", "LINES=", "COLUMNS=", NULL };
    *w = (struct watched){ 0 };
    tty_open(&w->tty, &(struct tty_setup){ .argv = argv, .env = env, .cols = cols, .rows = rows });
    w->shown = mem_array((size_t)cols * (size_t)rows, sizeof *w->shown);
    (void)look(w);
    w->bytes = w->paints = w->runs = w->cells = 0;
}

static void end_program(struct watched *w)
{
    (void)kill(w->tty.pid, SIGTERM);
    (void)tty_until_over(&w->tty);
    tty_close(&w->tty);
    mem_free(w->shown);
}

/* ---- start ---- */

/* Begun early in a second, so that the beat of the counters falls behind the end. */
static void time_start(int cols, int rows, const char *const *argv)
{
    struct watched w;
    while (clock_mono_ms() % 1000 < 20 || clock_mono_ms() % 1000 > 30)
        (void)poll(NULL, 0, 2);
    int64_t from_us = clock_mono_us(), complete_us = from_us, end_us = from_us / 1000000 * 1000000 + START_MS * 1000;
    start_program(&w, cols, rows, argv);
    for (int64_t left_us; (left_us = end_us - clock_mono_us()) > 0;) {
        struct pollfd p = { .fd = w.tty.master, .events = POLLIN };
        if (poll(&p, 1, (int)(left_us / 1000)) <= 0)
            continue;
        if (!take(&w))
            break;
        int64_t at_us = w.at_us;
        complete_us = look(&w) > 0 ? at_us : complete_us;
    }
    printf("%.2f\n", (double)(complete_us - from_us) / 1000.0);
    fflush(stdout);
    end_program(&w);
}

/* ---- watch ---- */

static bool is_mark(const struct watched *w, int y, int x, uint32_t mark)
{
    VTermScreenCell cell;
    return y >= 0 && y < w->tty.rows && vterm_screen_get_cell(w->tty.screen, (VTermPos){ .row = y, .col = x }, &cell) != 0 && cell.chars[0] == mark;
}

struct place {
    int x, y;
};

/* Where the mark of the cursor is: the last one on the screen in reading order. */
static struct place find_mark(const struct watched *w)
{
    for (size_t m = 0; m < sizeof cursor_marks / sizeof cursor_marks[0]; m++) {
        for (int y = w->tty.rows - 1; y >= 0; y--) {
            for (int x = 0; x < w->tty.cols; x++) {
                if (is_mark(w, y, x, cursor_marks[m]))
                    return (struct place){ x, y };
            }
        }
    }
    return (struct place){ -1, -1 };
}

static bool has_moved(const struct watched *w, struct place from)
{
    for (size_t m = 0; m < sizeof cursor_marks / sizeof cursor_marks[0]; m++) {
        if (is_mark(w, from.y, from.x, cursor_marks[m]))
            return false;
        if (is_mark(w, from.y - 1, from.x, cursor_marks[m]) || is_mark(w, from.y + 1, from.x, cursor_marks[m]))
            return true;
    }
    return false;
}

static bool is_there(struct watched *w, const char *text)
{
    return text != NULL && tty_shows(&w->tty, text);
}

/* Reads until `text` is shown or the mark has moved from `from`; the instant, 0: neither within the guard. */
static int64_t await(struct watched *w, const char *text, struct place from)
{
    int64_t end_us = clock_mono_us() + GUARD_US;
    while (clock_mono_us() < end_us) {
        struct pollfd p = { .fd = w->tty.master, .events = POLLIN };
        int ready = poll(&p, 1, w->is_fresh ? QUIET_MS : 100);
        if (ready == 0 && w->is_fresh)
            (void)look(w);
        if (ready <= 0)
            continue;
        if (!take(w))
            return 0;
        if (text != NULL ? is_there(w, text) : has_moved(w, from))
            return w->at_us;
    }
    return 0;
}

static void press(struct watched *w)
{
    struct place from = find_mark(w);
    int64_t begin_us = clock_mono_us();
    tty_type(&w->tty, w->is_up ? "\033OA" : "\033OB");
    w->is_up = !w->is_up && from.x >= 0; /* the first one only shows the cursor */
    int64_t at_us = from.x >= 0 ? await(w, NULL, from) : 0;
    printf("moved %lld\n", at_us > 0 ? (long long)(at_us - begin_us) : 0LL);
}

static void obey(struct watched *w, const char *line)
{
    if (strncmp(line, "type ", 5) == 0) {
        printf("typed %lld\n", (long long)clock_mono_us());
        tty_type(&w->tty, line + 5);
    } else if (strncmp(line, "see ", 4) == 0) {
        printf("seen %lld\n", is_there(w, line + 4) ? (long long)w->at_us : (long long)await(w, line + 4, (struct place){ -1, -1 }));
    } else if (strcmp(line, "key") == 0) {
        press(w);
    } else if (strcmp(line, "show") == 0) {
        tty_print(&w->tty);
        puts("");
    } else if (strcmp(line, "tally") == 0) {
        (void)look(w);
        printf("tally %lld %lld %lld %lld\n", (long long)w->bytes, (long long)w->paints, (long long)w->runs, (long long)w->cells);
        w->bytes = w->paints = w->runs = w->cells = 0;
    }
    fflush(stdout);
}

static void watch(int cols, int rows, const char *const *argv)
{
    struct watched w;
    char line[LINE_MAX_BYTES];
    start_program(&w, cols, rows, argv);
    printf("pid %d\n", (int)w.tty.pid);
    fflush(stdout);
    for (bool is_open = true; is_open;) {
        struct pollfd p[] = { { .fd = w.tty.master, .events = POLLIN }, { .fd = STDIN_FILENO, .events = POLLIN } };
        if (poll(p, 2, w.is_fresh ? QUIET_MS : -1) == 0)
            (void)look(&w);
        if (p[0].revents != 0)
            is_open = take(&w);
        if (p[1].revents == 0)
            continue;
        ssize_t n = read(STDIN_FILENO, line, sizeof line - 1); /* one command at a time: its answer is waited for */
        line[n > 0 ? n : 0] = '\0';
        line[strcspn(line, "\n")] = '\0';
        is_open = is_open && n > 0;
        if (is_open)
            obey(&w, line);
    }
    end_program(&w);
}

static int number(const char *text)
{
    return (int)strtoul(text, NULL, 10);
}

int main(int argc, char **argv)
{
    union {
        char **plain;
        const char *const *constant;
    } args = { argv };
    if (argc > 5 && strcmp(argv[1], "start") == 0) {
        for (int i = 0; i < number(argv[2]); i++)
            time_start(number(argv[3]), number(argv[4]), args.constant + 5);
        return 0;
    }
    if (argc > 4 && strcmp(argv[1], "watch") == 0) {
        watch(number(argv[2]), number(argv[3]), args.constant + 4);
        return 0;
    }
    fprintf(stderr, "usage: bench_screen start TIMES COLS ROWS PROGRAM... | watch COLS ROWS PROGRAM...\n");
    return 64;
}
