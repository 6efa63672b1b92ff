/* SPDX-License-Identifier: MIT */
/* transcript: AMI bytes of both directions with their times, in a file that people can read:
 *
 *   acdtop-transcript 1 <wall ms of time 0>\n
 *   <ms since time 0> <pbx name> < <count>\n<count bytes>\n      received
 *   <ms since time 0> <pbx name> > <count>\n<count bytes>\n      sent (Secret and Key values are "****")
 *   <ms since time 0> <pbx name> ! up|down <text>\n               the link came or went
 *
 * Secrets never enter it. Writing never blocks what is being recorded: on error recording stops and says so. */
#ifndef CORE_LINK_TRANSCRIPT_H
#define CORE_LINK_TRANSCRIPT_H

#include "core/base/err.h"
#include "core/base/slice.h"

enum transcript_kind { TRANSCRIPT_RECEIVED, TRANSCRIPT_SENT, TRANSCRIPT_UP, TRANSCRIPT_DOWN };

struct transcript_writer;
struct transcript_writer *transcript_create(const char *path, int64_t mono_ms, int64_t wall_ms, struct err *err); /* 0600, must not exist */
MUST_USE bool transcript_write(struct transcript_writer *w, int64_t mono_ms, const char *pbx, enum transcript_kind kind, struct slice bytes, struct err *err);
/* The file's descriptor, for who puts something between it and the disk. It may be a pipe that does not block: what it does not
 * take within a moment ends the recording. */
int transcript_fd(const struct transcript_writer *w);
bool transcript_close(struct transcript_writer *w, struct err *err); /* flushes; false: the end may be missing */

struct transcript_entry {
    int64_t at_ms; /* since time 0 */
    struct slice pbx;
    enum transcript_kind kind;
    struct slice bytes; /* valid until the next call */
};
struct transcript_reader;
struct transcript_reader *transcript_open(const char *path, struct err *err);
struct transcript_reader *transcript_read(struct slice text, struct err *err); /* from memory: tests and fuzzing */
int64_t transcript_wall_ms(const struct transcript_reader *r);
enum transcript_state { TRANSCRIPT_ENTRY, TRANSCRIPT_END, TRANSCRIPT_BAD };
enum transcript_state transcript_next(struct transcript_reader *r, struct transcript_entry *out, struct err *err);
void transcript_reader_free(struct transcript_reader *r);

#endif
