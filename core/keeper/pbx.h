/* SPDX-License-Identifier: MIT */
/* pbx: one PBX as the keeper holds it: link, session and floor glued together, and the fact that says how the link
 * stands. Live, or shown the entries of a transcript; the rest of the keeper cannot tell. */
#ifndef CORE_KEEPER_PBX_H
#define CORE_KEEPER_PBX_H

#include "core/base/buf.h"
#include "core/config/settings.h"
#include "core/floor/fact.h"
#include "core/keeper/gate.h"
#include "core/link/link.h"
#include "core/link/transcript.h"

struct pbx;

struct pbx_setup {
    const struct pbx_settings *settings; /* borrowed; of a replay only the name is used */
    uint32_t index;
    const struct directory *directory; /* borrowed */
    int64_t short_abandon_ms;
    enum gate_mode gate;
    struct link_set *links;  /* NULL: a replay, nothing is ever sent */
    int64_t wall_at_zero_ms; /* replay: wall clock when the floor's time was 0 */
    void (*changed)(void *context, enum fact_kind kind, uint64_t id, bool is_gone);
    bool (*secret)(void *context, const struct pbx_settings *settings, struct buf *out, struct err *err);
    void (*refused)(void *context, const struct pbx_settings *settings); /* the link came into state refused */
    void (*live)(void *context); /* it came into state live: all that a console wants first is known; may be NULL */
    void (*answered)(void *context, uint64_t tag, bool is_success, struct slice text, int64_t now_ms); /* of pbx_order: as session_setup's */
    void (*event)(void *context, uint64_t pbx, const struct event *e, int64_t now_ms); /* after the floor has it; may be NULL */
    void (*record)(void *context, const char *pbx, enum transcript_kind kind, struct slice bytes);
    void *context;
};

struct pbx *pbx_new(const struct pbx_setup *setup, int64_t now_ms, int64_t now_wall_ms);
void pbx_free(struct pbx *p);

const char *pbx_name(const struct pbx *p);
void pbx_start(struct pbx *p, int64_t now_ms);
bool pbx_is_started(const struct pbx *p);
/* Not started for want of a secret: the fact says so with this sentence. */
void pbx_wait(struct pbx *p, enum link_state link, const char *why, int64_t now_ms);
void pbx_replay(struct pbx *p, const struct transcript_entry *e, int64_t now_ms);
void pbx_tick(struct pbx *p, int64_t now_ms);
int64_t pbx_deadline(const struct pbx *p);

/* One request of an order: as session_order. */
MUST_USE bool pbx_order(struct pbx *p, enum request_kind kind, const struct request_header *header, size_t count, uint64_t tag, int64_t now_ms, struct err *err);
bool pbx_ask_endpoints(struct pbx *p, int64_t now_ms); /* session_ask_endpoints */
bool pbx_may(const struct pbx *p, enum request_kind kind);
void pbx_reread(struct pbx *p, uint64_t queue);

const struct fact *pbx_get(const struct pbx *p, enum fact_kind kind, uint64_t id);
const struct fact *pbx_next(const struct pbx *p, enum fact_kind kind, size_t *at); /* all of a kind: start with 0 */
void pbx_each(const struct pbx *p, void (*each)(void *context, enum fact_kind kind, uint64_t id), void *context);

#endif
