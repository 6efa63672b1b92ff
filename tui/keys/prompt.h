/* SPDX-License-Identifier: MIT */
/* prompt: one line of text that is being typed: a cursor, lines typed before, words that could stand here, and a mark
 * where something is wrong. It knows keys by their actions and nothing of what the line is for: whoever opened it says
 * so, reads the text after each key, and decides. */
#ifndef TUI_PROMPT_H
#define TUI_PROMPT_H

#include "core/base/buf.h"
#include "tui/term/canvas.h"
#include "tui/keys/keymap.h"

enum { PROMPT_TEXT_MAX = 1000 }; /* bytes; what does not fit is not typed */

/* What could stand at the cursor: filled by the hook of prompt_setup. */
struct prompt_offers;
/* `word` would replace the text from `from` to the cursor (set_from, 0 at first). help may be NULL. */
void prompt_offers_from(struct prompt_offers *o, size_t from);
void prompt_offer(struct prompt_offers *o, struct slice word, const char *help);
/* The same of a word that goes on ("state:"): taken, it has no blank behind it. */
void prompt_offer_open(struct prompt_offers *o, struct slice word, const char *help);

size_t prompt_offer_count(const struct prompt_offers *o);
void prompt_offer_dim(struct prompt_offers *o); /* the last one: it cannot be done here, and its help says why */

/* Those from the i-th on by name, as people look for them. */
void prompt_offers_sort(struct prompt_offers *o, size_t from);

struct prompt_setup {
    const char *title; /* in front of the text: "filter" */
    size_t max;        /* bytes of text; 0: PROMPT_TEXT_MAX */
    size_t cursor;     /* where it stands at first; 0: behind the text */
    /* Lines typed before, 0 is the latest; absent after the last. NULL: there are none. */
    struct slice (*past)(void *context, size_t i);
    /* Offers words for text[..cursor]. Asked after every change. NULL: none are offered. */
    void (*offer)(void *context, struct slice text, size_t cursor, struct prompt_offers *out);
    /* What the text is about, in words, above it. Asked with the offers. NULL: nothing is said. */
    void (*about)(void *context, struct slice text, struct buf *out);
    void *context;
};

enum prompt_news {
    PROMPT_SAME,
    PROMPT_MOVED,   /* the picture differs, the text does not */
    PROMPT_CHANGED,
    PROMPT_ACCEPTED, /* still open, so that an error can be marked: prompt_close when it is done */
    PROMPT_CANCELLED /* still open, the text is as it was at prompt_open */
};

struct prompt;

struct prompt *prompt_new(void);
void prompt_free(struct prompt *p);

void prompt_open(struct prompt *p, const struct prompt_setup *setup, struct slice text);
void prompt_close(struct prompt *p);
bool prompt_is_open(const struct prompt *p);
bool prompt_has_offers(const struct prompt *p);
struct slice prompt_text(const struct prompt *p); /* good until the next key */

enum prompt_news prompt_key(struct prompt *p, const struct keymap *keys, struct key k);
enum prompt_news prompt_act(struct prompt *p, enum action a);
/* Many characters at once, none of which is a key: line breaks and tabs become blanks, what cannot be printed goes. */
enum prompt_news prompt_paste(struct prompt *p, struct slice text);

/* Says what is wrong with text[from..from+n] (n 0: something is missing there). Goes when the text changes. */
void prompt_mark(struct prompt *p, size_t from, size_t n, struct slice sentence);
/* The cursor behind what is marked: after Enter, never while somebody types. */
void prompt_go_to_mark(struct prompt *p);

/* In the last row of `all`, offers and sentence in the rows above it. Returns what is left of the last row. */
struct area prompt_draw(const struct prompt *p, struct canvas *c, struct area all);

#endif
