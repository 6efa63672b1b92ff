/* SPDX-License-Identifier: MIT */
/* status: the last line of the screen: what can be pressed now, or what is being typed, or a sentence. */
#ifndef TUI_STATUS_H
#define TUI_STATUS_H

#include "core/base/buf.h"
#include "tui/term/canvas.h"
#include "tui/keys/keymap.h"

/* What a key could do now. */
enum status_can {
    CAN_LIST = 1,   /* the pane is a list */
    CAN_SELECT = 2, /* a row of it is selected */
    CAN_OPEN = 4,   /* and can be opened */
    CAN_PANE = 8,   /* there is another pane */
    CAN_CLEAR = 16, /* selection, search or filter */
    CAN_BACK = 32,  /* there is a screen before */
    CAN_COMPLETE = 64, /* words are offered */
    CAN_DO = 128,      /* what is typed is a command; what is chosen on the page can be done */
    CAN_FIND = 256,    /* the page can be searched */
    CAN_PAUSE = 512,   /* an agent is selected */
    CAN_UNPAUSE = 1024, /* one who is paused already */
    CAN_ORDER = 2048,  /* something can be ordered of what is selected */
    CAN_UNDO = 4096    /* an order of this person can be taken back */
};

struct status {
    const struct keymap *keys;
    enum section section; /* whose keys hold first */
    bool is_over;         /* a page lies over the screen */
    bool is_choice;       /* of profiles: it is seen what each would look like */
    unsigned can;         /* enum status_can */
    struct slice sentence;       /* absent: none */
    bool is_error;
    struct slice listening;      /* "You whisper to Ana Roy"; absent: to nobody */
    const struct chord *pressed; /* the beginning of a chord */
};

/* How many rows it needs: one, but for a sentence that does not fit; that is never cut, however narrow the screen. */
int status_rows(const struct status *s, struct canvas *c, struct area a);
void status_draw(const struct status *s, struct canvas *c, struct area a);

#endif
