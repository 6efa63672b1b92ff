/* SPDX-License-Identifier: MIT */
/* export_parts: what export.c (documents) and export_list.c (lists) share. Nobody else includes it. */
#ifndef CORE_OUTSIDE_EXPORT_PARTS_H
#define CORE_OUTSIDE_EXPORT_PARTS_H

#include <jansson.h>

#include "core/outside/export.h"

json_t *export_text_value(const char *text); /* NULL is null; made valid UTF-8 */
json_t *export_field_value(const struct export_view *v, enum fact_kind kind, const struct fact *f, const struct fact_field *field); /* as the status document has it */
json_t *export_figure_value(enum kpi k, const struct fact_queue *q);
/* One line, safe for a terminal, with its line end. Takes the reference. */
bool export_print(json_t *doc, struct buf *out, struct err *err);

#endif
