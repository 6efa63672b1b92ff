/* SPDX-License-Identifier: MIT */
/* export: facts as JSON (jansson), for `status --json`, `-b --json` and `watch --json`. The schema stands in acdtop(1). */
#ifndef CORE_OUTSIDE_EXPORT_H
#define CORE_OUTSIDE_EXPORT_H

#include "core/base/buf.h"
#include "core/base/err.h"
#include "core/floor/store.h"

#define EXPORT_SCHEMA 1

struct export_view {
    const struct store *store;
    int64_t floor_ms, wall_ms;     /* now on the floor's time line, and its wall clock */
    const char *const *queue_name; /* only these; NULL: all */
    size_t queue_count;
    const char *(*role_name)(const void *context, int64_t penalty); /* NULL: no role names */
    const void *role_context;
};

/* One complete document on one line, with its newline. */
MUST_USE bool export_status(const struct export_view *v, struct buf *out, struct err *err);
/* One changed fact on one line: {"schema":1,"at":...,"kind":"member","pbx":...,"queue":...,"gone":false,...fields of fact_table}. */
MUST_USE bool export_fact(const struct export_view *v, enum fact_kind kind, const struct fact *f, bool is_gone, struct buf *out, struct err *err);

#endif
