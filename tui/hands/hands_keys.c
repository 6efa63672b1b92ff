/* SPDX-License-Identifier: MIT */
/* hands_keys: the table of keys that are orders, and the words that a row has for the arguments of an order. Knows no picture and
 * gives nothing. */
#include "tui/hands/hands_keys.h"

#include "core/base/mem.h"

static const struct {
    enum action action;
    enum command_id command;
    enum command_id paused; /* instead, where the row is paused; COMMAND_OPEN: the same */
} keys[] = {
    { ACTION_ORDER_PAUSE, COMMAND_PAUSE, COMMAND_UNPAUSE },
    { ACTION_ORDER_UNPAUSE, COMMAND_UNPAUSE, COMMAND_OPEN },
    { ACTION_ORDER_ADD, COMMAND_ADD, COMMAND_OPEN },
    { ACTION_ORDER_REMOVE, COMMAND_REMOVE, COMMAND_OPEN },
    { ACTION_ORDER_ROLE, COMMAND_ROLE, COMMAND_OPEN },
    { ACTION_ORDER_MOVE, COMMAND_MOVE, COMMAND_OPEN },
    { ACTION_ORDER_RINGINUSE, COMMAND_RINGINUSE, COMMAND_OPEN },
    { ACTION_ORDER_SEND, COMMAND_SEND, COMMAND_OPEN },
    { ACTION_ORDER_MOVETO, COMMAND_MOVETO, COMMAND_OPEN },
    { ACTION_ORDER_PRIORITY, COMMAND_PRIORITY, COMMAND_OPEN },
    { ACTION_ORDER_HANGUP, COMMAND_HANGUP, COMMAND_OPEN },
    { ACTION_ORDER_TRANSFER, COMMAND_TRANSFER, COMMAND_OPEN },
    { ACTION_ORDER_PARK, COMMAND_PARK, COMMAND_OPEN },
    { ACTION_ORDER_TAKE, COMMAND_TAKE, COMMAND_OPEN },
    { ACTION_ORDER_LISTEN, COMMAND_LISTEN, COMMAND_OPEN },
    { ACTION_ORDER_WHISPER, COMMAND_WHISPER, COMMAND_OPEN },
    { ACTION_ORDER_BARGE, COMMAND_BARGE, COMMAND_OPEN },
    { ACTION_ORDER_UNLISTEN, COMMAND_UNLISTEN, COMMAND_OPEN },
};
enum { KEYS = sizeof keys / sizeof keys[0] };

bool hands_key(enum action a, const struct hands_subject *s, enum command_id *command)
{
    for (size_t i = 0; i < KEYS; i++) {
        if (keys[i].action != a)
            continue;
        *command = s->is_paused && keys[i].paused != COMMAND_OPEN ? keys[i].paused : keys[i].command;
        return true;
    }
    return false;
}

bool hands_key_is_at_once(enum command_id command)
{
    return command == COMMAND_UNPAUSE || command == COMMAND_LISTEN || command == COMMAND_UNLISTEN;
}

enum action hands_key_of(enum command_id command)
{
    for (size_t i = 0; i < KEYS; i++) {
        if (keys[i].command == command)
            return keys[i].action;
    }
    return ACTION_NONE;
}

/* ---- what a row says ---- */

static void say(struct hands_subject *s, const struct store *whole, enum command_arg kind, const char *text, uint64_t pbx)
{
    const struct fact_pbx *p = store_count(whole, FACT_PBX) > 1 ? (const void *)store_get(whole, FACT_PBX, pbx) : NULL;
    struct buf word = BUF_INIT(COMMAND_LINE_MAX);
    if (text == NULL || text[0] == '\0')
        return;
    (void)buf_addf(&word, "%s%s%s", text, p != NULL ? "@" : "", p != NULL ? p->name : "");
    s->word[kind] = mem_text(buf_slice(&word));
    s->pbx = pbx;
    buf_clear(&word);
}

static void say_queue(struct hands_subject *s, const struct store *whole, uint64_t id)
{
    const struct fact_queue *q = (const void *)store_get(whole, FACT_QUEUE, id);
    if (q != NULL)
        say(s, whole, COMMAND_ARG_QUEUE, q->name, q->pbx);
}

static void say_agent(struct hands_subject *s, const struct store *whole, uint64_t id)
{
    const struct fact_agent *a = (const void *)store_get(whole, FACT_AGENT, id);
    const struct fact_call *c = a != NULL && a->call != 0 ? (const void *)store_get(whole, FACT_CALL, a->call) : NULL;
    if (a == NULL)
        return;
    say(s, whole, COMMAND_ARG_AGENT, a->interface, a->pbx);
    s->is_paused = a->memberships > 0 && a->paused_in >= a->memberships;
    if (c != NULL)
        say(s, whole, COMMAND_ARG_CALL, c->uniqueid, a->pbx);
}

static void say_caller(struct hands_subject *s, const struct store *whole, const struct fact_caller *c)
{
    const struct fact_queue *q = (const void *)store_get(whole, FACT_QUEUE, c->queue);
    say_queue(s, whole, c->queue);
    say(s, whole, COMMAND_ARG_CALLER, c->uniqueid, q != NULL ? q->pbx : 0); /* two PBXs may well give one Uniqueid: a second, and a number */
}

static void say_member(struct hands_subject *s, const struct store *whole, const struct fact_member *m)
{
    say_agent(s, whole, m->agent);
    say_queue(s, whole, m->queue);
    s->is_paused = m->paused != 0;
}

static void say_call(struct hands_subject *s, const struct store *whole, const struct fact_call *c)
{
    if (c->agent != 0)
        say_agent(s, whole, c->agent);
    mem_free(s->word[COMMAND_ARG_CALL]);
    s->word[COMMAND_ARG_CALL] = NULL;
    s->pbx = c->pbx;
    say(s, whole, COMMAND_ARG_CALL, c->uniqueid, c->pbx);
}

/* "Jo Li 079123", one of the two, or nothing. */
static void add_person(struct buf *out, const char *name, const char *number)
{
    (void)buf_addf(out, "%s%s%s", name != NULL ? name : "", name != NULL && number != NULL ? " " : "", number != NULL ? number : name == NULL ? "somebody" : "");
}

static void say_about(struct hands_subject *s, const struct store *whole, enum fact_kind kind, const struct fact *f)
{
    struct buf text = BUF_INIT(1024);
    const struct fact_member *m = (const void *)f;
    const struct fact_caller *c = (const void *)f;
    const struct fact_call *call = (const void *)f;
    uint64_t agent = kind == FACT_AGENT ? f->id : kind == FACT_MEMBER ? m->agent : kind == FACT_CALL ? call->agent : 0;
    const struct fact_agent *a = agent != 0 ? (const void *)store_get(whole, FACT_AGENT, agent) : NULL;
    uint64_t queue = kind == FACT_QUEUE ? f->id : kind == FACT_MEMBER ? m->queue : kind == FACT_CALLER ? c->queue : 0;
    const struct fact_queue *q = queue != 0 ? (const void *)store_get(whole, FACT_QUEUE, queue) : NULL;
    if (kind == FACT_CALLER)
        add_person(&text, c->name, c->number);
    if (kind == FACT_CALL) {
        (void)buf_add(&text, SLICE("the call of "));
        add_person(&text, call->name, call->number);
    }
    if (a != NULL)
        (void)buf_addf(&text, "%s%s", text.len > 0 ? " with " : "", a->name != NULL ? a->name : a->interface);
    if (q != NULL)
        (void)buf_addf(&text, "%s%s", text.len > 0 ? " in " : "", fact_queue_called(q));
    s->about = text.len > 0 ? mem_text(buf_slice(&text)) : NULL;
    buf_clear(&text);
}

void hands_subject_of(struct hands_subject *out, const struct store *whole, enum fact_kind kind, const struct fact *shown)
{
    *out = (struct hands_subject){ 0 };
    const struct fact *f = shown != NULL ? store_get(whole, kind, shown->id) : NULL; /* as it is on its own PBX */
    if (f == NULL)
        return;
    say_about(out, whole, kind, f);
    switch (kind) {
    case FACT_AGENT: say_agent(out, whole, f->id); break;
    case FACT_MEMBER: say_member(out, whole, (const void *)f); break;
    case FACT_CALLER: say_caller(out, whole, (const void *)f); break;
    case FACT_CALL: say_call(out, whole, (const void *)f); break;
    case FACT_QUEUE:
        say_queue(out, whole, f->id);
        out->is_queue = true;
        break;
    case FACT_SPY: say_agent(out, whole, ((const struct fact_spy *)(const void *)f)->agent); break;
    case FACT_PBX:
    case FACT_LINE:
    case FACT_ENDPOINT:
    case FACT_ORDER:
    case FACT_COUNT: break;
    }
}

void hands_subject_name_call(struct hands_subject *s, const struct store *whole, const char *uniqueid, uint64_t pbx)
{
    mem_free(s->word[COMMAND_ARG_CALL]);
    s->word[COMMAND_ARG_CALL] = NULL;
    say(s, whole, COMMAND_ARG_CALL, uniqueid, pbx);
}

void hands_subject_clear(struct hands_subject *s)
{
    for (size_t i = 0; i < COMMAND_ARG_COUNT; i++)
        mem_free(s->word[i]);
    mem_free(s->about);
    *s = (struct hands_subject){ 0 };
}

/* ---- lines ---- */

static const char *word_of(const struct hands_subject *s, enum command_arg kind)
{
    if (kind == COMMAND_ARG_CALL_OR_CALLER)
        kind = s->word[COMMAND_ARG_CALL] != NULL ? COMMAND_ARG_CALL : COMMAND_ARG_CALLER;
    return s->word[kind];
}

/* Whom an order is about is its first argument, but where he is an option. */
static bool is_about_agent(enum command_id command, const struct hands_subject *s)
{
    const struct command_arg_row *a = command_table[command].arg;
    for (size_t i = 0; i < COMMAND_ARGS_MAX && a[i].kind != COMMAND_ARG_NONE; i++) {
        if (a[i].option != NULL && a[i].kind == COMMAND_ARG_AGENT)
            return s->word[COMMAND_ARG_AGENT] != NULL;
    }
    return false;
}

/* What the row has for the i-th argument; NULL: it must be asked for. Where a caller, a call or an agent goes is never where it is. */
static const char *word_for(enum command_id command, const struct hands_subject *s, size_t i)
{
    const struct command_arg_row *a = command_table[command].arg;
    bool is_sent = a[0].kind == COMMAND_ARG_CALLER || a[0].kind == COMMAND_ARG_CALL || command == COMMAND_ADD;
    for (size_t before = 0; before < i; before++) /* two of a kind: the second is another one */
        is_sent = is_sent || a[before].kind == a[i].kind;
    return (i > 0 && is_sent) || (i == 0 && is_about_agent(command, s)) ? NULL : word_of(s, a[i].kind);
}

/* "--call UNIQUEID": what holds for the call that the row showed, and for no later one; "--to AGENT" is the row's, or asked for. */
static bool add_options(enum command_id command, const struct hands_subject *s, struct buf *line)
{
    const struct command_arg_row *a = command_table[command].arg;
    for (size_t i = 0; i < COMMAND_ARGS_MAX && a[i].kind != COMMAND_ARG_NONE; i++) {
        if (a[i].option == NULL || (a[i].kind != COMMAND_ARG_AGENT && (a[i].kind != COMMAND_ARG_CALL || s->word[COMMAND_ARG_CALL] == NULL)))
            continue;
        (void)buf_addf(line, " %s", a[i].option);
        if (s->word[a[i].kind] == NULL)
            return false;
        (void)buf_add_char(line, ' ');
        command_add_word(line, slice_of(s->word[a[i].kind]));
    }
    return true;
}

enum hands_fill hands_fill(enum command_id command, const struct hands_subject *s, bool is_many, struct buf *line)
{
    size_t i = 0;
    const struct command_arg_row *a = command_table[command].arg;
    bool is_whole = true;
    (void)buf_addf(line, "%s", command_table[command].name);
    for (; i < COMMAND_ARGS_MAX && a[i].kind != COMMAND_ARG_NONE && a[i].option == NULL; i++) {
        const char *word = word_for(command, s, i);
        if (i == 0 && word == NULL && command == COMMAND_ADD && !is_many && s->is_queue && s->word[COMMAND_ARG_QUEUE] != NULL) {
            (void)buf_addf(line, "  "); /* "add | sales": who comes into the queue of this row is asked for */
            command_add_name(line, slice_of(s->word[COMMAND_ARG_QUEUE]));
            return HANDS_FILL_PART;
        }
        if (word == NULL && i == 0 && (is_many || !is_about_agent(command, s)))
            return HANDS_FILL_NONE;
        if (word == NULL)
            break;
        (void)buf_add_char(line, ' ');
        if (is_many)
            (void)buf_add_char(line, '*');
        else
            command_add_name(line, slice_of(word));
    }
    if (!is_many)
        is_whole = add_options(command, s, line);
    return !is_whole || (i < COMMAND_ARGS_MAX && a[i].kind != COMMAND_ARG_NONE && !a[i].is_optional) ? HANDS_FILL_PART : HANDS_FILL_WHOLE;
}

/* What is wanted most comes first; the others follow as the table has them. */
static const enum command_id often[] = {
    COMMAND_PAUSE, COMMAND_UNPAUSE, COMMAND_LISTEN, COMMAND_WHISPER, COMMAND_BARGE, COMMAND_UNLISTEN, COMMAND_ADD, COMMAND_MOVE, COMMAND_REMOVE,
    COMMAND_TAKE, COMMAND_SEND, COMMAND_MOVETO, COMMAND_HANGUP, COMMAND_TRANSFER, COMMAND_PARK, COMMAND_HANDOVER, COMMAND_CONFERENCE,
};
enum { OFTEN = sizeof often / sizeof often[0] };

static bool is_often(enum command_id id)
{
    bool is = false;
    for (size_t i = 0; i < OFTEN && !is; i++)
        is = often[i] == id;
    return is;
}

enum command_id hands_menu(size_t i)
{
    if (i < OFTEN)
        return often[i];
    size_t left = i - OFTEN;
    for (enum command_id id = COMMAND_OPEN; id < COMMAND_COUNT; id++) {
        if ((command_table[id].where & COMMAND_ORDER) != 0 && !is_often(id) && left-- == 0)
            return id;
    }
    return COMMAND_COUNT;
}

bool hands_is_of_call(enum command_id id)
{
    enum command_arg kind = command_table[id].arg[0].kind;
    return kind == COMMAND_ARG_CALL || kind == COMMAND_ARG_CALL_OR_CALLER || kind == COMMAND_ARG_CALLER;
}

const char *hands_wants(enum command_id id)
{
    enum command_arg kind = command_table[id].arg[0].kind;
    if (id == COMMAND_TAKE)
        return "a waiting caller, a queue or an agent"; /* what is lacking is asked for */
    return kind == COMMAND_ARG_AGENT ? "an agent" : kind == COMMAND_ARG_CALLER ? "a waiting caller" : kind == COMMAND_ARG_QUEUE ? "a queue" : "a call";
}

size_t hands_gap(struct slice line)
{
    struct slice rest, name = slice_cut(line, ' ', &rest);
    return rest.n > 0 && rest.p[0] == ' ' ? name.n + 1 : 0;
}

bool hands_has_more(enum command_id command, const struct hands_subject *s)
{
    size_t said = 0;
    const struct command_arg_row *a = command_table[command].arg;
    while (said < COMMAND_ARGS_MAX && a[said].kind != COMMAND_ARG_NONE && a[said].option == NULL && word_for(command, s, said) != NULL)
        said++;
    return said < COMMAND_ARGS_MAX && a[said].kind != COMMAND_ARG_NONE && a[said].option == NULL;
}

static bool is_star(struct slice word)
{
    return slice_eq(word, SLICE("*"));
}

/* The argument in the place of a word that is no option; NULL: a value of one, or too many. */
static const struct command_arg_row *arg_at(const struct command *c, size_t word)
{
    size_t place = 0;
    for (size_t i = 0; i < c->count && i <= word; i++) {
        bool takes_next;
        if (!c->word[i].is_quoted && command_is_option(c->id, c->word[i].text, &takes_next)) {
            i += takes_next;
            continue;
        }
        const struct command_arg_row *a = &command_table[c->id].arg[place++];
        if (i == word)
            return place <= COMMAND_ARGS_MAX && a->kind != COMMAND_ARG_NONE && a->option == NULL ? a : NULL;
    }
    return NULL;
}

bool hands_is_many(const struct command *c)
{
    for (size_t i = 0; i < c->count; i++) {
        if (is_star(c->word[i].text) && arg_at(c, i) != NULL)
            return true;
    }
    return false;
}

bool hands_line_for(const struct command *c, const struct hands_subject *s, struct buf *line, const char **why)
{
    (void)buf_addf(line, "%s", command_table[c->id].name);
    for (size_t i = 0; i < c->count; i++) {
        const struct command_arg_row *a = is_star(c->word[i].text) ? arg_at(c, i) : NULL;
        (void)buf_add_char(line, ' ');
        if (a != NULL && word_of(s, a->kind) == NULL) {
            *why = a->name;
            return false;
        }
        if (a != NULL || c->word[i].is_quoted)
            command_add_name(line, a != NULL ? slice_of(word_of(s, a->kind)) : c->word[i].text);
        else
            command_add_word(line, c->word[i].text);
    }
    return true;
}
