/* SPDX-License-Identifier: MIT */
/* term: the terminal. The only room that knows curses: takes pictures, gives keys.
 * (The struct has its long name because <term.h> has taken the short one.) */
#ifndef TUI_TERM_H
#define TUI_TERM_H

#include "core/base/err.h"
#include "core/base/slice.h"
#include "tui/term/canvas.h"
#include "tui/keys/key.h"
#include "tui/look/theme.h"

struct term_setup {
    const struct theme *theme; /* borrowed, may change: call term_redraw then */
    bool is_mono;              /* no colours; also when NO_COLOR is set in the environment */
};

struct terminal;

/* Is there a terminal at standard input and output, and can it do what is needed? Changes nothing. */
MUST_USE bool term_check(struct err *err);

/* What it is, for doctor; changes nothing. Colours and size only where term_check is content. */
struct term_facts {
    const char *type;    /* TERM; NULL: not set */
    const char *library; /* curses and its version */
    int colours;         /* -1: unknown */
    int cols, rows;      /* 0: unknown */
    bool is_no_color;    /* NO_COLOR is set */
};
void term_look(struct term_facts *out);
int term_columns(void); /* of standard output; 0: unknown */

/* Takes it. NULL and a sentence when it is none, or one that cannot do it. */
struct terminal *term_open(const struct term_setup *setup, struct err *err);
void term_close(struct terminal *t); /* the terminal is as it was found; NULL is fine */

bool term_is_utf8(const struct terminal *t); /* what the locale says */
bool term_has_few_glyphs(const struct terminal *t); /* its font has lines and halves, but few shapes: the Linux console */
bool term_has_halves(const struct terminal *t); /* upper and lower half blocks */
/* Its own ground: what its kind or COLORFGBG says, then what it answers when it is asked at the start (OSC 11), for which nobody waits. */
enum theme_ground term_ground(const struct terminal *t, enum theme_depth *depth);
int term_fd(const struct terminal *t);       /* for poll(2): keys */
void term_size(struct terminal *t, int *cols, int *rows); /* as it is now; asks the terminal */

/* Shows the picture: only cells that differ from what is shown are written. */
void term_paint(struct terminal *t, const struct canvas *c);
void term_redraw(struct terminal *t); /* the next paint writes everything, on a blank screen */
void term_repaint(struct terminal *t); /* the next paint writes everything, over what is there: nothing flickers */

enum term_news { TERM_NOTHING /* something that is of no use */, TERM_KEY, TERM_MOUSE, TERM_PASTE, TERM_GROUND /* it answered: term_ground */ };

struct term_event {
    enum term_news news;
    struct key key;
    struct mouse mouse;
    struct slice paste; /* at most 64 KiB, the rest is dropped; good until the next call */
};

/* What was done next at the terminal, without waiting; false: nothing more. */
bool term_next(struct terminal *t, struct term_event *out);
/* With the mouse ours, the terminal cannot select text. Off at first. */
void term_mouse(struct terminal *t, bool is_on);
bool term_has_mouse(const struct terminal *t);
bool term_marks_pastes(const struct terminal *t); /* else what is pasted comes as keys */
/* Into the clipboard of whoever looks (OSC 52). Control characters are left out. False: *err says why not. */
MUST_USE bool term_copy(struct terminal *t, struct slice text, struct err *err);

/* Gives the terminal back for a while (a prompt, the shell) and takes it again. */
void term_lend(struct terminal *t);
void term_take(struct terminal *t);

/* Puts the terminal right in a signal handler or when memory is gone: no allocation, no curses. Harmless when it is not taken. */
void term_rescue(void);

#endif
