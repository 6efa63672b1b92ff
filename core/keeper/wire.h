/* SPDX-License-Identifier: MIT */
/* wire: records between keeper and console over a UNIX stream socket. A record is a length (u32, little end first), a type (u8)
 * and its payload; facts are written field by field from fact_table, so that a new field needs no line here. Both ends are the
 * same program, but a peer is still a peer: lengths have limits and every read is checked. */
#ifndef CORE_KEEPER_WIRE_H
#define CORE_KEEPER_WIRE_H

#include "core/base/buf.h"
#include "core/base/err.h"
#include "core/floor/fact.h"

enum wire_type {
    WIRE_HELLO,  /* both: version of this format (a fingerprint of fact_table) and of the program */
    WIRE_TIME,   /* keeper: how the floor's time line runs */
    WIRE_FACT,   /* keeper: kind, all fields */
    WIRE_GONE,   /* keeper: kind, id */
    WIRE_FLUSH,  /* keeper: everything that had changed until now has been sent */
    WIRE_NOTICE, /* keeper: a sentence for the person (recording stopped, transcript ended, config error), and an exit code when it is a fault */
    WIRE_SECRET, /* console: pbx name, secret; wiped on both sides */
    WIRE_ROLE,   /* console, before its greeting: the role that it wants to be lowered to */
    WIRE_RIGHTS, /* keeper: what this console may, as rights_write has it: so that it offers nothing else */
    WIRE_PLAY,   /* console: how a replay goes on: a verb of replay.h and a number */
    WIRE_WHO,    /* console: who its user is and from where he came, by its own word: the login name, SSH_CONNECTION */
    WIRE_ORDER,  /* console: lines of the language (core/control), its own number for it; the name "dry" when it is only to be told */
    WIRE_ASK,    /* keeper: pbx name: its secret must be typed */
    WIRE_END,    /* keeper: it ends on purpose (replay over, a fatal error); the reason and an exit code */
    WIRE_TYPE_COUNT
};

#define WIRE_RECORD_MAX (256u * 1024u)
#define WIRE_TEXT_MAX (16u * 1024u) /* a longer text of a fact is cut at a character: no record can become too long */

struct wire_time {
    int64_t mono_ms;  /* clock_mono_ms at the moment of writing */
    int64_t floor_ms; /* the instant on the floor's time line then */
    int64_t wall_ms;  /* the wall clock of the floor then */
    int64_t rate_permille; /* 1000: live; 0: paused */
    int64_t from_ms, to_ms; /* of a replay: the instants on the floor's time line that the transcript covers; else 0 */
};

struct wire_record {
    enum wire_type type;
    enum fact_kind kind; /* FACT, GONE */
    uint64_t id;         /* GONE */
    union fact_any fact;              /* FACT: texts are owned by the record until taken or wire_record_clear */
    struct wire_time time;
    struct slice name, text; /* NOTICE, SECRET, ROLE, RIGHTS, PLAY, WHO, ORDER, ASK, END, HELLO: borrowed from the buffer */
    int64_t number;      /* HELLO: fingerprint; END: exit code; PLAY: the verb's; ORDER: the console's */
};

/* Each writes one whole record or, when it does not fit into `out` (or a fact's enum has no word), nothing: false. */
bool wire_add_hello(struct buf *out, struct slice program);
bool wire_add_time(struct buf *out, const struct wire_time *t);
bool wire_add_fact(struct buf *out, enum fact_kind kind, const struct fact *f);
bool wire_add_gone(struct buf *out, enum fact_kind kind, uint64_t id);
bool wire_add_flush(struct buf *out);
/* NOTICE, ASK, SECRET, ROLE, RIGHTS, PLAY, WHO, ORDER, END. */
bool wire_add_text(struct buf *out, enum wire_type type, struct slice name, struct slice text, int64_t number);

bool wire_add_who(struct buf *out); /* of this process, as its environment says (core/config/origin.h) */

int64_t wire_fingerprint(void); /* of the format and of fact_table: equal in both ends, or they do not talk */

enum wire_state { WIRE_READY, WIRE_MORE, WIRE_BAD };
/* Takes the first record of bytes[*at...], moves *at past it. BAD is for good: nothing after it can be trusted. */
enum wire_state wire_next(struct slice bytes, size_t *at, struct wire_record *out, struct err *err);
void wire_record_clear(struct wire_record *r);

#endif
