/* SPDX-License-Identifier: MIT */
/* profile_words: reads settings, part by part, and leaves out what is as usual. Owns nothing.
 */
#include "tui/profile_words.h"

/* Begins a part. */
static void part(struct buf *out)
{
    if (out->len > 0)
        (void)buf_add(out, SLICE("; "));
}

static void add_names(struct buf *out, const char *before, const char *lines)
{
    for (struct slice rest = slice_of(lines); rest.p != NULL && rest.n > 0; before = ", ") {
        struct slice name = slice_cut(rest, '\n', &rest);
        (void)buf_addf(out, "%s%.*s", before, SLICE_FMT(name));
    }
}

static void add_lines(struct buf *out, const char *title, const char *lines)
{
    if (lines == NULL)
        return;
    part(out);
    (void)buf_addf(out, "%s", title);
    add_names(out, " ", lines);
}

static void add_pbxs(struct buf *out, const struct settings *s)
{
    if (s->only_pbx != NULL) {
        part(out);
        (void)buf_addf(out, "only %s", s->only_pbx);
    } else if (s->pbx_count > 1) {
        part(out);
        for (size_t i = 0; i < s->pbx_count; i++)
            (void)buf_addf(out, "%s%s", i > 0 ? ", " : "", s->pbx[i].name != NULL ? s->pbx[i].name : s->pbx[i].host != NULL ? s->pbx[i].host : "?");
    }
    if (s->is_merged) {
        part(out);
        (void)buf_add(out, SLICE("one row for all PBXs"));
    }
}

static void add_pane(struct buf *out, const struct pane_settings *p)
{
    part(out);
    (void)buf_addf(out, "%s", p->pane);
    if (p->sort != NULL)
        (void)buf_addf(out, " sorted by %s%s", p->sort, p->is_inverted ? " the other way" : "");
    if (p->filter != NULL)
        (void)buf_addf(out, " where %s", p->filter);
    if (p->group != NULL && p->group[0] != '\0')
        (void)buf_addf(out, " by %s", p->group);
    if (p->is_tiles || p->is_wide)
        (void)buf_addf(out, " %s", p->is_tiles ? "as tiles" : "with every column");
    if (p->columns != NULL)
        add_names(out, " with ", p->columns);
}

static void add_threshold(struct buf *out, const struct threshold_settings *t)
{
    part(out);
    (void)buf_addf(out, "%s", t->number);
    if (t->warn != NULL)
        (void)buf_addf(out, " warns at %s", t->warn);
    if (t->alarm != NULL)
        (void)buf_addf(out, "%s alarms at %s", t->warn != NULL ? "," : "", t->alarm);
}

void profile_words(const struct settings *s, struct buf *out)
{
    add_pbxs(out, s);
    add_lines(out, "queues", s->queues);
    add_lines(out, "agents", s->only_agents);
    add_lines(out, "teams", s->only_teams);
    if (s->screen != NULL) {
        part(out);
        (void)buf_addf(out, "screen %s", s->screen);
    }
    part(out);
    (void)buf_addf(out, "theme %s", s->theme);
    for (size_t i = 0; i < s->pane_count; i++)
        add_pane(out, &s->pane[i]);
    for (size_t i = 0; i < s->layout_count; i++) {
        part(out);
        (void)buf_addf(out, "%s: %s", s->layout[i].screen, s->layout[i].panes);
    }
    for (size_t i = 0; i < s->threshold_count; i++)
        add_threshold(out, &s->threshold[i]);
}
