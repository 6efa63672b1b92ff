/* SPDX-License-Identifier: MIT */
/* hands_world: what an order would do, said before it is given: the console plans a line on the facts it shows, with the same planners as
 * the keeper. Nothing is sent from here; what holds is what the keeper plans when the order is there. */
#ifndef TUI_HANDS_WORLD_H
#define TUI_HANDS_WORLD_H

#include "core/control/plan.h"
#include "core/floor/store.h"
#include "core/keeper/rights.h"

struct hands_world;

struct hands_world *hands_world_new(const struct settings *settings /* borrowed; NULL: the defaults */);
void hands_world_rights(struct hands_world *w, const struct rights *rights); /* as the keeper told them; borrowed */
void hands_world_free(struct hands_world *w);

enum hands_verdict {
    HANDS_MAY,     /* *said: what it does, "pause Ana Roy in sales" */
    HANDS_NOTHING, /* it is so already: *said is the sentence */
    HANDS_CANNOT   /* *said: why not */
};
/* One line of the language, on these facts; *said is added to. */
enum hands_verdict hands_world_plan(struct hands_world *w, const struct store *s, struct slice line, struct buf *said);
/* What those of the lines that harm somebody's call would be sent as: it differs when they are about another call by now. */
void hands_world_aim(struct hands_world *w, const struct store *s, struct slice lines, struct buf *out);
/* May the AMI user of this PBX (0: nobody knows yet which) do what the command stands and falls with? False: *said why not. */
bool hands_world_may(struct hands_world *w, const struct store *s, uint64_t pbx, enum command_id id, struct buf *said);
/* The PBX that a line names: "pause PJSIP/401@geneva"; NULL: none. */
const char *hands_world_pbx(const struct store *s, struct slice line);
size_t hands_world_count(struct slice lines);

#endif
