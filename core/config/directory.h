/* SPDX-License-Identifier: MIT */
/* directory: who is who, as `agents`, `queue_names` and the patterns of the configuration say. It turns what a person
 * types into an interface, and an interface into the person; what is configured for one PBX goes before what holds for
 * all. It knows no floor: who is seen there and in no list comes in by struct directory_live. */
#ifndef CORE_CONFIG_DIRECTORY_H
#define CORE_CONFIG_DIRECTORY_H

#include "core/config/settings.h"

enum { DIRECTORY_TEXT_MAX = 79 }; /* bytes that Asterisk keeps of an interface, a state interface, a member's name (ami.md 1.5) */

struct directory_entry { /* a text that is not known is "" */
    char interface[DIRECTORY_TEXT_MAX + 1];
    char extension[DIRECTORY_TEXT_MAX + 1];
    char state_interface[DIRECTORY_TEXT_MAX + 1];
    char name[DIRECTORY_TEXT_MAX + 1];  /* of the member */
    char phone[DIRECTORY_TEXT_MAX + 1]; /* the device itself, where the interface is a way to it; else the interface */
    char team[DIRECTORY_TEXT_MAX + 1];
    char alias[DIRECTORY_TEXT_MAX + 1]; /* what is shown instead of the name */
    size_t place;                       /* in the list `agents`, from 1; 0: not in it */
};

struct directory_seen { /* somebody on the floor, borrowed until the next call */
    struct slice interface, name, state_interface;
    bool is_part; /* from here on they are told only because a part of a name is the text */
    struct slice phone; /* only a telephone is seen, which the PBX calls so: nobody serves with it; absent: a member */
};
struct directory_live {
    bool (*next)(void *context, size_t *at /* 0 at first */, struct directory_seen *out); /* false: no more */
    const char *(*name_at)(void *context, size_t i); /* for "did you mean": NULL after the last. May be NULL, as the next */
    bool (*lacks)(void *context, struct slice phone); /* the PBX has told all its telephones, and PJSIP/`phone` is none of them */
    void *context;
};
extern const char directory_stranger[]; /* err->word where nobody is so called */

struct directory; /* borrows the settings */

/* settings_finish has been called, or is calling. NULL: err says which line is wrong; after settings_finish it cannot be. */
struct directory *directory_new(const struct settings *s, struct err *err);
void directory_free(struct directory *d);

/* Who is meant by `text`: an extension, an interface, a name or an alias, or a part of one of those two that fits one
 * person only; case does not count. Who serves or is listed goes before who has a telephone only. An interface that is spelled
 * out ("PJSIP/777") is always somebody, an extension is when a pattern makes an interface of it that the PBX does not lack. pbx: its name; NULL: any. live may be NULL. Several, or nobody: false, and
 * the sentence lists them, or says what would help. */
MUST_USE bool directory_find(const struct directory *d, const char *pbx, struct slice text, const struct directory_live *live,
                             struct directory_entry *out, struct err *err);

/* Whose interface it is. False: neither listed nor made by a pattern; what can be told from the interface is filled in. */
bool directory_of_interface(const struct directory *d, const char *pbx, struct slice interface, struct directory_entry *out);

/* Who is meant by the telephone that PJSIP calls so: who is listed with it, else who is by the pattern ("401" is Local/401@from-queue/n),
 * else nobody in particular, who would serve with PJSIP/NAME. */
void directory_of_endpoint(const struct directory *d, const char *pbx, struct slice name, struct directory_entry *out);

/* What a queue is called on that PBX and its place in `queue_names`, from 1. False: not in it. */
bool directory_queue(const struct directory *d, const char *pbx, struct slice name, const char **alias /* NULL: none */, size_t *place);
/* The queue with that alias; absent: none. */
struct slice directory_queue_by_alias(const struct directory *d, const char *pbx, struct slice alias);

struct directory_way { /* an extension of the dialplan */
    char exten[DIRECTORY_TEXT_MAX + 1], context[DIRECTORY_TEXT_MAX + 1];
};
/* Where the dialplan takes a number (dial_context), joins a queue (queue_names), has a conference room. False: the
 * configuration does not say, or the whole is too long. */
bool directory_dial(const struct directory *d, const char *pbx, struct slice number, struct directory_way *out);
bool directory_join(const struct directory *d, const char *pbx, struct slice queue, struct directory_way *out);
/* EXTENSION*QUEUE among the lines that ring an agent who is to take one call, and take him out of the queue before (take_context), or that ring
 * him for a caller who was withdrawn (withdraw_context). False too where the extension or the name of the queue is not a plain one, or has the
 * '*' that parts the two. */
bool directory_take(const struct directory *d, const char *pbx, struct slice extension, struct slice queue, struct directory_way *out);
bool directory_withdrawn(const struct directory *d, const char *pbx, struct slice extension, struct slice queue, struct directory_way *out);
bool directory_conference(const struct directory *d, const char *pbx, struct slice number, struct directory_way *out);

#endif
