/* SPDX-License-Identifier: MIT */
/* frame: bytes from an AMI peer become messages of "Name: value" fields. Knows no socket and
 * no meaning. "More bytes are needed" and "these bytes are bad" are different answers.
 *
 * Grammar (ami.md 1.1): a line ends at LF, one CR before it is dropped; a message ends at an
 * empty line; further empty lines are nothing; a line is cut at its first ':' and one following
 * space; a line without a colon is a field without a name. The first line of a connection, the
 * greeting, is a message of its own, its text in the value of one nameless field. */
#ifndef CORE_AMI_FRAME_H
#define CORE_AMI_FRAME_H

#include "core/base/err.h"
#include "core/base/slice.h"

struct frame_field {
    struct slice name;
    char *value; /* in the reader's own buffer: whoever holds the frame may rewrite it in place (unescape) */
    size_t value_n;
};

struct frame {
    const struct frame_field *field; /* in the order sent; repeated names are kept */
    size_t count;
    struct slice raw; /* the whole message with its line ends; unescaping a value changes it too */
    bool is_greeting; /* the first line of the connection */
};

enum frame_state { FRAME_READY, FRAME_MORE, FRAME_BAD };

struct frame_limits {
    size_t line_max;    /* bytes; default 256 KiB */
    size_t message_max; /* bytes; default 1 MiB */
    size_t field_max;   /* fields of one message; default 4096 */
};

struct frame_reader;

/* limits NULL: the defaults. want NULL: every message is given. Otherwise a message whose first
 * line is "Event: NAME" with !want(NAME) is passed over without being taken apart; its bytes are counted. */
struct frame_reader *frame_reader_new(const struct frame_limits *limits, bool (*want)(struct slice event_name));
void frame_reader_free(struct frame_reader *r);
/* Back to the state before a greeting, for the next connection. */
void frame_reader_reset(struct frame_reader *r);

/* Room to receive into (recv(2) straight here), at least `want` bytes; then say how many came. NULL: there is no
 * memory, or megabytes were fed and frame_next was not called; the next frame_next says BAD. */
char *frame_room(struct frame_reader *r, size_t want, size_t *room);
void frame_fed(struct frame_reader *r, size_t n);
void frame_feed(struct frame_reader *r, struct slice bytes); /* both in one, copying */

/* READY: *out is valid until the next call of any function here that takes the reader without const. MORE: feed. BAD: *err says what; only a reset helps. */
enum frame_state frame_next(struct frame_reader *r, struct frame *out, struct err *err);

uint64_t frame_skipped(const struct frame_reader *r); /* messages passed over by name */

/* First field of that name (case ignored); absent slice when there is none. */
struct slice frame_get(const struct frame *f, struct slice name);

#endif
