/* SPDX-License-Identifier: MIT */
/* hands_keys: which key is which order, and what the row that it was pressed on says of it. The arguments come from the table of commands:
 * the row fills those it knows, in their order, and the rest is asked for in the line of commands. A new order needs one row here, and
 * none at all to stand in the menu of a row. */
#ifndef TUI_HANDS_KEYS_H
#define TUI_HANDS_KEYS_H

#include "core/control/command.h"
#include "core/floor/store.h"
#include "tui/keys/action.h"

/* Whom a key was pressed on: words that name it and nothing else (interfaces, Uniqueids), good after the row went. */
struct hands_subject {
    char *word[COMMAND_ARG_COUNT]; /* by what a word may be; NULL: the row does not say */
    char *about; /* who that is, for a person: "Ana Roy in sales"; NULL: nobody */
    uint64_t pbx;
    bool is_paused;
    bool is_queue; /* the row is one: nobody in it is meant */
};

void hands_subject_of(struct hands_subject *out, const struct store *whole, enum fact_kind kind, const struct fact *f);
void hands_subject_name_call(struct hands_subject *s, const struct store *whole, const char *uniqueid, uint64_t pbx); /* NULL: none */
void hands_subject_clear(struct hands_subject *s);

/* The order of a key. False: not an action that is one. A key of two orders (pause, unpause) goes by how the row stands. */
bool hands_key(enum action a, const struct hands_subject *s, enum command_id *command);
/* Given at once when the row says all that must be said; else the line opens with what it says. */
bool hands_key_is_at_once(enum command_id command);
enum action hands_key_of(enum command_id command); /* ACTION_NONE: it has none of its own */

enum hands_fill {
    HANDS_FILL_NONE, /* the order is not about such a row */
    HANDS_FILL_PART, /* something must be asked for */
    HANDS_FILL_WHOLE /* nothing must be */
};
/* "pause PJSIP/401 sales", or with is_many "pause * *": each '*' is what the row says there. */
enum hands_fill hands_fill(enum command_id command, const struct hands_subject *s, bool is_many, struct buf *line);
/* Where the first word of what hands_fill wrote is missing ("add  sales": 4); 0: it is there. */
size_t hands_gap(struct slice line);
/* Is there an argument that the row does not say, needed or not? Options do not count. */
bool hands_has_more(enum command_id command, const struct hands_subject *s);
/* Has the line a '*' where a row would say something? */
bool hands_is_many(const struct command *c);
/* The line of this row. False: the row does not say what a '*' stands for; *why has the kind of word. */
bool hands_line_for(const struct command *c, const struct hands_subject *s, struct buf *line, const char **why);

enum command_id hands_menu(size_t i); /* the i-th order of the menu; COMMAND_COUNT: there are not so many */
bool hands_is_of_call(enum command_id id); /* or of a caller */
const char *hands_wants(enum command_id id); /* what a row must be for this order: "an agent" */

#endif
