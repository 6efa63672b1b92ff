/* SPDX-License-Identifier: MIT */
/* session: one AMI conversation, from the greeting to the last Ping: login, what the user may do, waiting for
 * FullyBooted, snapshots with their barrier, re-reads, keep-alive, questions of the floor, back-off. It has no socket: bytes and
 * instants go in, bytes and orders to connect come out. So a test is a list of bytes, and a replay is a session that is shown
 * both directions of a transcript (session_observe) instead of speaking itself. */
#ifndef CORE_LINK_SESSION_H
#define CORE_LINK_SESSION_H

#include "core/ami/request.h"
#include "core/base/buf.h"
#include "core/base/err.h"
#include "core/floor/floor.h"

struct session;

struct session_setup {
    const char *user;
    const char *host;             /* "geneva:5038", for sentences; NULL: not named */
    int64_t wall_at_zero_ms;      /* wall clock when now_ms was 0 (tests, replay: transcript_wall_ms); 0: the clock is asked */
    bool is_tls;                  /* the secret may go in clear */
    bool is_plain_secret_allowed;
    bool is_passive;              /* replay: never speaks, believes session_observe */
    struct floor *floor;          /* borrowed */
    /* The secret into `out` (buf_wipe'd by the session right after use). False: none, *err says why. */
    bool (*secret)(void *context, struct buf *out, struct err *err);
    /* The gate: may this request leave? NULL: yes. The text is the whole request. */
    bool (*may_send)(void *context, enum request_kind kind, struct slice text, struct err *err);
    void (*send)(void *context, struct slice bytes);
    void (*connect)(void *context);                       /* please open the link now */
    void (*disconnect)(void *context);                    /* please close it now; session_lost need not follow */
    void (*changed)(void *context);                       /* the facts of session_report changed */
    /* What became of a request of session_order. `text`: Asterisk's message, of a Getvar its value; absent: no answer will come. NULL where no
     * order is ever given. Of what was on its way when the link went nothing is told: it may have been done. */
    void (*answered)(void *context, uint64_t tag, bool is_success, struct slice text, int64_t now_ms);
    void (*event)(void *context, const struct event *e, int64_t now_ms); /* that the floor has just been given; may be NULL */
    void *context;
};

struct session *session_new(const struct session_setup *setup, int64_t now_ms);
void session_free(struct session *s);

void session_start(struct session *s, int64_t now_ms);                            /* first connect */
void session_up(struct session *s, int64_t now_ms);                               /* the link stands */
void session_lost(struct session *s, const struct err *why, int64_t now_ms);      /* it went, or never came */
/* Where received bytes go (straight into the frame reader), then say how many came: frames are worked off inside. */
char *session_room(struct session *s, size_t *room);
void session_fed(struct session *s, size_t n, int64_t now_ms);
void session_observe(struct session *s, struct slice sent, int64_t now_ms);       /* passive only: what the recorder sent */
/* One request of an order; tag is not 0. False: nothing was sent; *err says why: ERR_NETWORK no live link, ERR_LOGIN no right. */
MUST_USE bool session_order(struct session *s, enum request_kind kind, const struct request_header *header, size_t count, uint64_t tag, int64_t now_ms,
                            struct err *err);
/* Somebody is named whom nobody knows: true when the PBX is being asked which telephones it has. False: it may not be asked, or has just told;
 * fact_pbx.endpoints_at changes with the answer. */
bool session_ask_endpoints(struct session *s, int64_t now_ms);
bool session_may(const struct session *s, enum request_kind kind); /* as far as ListCommands told */
void session_tick(struct session *s, int64_t now_ms);
int64_t session_deadline(const struct session *s);

/* What fact_pbx shows of the session: link, link_since, reason, notice, asterisk, retry_at, heard_at, events..., round trip, clock,
 * reconnects, barrier, peers. Texts are borrowed until the next call into the session. */
void session_report(const struct session *s, struct fact_pbx *out);

#endif
