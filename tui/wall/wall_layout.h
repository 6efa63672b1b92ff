/* SPDX-License-Identifier: MIT */
/* wall_layout: which pages the wall shows, from a file in the user's syntax. tui/walls/default.conf is the reference. */
#ifndef TUI_WALL_LAYOUT_H
#define TUI_WALL_LAYOUT_H

#include "core/base/err.h"
#include "core/base/slice.h"

enum wall_kind { WALL_NUMBERS, WALL_QUEUES, WALL_AGENTS, WALL_CALLERS, WALL_KIND_COUNT };

/* What a page of kind WALL_NUMBERS can show; how it is found is said in wall_numbers.c. */
enum wall_number {
    WALL_WAITING, WALL_LONGEST, WALL_FREE, WALL_TALKING, WALL_PAUSED, WALL_SERVICE_LEVEL, WALL_ANSWERED, WALL_ABANDONED, /* the default page, in this order */
    WALL_OFFERED, WALL_MEMBERS, WALL_RINGING, WALL_ON_HOLD, WALL_OTHER_CALL, WALL_WRAPUP, WALL_AWAY, WALL_ASA, WALL_AHT, WALL_ABANDONMENT,
    WALL_NUMBER_COUNT
};
enum { WALL_NUMBERS_DEFAULT = WALL_ABANDONED + 1 };
struct wall_number_row {
    const char *name;  /* in layout files */
    const char *label; /* on the wall */
    const char *brief; /* a shorter one, where that can be large; NULL: none */
    const char *help;
};
extern const struct wall_number_row wall_number_table[WALL_NUMBER_COUNT];

struct wall_page {
    char *name, *title;      /* title NULL: the kind's own */
    enum wall_kind kind;
    char **queue;            /* "NAME", "HEAD*", either with "@PBX" */
    size_t queue_count;      /* 0: all queues */
    enum wall_number number[WALL_NUMBER_COUNT];
    size_t number_count;
    int64_t seconds;         /* 0: nothing said */
    bool stays, is_stays_said, is_kind_said;
    bool is_discreet;        /* WALL_CALLERS: neither names nor numbers of those who call */
    int line;                /* in the file */
};

struct wall_layout {
    struct wall_page *page;
    size_t page_count;
    int64_t seconds, shift_s; /* seconds 0: nothing said */
    bool stays;
};

/* `name`: NULL or "default", a shipped layout, or the path of a file (it has a '/'). NULL: *err, with "FILE:LINE: ". */
struct wall_layout *wall_layout_load(const char *name, struct err *err);
void wall_layout_free(struct wall_layout *l);

/* Is the queue, of that PBX, among those of the page? */
bool wall_page_has(const struct wall_page *p, struct slice queue, struct slice pbx);

#endif
