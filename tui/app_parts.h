/* SPDX-License-Identifier: MIT */
/* app_parts: the state of the console, for app.c (keys, mouse, picture) and app_line.c and app_commands.c (the line of
 * commands). Nobody else includes it. */
#ifndef TUI_APP_PARTS_H
#define TUI_APP_PARTS_H

#include "core/control/command.h"
#include "tui/alarms.h"
#include "tui/app.h"
#include "tui/deck.h"
#include "tui/table/find.h"
#include "tui/hands/hands.h"
#include "tui/hands/hands_keys.h"
#include "tui/hands/hands_world.h"
#include "tui/keys/history.h"
#include "tui/overlay.h"
#include "tui/past.h"
#include "tui/keys/prompt.h"
#include "tui/rate.h"
#include "tui/trend.h"

enum { SENTENCE_MAX = 600 };

struct app {
    struct view view;
    struct joint *joint; /* makes what is shown out of what came */
    struct past past;    /* past_is_on(&past): nothing may be ordered */
    struct buf past_words;    /* last looked for among the lines of events */
    const struct store *live; /* what is true now, while something else is shown */
    struct alarms *alarms;
    const struct keymap *keys;
    struct deck *deck;
    struct rates *rates;
    struct trend *trend;
    struct overlay *overlay; /* NULL: none */
    struct prompt *prompt;
    struct find find;    /* what is being typed for the pane that has the keys */
    struct buf sentence;
    bool is_error;
    int sentence_beats; /* how many more it stays */
    struct chord pressed;
    struct app_host host;
    struct hands *hands;
    struct app_order {
        struct hands_world *world;
        struct hands_subject subject; /* of the menu that is open: as the key found it */
        bool is_many;                 /* and it is about all tagged rows */
        struct buf lines;             /* what is asked about */
        struct buf user;              /* of this process, as listeners are named */
        struct buf again;             /* the line of the last one, as it was given: a key brings it back */
        bool is_typed;                /* and somebody typed it: that there is such a key is said */
        const struct table *untagged; /* whose tags the last Esc took; only compared; NULL: none */
        struct buf aim;               /* and whose calls that were when it was asked (hands_world_aim) */
        enum hands_way way;
        enum command_id told;         /* by this question, for the first time; COMMAND_OPEN: nothing */
        bool was_told;                /* in this console: a demo keeps nothing on the disk */
        int64_t of;                   /* what they take back */
    } order;
    struct app_profiles {          /* while they are listed */
        char **name;               /* the first is "": none */
        size_t count;
        uint64_t shown;            /* key of the one whose looks are shown; 0: they are not listed */
        struct preview *preview;   /* NULL: the screen itself is seen */
        char *theme;               /* in force for its sake; NULL: our own */
    } profiles;
    struct rights rights; /* as the keeper told them */
    bool has_rights, is_closed;
    bool is_own_due;      /* an agent, whose own screen is to be opened */
    struct mask *mask;    /* NULL: nothing was hidden yet */
    bool has_mouse;
    char *theme, *keymap;    /* chosen since the start; NULL: those of the settings */
    bool is_commanding;      /* the prompt holds a command */
    bool is_running;         /* a command is being run: its line is not part of the picture */
    struct history *history; /* borrowed; NULL: none */
};

/* app.c */
unsigned app_act(struct app *a, enum action action);
unsigned app_close_overlay(struct app *a);
unsigned app_heard(struct app *a, enum prompt_news news); /* what came of something typed */
bool app_wish(struct app *a, enum app_wish what, struct slice value, struct err *err);
/* Only the PBX of this name (absent: all), the queues of one name as one row or each for itself. */
unsigned app_show(struct app *a, struct slice pbx, bool is_merged);
unsigned app_set_mouse(struct app *a, bool is_on);

/* app_past.c */
bool app_past_act(struct app *a, enum action action, unsigned *effects); /* false: not an action of the past */
unsigned app_at(struct app *a, struct slice time, struct err *err);

/* app_hands.c */
void app_hands_init(struct app *a);
void app_hands_clear(struct app *a);
bool app_hands_may(void *app, enum command_id id, struct buf *why); /* on the row that is selected; false: why not */
unsigned app_hands_can(struct app *a); /* enum status_can: which orders the keys would give now */
bool app_hands_act(struct app *a, enum action action, unsigned *effects); /* false: not an action that orders */
unsigned app_hands_over(struct app *a, enum overlay_news news); /* what came of a menu or of a question; the overlay is still there */
/* "You whisper to Ana Roy": what this person does to a call just now. False: nothing. */
bool app_hands_listening(const struct app *a, struct buf *out);
/* An order from the line of commands: given, or asked about first. False: *err. */
MUST_USE bool app_hands_run(struct app *a, const struct command *c, struct err *err);

/* app_after.c */
void app_after_note(struct app *a, struct slice line, bool is_typed); /* is about to be given */
unsigned app_after_changed(struct app *a, const struct fact_order *o);
bool app_after_act(struct app *a, enum action action, unsigned *effects); /* false: nothing of what follows an order */
unsigned app_refused(struct app *a, struct slice sentence); /* said, with the key that brings the line back */
bool app_untag(struct app *a); /* false: nothing is tagged here */

/* app_profiles.c */
bool app_profiles_act(struct app *a, enum action action, unsigned *effects); /* false: not an action of profiles */
unsigned app_profiles_moved(struct app *a);  /* the cursor may have: what is under it is seen */
unsigned app_profiles_choose(struct app *a);
unsigned app_profiles_close(struct app *a);  /* all is as it was; the list itself is the overlay's */
/* app_rights.c */
void app_open_own(struct app *a);
/* Neither the keeper's policy nor --role forbids it. False: *err says which. */
MUST_USE bool app_allows(const struct app *a, enum command_id id, struct err *err);

/* app_help.c: what is typed to find something in the help */
bool app_help_act(struct app *a, enum action action); /* false: not an action of the help, or it is not open */
unsigned app_help_heard(struct app *a, enum prompt_news news);

/* One word that begins with what is typed, quoted as it must be in a line. */
struct offering {
    struct prompt_offers *out;
    struct slice typed;
    bool is_quoted;
};

/* app_offer.c: words for the line of commands; a name is NAME@PBX where there are several */
void app_offer_word(const struct offering *o, struct slice word, const char *help); /* whatever is typed */
void app_offer(const struct offering *o, struct slice word, const char *help);
void app_offer_agents(const struct offering *o, const struct app *a, struct slice text, size_t cursor, const struct command_place *place);
void app_offer_queues(const struct offering *o, const struct app *a, struct slice text, const struct command_place *place);
void app_offer_callers(const struct offering *o, const struct app *a, struct slice text, const struct command_place *place);
void app_offer_phones(const struct offering *o, const struct app *a, struct slice text, bool is_own); /* is_own: to listen on */

/* app_line.c */
void app_line_open(struct app *a, struct slice text, size_t cursor); /* cursor 0: behind the text */
unsigned app_line_heard(struct app *a, enum prompt_news news);

/* app_commands.c: effects; *fault says what is wrong. */
unsigned app_command_run(struct app *a, const struct command *c, struct command_fault *fault);
bool app_command_is_known(enum command_id id);

#endif
