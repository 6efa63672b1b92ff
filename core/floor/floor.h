/* SPDX-License-Identifier: MIT */
/* floor: the model of one PBX's call centre. Events and list items go in; facts come out. It knows no
 * socket, no request and no clock: `now_ms` is an argument. Work per event does not grow with the floor.
 *
 * The session drives it: apply() for every event, the snapshot_*() calls for a QueueStatus list, barrier()
 * when everything published before that list has certainly arrived. How events and lists are put together,
 * what is compared and what counts as drift: reconcile.c, and ami.md 6. */
#ifndef CORE_FLOOR_FLOOR_H
#define CORE_FLOOR_FLOOR_H

#include "core/ami/event.h"
#include "core/config/directory.h"
#include "core/floor/fact.h"

struct floor;

struct floor_setup {
    uint32_t pbx_index;         /* makes ids unique over all PBXs: (index + 1) << 40 | counter; counter 0 is the PBX itself */
    int64_t short_abandon_ms;   /* abandons below this are counted apart */
    const struct directory *directory; /* who is who, borrowed; NULL: nobody knows */
    const char *pbx_name;       /* there; borrowed */
    int64_t wrapup_s;           /* of members who have none of their own: a queue's wrapuptime is in no list and no event of AMI */
    /* Called for every fact that changed or went (fact NULL), possibly several times a turn. */
    void (*changed)(void *context, enum fact_kind kind, uint64_t id, const struct fact *fact);
    void *context;
};

struct floor *floor_new(const struct floor_setup *setup, int64_t now_ms, int64_t now_wall_ms);
void floor_free(struct floor *f);

/* A queue, agent, channel, bridge or spy event. Others are passed over. */
void floor_apply(struct floor *f, const struct event *e, int64_t now_ms);

/* The PBX's wall clock minus ours, ms (from Ping): turns epochs into instants. wall_ms is our wall clock at now_ms. */
void floor_set_clock(struct floor *f, int64_t offset_ms, int64_t now_ms, int64_t wall_ms);

/* One QueueStatus list. scope absent: all queues. Items are held aside until barrier() or, where the user cannot
 * pass one, settle(). cancel() forgets a list that was cut off. */
void floor_snapshot_begin(struct floor *f, struct slice scope, int64_t now_ms);
void floor_snapshot_item(struct floor *f, const struct event *e, int64_t now_ms);
void floor_snapshot_end(struct floor *f, int64_t now_ms);
void floor_snapshot_cancel(struct floor *f);
void floor_barrier(struct floor *f, int64_t now_ms);
void floor_settle(struct floor *f, int64_t now_ms); /* queues become UNPROVEN: only Count is checked, no drift is claimed */

/* One CoreShowChannels or Status list: the calls in progress at link-up. */
void floor_channels_begin(struct floor *f, int64_t now_ms);
void floor_channels_item(struct floor *f, const struct event *e, int64_t now_ms);
void floor_channels_end(struct floor *f, int64_t now_ms);

/* One PJSIPShowEndpoints list: the telephones there are. end() drops those that it had no more, and says how many there are; a list that was
 * cut off has no end, and then nothing goes. */
void floor_endpoints_begin(struct floor *f, int64_t now_ms);
void floor_endpoints_item(struct floor *f, const struct event *e, int64_t now_ms);
int64_t floor_endpoints_end(struct floor *f, int64_t now_ms);

/* Which queue should be read next? SUSPECT ones whose back-off is over first, then the one unread for longest.
 * False: none is due. *is_suspect says why. */
bool floor_next_read(struct floor *f, int64_t now_ms, struct slice *queue, bool *is_suspect);
/* Something happened that no event reports (reload, app_queue load): every queue becomes SUSPECT. */
void floor_suspect_all(struct floor *f, const char *why);
void floor_suspect(struct floor *f, uint64_t queue, const char *why); /* this one: an order has changed it, and no event told */

/* Questions about callers who left in a way that only the channel knows: ask Getvar QUEUESTATUS.
 * ask() gives the next one, answer() brings the value (absent: no such channel, or no right). */
bool floor_ask(struct floor *f, struct slice *uniqueid, struct slice *channel);
void floor_answer(struct floor *f, struct slice uniqueid, struct slice value, bool may_ask, int64_t now_ms);

/* The link went: nothing is known since heard_ms, when the PBX was heard last; facts stay as they were. up() is called before the first list of
 * the next link, and with that list adopted the time between is a gap in what is counted today. */
void floor_link_down(struct floor *f, int64_t heard_ms, int64_t now_ms);
void floor_link_up(struct floor *f, int64_t now_ms);

/* The local day has turned: today's counters begin anew. Who waits was offered yesterday and leaves today. */
void floor_new_day(struct floor *f, int64_t now_ms, int64_t wall_ms);

void floor_tick(struct floor *f, int64_t now_ms);   /* timers: wrap-up ends, unexplained leaves */
int64_t floor_deadline(const struct floor *f);      /* instant of the next tick that does something; TIMER_NEVER */

/* For readers in this process: facts by id, and all of a kind. FACT_PBX is not among them: the keeper makes it. */
const struct fact *floor_get(const struct floor *f, enum fact_kind kind, uint64_t id);
const struct fact *floor_each(const struct floor *f, enum fact_kind kind, size_t *at);

struct floor_health {
    int64_t drift;
    const char *drift_last; /* one sentence: queue, field, both values, last event; NULL none */
    int64_t suspects;
    int64_t reread_at;
};
void floor_health(const struct floor *f, struct floor_health *out);

#endif
