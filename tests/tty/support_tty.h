/* SPDX-License-Identifier: MIT */
/* support_tty: the real program in a pseudo-terminal, with libvterm as the terminal that somebody looks at. */
#ifndef TESTS_TTY_SUPPORT_TTY_H
#define TESTS_TTY_SUPPORT_TTY_H

#include <stdbool.h>
#include <sys/types.h>
#include <termios.h>
#include <vterm.h>

#include "core/base/buf.h"

enum { TTY_GUARD_MS = 30000 }; /* against hanging, no verdict on speed */

struct tty {
    int master, slave; /* the slave stays open here, so that the terminal's modes can be looked at afterwards */
    pid_t pid, shell; /* the program, and its parent on the terminal */
    int cols, rows;
    VTerm *vterm;
    VTermScreen *screen;
    bool is_alternate, is_cursor_visible;
    struct termios found;
    struct buf raw; /* every byte the program wrote */
    int status;     /* of waitpid */
    bool is_over;
};

struct tty_setup {
    const char *const *argv; /* argv[0] is the program */
    const char *const *env;  /* "NAME=value", added or replaced; "NAME=" removes */
    int cols, rows;
};

const char *tty_program(void); /* the one under test */
/* A terminal as most people have: UTF-8, 256 colours. */
extern const char *const tty_utf8_env[];

/* Ends the test where the claim does not hold, and shows what stood on the screen. Needs cmocka. */
#define CHECK(t, claim)                                                              \
    do {                                                                             \
        if (!(claim)) {                                                              \
            tty_print(t);                                                            \
            bool was_over = (t)->is_over;                                            \
            tty_close(t);                                                            \
            fail_msg("%s (program %s)", #claim, was_over ? "ended" : "runs");        \
        }                                                                            \
    } while (0)

void tty_open(struct tty *t, const struct tty_setup *setup);
void tty_close(struct tty *t); /* ends the program if it still runs */
void tty_type(struct tty *t, const char *keys);
void tty_resize(struct tty *t, int cols, int rows);
/* Reads until the screen shows `text` (or no longer does); false: the guard went off or the program ended. */
bool tty_until(struct tty *t, const char *text, bool is_shown);
bool tty_until_row(struct tty *t, int row, const char *text);
/* For what is drawn in several looks: one of them may have come without the others. */
bool tty_until_holds(struct tty *t, bool (*holds)(struct tty *t));
/* Reads until the program has ended, and takes its status. */
bool tty_until_over(struct tty *t);
bool tty_until_stopped(struct tty *t); /* by Ctrl-Z */
bool tty_shows(struct tty *t, const char *text);
void tty_row(struct tty *t, int row, struct buf *out);
enum { TTY_MOUSE = 1000, TTY_PASTE = 2004 };
bool tty_has_mode(const struct tty *t, int mode); /* a private mode of xterm: it was turned on, and not off since */
bool tty_until_mode(struct tty *t, int mode, bool is_set);
/* Modes, screen, cursor and mouse are as they were found. */
bool tty_is_restored(struct tty *t);
void tty_print(struct tty *t); /* the screen, for a message */

#endif
