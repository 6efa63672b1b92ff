/* SPDX-License-Identifier: MIT */
/* column_parts: what the files of column rows share. Nobody else includes it. */
#ifndef TUI_COLUMN_PARTS_H
#define TUI_COLUMN_PARTS_H

#include "tui/table/column.h"

#define COLUMN_ARGS const struct view *v, const struct column *c, const struct fact *f

struct slice column_pbx_name(COLUMN_ARGS);   /* `arg` of the column is the kind of fact */
struct slice column_queue_name(COLUMN_ARGS); /* of the kind's field "queue"; the same `arg` */
struct slice column_queue_at_pbx(COLUMN_ARGS); /* its name where another is shown, for `also`; the same `arg` */
enum role column_name_role(COLUMN_ARGS, int64_t n);
enum role column_dim_role(COLUMN_ARGS, int64_t n);
void column_write_device(COLUMN_ARGS, struct buf *out);
/* With whom, what is left of the wrap-up, or why: what one wants to know of each state of an agent. */
struct agent_doing {
    int64_t state, wrapup_until, now_ms;
    const char *peer_name, *peer_number, *paused_reason;
};
void column_add_doing(const struct agent_doing *d, struct buf *out);
void column_add_state(const struct view *v, enum fact_kind kind, const struct fact *f, int64_t state, struct buf *out); /* shape and word */
void column_add_listeners(const struct view *v, uint64_t agent, struct buf *out); /* "eva whispers; ": nothing where nobody does */

extern const struct column column_member_rows[], column_call_rows[], column_pbx_rows[], column_line_rows[], column_order_rows[], column_spy_rows[];

#endif
