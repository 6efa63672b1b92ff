/* SPDX-License-Identifier: MIT */
/* app_offer: the names of agents, telephones and queues that could stand in the line of commands. Who serves the queue of an "add" already comes
 * last and dim, and so do the queues that an agent cannot come into, or out of; a telephone with which nobody serves is offered where somebody can come into a queue. */
#include "tui/app_parts.h"

#include "core/base/map.h"
#include "core/base/mem.h"
#include "core/base/sum.h"
#include "core/base/utf8.h"

#include <stdlib.h>

static bool begins(struct slice word, struct slice typed)
{
    return word.n >= typed.n && slice_eq_nocase((struct slice){ word.p, typed.n }, typed);
}

/* Do both begin with the same letters, whatever their marks? */
static bool begins_plain(struct slice word, struct slice typed)
{
    size_t at = 0;
    for (size_t k = 0; k < typed.n;) {
        uint32_t c = at < word.n ? utf8_next(word, &at) : 0, wanted = utf8_next(typed, &k);
        if (view_lower(c) != view_lower(wanted) && utf8_fold(view_lower(c)) != view_lower(wanted))
            return false;
    }
    return true;
}

/* Does one of the words of a name begin so? A surname is what one knows of many. */
static bool has_word(struct slice name, struct slice typed)
{
    bool has = false;
    for (size_t i = 0; i < name.n && !has && typed.n > 0; i++)
        has = (i == 0 || name.p[i - 1] == ' ' || name.p[i - 1] == '-') && begins_plain((struct slice){ name.p + i, name.n - i }, typed);
    return has;
}

void app_offer_word(const struct offering *o, struct slice word, const char *help)
{
    struct buf text = BUF_INIT(1024);
    if (o->is_quoted)
        (void)buf_addf(&text, "\"%.*s\"", SLICE_FMT(word));
    else
        command_add_word(&text, word);
    prompt_offer(o->out, buf_slice(&text), help);
    buf_clear(&text);
}

void app_offer(const struct offering *o, struct slice word, const char *help)
{
    if (word.n > 0 && begins(word, o->typed))
        app_offer_word(o, word, help);
}

/* ---- those that cannot be chosen ---- */

struct offering_place {
    const struct offering *o;
    const struct app *a;
    const struct store *all;
    const struct idmap *in; /* agents, or queues, that need not be chosen: they come last; NULL: there are none */
    const char *why;
};

/* Each as he is on his PBX. */
static const struct store *store_for(const struct app *a, enum fact_kind kind)
{
    const struct view *v = &a->view;
    return kind != FACT_QUEUE && v->joint != NULL && joint_is_merged(v->joint) ? view_whole(v) : v->store;
}

static bool is_in(const struct offering_place *p, uint64_t id)
{
    return p->in != NULL && idmap_get(p->in, id) != NULL;
}

/* is_his: what was typed is another word of his. */
static void put(const struct offering_place *p, enum fact_kind kind, const struct fact *f, const char *name, const char *help, bool is_his)
{
    struct buf word = BUF_INIT(1024);
    const struct fact_pbx *pbx = p->a->view.has_many_pbx ? view_pbx(&p->a->view, kind, f) : NULL;
    (void)buf_addf(&word, "%s%s%s", name, pbx != NULL ? "@" : "", pbx != NULL && pbx->name != NULL ? pbx->name : "");
    if (word.len > 0 && (is_his || begins(buf_slice(&word), p->o->typed)))
        app_offer_word(p->o, buf_slice(&word), help);
    buf_clear(&word);
}

static void put_dim(const struct offering_place *p, enum fact_kind kind, const struct fact *f, const char *name, const char *why, bool is_his)
{
    size_t before = prompt_offer_count(p->o->out);
    put(p, kind, f, name, why, is_his);
    if (prompt_offer_count(p->o->out) > before)
        prompt_offer_dim(p->o->out);
}

/* Part of a word of his that is not what is offered; nothing is everybody's, by name. */
static bool is_word(const struct offering_place *p, const char *word)
{
    return p->o->typed.n > 0 && word != NULL && begins(slice_of(word), p->o->typed);
}

/* ---- the line ---- */

static bool is_called(const char *name, struct slice word)
{
    return name != NULL && slice_eq_nocase(slice_of(name), word);
}

/* Without the "@PBX" behind it: what is dim there is looked at twice. */
static struct slice head_of(struct slice word)
{
    for (size_t i = word.n; i > 0; i--) {
        if (word.p[i - 1] == '@' && memchr(word.p, '/', word.n) == NULL)
            return (struct slice){ word.p, i - 1 };
    }
    return word;
}

static void note_members(const struct store *all, uint64_t queue, struct idmap *in)
{
    for (const struct fact *f = NULL; (f = store_child(all, FACT_MEMBER, queue, f)) != NULL;)
        (void)idmap_put(in, ((const struct fact_member *)(const void *)f)->agent, in);
}

static bool is_queue_called(const struct fact_queue *q, struct slice word)
{
    return is_called(q->name, head_of(word)) || is_called(q->alias, head_of(word)) || is_called(q->name, word);
}

static bool is_agent_called(const struct fact_agent *f, struct slice word)
{
    struct slice head = head_of(word);
    return is_called(f->interface, word) || is_called(f->interface, head) || is_called(f->extension, head) || is_called(f->name, head);
}

/* The first word of a line behind the command's name, or (option) the value of this option, its quotes taken off, into `out`. */
static bool word_in(struct slice line, const char *option, struct buf *out)
{
    struct command c;
    struct command_fault ignored;
    struct slice word = { NULL, 0 };
    (void)!command_parse(line, COMMAND_CONSOLE, &c, &ignored); /* it is not whole yet */
    bool ok = (option != NULL ? command_option(&c, option, &word) : command_positional(&c, 0, &word)) && word.n > 0 && buf_add(out, word);
    command_clear(&c);
    return ok;
}

/* ---- agents ---- */

enum which { EVERYBODY, FREE, NOT_FREE };

static bool is_which(enum which which, const struct fact_agent *agent)
{
    return which == EVERYBODY || (agent->state == AGENT_READY) == (which == FREE);
}

/* What he does, and which device is his. */
static void put_agent(const struct offering_place *p, const struct fact_agent *agent, const char *name, bool is_his)
{
    struct buf help = BUF_INIT(1024);
    bool is_known = agent->state >= 0 && agent->state < AGENT_STATE_COUNT;
    (void)buf_addf(&help, "%-11s  %s", is_known ? view_agent_looks[agent->state].word : "", agent->interface != NULL ? agent->interface : "");
    put(p, FACT_AGENT, (const void *)agent, name, help.data, is_his);
    buf_clear(&help);
}

static void put_agents(const struct offering_place *p, bool are_in, enum which which)
{
    const struct fact *f;
    size_t before = prompt_offer_count(p->o->out);
    for (size_t at = 0; (f = store_each(p->all, FACT_AGENT, &at)) != NULL;) {
        const struct fact_agent *agent = (const void *)f;
        const char *name = agent->name != NULL ? agent->name : agent->interface;
        if (is_in(p, f->id) != are_in || name == NULL || !is_which(which, agent))
            continue;
        bool is_his = is_word(p, agent->extension) || has_word(slice_of(name), p->o->typed);
        if (are_in)
            put_dim(p, FACT_AGENT, f, name, p->why, is_his);
        else
            put_agent(p, agent, name, is_his);
    }
    prompt_offers_sort(p->o->out, before);
}

/* Whose devices serve on this PBX; to be freed. */
static struct map *devices_of(const struct store *all, uint64_t pbx)
{
    struct map *m = map_new(true);
    const struct fact *f;
    for (size_t at = 0; (f = store_each(all, FACT_AGENT, &at)) != NULL;) {
        const struct fact_agent *agent = (const void *)f;
        if (agent->pbx == pbx && agent->interface != NULL)
            (void)map_put(m, slice_of(agent->interface), (void *)(uintptr_t)agent);
    }
    return m;
}

static void put_phone(const struct offering_place *p, const struct fact *f)
{
    const struct fact_endpoint *e = (const void *)f;
    const char *name = e->called != NULL ? e->called : e->name;
    bool is_his = is_word(p, e->name) || is_word(p, e->extension) || is_word(p, e->interface);
    if (e->reachable == 0)
        put_dim(p, FACT_ENDPOINT, f, name, "serves in no queue; its telephone is not registered", is_his);
    else
        put(p, FACT_ENDPOINT, f, name, "serves in no queue", is_his);
}

/* Of this PBX, those with which nobody serves. */
static void each_phone(const struct offering_place *p, uint64_t pbx, void (*each)(const struct offering_place *p, const struct fact *f))
{
    const struct fact *f;
    struct map *serving = devices_of(p->all, pbx);
    for (const struct fact *after = NULL; (f = store_child(p->all, FACT_ENDPOINT, pbx, after)) != NULL; after = f) {
        if (map_get(serving, slice_of(((const struct fact_endpoint *)(const void *)f)->interface)) == NULL)
            each(p, f);
    }
    map_free(serving);
}

static void each_idle_phone(const struct offering_place *p, void (*each)(const struct offering_place *p, const struct fact *f))
{
    const struct fact *f;
    size_t before = prompt_offer_count(p->o->out);
    for (size_t at = 0; store_count(p->all, FACT_ENDPOINT) > 0 && (f = store_each(p->all, FACT_PBX, &at)) != NULL;)
        each_phone(p, f->id, each);
    prompt_offers_sort(p->o->out, before);
}

static void put_device(const struct offering_place *p, const struct fact *f)
{
    struct buf device = BUF_INIT(256);
    const struct fact_endpoint *e = (const void *)f;
    (void)buf_addf(&device, "PJSIP/%s", e->name);
    app_offer(p->o, buf_slice(&device), e->called != NULL ? e->called : "a telephone; its owner serves in no queue");
    buf_clear(&device);
}

/* The devices of the agents, as they are on their PBX, and those of nobody: which come first where one's own is asked for; none of them is
 * only a way to a phone then. Who is listened to has no part in it: nobody hears a call on its own phone. */
void app_offer_phones(const struct offering *o, const struct app *a, struct slice text, bool is_own)
{
    struct offering_place p = { .o = o, .a = a, .all = a->view.store };
    const struct fact *f;
    struct buf other = BUF_INIT(1024);
    bool has_other = is_own && word_in(text, NULL, &other);
    if (is_own)
        each_idle_phone(&p, put_device);
    size_t before = prompt_offer_count(o->out);
    for (size_t at = 0; (f = store_each(p.all, FACT_AGENT, &at)) != NULL;) {
        const struct fact_agent *agent = (const void *)f;
        bool is_other = has_other && is_agent_called(agent, buf_slice(&other));
        if (!is_other && (!is_own || !slice_starts(slice_of(agent->interface), SLICE("Local/"))))
            app_offer(o, slice_of(agent->interface), agent->name);
    }
    buf_clear(&other);
    prompt_offers_sort(o->out, before);
    if (!is_own)
        each_idle_phone(&p, put_device);
}

/* ---- the other one of "add AGENT QUEUE" ---- */

/* Who serves the queue of this name. */
static void note_agents(const struct store *all, struct slice word, struct idmap *in)
{
    const struct fact *f;
    for (size_t at = 0; (f = store_each(all, FACT_QUEUE, &at)) != NULL;) {
        const struct fact_queue *q = (const void *)f;
        if (is_queue_called(q, word))
            note_members(all, f->id, in);
    }
}

/* Why nobody can be taken out of the queue to which this belongs; NULL: he can. */
static const char *why_stays(const struct fact_member *m)
{
    return m->membership == MEMBERSHIP_STATIC ? "is in it by queues.conf: pause instead" : m->membership == MEMBERSHIP_REALTIME ? "is in it by a database: pause instead" : NULL;
}

static const char is_here[] = "";

/* In which queues the agent of this name is: each with is_here, or (leaves) with why he stays there. */
static void note_queues(const struct store *all, struct slice word, bool leaves, struct idmap *in)
{
    const struct fact *f;
    struct slice head = head_of(word);
    for (size_t at = 0; (f = store_each(all, FACT_MEMBER, &at)) != NULL;) {
        const struct fact_member *m = (const void *)f;
        bool is_his = is_called(m->interface, word) || is_called(m->extension, head) || is_called(m->name, head) || is_called(m->alias, head);
        size_t device = m->interface != NULL ? strlen(m->interface) : 0;
        const char *why = leaves ? why_stays(m) : NULL;
        if (is_his || (word.n > device && device > 0 && word.p[device] == '@' && is_called(m->interface, (struct slice){ word.p, device })))
            (void)idmap_put(in, m->queue, (void *)(uintptr_t)(why != NULL ? why : is_here));
    }
}

/* The first word of "add" + text. */
static bool first_word(struct slice text, struct buf *out)
{
    struct buf line = BUF_INIT(COMMAND_LINE_MAX);
    (void)buf_addf(&line, "%s ", command_table[COMMAND_ADD].name);
    (void)buf_add(&line, text);
    bool ok = word_in(buf_slice(&line), NULL, out);
    buf_clear(&line);
    return ok;
}

static bool is_arg_of_add(const struct command_place *place, size_t i)
{
    return place->arg == &command_table[COMMAND_ADD].arg[i];
}

void app_offer_agents(const struct offering *o, const struct app *a, struct slice text, size_t cursor, const struct command_place *place)
{
    struct offering_place p = { .o = o, .a = a, .all = store_for(a, FACT_AGENT), .why = "serves there already" };
    struct buf queue = BUF_INIT(1024);
    struct idmap *in = idmap_new();
    bool can_come = is_arg_of_add(place, 0) || place->arg == &command_table[COMMAND_LOGIN].arg[0] || (place->arg != NULL && place->arg->option != NULL);
    if (is_arg_of_add(place, 0) && cursor <= text.n && first_word((struct slice){ text.p + cursor, text.n - cursor }, &queue))
        note_agents(p.all, buf_slice(&queue), in);
    p.in = in;
    bool is_rung = place->arg == &command_table[COMMAND_SEND].arg[1] || (place->arg != NULL && place->arg->option != NULL);
    put_agents(&p, false, is_rung ? FREE : EVERYBODY); /* who can take a call at once comes first where one is sent */
    if (is_rung)
        put_agents(&p, false, NOT_FREE);
    if (can_come)
        each_idle_phone(&p, put_phone); /* behind the agents: of most nobody knows whose they are */
    put_agents(&p, true, EVERYBODY);
    idmap_free(in);
    buf_clear(&queue);
}

/* ---- queues ---- */

/* Which queues an order can be about: those that the agent of the line serves, or the others. */
static const struct queue_arg {
    enum command_id command;
    size_t arg;
    bool is_his, leaves; /* leaves: he is taken out of it */
    const char *agent;   /* the option that says who he is; NULL: the first word does */
} queue_args[] = {
    { COMMAND_ADD, 1, false, false, NULL },   { COMMAND_MOVE, 1, true, true, NULL },      { COMMAND_MOVE, 2, false, false, NULL },
    { COMMAND_REMOVE, 1, true, true, NULL },  { COMMAND_ROLE, 1, true, false, NULL },     { COMMAND_RINGINUSE, 1, true, false, NULL },
    { COMMAND_CANCEL, 1, true, false, NULL }, { COMMAND_PAUSE, 1, true, false, NULL },    { COMMAND_UNPAUSE, 1, true, false, NULL },
    { COMMAND_TAKE, 0, false, false, "--to" },
};

static const struct queue_arg *queue_arg_of(const struct command_place *place)
{
    for (size_t i = 0; i < sizeof queue_args / sizeof queue_args[0]; i++) {
        if (place->arg == &command_table[queue_args[i].command].arg[queue_args[i].arg])
            return &queue_args[i];
    }
    return NULL;
}

/* Why this queue is not to be chosen; NULL: it is. `arg` NULL, or `in` empty: each may be. */
static const char *why_not(const struct queue_arg *arg, const struct idmap *in, uint64_t queue)
{
    const char *note = idmap_get(in, queue);
    if (arg == NULL || idmap_count(in) == 0)
        return NULL;
    if (!arg->is_his)
        return note != NULL ? "is in it already" : NULL;
    return note == NULL ? "is not in it" : note != is_here ? note : NULL;
}

static void put_queues(const struct offering_place *p, const struct queue_arg *arg, bool can)
{
    const struct fact *f;
    size_t before = prompt_offer_count(p->o->out);
    for (size_t at = 0; (f = store_each(p->all, FACT_QUEUE, &at)) != NULL;) {
        const char *name = ((const struct fact_queue *)(const void *)f)->name, *why = why_not(arg, p->in, f->id);
        if ((why == NULL) == can && name != NULL)
            (can ? put : put_dim)(p, FACT_QUEUE, f, name, why, false);
    }
    prompt_offers_sort(p->o->out, before);
}

void app_offer_queues(const struct offering *o, const struct app *a, struct slice text, const struct command_place *place)
{
    struct offering_place p = { .o = o, .a = a, .all = store_for(a, FACT_QUEUE) };
    const struct queue_arg *arg = queue_arg_of(place);
    struct buf agent = BUF_INIT(1024);
    struct idmap *in = idmap_new();
    struct slice before = { text.p, place->from < text.n ? place->from : text.n };
    if (arg != NULL && word_in(arg->agent != NULL ? text : before, arg->agent, &agent))
        note_queues(p.all, buf_slice(&agent), arg->leaves, in);
    p.in = in;
    put_queues(&p, arg, true);
    put_queues(&p, arg, false);
    idmap_free(in);
    buf_clear(&agent);
}

/* ---- callers ---- */

static int by_wait(const void *a, const void *b)
{
    const struct fact_caller *x = *(const struct fact_caller *const *)a, *y = *(const struct fact_caller *const *)b;
    return x->joined != y->joined ? (x->joined > y->joined) - (x->joined < y->joined) : (x->rank > y->rank) - (x->rank < y->rank);
}

static void put_caller(const struct offering *o, const struct app *a, const struct fact_caller *caller, const struct fact_queue *q)
{
    struct buf help = BUF_INIT(1024);
    (void)buf_add(&help, SLICE("waits "));
    view_add_duration(&help, sum_sub(view_now(&a->view, FACT_CALLER, (const void *)caller), caller->joined));
    (void)buf_addf(&help, " in %s", q != NULL && q->name != NULL ? q->name : "-");
    (void)buf_addf(&help, "  %s  %s", caller->number != NULL ? caller->number : "", caller->name != NULL ? caller->name : "");
    bool is_his = o->typed.n > 0 && ((caller->number != NULL && begins(slice_of(caller->number), o->typed)) || has_word(slice_of(caller->name), o->typed));
    if (is_his)
        app_offer_word(o, slice_of(caller->uniqueid), help.data);
    else
        app_offer(o, slice_of(caller->uniqueid), help.data);
    buf_clear(&help);
}

/* By Uniqueid, which names nobody else; who waits longest comes first, and of "take QUEUE" only who waits there. */
void app_offer_callers(const struct offering *o, const struct app *a, struct slice text, const struct command_place *place)
{
    const struct store *all = a->view.store;
    const struct fact_caller **caller = mem_array(store_count(all, FACT_CALLER) + 1, sizeof *caller);
    const struct fact *f;
    struct buf word = BUF_INIT(1024);
    size_t count = 0;
    bool is_one = place->arg == &command_table[COMMAND_TAKE].arg[1] && word_in(text, NULL, &word);
    for (size_t at = 0; (f = store_each(all, FACT_CALLER, &at)) != NULL;) {
        const struct fact_caller *c = (const void *)f;
        const struct fact_queue *q = (const void *)store_get(all, FACT_QUEUE, c->queue);
        if (c->uniqueid != NULL && (!is_one || (q != NULL && is_queue_called(q, buf_slice(&word)))))
            caller[count++] = c;
    }
    qsort(caller, count, sizeof *caller, by_wait);
    for (size_t i = 0; i < count; i++)
        put_caller(o, a, caller[i], (const void *)store_get(all, FACT_QUEUE, caller[i]->queue));
    mem_free(caller);
    buf_clear(&word);
}
