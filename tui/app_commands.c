/* SPDX-License-Identifier: MIT */
/* app_commands: what the console does with a command that was understood. A row for each; what is wrong with a word is said
 * with its place, what was not changed stays as it was. */
#include "core/base/mem.h"
#include "core/base/near.h"
#include "tui/app_parts.h"
#include "tui/choice.h"
#include "tui/list.h"

enum { PARTS_MAX = 16 }; /* of an agent on so many PBXs */

static unsigned wrong(struct command_fault *fault, const struct command *c, size_t word)
{
    fault->at = c->word[word].at;
    fault->n = c->word[word].n;
    return 0;
}

/* "no screen is called 'flor'; did you mean 'floor'?" */
static bool unknown(struct err *err, const char *what, struct slice name, const char *near)
{
    bool is_near = near != NULL && near[0] != '\0';
    return err_set(err, ERR_USAGE, "no %s is called '%.*s'%s%s%s", what, SLICE_FMT(name), is_near ? "; did you mean '" : "", is_near ? near : "", is_near ? "'?" : "");
}

static unsigned run_quit(struct app *a, const struct command *c, struct command_fault *fault)
{
    (void)a, (void)c, (void)fault;
    return APP_QUIT;
}

static unsigned run_help(struct app *a, const struct command *c, struct command_fault *fault)
{
    (void)c, (void)fault;
    return app_act(a, ACTION_HELP);
}

static const char *screen_name_at(size_t i, const void *context)
{
    (void)context;
    return i >= SCREEN_COUNT ? NULL : screen_table[i].subject == FACT_COUNT ? screen_table[i].name : "";
}

static unsigned run_view(struct app *a, const struct command *c, struct command_fault *fault)
{
    enum screen_id id;
    struct slice name = c->word[0].text;
    if (!screen_named(name, &id))
        (void)unknown(&fault->err, "screen", name, near_name(name, screen_name_at, NULL));
    else if (screen_table[id].subject != FACT_COUNT)
        (void)err_set(&fault->err, ERR_USAGE, "'%s' is about one of them: open it from its row", screen_table[id].name);
    else
        (void)deck_open(a->deck, id, 0);
    return fault->err.kind != ERR_NONE ? wrong(fault, c, 0) : APP_PAINT;
}

/* ---- queues and agents ---- */

struct names {
    const struct view *view;
    enum fact_kind kind;
};

static struct slice text_field(enum fact_kind kind, const struct fact *f, const char *name)
{
    const struct fact_field *field = fact_field_named(kind, slice_of(name));
    const char *text = NULL;
    if (field != NULL && field->type == TYPE_TEXT)
        memcpy(&text, (const char *)f + field->offset, sizeof text);
    return text != NULL ? slice_of(text) : SLICE("");
}

static const char *fact_name_at(size_t i, const void *context)
{
    const struct names *n = context;
    const struct fact *f;
    for (size_t at = 0, k = 0; (f = store_each(n->view->store, n->kind, &at)) != NULL; k++) {
        if (k == i)
            return text_field(n->kind, f, "name").p;
    }
    return NULL;
}

/* "401" for "PJSIP/401" too. */
static bool is_called(enum fact_kind kind, const struct fact *f, struct slice name)
{
    struct slice device = text_field(kind, f, "interface"), number = device;
    for (size_t i = 0; i < device.n; i++) {
        if (device.p[i] == '/')
            number = (struct slice){ device.p + i + 1, device.n - i - 1 };
    }
    return name.n > 0 && (slice_eq_nocase(name, text_field(kind, f, "name")) || slice_eq_nocase(name, text_field(kind, f, "alias")) ||
                          slice_eq_nocase(name, text_field(kind, f, "extension")) || slice_eq_nocase(name, device) || slice_eq_nocase(name, number));
}

/* Is it, or one of those that it stands for, on the PBX of this name? */
static bool is_on(const struct view *v, enum fact_kind kind, const struct fact *f, struct slice pbx_name)
{
    uint64_t part[PARTS_MAX];
    size_t count = joint_each_part(v->joint, kind, f->id, part, PARTS_MAX);
    for (size_t i = 0; i < count && i < PARTS_MAX; i++) {
        const struct fact *own = store_get(view_whole(v), kind, part[i]);
        const struct fact_pbx *pbx = view_pbx(v, kind, own != NULL ? own : f);
        if (pbx != NULL && slice_eq_nocase(pbx_name, slice_of(pbx->name)))
            return true;
    }
    return false;
}

/* How many are called so, on the PBX of this name (absent: on any); *found is the last. */
static size_t count_called(const struct view *v, enum fact_kind kind, struct slice name, struct slice pbx_name, const struct fact **found)
{
    size_t count = 0;
    const struct fact *f;
    for (size_t at = 0; (f = store_each(v->store, kind, &at)) != NULL;) {
        bool is_there = pbx_name.p == NULL || is_on(v, kind, f, pbx_name);
        if (is_there && is_called(kind, f, name)) {
            *found = f;
            count++;
        }
    }
    return count;
}

/* How many names begin so; *found is the last. */
static size_t count_beginning(const struct view *v, enum fact_kind kind, struct slice head, const struct fact **found)
{
    size_t count = 0;
    const struct fact *f;
    for (size_t at = 0; head.n > 0 && (f = store_each(v->store, kind, &at)) != NULL;) {
        struct slice name = text_field(kind, f, "name");
        if (name.n >= head.n && slice_eq_nocase(head, (struct slice){ name.p, head.n })) {
            *found = f;
            count++;
        }
    }
    return count;
}

/* By what people call it, NAME or NAME@PBX, or by how one name alone begins; NULL: *err. */
static const struct fact *find_fact(const struct view *v, enum fact_kind kind, struct slice name, struct err *err)
{
    const struct fact *found = NULL;
    size_t count = count_called(v, kind, name, (struct slice){ NULL, 0 }, &found);
    for (size_t i = name.n; i > 0 && count == 0; i--) {
        if (name.p[i - 1] == '@')
            count = count_called(v, kind, (struct slice){ name.p, i - 1 }, (struct slice){ name.p + i, name.n - i }, &found);
    }
    if (count == 1)
        return found;
    size_t beginning = count == 0 ? count_beginning(v, kind, name, &found) : 0;
    if (beginning == 1)
        return found;
    if (count > 1)
        (void)err_set(err, ERR_USAGE, "%zu are called '%.*s': say which, as NAME@PBX", count, SLICE_FMT(name));
    else if (beginning > 1)
        (void)err_set(err, ERR_USAGE, "%zu begin with '%.*s': Tab goes through them", beginning, SLICE_FMT(name));
    else
        (void)unknown(err, fact_table[kind].name, name, near_name(name, fact_name_at, &(struct names){ v, kind }));
    return NULL;
}

static unsigned open_fact(struct app *a, const struct command *c, enum fact_kind kind, struct command_fault *fault)
{
    const struct fact *f = find_fact(&a->view, kind, c->word[0].text, &fault->err);
    if (f == NULL)
        return wrong(fault, c, 0);
    (void)deck_open_subject(a->deck, kind, f->id);
    return APP_PAINT;
}

static unsigned run_queue(struct app *a, const struct command *c, struct command_fault *fault)
{
    return open_fact(a, c, FACT_QUEUE, fault);
}

static unsigned run_agent(struct app *a, const struct command *c, struct command_fault *fault)
{
    return open_fact(a, c, FACT_AGENT, fault);
}

/* ---- the pane that has the keys ---- */

static struct table *table_or_fault(struct app *a, struct command_fault *fault)
{
    struct table *t = deck_table(a->deck);
    if (t == NULL)
        (void)err_set(&fault->err, ERR_USAGE, "this pane is no list: Tab goes to the next pane");
    return t;
}

static unsigned find_by(struct app *a, const struct command *c, bool (*find)(struct table *t, struct slice text), struct command_fault *fault)
{
    struct table *t = table_or_fault(a, fault);
    if (t == NULL || find(t, c->count > 0 ? c->word[0].text : SLICE("")))
        return APP_PAINT;
    const struct filter_fault *why = table_fault(t);
    (void)err_set(&fault->err, ERR_USAGE, "%s", why->text);
    fault->at = c->word[0].at + why->at;
    fault->n = why->length;
    return 0;
}

static unsigned run_filter(struct app *a, const struct command *c, struct command_fault *fault)
{
    return find_by(a, c, table_filter, fault);
}

/* The cursor goes there, as while one types. */
static bool search(struct table *t, struct slice text)
{
    bool ok = table_search_typed(t, text);
    if (ok)
        table_search_keep(t);
    return ok;
}

static unsigned run_find(struct app *a, const struct command *c, struct command_fault *fault)
{
    unsigned effects = find_by(a, c, search, fault);
    if (effects == 0 && c->count > 0 && table_has_no_match(deck_table(a->deck)))
        find_say_nothing(a->deck, c->word[0].text, &fault->err);
    if (effects == 0)
        table_search_cancel(deck_table(a->deck));
    return effects;
}

static unsigned run_tag(struct app *a, const struct command *c, struct command_fault *fault)
{
    if (c->count == 0)
        return app_act(a, ACTION_TAG_NONE);
    unsigned effects = find_by(a, c, table_tag_matching, fault);
    return effects != 0 && deck_table(a->deck) != NULL ? app_notice(a, slice_of(table_note(deck_table(a->deck))), false) : effects;
}

static bool go(struct table *t, struct slice digits)
{
    bool ok = table_jump_typed(t, digits);
    table_search_keep(t);
    return ok;
}

static unsigned run_go(struct app *a, const struct command *c, struct command_fault *fault)
{
    return find_by(a, c, go, fault);
}

static unsigned run_group(struct app *a, const struct command *c, struct command_fault *fault)
{
    struct table *t = table_or_fault(a, fault);
    if (t == NULL || table_set_group(t, c->count > 0 ? c->word[0].text : SLICE("")))
        return APP_PAINT;
    (void)err_set(&fault->err, ERR_USAGE, "the rows of this pane cannot be grouped by '%.*s'", SLICE_FMT(c->word[0].text));
    return wrong(fault, c, 0);
}

static const char *column_name_at(size_t i, const void *context)
{
    const struct column_set *set = context;
    if (i >= 2 * set->count)
        return NULL;
    return i % 2 == 0 ? set->at[i / 2].id : set->at[i / 2].title;
}

static const struct column *column_or_fault(const struct table *t, const struct command *c, size_t word, struct command_fault *fault)
{
    struct slice name = c->word[word].text;
    const struct column *column = filter_column(table_kind(t), name); /* what stands over it, or its id */
    struct column_set set = column_set(table_kind(t));
    if (column == NULL) {
        (void)unknown(&fault->err, "column of this pane", name, near_name(name, column_name_at, &set));
        (void)wrong(fault, c, word);
    }
    return column;
}

/* A column that is not shown joins those that are. */
static unsigned run_sort(struct app *a, const struct command *c, struct command_fault *fault)
{
    struct table *t = table_or_fault(a, fault);
    const struct column *column = t != NULL ? column_or_fault(t, c, 0, fault) : NULL;
    if (column == NULL)
        return 0;
    int direction = c->count < 2 ? 0 : slice_eq(c->word[1].text, SLICE("up")) ? 1 : -1;
    if (!table_set_sort(t, slice_of(column->id), direction)) {
        struct buf layout = BUF_INIT(8192);
        table_layout(t, &layout);
        (void)buf_addf(&layout, " %s", column->id);
        table_set_layout(t, buf_slice(&layout));
        buf_clear(&layout);
        if (!table_set_sort(t, slice_of(column->id), direction)) {
            (void)err_set(&fault->err, ERR_USAGE, "nothing can be sorted by '%s'", column->id);
            return wrong(fault, c, 0);
        }
    }
    return APP_PAINT;
}

static unsigned run_columns(struct app *a, const struct command *c, struct command_fault *fault)
{
    if (c->count == 0)
        return app_act(a, ACTION_COLUMNS);
    struct table *t = table_or_fault(a, fault);
    struct buf layout = BUF_INIT(8192);
    for (size_t i = 0; t != NULL && i < c->count; i++) {
        const struct column *column = column_or_fault(t, c, i, fault);
        if (column == NULL)
            break;
        (void)buf_addf(&layout, "%s%s", i > 0 ? " " : "", column->id);
    }
    if (fault->err.kind == ERR_NONE)
        table_set_layout(t, buf_slice(&layout));
    buf_clear(&layout);
    return APP_PAINT;
}

static unsigned run_layout(struct app *a, const struct command *c, struct command_fault *fault)
{
    bool ok = deck_set_layout(a->deck, deck_screen(a->deck), c->count > 0 ? c->word[0].text : SLICE(""), &fault->err);
    return ok ? (unsigned)APP_PAINT : wrong(fault, c, 0);
}

/* ---- what lies outside ---- */

static unsigned ask_host(struct app *a, const struct command *c, enum app_wish wish, const char *done, const char *then, struct command_fault *fault)
{
    if (!app_wish(a, wish, c->word[0].text, &fault->err))
        return wrong(fault, c, 0);
    struct buf said = BUF_INIT(SENTENCE_MAX);
    (void)buf_addf(&said, "%s %.*s%s", done, SLICE_FMT(c->word[0].text), then);
    (void)app_notice(a, buf_slice(&said), false);
    buf_clear(&said);
    return APP_PAINT | APP_REDRAW;
}

static unsigned run_theme(struct app *a, const struct command *c, struct command_fault *fault)
{
    unsigned effects = ask_host(a, c, APP_WISH_THEME, "The theme is", " until you leave; ':save NAME', or theme in acdtop.conf, keeps it.", fault);
    if (fault->err.kind == ERR_NONE)
        (void)mem_assign(&a->theme, c->word[0].text);
    return effects;
}

static unsigned run_keymap(struct app *a, const struct command *c, struct command_fault *fault)
{
    unsigned effects = ask_host(a, c, APP_WISH_KEYMAP, "The keymap is", " until you leave; ':save NAME', or keymap in acdtop.conf, keeps it.", fault);
    if (fault->err.kind == ERR_NONE)
        (void)mem_assign(&a->keymap, c->word[0].text);
    return effects;
}

static unsigned run_save(struct app *a, const struct command *c, struct command_fault *fault)
{
    struct buf text = BUF_INIT(1u << 20), said = BUF_INIT(SENTENCE_MAX);
    const struct settings *s = a->view.settings;
    struct slice name = c->count > 0 ? c->word[0].text : slice_of(s != NULL ? s->profile : NULL);
    bool ok = name.n > 0 || err_set(&fault->err, ERR_USAGE, "no profile is open: say which name it shall have");
    ok = ok && ((s != NULL && buf_add(&text, name) && buf_add_char(&text, '\n') && choice_write(a->deck, a->joint, s, a->theme, a->keymap, &text)) ||
                err_set(&fault->err, ERR_USAGE, "there is too much to be saved, or no settings to begin with"));
    if (ok && app_wish(a, c->id == COMMAND_SAVE_OVER ? APP_WISH_SAVE_OVER : APP_WISH_SAVE, buf_slice(&text), &fault->err)) {
        (void)buf_addf(&said, "Saved; acdtop --profile %.*s opens it.", SLICE_FMT(name));
        (void)app_notice(a, buf_slice(&said), false);
    }
    buf_clear(&text);
    buf_clear(&said);
    return fault->err.kind == ERR_NONE ? APP_PAINT : c->count > 0 ? wrong(fault, c, 0) : 0;
}

/* The console that comes next will say whose settings it has. */
static unsigned run_profile(struct app *a, const struct command *c, struct command_fault *fault)
{
    if (c->count == 0)
        return app_act(a, ACTION_PROFILES);
    return app_wish(a, APP_WISH_PROFILE, c->word[0].text, &fault->err) ? APP_QUIT : wrong(fault, c, 0);
}

static bool ends_in(struct slice text, const char *end)
{
    size_t n = strlen(end);
    return text.n > n && slice_eq_nocase((struct slice){ text.p + text.n - n, n }, slice_of(end));
}

/* The rows of the pane that has the keys, as they are shown: filtered, in order, with its columns. */
static unsigned write_list(struct app *a, const struct command *c, enum export_form form, struct command_fault *fault)
{
    struct table *t = table_or_fault(a, fault);
    struct buf text = BUF_INIT(64u << 20), ids = BUF_INIT(8192), said = BUF_INIT(SENTENCE_MAX);
    if (t != NULL)
        table_layout(t, &ids);
    bool ok = t != NULL && buf_add(&text, c->word[0].text) && buf_add_char(&text, '\n') && list_write(&a->view, t, buf_slice(&ids), form, &text, &fault->err) &&
              app_wish(a, APP_WISH_WRITE_LIST, buf_slice(&text), &fault->err);
    if (ok) {
        (void)buf_addf(&said, "%s, %zu rows, written to %.*s", deck_focus(a->deck)->row->title, table_count(t), SLICE_FMT(c->word[0].text));
        (void)app_notice(a, buf_slice(&said), false);
    }
    buf_clear(&text);
    buf_clear(&ids);
    buf_clear(&said);
    return ok ? (unsigned)APP_PAINT : wrong(fault, c, 0);
}

static unsigned run_write(struct app *a, const struct command *c, struct command_fault *fault)
{
    if (ends_in(c->word[0].text, ".csv") || ends_in(c->word[0].text, ".json"))
        return write_list(a, c, ends_in(c->word[0].text, ".csv") ? EXPORT_CSV : EXPORT_JSON, fault);
    return ask_host(a, c, APP_WISH_WRITE, "The screen was written to", "", fault);
}

static unsigned run_at(struct app *a, const struct command *c, struct command_fault *fault)
{
    unsigned effects = app_at(a, c->word[0].text, &fault->err);
    return fault->err.kind == ERR_NONE ? effects : wrong(fault, c, 0);
}

static unsigned look_for(struct app *a, const struct command *c, enum action action)
{
    buf_reset(&a->past_words);
    if (c->count > 0)
        (void)buf_add(&a->past_words, c->word[0].text);
    return app_act(a, action);
}

static unsigned run_next(struct app *a, const struct command *c, struct command_fault *fault)
{
    (void)fault;
    return look_for(a, c, ACTION_PAST_NEXT);
}

static unsigned run_previous(struct app *a, const struct command *c, struct command_fault *fault)
{
    (void)fault;
    return look_for(a, c, ACTION_PAST_PREVIOUS);
}

static unsigned run_live(struct app *a, const struct command *c, struct command_fault *fault)
{
    (void)c, (void)fault;
    return app_act(a, ACTION_PAST_LIVE);
}

static unsigned run_mouse(struct app *a, const struct command *c, struct command_fault *fault)
{
    (void)fault;
    return app_set_mouse(a, slice_eq(c->word[0].text, SLICE("on")));
}

static const char *pbx_name_at(size_t i, const void *context)
{
    const struct fact *f = NULL;
    for (size_t k = 0, at = 0; k <= i; k++) {
        f = store_each(joint_whole(context), FACT_PBX, &at);
        if (f == NULL)
            return NULL;
    }
    return ((const struct fact_pbx *)(const void *)f)->name;
}

static bool has_pbx(const struct joint *j, struct slice name)
{
    const char *at;
    for (size_t i = 0; (at = pbx_name_at(i, j)) != NULL; i++) {
        if (slice_eq_nocase(slice_of(at), name))
            return true;
    }
    return false;
}

/* "no PBX is called 'genova': there are geneva, lyon and zurich" */
static bool unknown_pbx(const struct joint *j, struct slice name, struct err *err)
{
    struct buf list = BUF_INIT(SENTENCE_MAX);
    const char *at;
    for (size_t i = 0; (at = pbx_name_at(i, j)) != NULL; i++)
        (void)buf_addf(&list, "%s%.64s", i == 0 ? "" : pbx_name_at(i + 1, j) == NULL ? " and " : ", ", at);
    bool is_one = pbx_name_at(1, j) == NULL;
    (void)err_set(err, ERR_USAGE, "no PBX is called '%.*s': there %s %s", SLICE_FMT(name), is_one ? "is" : "are", list.len > 0 ? buf_slice(&list).p : "none yet");
    buf_clear(&list);
    return false;
}

static unsigned run_pbx(struct app *a, const struct command *c, struct command_fault *fault)
{
    struct slice name = c->count > 0 ? c->word[0].text : SLICE("");
    if (name.n > 0 && name.p[0] == '@')
        name = (struct slice){ name.p + 1, name.n - 1 };
    bool is_all = name.n == 0 || slice_eq(name, SLICE("*"));
    if (!is_all && !has_pbx(a->joint, name)) {
        (void)unknown_pbx(a->joint, name, &fault->err);
        return wrong(fault, c, 0);
    }
    (void)app_show(a, is_all ? (struct slice){ NULL, 0 } : name, joint_is_merged(a->joint));
    return app_notice(a, is_all ? SLICE("All PBXs.") : SLICE("Only this PBX: totals, alarms and every list are its own. @ alone shows all again."), false);
}

static unsigned run_merge(struct app *a, const struct command *c, struct command_fault *fault)
{
    (void)fault;
    bool is_on = c->count > 0 ? slice_eq(c->word[0].text, SLICE("on")) : !joint_is_merged(a->joint);
    return is_on != joint_is_merged(a->joint) ? app_act(a, ACTION_MERGE) : (unsigned)APP_PAINT;
}

static unsigned run_orders(struct app *a, const struct command *c, struct command_fault *fault)
{
    (void)fault;
    return app_act(a, c->id == COMMAND_ORDERS ? ACTION_SCREEN_ORDERS : c->id == COMMAND_UNDO ? ACTION_ORDER_UNDO : ACTION_ORDER_REDO);
}

static bool is_order(enum command_id id)
{
    return (command_table[id].where & COMMAND_ORDER) != 0;
}

static unsigned run_order(struct app *a, const struct command *c, struct command_fault *fault)
{
    return app_hands_run(a, c, &fault->err) ? APP_PAINT : wrong(fault, c, 0);
}

static const struct {
    unsigned (*run)(struct app *a, const struct command *c, struct command_fault *fault);
} rows[COMMAND_COUNT] = {
    [COMMAND_QUIT] = { run_quit },     [COMMAND_HELP] = { run_help },     [COMMAND_VIEW] = { run_view },       [COMMAND_QUEUE] = { run_queue },
    [COMMAND_AGENT] = { run_agent },   [COMMAND_FILTER] = { run_filter }, [COMMAND_FIND] = { run_find },       [COMMAND_SORT] = { run_sort },
    [COMMAND_COLUMNS] = { run_columns }, [COMMAND_THEME] = { run_theme }, [COMMAND_PROFILE] = { run_profile }, [COMMAND_SAVE] = { run_save }, [COMMAND_SAVE_OVER] = { run_save }, [COMMAND_KEYMAP] = { run_keymap },   [COMMAND_MOUSE] = { run_mouse },
    [COMMAND_AT] = { run_at },         [COMMAND_NEXT] = { run_next },     [COMMAND_PREVIOUS] = { run_previous }, [COMMAND_LIVE] = { run_live },
    [COMMAND_WRITE] = { run_write },   [COMMAND_LAYOUT] = { run_layout }, [COMMAND_GO] = { run_go },         [COMMAND_GROUP] = { run_group },     [COMMAND_TAG] = { run_tag },
    [COMMAND_ORDERS] = { run_orders }, [COMMAND_UNDO] = { run_orders }, [COMMAND_REDO] = { run_orders },
    [COMMAND_MERGE] = { run_merge },   [COMMAND_PBX] = { run_pbx },
};
_Static_assert(sizeof rows / sizeof rows[0] == COMMAND_COUNT, "a place for each command");

bool app_command_is_known(enum command_id id)
{
    return rows[id].run != NULL || is_order(id);
}

unsigned app_command_run(struct app *a, const struct command *c, struct command_fault *fault)
{
    if (!app_allows(a, c->id, &fault->err))
        return 0;
    return is_order(c->id) ? run_order(a, c, fault) : rows[c->id].run(a, c, fault);
}
