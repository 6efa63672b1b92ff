/* SPDX-License-Identifier: MIT */
/* find: hands each text to the table, marks in the prompt where it is no filter, and offers the names of columns and of
 * states. A text that is no filter, or not yet, leaves the list as it was. */
#include "tui/table/find.h"

#include <stdio.h>

#include "core/base/utf8.h"
#include "tui/explain.h"

static bool is_end(char c)
{
    return c == ' ' || c == '|' || c == '!';
}

static bool begins(const char *name, struct slice typed)
{
    size_t n = strlen(name);
    return n > typed.n && slice_eq_nocase((struct slice){ name, typed.n }, typed);
}

static void offer_word(struct prompt_offers *out, const char *word, const char *help)
{
    struct buf text = BUF_INIT(128);
    bool has_blank = strchr(word, ' ') != NULL;
    if (buf_addf(&text, "%s%s%s", has_blank ? "\"" : "", word, has_blank ? "\"" : ""))
        prompt_offer(out, buf_slice(&text), help);
    buf_clear(&text);
}

static void offer_states(const struct column *c, struct slice typed, struct prompt_offers *out)
{
    for (size_t i = 0; c->field != NULL && i < c->field->name_count; i++) {
        const char *word = c->looks != NULL ? c->looks[i].word : c->field->names[i];
        if (begins(word, typed))
            offer_word(out, word, c->looks != NULL ? c->looks[i].meaning : NULL);
    }
}

/* What it is compared with follows at once: state:paused, wait>60. */
static void offer_column(struct prompt_offers *out, enum fact_kind kind, const struct column *c)
{
    struct buf help = BUF_INIT(2048), text = BUF_INIT(128);
    explain_meaning(kind, c, &help);
    if (buf_addf(&text, "%s%s", c->id, c->form == FORM_LOOK || column_is_text(c) ? ":" : ""))
        prompt_offer_open(out, buf_slice(&text), help.len > 0 ? help.data : "");
    buf_clear(&help);
    buf_clear(&text);
}

/* The word before the cursor: a state after "column:", else a column. */
static void offer(void *context, struct slice text, size_t cursor, struct prompt_offers *out)
{
    const struct find *f = context;
    enum fact_kind kind = table_kind(f->table);
    size_t from = cursor;
    while (from > 0 && !is_end(text.p[from - 1]))
        from--;
    struct slice typed, word = { text.p + from, cursor - from }, name = slice_cut(word, ':', &typed);
    if (typed.p != NULL) {
        const struct column *c = filter_column(kind, name);
        prompt_offers_from(out, (size_t)(typed.p - text.p));
        if (c != NULL)
            offer_states(c, typed, out);
        return;
    }
    struct column_set set = column_set(kind);
    prompt_offers_from(out, from);
    for (size_t i = 0; word.n > 0 && i < set.count; i++) {
        if (set.at[i].drop < 250 && begins(set.at[i].id, word))
            offer_column(out, kind, &set.at[i]);
    }
}

void find_open(struct find *f, struct prompt *p, struct deck *d, enum action asked)
{
    struct table *t = deck_table(d);
    if (t == NULL)
        return;
    *f = (struct find){ .asked = asked, .deck = d, .table = t };
    (void)snprintf(f->title, sizeof f->title, "%s %s", asked == ACTION_FILTER ? "filter" : asked == ACTION_SEARCH ? "find in" : "go to number in", deck_focus(d)->row->title);
    struct prompt_setup setup = { .title = f->title, .context = f };
    setup.offer = asked == ACTION_JUMP ? NULL : offer;
    prompt_open(p, &setup, asked == ACTION_FILTER ? table_filter_text(t) : SLICE(""));
}

void find_say_nothing(struct deck *d, struct slice text, struct err *err)
{
    struct slice shown = utf8_head(text, 40);
    struct buf others = BUF_INIT(200);
    for (enum pane_id id = 0; id < PANE_COUNT; id++) {
        struct pane *p = deck_pane(d, id);
        if (p->is_shown && p->table != NULL && p->table != deck_table(d) && table_has_row(p->table, text))
            (void)buf_addf(&others, "%s%s", others.len > 0 ? " and " : "", p->row->title);
    }
    *err = ERR_INIT;
    (void)err_set(err, ERR_USAGE, "no row of %s has '%.*s'%s%s", deck_focus(d)->row->title, SLICE_FMT(shown), others.len > 0 ? "; there is one in " : "",
                  others.len > 0 ? others.data : "");
    buf_clear(&others);
}

static void close(struct find *f, struct prompt *p)
{
    prompt_close(p);
    *f = (struct find){ .asked = ACTION_NONE };
}

static bool hand_over(const struct find *f, struct slice text, bool is_typing)
{
    if (f->asked == ACTION_JUMP)
        return table_jump_typed(f->table, text);
    if (f->asked == ACTION_FILTER)
        return is_typing ? table_filter_typed(f->table, text) : table_filter(f->table, text);
    return table_search_typed(f->table, text);
}

void find_heard(struct find *f, struct prompt *p, enum prompt_news news, struct err *said)
{
    if (news == PROMPT_SAME || news == PROMPT_MOVED)
        return;
    if (news == PROMPT_CANCELLED) { /* the text is as it was before */
        if (f->asked == ACTION_FILTER)
            (void)table_filter(f->table, prompt_text(p));
        else
            table_search_cancel(f->table);
        close(f, p);
        return;
    }
    const struct filter_fault *fault = table_fault(f->table);
    if (!hand_over(f, prompt_text(p), news == PROMPT_CHANGED)) {
        struct err err = ERR_INIT;
        bool is_nobody = f->asked == ACTION_SEARCH && table_has_no_match(f->table);
        if (is_nobody)
            find_say_nothing(f->deck, prompt_text(p), news == PROMPT_ACCEPTED ? said : &err);
        if (is_nobody && news == PROMPT_ACCEPTED) {
            said->text[0] = 'N'; /* a sentence of its own */
            table_search_keep(f->table);
            close(f, p);
            return;
        }
        prompt_mark(p, fault->at, fault->length, slice_of(err.kind != ERR_NONE ? err.text : fault->text));
        if (news == PROMPT_ACCEPTED)
            prompt_go_to_mark(p);
    } else if (news == PROMPT_ACCEPTED) {
        table_search_keep(f->table);
        close(f, p);
    }
}
