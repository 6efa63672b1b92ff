/* SPDX-License-Identifier: MIT */
/* help: builds a page from the tables of the program: which keys do what here, what the shapes mean, what the columns of the
 * pane hold and how its figures are made.
 */
#include "tui/help.h"

#include "core/control/command.h"
#include "tui/explain.h"
#include "tui/hands/hands_keys.h"
#include "tui/hands/marks.h"

static const struct page_value no_value = { NULL, ROLE_TEXT };

/* An order that may not be given: why. */
static bool is_kept_back(const struct help_may *may, enum command_id id, struct buf *why)
{
    return may->may != NULL && (command_table[id].where & COMMAND_ORDER) != 0 && !may->may(may->context, id, why);
}

static void add_key(struct page *p, struct slice key, enum action a, const struct help_may *may, bool can_run)
{
    static const struct hands_subject nobody;
    struct buf text = BUF_INIT(1024), why = BUF_INIT(512);
    enum command_id id;
    bool is_kept = hands_key(a, &nobody, &id) && is_kept_back(may, id, &why);
    (void)buf_addf(&text, "%s%s%s", action_table[a].help, is_kept ? "; not here: " : "", is_kept ? buf_slice(&why).p : "");
    page_add(p, key, is_kept ? ROLE_DIM : ROLE_KEY, no_value, text.data, can_run && a != ACTION_HELP ? a : 0);
    buf_clear(&text);
    buf_clear(&why);
}

static void add_keys(struct page *p, const struct keymap *keys, enum section section, const struct help_may *may, bool can_run)
{
    page_heading(p, section_table[section].title);
    for (size_t a = ACTION_NONE + 1; a < ACTION_COUNT; a++) {
        struct buf text = BUF_INIT(512);
        if (action_table[a].section == section && keymap_keys(keys, (enum action)a, true, &text))
            add_key(p, buf_slice(&text), (enum action)a, may, can_run);
        buf_clear(&text);
    }
}

static void add_looks(struct page *p, const char *title, const struct look_row *looks, size_t count, bool is_ascii)
{
    page_heading(p, title);
    for (size_t i = 0; i < count; i++) {
        struct buf text = BUF_INIT(128);
        (void)buf_addf(&text, "%s %s", is_ascii ? looks[i].ascii : looks[i].utf8, looks[i].word);
        page_add(p, buf_slice(&text), looks[i].role, no_value, looks[i].meaning, 0);
        buf_clear(&text);
    }
}

static void add_columns(struct page *p, const struct pane *pane)
{
    struct column_set set = column_set(pane->row->table.kind);
    struct buf text = BUF_INIT(256);
    (void)buf_addf(&text, "Columns of %s", pane->row->title);
    page_heading(p, text.data);
    buf_clear(&text);
    for (size_t i = 0; i < set.count; i++) {
        if (set.at[i].drop >= 240 || *set.at[i].title == '\0')
            continue;
        struct buf meaning = BUF_INIT(2048);
        explain_meaning(pane->row->table.kind, &set.at[i], &meaning);
        page_add(p, slice_of(set.at[i].title), ROLE_NAME, no_value, meaning.len > 0 ? meaning.data : "", 0);
        buf_clear(&meaning);
    }
}

static void add_filter(struct page *p)
{
    page_heading(p, "Filter and search");
    for (size_t i = 0; i < filter_table_count; i++) {
        struct buf meaning = BUF_INIT(512);
        if (buf_addf(&meaning, "%s: %s", filter_table[i].meaning, filter_table[i].example))
            page_add(p, slice_of(filter_table[i].form), ROLE_MATCH, no_value, meaning.data, 0);
        buf_clear(&meaning);
    }
}

static void add_commands(struct page *p, const struct help_may *may)
{
    page_heading(p, "Commands, in the line that : opens");
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        struct buf term = BUF_INIT(128), text = BUF_INIT(2048), why = BUF_INIT(512);
        if ((command_table[i].where & COMMAND_CONSOLE) == 0)
            continue;
        bool is_kept = is_kept_back(may, (enum command_id)i, &why);
        (void)buf_addf(&term, ":%s", command_table[i].name);
        command_add_args((enum command_id)i, &text);
        (void)buf_addf(&text, "%s%s", text.len > 0 ? ": " : "", command_table[i].help);
        if (is_kept)
            (void)buf_addf(&text, "; not here: %s", buf_slice(&why).p);
        page_add(p, buf_slice(&term), is_kept ? ROLE_DIM : ROLE_KEY, no_value, text.data, 0);
        buf_clear(&why);
        buf_clear(&term);
        buf_clear(&text);
    }
}

void help_fill(struct page *p, const struct keymap *keys, const struct pane *pane, const struct help_may *may, bool is_ascii)
{
    if (pane->table != NULL)
        add_keys(p, keys, SECTION_TABLE, may, true);
    add_keys(p, keys, SECTION_GLOBAL, may, true);
    for (size_t s = 0; s < SECTION_COUNT; s++) {
        if (s != SECTION_TABLE && s != SECTION_GLOBAL)
            add_keys(p, keys, (enum section)s, may, false);
    }
    if (pane->table != NULL)
        add_filter(p);
    add_commands(p, may);
    add_looks(p, "Agents", view_agent_looks, AGENT_STATE_COUNT, is_ascii);
    add_looks(p, "Waits", view_wait_looks, WAIT_COUNT, is_ascii);
    add_looks(p, "Marks of orders", marks_looks + 1, MARK_COUNT - 1, is_ascii);
    add_looks(p, "Links", view_link_looks, LINK_STATE_COUNT, is_ascii);
    add_looks(p, "Queues", view_queue_looks, QUEUE_STATE_COUNT, is_ascii);
    add_columns(p, pane);
}
