/* SPDX-License-Identifier: MIT */
/* app_line: the line of commands: what is offered while it is typed, and what comes of Enter. A line that is wrong stays,
 * with the place marked; one that was done goes into the history. What commands do: app_commands.c. */
#include <stdio.h>

#include "core/base/mem.h"
#include "tui/app_parts.h"

#include "core/config/profile.h"
#include "tui/embed.h"
#include "tui/explain.h"
#include "tui/names.h"

static bool begins(struct slice word, struct slice typed)
{
    return word.n >= typed.n && slice_eq_nocase((struct slice){ word.p, typed.n }, typed);
}

/* What may not be done here stands there dim, with the reason. */
static void offer_commands(const struct offering *o, const struct app *a)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        struct err err = ERR_INIT;
        if ((command_table[i].where & COMMAND_CONSOLE) == 0)
            continue;
        bool may = app_allows(a, (enum command_id)i, &err);
        size_t before = prompt_offer_count(o->out);
        app_offer(o, slice_of(command_table[i].name), may ? command_table[i].help : err.text);
        if (!may && prompt_offer_count(o->out) > before)
            prompt_offer_dim(o->out);
    }
}

static void offer_choices(const struct offering *o, const char *choices)
{
    for (struct slice rest = slice_of(choices); rest.p != NULL;)
        app_offer(o, slice_cut(rest, '|', &rest), NULL);
}

/* With what stands over it, and what it means in people's words. */
static void offer_column(const struct offering *o, enum fact_kind kind, const struct column *c)
{
    struct buf help = BUF_INIT(2048);
    if (c->title[0] != '\0')
        (void)buf_addf(&help, "%s: ", c->title);
    explain_meaning(kind, c, &help);
    app_offer_word(o, slice_of(c->id), help.len > 0 ? help.data : "");
    buf_clear(&help);
}

static void offer_columns(const struct offering *o, struct app *a)
{
    struct table *t = deck_table(a->deck);
    struct column_set set = t != NULL ? column_set(table_kind(t)) : (struct column_set){ NULL, 0 };
    bool is_id = false;
    for (size_t i = 0; i < set.count; i++) {
        if (set.at[i].drop < 250 && begins(slice_of(set.at[i].id), o->typed)) {
            offer_column(o, table_kind(t), &set.at[i]);
            is_id = true;
        }
    }
    for (size_t i = 0; i < set.count && !is_id; i++) { /* "sl": what stands over it */
        if (set.at[i].drop < 250 && set.at[i].title[0] != '\0' && slice_eq_nocase(slice_of(set.at[i].title), o->typed))
            offer_column(o, table_kind(t), &set.at[i]);
    }
}

static void offer_screens(const struct offering *o)
{
    for (size_t i = 0; i < SCREEN_COUNT; i++) {
        if (screen_table[i].subject == FACT_COUNT)
            app_offer(o, slice_of(screen_table[i].name), screen_table[i].action != ACTION_NONE ? action_table[screen_table[i].action].help : screen_table[i].title);
    }
}

static void offer_name(void *context, struct slice name, const char *help)
{
    app_offer(context, name, help);
}

/* Those that are shipped, the user's own, and files where a path is typed. */
static void offer_files(struct offering *o, const struct embed_row *row, const char *folder, bool is_closed)
{
    if (row == embed_themes)
        app_offer(o, SLICE("auto"), "default, or light where the terminal's ground is");
    if (!is_closed && o->typed.n > 0 && memchr(o->typed.p, '/', o->typed.n) != NULL) {
        names_files(o->typed, offer_name, o);
        return;
    }
    for (; row->name != NULL; row++)
        app_offer(o, slice_of(row->name), row->help);
    if (!is_closed)
        names_own(folder, offer_name, o);
}

static void offer_profile(void *context, const char *name, const char *path)
{
    app_offer(context, slice_of(name), path);
}

/* The names of all PBXs; typed behind an '@' they have one as well. */
static void offer_pbxs(const struct offering *o, const struct app *a)
{
    const struct fact *f;
    bool has_at = o->typed.n > 0 && o->typed.p[0] == '@';
    for (size_t at = 0; (f = store_each(joint_whole(a->joint), FACT_PBX, &at)) != NULL;) {
        struct buf word = BUF_INIT(1024);
        (void)buf_addf(&word, "%s%s", has_at ? "@" : "", ((const struct fact_pbx *)(const void *)f)->name);
        app_offer(o, buf_slice(&word), "only this PBX");
        buf_clear(&word);
    }
    if (joint_pbx(a->joint) != NULL)
        app_offer(o, has_at ? SLICE("@*") : SLICE("*"), "all PBXs");
}

static void offer_roles(const struct offering *o, const struct settings *s)
{
    for (size_t i = 0; s != NULL && i < s->role_count; i++) {
        char help[64];
        (void)snprintf(help, sizeof help, "penalty %lld", (long long)s->role[i].penalty);
        app_offer(o, slice_of(s->role[i].name), help);
    }
}

static void offer_sets(const struct offering *o, const struct settings *s)
{
    for (size_t i = 0; s != NULL && i < s->set_count; i++)
        app_offer(o, slice_of(s->set[i].name), "queues that are configured as a set");
}

/* Is it the reason of somebody before `end` in the list? Several are paused for the same. */
static bool is_reason_before(const struct view *v, size_t end, const char *reason)
{
    const struct fact *f;
    for (size_t at = 0; (f = store_each(v->store, FACT_AGENT, &at)) != NULL && at < end;) {
        const char *other = ((const struct fact_agent *)(const void *)f)->paused_reason;
        if (other != NULL && slice_eq_nocase(slice_of(other), slice_of(reason)))
            return true;
    }
    return false;
}

/* Those of the configuration; where it has none, those that are in use now, each once. */
static void offer_reasons(const struct offering *o, const struct view *v)
{
    const struct settings *s = v->settings;
    const struct fact *f;
    for (size_t i = 0; s != NULL && i < s->reason_count; i++)
        app_offer(o, slice_of(s->reason[i].name), s->reason[i].kind);
    for (size_t at = 0; (s == NULL || s->reason_count == 0) && (f = store_each(v->store, FACT_AGENT, &at)) != NULL;) {
        const char *reason = ((const struct fact_agent *)(const void *)f)->paused_reason;
        if (reason != NULL && !is_reason_before(v, at, reason))
            app_offer(o, slice_of(reason), "a reason in use now");
    }
}

/* By Uniqueid, which names nobody else; beside it who that is. */
static void offer_calls(const struct offering *o, const struct view *v)
{
    const enum fact_kind kind = FACT_CALL;
    const struct fact_field *id = fact_field_named(kind, SLICE("uniqueid")), *number = fact_field_named(kind, SLICE("number")), *name = fact_field_named(kind, SLICE("name"));
    const struct fact *f;
    for (size_t at = 0; (f = store_each(v->store, kind, &at)) != NULL;) {
        struct buf help = BUF_INIT(1024);
        const char *uniqueid = fact_text(f, id), *caller = fact_text(f, number), *called = fact_text(f, name);
        (void)buf_addf(&help, "%s%s%s", caller != NULL ? caller : "", caller != NULL && called != NULL ? "  " : "", called != NULL ? called : "");
        bool is_number = uniqueid != NULL && caller != NULL && o->typed.n > 0 && begins(slice_of(caller), o->typed);
        if (is_number)
            app_offer_word(o, slice_of(uniqueid), help.len > 0 ? help.data : "");
        else if (uniqueid != NULL)
            app_offer(o, slice_of(uniqueid), help.len > 0 ? help.data : "");
        buf_clear(&help);
    }
}

static void offer_durations(const struct offering *o)
{
    static const char *const some[] = { "5m", "10m", "15m", "30m", "1h" };
    for (size_t i = 0; i < sizeof some / sizeof some[0]; i++)
        app_offer(o, slice_of(some[i]), NULL);
}

static void offer_times(const struct offering *o)
{
    static const struct {
        const char *word, *help;
    } some[] = { { "-1m", "a minute before the instant that is shown; now, when this is live" }, { "-5m", "five minutes before it" },
                 { "+1m", "a minute after it" }, { "start", "as far back as can be shown" } };
    for (size_t i = 0; i < sizeof some / sizeof some[0]; i++)
        app_offer(o, slice_of(some[i].word), some[i].help);
}

/* "--for", once something of it was typed: the words of an order come first. */
static void offer_options(const struct offering *o, struct slice text)
{
    struct slice rest, name = slice_cut(slice_trim(text), ' ', &rest);
    enum command_id id;
    if (o->typed.n == 0 || o->typed.p[0] != '-' || !command_find(name, COMMAND_CONSOLE, &id, NULL))
        return;
    for (size_t i = 0; i < COMMAND_ARGS_MAX && command_table[id].arg[i].kind != COMMAND_ARG_NONE; i++) {
        if (command_table[id].arg[i].option != NULL)
            app_offer(o, slice_of(command_table[id].arg[i].option), command_table[id].arg[i].name);
    }
}

static void offer_words(void *context, struct slice text, size_t cursor, struct prompt_offers *out)
{
    struct app *a = context;
    struct command_place place = command_place(text, cursor, COMMAND_CONSOLE);
    struct offering o = { .out = out, .typed = place.typed, .is_quoted = place.quote != '\0' };
    prompt_offers_from(out, place.from);
    offer_options(&o, text);
    if (place.kind == COMMAND_ARG_QUEUE && place.arg->is_optional && place.arg[1].kind == COMMAND_ARG_REASON)
        offer_reasons(&o, &a->view); /* "pause 401 lunch": the queue may be left out */
    if (place.kind == COMMAND_ARG_REST && place.arg == command_table[COMMAND_AT].arg)
        offer_times(&o);
    switch (place.kind) {
    case COMMAND_ARG_COMMAND: offer_commands(&o, a); break;
    case COMMAND_ARG_CHOICE: offer_choices(&o, place.arg->name); break;
    case COMMAND_ARG_QUEUE: app_offer_queues(&o, a, text, &place); break;
    case COMMAND_ARG_AGENT: app_offer_agents(&o, a, text, cursor, &place); break;
    case COMMAND_ARG_COLUMN: offer_columns(&o, a); break;
    case COMMAND_ARG_SCREEN: offer_screens(&o); break;
    case COMMAND_ARG_THEME: offer_files(&o, embed_themes, "themes", a->is_closed); break;
    case COMMAND_ARG_FILE:
        if (!a->is_closed)
            names_files(o.typed, offer_name, &o);
        break;
    case COMMAND_ARG_PROFILE:
        if (a->view.settings != NULL && !a->is_closed)
            profile_each(a->view.settings, offer_profile, &o);
        break;
    case COMMAND_ARG_PBX: offer_pbxs(&o, a); break;
    case COMMAND_ARG_ROLE: offer_roles(&o, a->view.settings); break;
    case COMMAND_ARG_SET: offer_sets(&o, a->view.settings); break;
    case COMMAND_ARG_REASON: offer_reasons(&o, &a->view); break;
    case COMMAND_ARG_CALLER: app_offer_callers(&o, a, text, &place); break;
    case COMMAND_ARG_CALL:
        offer_calls(&o, &a->view);
        app_offer_agents(&o, a, text, cursor, &place); /* who talks names the call as well */
        break;
    case COMMAND_ARG_CALL_OR_CALLER:
        offer_calls(&o, &a->view);
        app_offer_callers(&o, a, text, &place);
        break;
    case COMMAND_ARG_PHONE: app_offer_phones(&o, a, text, place.arg->option != NULL); break;
    case COMMAND_ARG_DURATION: offer_durations(&o); break;
    case COMMAND_ARG_KEYMAP: offer_files(&o, embed_keymaps, "keymaps", a->is_closed); break;
    default: break;
    }
}

/* The device or the Uniqueid that a row gave, or the extension that somebody typed. */
static bool is_named(enum fact_kind kind, const struct fact *f, struct slice word)
{
    const char *own = fact_text(f, fact_field_named(kind, kind == FACT_AGENT ? SLICE("interface") : SLICE("uniqueid")));
    const char *short_one = own != NULL && kind == FACT_AGENT ? strrchr(own, '/') : NULL;
    return own != NULL && (slice_eq(slice_of(own), word) || (short_one != NULL && slice_eq(slice_of(short_one + 1), word)));
}

/* Who that is: what names nobody else says little to a person. */
static void add_called(const struct view *v, struct slice word, struct buf *out)
{
    static const enum fact_kind kinds[] = { FACT_AGENT, FACT_CALLER, FACT_CALL };
    const struct fact *f;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        const struct fact_field *name = fact_field_named(kinds[i], SLICE("name")), *number = fact_field_named(kinds[i], SLICE("number"));
        for (size_t at = 0; (f = store_each(v->store, kinds[i], &at)) != NULL;) {
            const char *called = fact_text(f, name), *caller = number != NULL ? fact_text(f, number) : NULL;
            if (!is_named(kinds[i], f, word) || (called == NULL && caller == NULL))
                continue;
            (void)buf_addf(out, "%s%s%s: ", called != NULL ? called : "", called != NULL && caller != NULL ? " " : "", caller != NULL ? caller : "");
            return;
        }
    }
}

/* Who its first word is, and the usage of the command. */
static void say_about(void *context, struct slice text, struct buf *out)
{
    struct app *a = context;
    struct slice rest, first = SLICE(""), name = slice_cut(text, ' ', &rest);
    struct command c;
    struct command_fault ignored;
    enum command_id id;
    uint64_t some;
    if (rest.p == NULL || !command_find(name, COMMAND_CONSOLE, &id, NULL))
        return;
    bool is_whole = command_parse(text, COMMAND_CONSOLE, &c, &ignored); /* what is not whole yet has its first words all the same */
    if ((is_whole || c.count > 0) && (command_table[id].where & COMMAND_ORDER) != 0 && command_positional(&c, 0, &first) && first.p != NULL)
        add_called(&a->view, first, out);
    size_t tagged = slice_eq(first, SLICE("*")) && deck_table(a->deck) != NULL ? table_tagged(deck_table(a->deck), &some, 1) : 0;
    if (tagged > 0) /* else it is somebody who is on several PBXs */
        (void)buf_addf(out, "%zu tagged row%s: ", tagged, tagged == 1 ? "" : "s");
    command_clear(&c);
    struct command_place place = command_place(text, text.n, COMMAND_CONSOLE);
    (void)buf_addf(out, "%s ", command_table[id].name);
    if (place.arg != NULL && place.arg->option != NULL && place.kind == COMMAND_ARG_PHONE)
        (void)buf_add(out, SLICE("on which phone? Yours rings, and is remembered"));
    else
        command_add_args(id, out);
}

static struct slice past(void *context, size_t i)
{
    const struct app *a = context;
    return a->history != NULL ? history_at(a->history, i) : (struct slice){ NULL, 0 };
}

void app_line_open(struct app *a, struct slice text, size_t cursor)
{
    a->is_commanding = true;
    prompt_open(a->prompt, &(struct prompt_setup){ .title = ":", .max = COMMAND_LINE_MAX, .cursor = cursor, .past = past, .offer = offer_words, .about = say_about, .context = a }, text);
}

static void close_line(struct app *a)
{
    a->is_commanding = false;
    prompt_close(a->prompt);
}

/* Done: it is remembered. Wrong: it stays. */
static unsigned run_line(struct app *a)
{
    struct command c;
    struct command_fault fault;
    struct err err = ERR_INIT;
    unsigned effects = 0;
    char *line = mem_text(slice_trim(prompt_text(a->prompt)));
    a->is_running = true;
    if (command_parse(slice_of(line), COMMAND_CONSOLE, &c, &fault))
        effects = app_command_run(a, &c, &fault);
    a->is_running = false;
    command_clear(&c);
    if (fault.err.kind != ERR_NONE) {
        const char *shift = prompt_text(a->prompt).p;
        size_t blanks = 0;
        while (shift[blanks] == ' ')
            blanks++;
        prompt_mark(a->prompt, fault.at + blanks, fault.n, slice_of(fault.err.text));
        prompt_go_to_mark(a->prompt);
    } else {
        close_line(a);
        if (a->history != NULL && !history_add(a->history, slice_of(line), &err))
            effects |= app_notice(a, slice_of(err.text), true);
    }
    mem_free(line);
    return effects | APP_PAINT;
}

unsigned app_line_heard(struct app *a, enum prompt_news news)
{
    if (news == PROMPT_CANCELLED || (news == PROMPT_ACCEPTED && slice_trim(prompt_text(a->prompt)).n == 0))
        close_line(a);
    else if (news == PROMPT_ACCEPTED)
        return run_line(a);
    return news == PROMPT_SAME ? 0 : APP_PAINT;
}
