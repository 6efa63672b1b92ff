/* SPDX-License-Identifier: MIT */
/* keeper_parts: the state of the keeper, for keeper.c (consoles, PBXs, begin and end) and keeper_play.c (a recording instead of a PBX).
 * Nobody else includes it. */
#ifndef CORE_KEEPER_KEEPER_PARTS_H
#define CORE_KEEPER_KEEPER_PARTS_H

#include "core/config/directory.h"
#include "core/keeper/desk.h"
#include "core/keeper/hunt.h"
#include "core/keeper/keeper.h"
#include "core/keeper/peer.h"
#include "core/keeper/policy.h"
#include "core/keeper/replay.h"
#include "core/keeper/secrets.h"

enum { KEEPER_PEERS_MAX = 64 };

struct keeper {
    const struct keeper_setup *setup;
    struct link_set *links;
    struct pbx **pbx;
    size_t pbx_count;
    struct peer *peer[KEEPER_PEERS_MAX];
    size_t peer_count;
    struct secrets *secrets;
    struct scope *scope;
    struct directory *directory;
    struct desk *desk;
    struct policy *policy; /* NULL: a private keeper */
    struct transcript_writer *writer;
    int record_scribe, log_scribe; /* processes that write the files; 0: none */
    struct replay *replay;
    struct hunt hunt; /* of the replay, for a line of events */
    bool is_end_told; /* of the replay */
    int signal_fd;
    bool is_over;
};

static inline bool keeper_is_replay(const struct keeper *k)
{
    return k->replay != NULL;
}

/* keeper.c: to all consoles */
void keeper_tell(struct keeper *k, enum wire_type type, const char *sentence, int64_t number);
void keeper_say_time(struct keeper *k);
void keeper_begin_anew(struct keeper *k); /* a replay, at an instant before */

/* keeper_play.c: the time line */
int64_t keeper_pbx_due(const struct keeper *k);
void keeper_tick(struct keeper *k, int64_t now_ms);
void keeper_play(struct keeper *k); /* a replay goes on by one turn */

#endif
