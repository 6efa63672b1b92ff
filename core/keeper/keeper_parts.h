/* SPDX-License-Identifier: MIT */
/* keeper_parts: the state of the keeper, for keeper.c (PBXs, begin and end), keeper_consoles.c and keeper_play.c (a recording instead of a PBX).
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

struct pollfd;
struct keeper_seat;

enum { KEEPER_PEERS_MAX = 256 };

struct keeper {
    const struct keeper_setup *setup;
    struct link_set *links;
    struct pbx **pbx;
    size_t pbx_count;
    struct keeper_seat *seat[KEEPER_PEERS_MAX];
    size_t seat_count;
    uint64_t last_guest;
    uid_t own_uid;
    char own_name[64];
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

/* keeper.c */
int64_t keeper_now(const struct keeper *k); /* the floor's time */
void keeper_time(const struct keeper *k, struct wire_time *out);
const struct fact *keeper_fact(const struct keeper *k, enum fact_kind kind, uint64_t id); /* of whatever scope */
void keeper_secret(struct keeper *k, struct slice name, struct slice text);
void keeper_obey(struct keeper *k, struct slice verb, struct slice text, int64_t number);
void keeper_begin_anew(struct keeper *k); /* a replay, at an instant before */

/* keeper_consoles.c */
void keeper_note_own_name(struct keeper *k);
void keeper_let_in(struct keeper *k);
void keeper_add_console(struct keeper *k, int fd);
void keeper_clear_consoles(struct keeper *k);
struct guest *keeper_guest(void *keeper, uint64_t id);
size_t keeper_serve(struct keeper *k, bool may_flush); /* a turn of each; how many are there */
size_t keeper_poll(const struct keeper *k, struct pollfd *out); /* KEEPER_PEERS_MAX at most */
int64_t keeper_consoles_due(const struct keeper *k, bool may_flush);
/* to all of them */
void keeper_tell(struct keeper *k, enum wire_type type, const char *sentence, int64_t number);
void keeper_notice(void *keeper, const char *sentence); /* who comes later is told by desk_trouble */
void keeper_tell_fact(struct keeper *k, enum fact_kind kind, uint64_t id, bool is_gone);
void keeper_forget_fact(struct keeper *k, enum fact_kind kind, uint64_t id); /* whoever knows of it */
void keeper_hurry(struct keeper *k);
void keeper_say_time(struct keeper *k);

/* keeper_play.c: the time line */
int64_t keeper_pbx_due(const struct keeper *k);
void keeper_tick(struct keeper *k, int64_t now_ms);
void keeper_play(struct keeper *k); /* a replay goes on by one turn */

#endif
