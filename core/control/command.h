/* SPDX-License-Identifier: MIT */
/* command: the language of acdtop, one table for the shell (acdtop status sales) and for the line of the console
 * (:sort wait). Says which commands there are and what their words are; what a command does is known to who runs it. */
#ifndef CORE_CONTROL_COMMAND_H
#define CORE_CONTROL_COMMAND_H

#include "core/base/buf.h"
#include "core/base/err.h"

enum { COMMAND_ARGS_MAX = 10, COMMAND_WORDS_MAX = 64, COMMAND_LINE_MAX = 1000 };

/* An order is what a supervisor has done to the floor: the keeper obeys it, whoever gives it (core/control/order.h). */
enum command_where {
    COMMAND_SHELL = 1, COMMAND_CONSOLE = 2, COMMAND_ORDER = 4,
    /* the class of an order: who may give it is said of classes as well as of single orders */
    COMMAND_MEMBERS = 8, COMMAND_PAUSES = 16, COMMAND_CALLERS = 32, COMMAND_CALLS = 64, COMMAND_RECORDING = 128, COMMAND_PHONES = 256, COMMAND_MONITORING = 512
};
struct command_class {
    const char *name;
    unsigned where; /* its bit */
    const char *help;
};
extern const struct command_class command_class_table[];
extern const size_t command_class_count;

/* What a word may be: decides what completion offers. */
enum command_arg {
    COMMAND_ARG_NONE,
    COMMAND_ARG_REST, /* all that follows, as it is, blanks and quotes too */
    COMMAND_ARG_CHOICE, /* one of the row's choices */
    COMMAND_ARG_COMMAND, COMMAND_ARG_QUEUE, COMMAND_ARG_AGENT, COMMAND_ARG_COLUMN, COMMAND_ARG_SCREEN, COMMAND_ARG_THEME, COMMAND_ARG_KEYMAP, COMMAND_ARG_PROFILE, COMMAND_ARG_PBX,
    COMMAND_ARG_FILE,
    COMMAND_ARG_ROLE,     /* a name of `roles`, or a penalty */
    COMMAND_ARG_SET,      /* a name of `queue_sets` */
    COMMAND_ARG_REASON,   /* of a pause */
    COMMAND_ARG_CALLER,   /* who waits: number, Uniqueid or channel */
    COMMAND_ARG_CALL,     /* a call in progress: its caller, its agent, Uniqueid or channel */
    COMMAND_ARG_CALL_OR_CALLER, /* one of the two */
    COMMAND_ARG_NUMBER,   /* whole, 0 or more */
    COMMAND_ARG_DURATION, /* 20, 90s, 5m, 1h */
    COMMAND_ARG_PHONE,    /* a device (PJSIP/900) or an agent's */
    COMMAND_ARG_TEXT,     /* anything */
    COMMAND_ARG_FLAG,     /* of an option: it has no value */
    COMMAND_ARG_COUNT
};

struct command_arg_row {
    enum command_arg kind;
    const char *name;    /* in the usage: "QUEUE"; of a COMMAND_ARG_CHOICE the choices: "on|off" */
    const char *option;  /* "--for": its value follows it, and it may stand anywhere behind the command's name; NULL: a word in its place */
    bool is_optional, is_many; /* many: as many words as there are; the last one only */
};

enum command_id {
    COMMAND_OPEN, /* the program without a command */
#define COMMAND(id, name, where, help, ...) COMMAND_##id,
#include "core/control/commands.def"
#undef COMMAND
    COMMAND_COUNT
};

struct command_row {
    const char *name, *help;
    unsigned where; /* enum command_where */
    struct command_arg_row arg[COMMAND_ARGS_MAX]; /* options last */
};

extern const struct command_row command_table[COMMAND_COUNT];

/* A line that was understood: a row and its words, unquoted. */
struct command_word {
    struct slice text;
    size_t at, n; /* where it stands in the line, quotes included */
    bool is_quoted; /* it begins with a quote or a backslash, or "--" stood before it: never an option */
};

struct command {
    enum command_id id;
    struct command_word word[COMMAND_WORDS_MAX];
    size_t count;
    struct buf store; /* where the words lie */
};

/* What is wrong with a line and where: bytes at..at+n of it; n 0: something is missing there. */
struct command_fault {
    struct err err;
    size_t at, n;
};

/* False: *fault. command_clear it afterwards in any case. */
MUST_USE bool command_parse(struct slice line, enum command_where where, struct command *out, struct command_fault *fault);
void command_clear(struct command *c);
/* The index-th word that is no option; false: there are not so many. */
bool command_positional(const struct command *c, size_t index, struct slice *out);
/* The value of an option, "" of a flag; false: it was not given. */
bool command_option(const struct command *c, const char *option, struct slice *out);
/* Does `word`, behind the name of this command, begin an option of its own? *takes_next: the next word is its value. */
bool command_is_option(enum command_id id, struct slice word, bool *takes_next);

/* The row of this name; false: *err names the nearest. */
MUST_USE bool command_find(struct slice name, enum command_where where, enum command_id *out, struct err *err);
/* Do the words NAME FIRST ANY THIRD begin another way to say `device`: "agent set 401 number 402"? */
bool command_is_set(struct slice name, struct slice first, struct slice third);
/* As many words as the command wants? From the word plain_from on none is an option ("--" stood before it; `count`: it stood nowhere).
 * False: *err says the usage, `program` in front of it ("acdtop " or ":"). *wrong: the word that is too many, or `count`: one is missing. */
MUST_USE bool command_check(enum command_id id, const char *const *word, size_t count, size_t plain_from, const char *program, size_t *wrong, struct err *err);
void command_add_args(enum command_id id, struct buf *out); /* "FILE", "[QUEUE ...]" */

/* The word at the end of text[..cursor], for completion: which argument of which command it would be. */
struct command_place {
    enum command_arg kind;
    const struct command_arg_row *arg; /* NULL: the name of a command is being typed */
    struct slice typed; /* what is there of the word, as it stands, its quote left out; good as long as the text */
    size_t from;        /* where it begins, its quote included */
    char quote;         /* '"' or '\'' when it began with one; 0 */
};
struct command_place command_place(struct slice text, size_t cursor, enum command_where where);
/* A word as it must be written in a line: quoted where it has to be. */
void command_add_word(struct buf *out, struct slice word);
/* The same for the name of something, which may look like an option: "--for" in quotes is a queue of that name. */
void command_add_name(struct buf *out, struct slice name);

#endif
