/* SPDX-License-Identifier: MIT */
/* target: looks names up among the facts that the giver of an order may see. Every search goes over all candidates: a second one that fits as
 * well is a reason to ask, never to choose. Owns nothing. */
#include "core/control/target.h"

#include "core/base/near.h"
#include "core/control/command.h"
#include "core/floor/mask.h"

#include <stdarg.h>
#include <stdio.h>

bool target_fail(struct target_fault *fault, enum order_state state, const char *fmt, ...)
{
    char text[480];
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    fault->state = state;
    fault->is_stranger = false;
    fault->err = ERR_INIT; /* the last one counts: a name is tried in several ways */
    return err_set(&fault->err, ERR_USAGE, "%s", text);
}

/* --- PBXs ---------------------------------------------------------------------------------------------- */

static size_t count_pbxs(const struct world *w)
{
    struct world_at at = { 0, 0 };
    size_t n = 0;
    while (w->each(w->context, FACT_PBX, &at) != NULL)
        n++;
    return n;
}

/* "sales@geneva" -> "sales" and the PBX; 0 where what follows the last '@' names none. */
static uint64_t cut_pbx(const struct world *w, struct slice word, struct slice *head)
{
    struct world_at at = { 0, 0 };
    const struct fact_pbx *p;
    size_t i = word.n;
    while (i > 0 && word.p[i - 1] != '@')
        i--;
    if (i == 0)
        return 0;
    while ((p = (const void *)w->each(w->context, FACT_PBX, &at)) != NULL) {
        if (slice_eq_nocase(slice_of(p->name), (struct slice){ word.p + i, word.n - i })) {
            *head = (struct slice){ word.p, i - 1 };
            return p->id;
        }
    }
    return 0;
}

/* --- queues -------------------------------------------------------------------------------------------- */

static const char *alias_of(const struct world *w, const struct fact_queue *q)
{
    const struct fact_pbx *p = world_pbx(w, q->pbx);
    const char *alias = NULL;
    size_t place;
    (void)directory_queue(w->directory, p != NULL ? p->name : NULL, slice_of(q->name), &alias, &place);
    return alias;
}

/* By its name, or by what the configuration calls it. */
static bool is_called(const struct world *w, const struct fact_queue *q, struct slice name)
{
    const char *alias = slice_eq_nocase(slice_of(q->name), name) ? NULL : alias_of(w, q);
    return slice_eq_nocase(slice_of(q->name), name) || (alias != NULL && slice_eq_nocase(slice_of(alias), name));
}

static size_t find_queue(const struct world *w, struct slice name, uint64_t pbx, const struct fact_queue **out)
{
    struct world_at at = { 0, 0 };
    const struct fact_queue *q;
    size_t n = 0;
    while ((q = world_next_queue(w, &at)) != NULL) {
        if ((pbx == 0 || q->pbx == pbx) && is_called(w, q, name)) {
            *out = q;
            n++;
        }
    }
    return n;
}

/* Each queue twice: its name, and what the configuration calls it. */
static const char *queue_at(size_t i, const void *context)
{
    const struct world *w = context;
    struct world_at at = { 0, 0 };
    const struct fact_queue *q;
    for (size_t skip = i / 2; (q = world_next_queue(w, &at)) != NULL && skip > 0;)
        skip--;
    const char *alias = q != NULL && i % 2 == 1 ? alias_of(w, q) : NULL;
    return alias != NULL ? alias : q != NULL ? q->name : NULL;
}

const char *target_near_queue(const struct world *w, struct slice word)
{
    struct slice name = word;
    uint64_t pbx = cut_pbx(w, word, &name);
    const char *near = near_name(name, queue_at, w);
    return near != NULL || pbx == 0 ? near : "";
}

bool target_queue(const struct world *w, struct slice word, uint64_t pbx, const struct fact_queue **out, struct target_fault *fault)
{
    struct slice name = word;
    uint64_t named = cut_pbx(w, word, &name);
    size_t n = named != 0 && (pbx == 0 || named == pbx) ? find_queue(w, name, named, out) : 0;
    if (n == 0 && (named == 0 || count_pbxs(w) == 1)) /* of several PBXs the one that is named is meant, also when the queue has gone */
        n = find_queue(w, word, pbx, out);
    if (n == 1)
        return true;
    if (n > 1)
        return target_fail(fault, ORDER_WRONG, "the queue '%.*s' is on %zu PBXs: say which, as %.*s@%s", SLICE_FMT(word), n, SLICE_FMT(word),
                           world_pbx(w, (*out)->pbx)->name);
    const char *near = target_near_queue(w, word);
    if (near != NULL && *near != '\0')
        return target_fail(fault, ORDER_NO_SUCH, "there is no queue '%.*s': did you mean '%s'?", SLICE_FMT(word), near);
    return target_fail(fault, ORDER_NO_SUCH, "there is no queue '%.*s'", SLICE_FMT(word));
}

/* --- agents -------------------------------------------------------------------------------------------- */

static const struct fact_pbx *only_pbx(const struct world *w)
{
    struct world_at at = { 0, 0 };
    const struct fact_pbx *first = (const void *)w->each(w->context, FACT_PBX, &at);
    return first != NULL && w->each(w->context, FACT_PBX, &at) == NULL ? first : NULL;
}

struct live { /* who is seen on the floor, for the directory: members first, then telephones; where there is an index, those it has */
    const struct world *w;
    uint64_t pbx; /* 0: on any */
    struct slice word;
    struct world_at at, named;
    struct who_at found;
    bool is_phone, is_part, is_naming_phones;
};

static bool is_on(const struct live *l, uint64_t pbx)
{
    return l->pbx == 0 || l->pbx == pbx;
}

static bool see_member(const struct live *l, const struct fact_member *m, struct directory_seen *out)
{
    const struct fact_queue *q = l->pbx != 0 ? world_queue(l->w, m->queue) : NULL;
    *out = (struct directory_seen){ .interface = slice_of(m->interface), .name = slice_of(m->name), .state_interface = slice_of(m->state_interface), .is_part = l->is_part };
    return l->pbx == 0 || (q != NULL && q->pbx == l->pbx);
}

static bool see_phone(const struct live *l, const struct fact_endpoint *e, struct directory_seen *out)
{
    *out = (struct directory_seen){ .interface = slice_of(e->interface), .name = slice_of(e->called), .phone = slice_of(e->name), .is_part = l->is_part };
    return is_on(l, e->pbx);
}

static bool next_found(struct live *l, struct directory_seen *out)
{
    enum fact_kind kind;
    const struct fact *f;
    while ((f = l->w->who(l->w->context, l->word, l->is_part, &l->found, &kind)) != NULL) {
        bool is_seen = kind == FACT_MEMBER ? see_member(l, (const void *)f, out) : see_phone(l, (const void *)f, out);
        l->found.is_skipped = is_seen;
        if (is_seen)
            return true;
    }
    if (l->is_part)
        return false;
    l->is_part = true;
    l->found = (struct who_at){ .is_begun = false };
    return next_found(l, out);
}

static bool next_each(struct live *l, struct directory_seen *out)
{
    const struct fact_member *m;
    const struct fact_endpoint *e;
    while (!l->is_phone && (m = world_next_member(l->w, &l->at)) != NULL) {
        if (see_member(l, m, out))
            return true;
    }
    if (!l->is_phone)
        l->at = (struct world_at){ 0, 0 };
    l->is_phone = true;
    while ((e = world_next_endpoint(l->w, &l->at)) != NULL) {
        if (see_phone(l, e, out))
            return true;
    }
    return false;
}

static bool next_live(void *context, size_t *at, struct directory_seen *out)
{
    struct live *l = context;
    if ((*at)++ == 0) {
        l->at = (struct world_at){ 0, 0 };
        l->found = (struct who_at){ .is_begun = false };
        l->is_phone = l->is_part = false;
    }
    return l->w->who != NULL ? next_found(l, out) : next_each(l, out);
}

/* Called with i from 0 on, one after the other. */
static const char *name_at(void *context, size_t i)
{
    struct live *l = context;
    const struct fact_agent *a;
    const struct fact_endpoint *e;
    if (i == 0) {
        l->named = (struct world_at){ 0, 0 };
        l->is_naming_phones = false;
    }
    while (!l->is_naming_phones && (a = world_next_agent(l->w, &l->named)) != NULL) {
        if (is_on(l, a->pbx))
            return a->extension != NULL ? a->extension : a->name != NULL ? a->name : a->interface;
    }
    if (!l->is_naming_phones)
        l->named = (struct world_at){ 0, 0 };
    l->is_naming_phones = true;
    while ((e = world_next_endpoint(l->w, &l->named)) != NULL) {
        if (is_on(l, e->pbx))
            return e->name;
    }
    return NULL;
}

struct people { /* facts of those with this interface, or telephone */
    const struct world *w;
    struct slice word;
    enum fact_kind kind;
    struct who_at found;
    struct world_at at;
};

static const struct fact *next_of(struct people *p)
{
    enum fact_kind kind = p->kind;
    const struct fact *f;
    if (p->w->who == NULL)
        return p->w->each(p->w->context, p->kind, &p->at);
    while ((f = p->w->who(p->w->context, p->word, false, &p->found, &kind)) != NULL && kind != p->kind)
        ;
    return f;
}

/* It has not been asked yet, and it will be: an order waits for that (order_phones.c). */
static bool is_to_be_asked(const struct world *w, const struct fact_pbx *p)
{
    return w->ask_phones != NULL && !w->is_part && w->self == NULL && p->link == LINK_LIVE && p->endpoints_at == 0 && w->may(w->context, p->id, REQUEST_ENDPOINTS);
}

/* Only where all are in sight, and none was passed over. */
static bool lacks(void *context, struct slice phone)
{
    const struct live *l = context;
    const struct fact_pbx *p = l->pbx != 0 ? world_pbx(l->w, l->pbx) : only_pbx(l->w);
    const struct fact_endpoint *e;
    struct people all = { .w = l->w, .word = phone, .kind = FACT_ENDPOINT };
    if (p != NULL && is_to_be_asked(l->w, p))
        return true;
    if (p == NULL || p->endpoints <= 0 || p->endpoints >= FACT_ENDPOINTS_MAX || l->w->is_part || l->w->self != NULL)
        return false;
    while ((e = (const void *)next_of(&all)) != NULL) {
        if (e->pbx == p->id && slice_eq_nocase(slice_of(e->name), phone))
            return false;
    }
    return true;
}

static bool look_up(const struct world *w, uint64_t pbx, struct slice word, struct directory_entry *out, struct err *err)
{
    struct live l = { .w = w, .pbx = pbx, .word = slice_trim(word) };
    const struct fact_pbx *p = pbx != 0 ? world_pbx(w, pbx) : NULL;
    return directory_find(w->directory, p != NULL ? p->name : NULL, word, &(struct directory_live){ next_live, name_at, lacks, &l }, out, err);
}

/* How many PBXs know this interface; *out: the last one's agent. */
static size_t find_agent(const struct world *w, uint64_t pbx, const char *interface, const struct fact_agent **out)
{
    struct world_at at = { 0, 0 };
    const struct fact_agent *a;
    const struct fact_member *m;
    struct people all = { .w = w, .word = slice_of(interface), .kind = FACT_MEMBER };
    size_t n = 0;
    for (const struct fact_agent *last = NULL; w->who != NULL && (m = (const void *)next_of(&all)) != NULL;) { /* of one person one after the other */
        a = slice_eq_nocase(slice_of(m->interface), slice_of(interface)) ? world_agent(w, m->agent) : NULL;
        bool is_new = a != NULL && a != last && (pbx == 0 || a->pbx == pbx) && (n == 0 || a->pbx != (*out)->pbx);
        last = a;
        all.found.is_skipped = a != NULL;
        if (is_new)
            *out = a;
        n += is_new;
    }
    while (n == 0 && (a = world_next_agent(w, &at)) != NULL) { /* who is in no queue any more is known by his calls, perhaps */
        if ((pbx == 0 || a->pbx == pbx) && slice_eq_nocase(slice_of(a->interface), slice_of(interface))) {
            *out = a;
            n++;
        }
    }
    return n;
}

/* The telephone of somebody who would serve with this interface; of several PBXs the last one's. */
static size_t find_phone(const struct world *w, uint64_t pbx, const char *interface, const struct fact_endpoint **out)
{
    struct people all = { .w = w, .word = slice_of(interface), .kind = FACT_ENDPOINT };
    const struct fact_endpoint *e;
    size_t n = 0;
    while ((e = (const void *)next_of(&all)) != NULL) {
        if ((pbx == 0 || e->pbx == pbx) && slice_eq_nocase(slice_of(e->interface), slice_of(interface))) {
            *out = e;
            n++;
        }
    }
    return n;
}

/* On which PBX? The queue's, the one that was named, the one where he serves, or has his telephone, or the only one. */
static bool place_agent(const struct world *w, struct slice word, struct target_agent *out, struct target_fault *fault)
{
    const struct fact_agent *a = NULL;
    size_t n = find_agent(w, out->pbx, out->who.interface, &a);
    if (n > 1)
        return target_fail(fault, ORDER_WRONG, "'%.*s' is on %zu PBXs: say which, as %.*s@%s", SLICE_FMT(word), n, SLICE_FMT(word), world_pbx(w, a->pbx)->name);
    if (n == 1) {
        out->pbx = a->pbx;
        out->agent = a->id;
        (void)snprintf(out->who.interface, sizeof out->who.interface, "%s", a->interface); /* the PBX's own spelling */
    }
    const struct fact_endpoint *e = NULL;
    if (find_phone(w, out->pbx, out->who.interface, &e) == 1) {
        out->pbx = e->pbx;
        out->is_unreachable = e->reachable == 0;
        if (n == 0)
            (void)snprintf(out->who.interface, sizeof out->who.interface, "%s", e->interface);
    }
    out->pbx = out->pbx != 0 ? out->pbx : only_pbx(w) != NULL ? only_pbx(w)->id : 0;
    return out->pbx != 0 || target_fail(fault, ORDER_WRONG, "'%.*s' is in no queue: say on which PBX, as %.*s@NAME", SLICE_FMT(word), SLICE_FMT(word));
}

static bool is_seen(const struct world *w, uint64_t pbx, const char *interface)
{
    const struct fact_agent *a;
    return find_agent(w, pbx, interface, &a) > 0;
}

/* A device as it is told to who may not know numbers, "Local/089******78@out", is the one that it stands for; false: it is several. */
static bool unmask_device(const struct world *w, uint64_t pbx, struct slice word, const struct fact_agent **out)
{
    struct world_at at = { 0, 0 };
    const struct fact_agent *a;
    struct buf told = BUF_INIT(1024);
    *out = NULL;
    bool is_one = true;
    while (w->is_masked && memchr(word.p, '*', word.n) != NULL && (a = world_next_agent(w, &at)) != NULL) {
        buf_reset(&told);
        mask_device(slice_of(a->interface), &told);
        if ((pbx != 0 && a->pbx != pbx) || !slice_eq_nocase(buf_slice(&told), word) || slice_eq(buf_slice(&told), slice_of(a->interface)))
            continue;
        is_one = is_one && (*out == NULL || slice_eq_nocase(slice_of((*out)->interface), slice_of(a->interface)));
        *out = a;
    }
    buf_clear(&told);
    return is_one;
}

/* What follows the last '@' is the PBX where there is one of that name; but "Local/401@geneva" who is seen on the only PBX is himself. */
static bool find_word(const struct world *w, struct slice word, uint64_t pbx, struct target_agent *out, struct target_fault *fault)
{
    struct err err = ERR_INIT, second = ERR_INIT;
    struct slice name = word;
    struct target_agent there = { .pbx = cut_pbx(w, word, &name) };
    *out = (struct target_agent){ .pbx = pbx };
    if (there.pbx != 0 && pbx != 0 && there.pbx != pbx)
        return target_fail(fault, ORDER_WRONG, "'%.*s' names another PBX than the queue is on", SLICE_FMT(word));
    const struct fact_agent *masked, *masked_there = NULL;
    if (!unmask_device(w, pbx, word, &masked) || (there.pbx != 0 && !unmask_device(w, there.pbx, name, &masked_there)))
        return target_fail(fault, ORDER_WRONG, "'%.*s' stands for several agents, whose numbers you are not told: give the name or extension of one", SLICE_FMT(word));
    word = masked != NULL ? slice_of(masked->interface) : word;
    name = masked_there != NULL ? slice_of(masked_there->interface) : name;
    bool is_there = there.pbx != 0 && look_up(w, there.pbx, name, &there.who, &second);
    bool is_whole = look_up(w, pbx, word, &out->who, &err);
    if (is_there && !(is_whole && count_pbxs(w) == 1 && is_seen(w, pbx, out->who.interface) && !is_seen(w, there.pbx, there.who.interface))) {
        *out = there;
        return place_agent(w, name, out, fault);
    }
    if (is_whole && (there.pbx == 0 || count_pbxs(w) == 1))
        return place_agent(w, word, out, fault); /* "Local/401@from-queue/n" */
    const struct err *why = second.kind != ERR_NONE ? &second : &err;
    (void)target_fail(fault, ORDER_NO_SUCH, "%s", why->text);
    fault->is_stranger = why->word == directory_stranger;
    fault->pbx = there.pbx != 0 ? there.pbx : pbx;
    return false;
}

bool target_agent(const struct world *w, struct slice word, uint64_t pbx, struct target_agent *out, struct target_fault *fault)
{
    bool ok = find_word(w, word, pbx, out, fault);
    if (!w->hides_agents || (ok && (out->agent != 0 || w->knows(w->context, &out->who))))
        return ok;
    bool is_stranger = !ok && fault->is_stranger; /* one of his own, perhaps, of whose telephone the PBX has not told yet */
    (void)target_fail(fault, ORDER_FORBIDDEN, "'%.*s' is not among the agents whom your role may see", SLICE_FMT(word));
    fault->is_stranger = is_stranger;
    return false;
}

static bool is_phone_of(const struct target_agent *a, struct slice phone)
{
    return slice_eq_nocase(slice_of(a->who.phone), phone) || slice_eq_nocase(slice_of(a->who.state_interface), phone);
}

/* Who serves with it now goes before who is listed with it. */
bool target_phone(const struct world *w, struct slice phone, uint64_t pbx, struct target_agent *out, struct target_fault *fault)
{
    struct world_at at = { 0, 0 };
    const struct fact_member *m;
    bool is_device = memchr(phone.p, '/', phone.n) != NULL;
    while (is_device && (m = world_next_member(w, &at)) != NULL) {
        const struct fact_queue *q = world_queue(w, m->queue);
        if (q != NULL && q->pbx == pbx && target_agent(w, slice_of(m->interface), pbx, out, fault) && is_phone_of(out, phone))
            return true;
    }
    for (size_t i = 0; is_device && i < w->settings->agent_count; i++) {
        if (target_agent(w, slice_of(w->settings->agent[i].extension), pbx, out, fault) && is_phone_of(out, phone))
            return true;
    }
    return target_agent(w, phone, pbx, out, fault);
}

const struct fact_member *target_member(const struct world *w, uint64_t queue, const char *interface)
{
    struct people all = { .w = w, .word = slice_of(interface), .kind = FACT_MEMBER };
    const struct fact_member *m;
    while ((m = (const void *)next_of(&all)) != NULL) {
        if (m->queue == queue && slice_eq_nocase(slice_of(m->interface), slice_of(interface)))
            return m;
    }
    return NULL;
}

/* --- callers and calls ---------------------------------------------------------------------------------- */

/* Two PBXs may give the same name to two channels, even the same Uniqueid: then it is said which PBX is meant, as WORD@PBX. */
static uint64_t pbx_meant(const struct world *w, struct slice *word)
{
    return cut_pbx(w, *word, word);
}

struct slice target_cut_pbx(const struct world *w, struct slice word)
{
    (void)pbx_meant(w, &word);
    return word;
}

static uint64_t pbx_of_queue(const struct world *w, uint64_t queue)
{
    const struct fact_queue *q = world_queue(w, queue);
    return q != NULL ? q->pbx : 0;
}

bool target_caller(const struct world *w, struct slice word, uint64_t queue, const struct fact_caller **out, struct target_fault *fault)
{
    struct world_at at = { 0, 0 };
    const struct fact_caller *c;
    size_t exact = 0, n = 0;
    struct slice whole = word;
    uint64_t pbx = pbx_meant(w, &word);
    *out = NULL;
    while ((c = world_next_caller(w, &at)) != NULL) {
        if ((queue != 0 && c->queue != queue) || (pbx != 0 && pbx_of_queue(w, c->queue) != pbx))
            continue;
        bool is_exact = slice_eq(slice_of(c->uniqueid), word) || slice_eq(slice_of(c->channel), word);
        bool is_number = !w->is_masked && slice_eq(slice_of(c->number), word);
        if (is_exact || (is_number && exact == 0))
            *out = c;
        exact += is_exact;
        n += is_number;
    }
    if (exact > 1)
        return target_fail(fault, ORDER_WRONG, "%zu callers are '%.*s', each on a PBX of its own: say which, as %.*s@PBX", exact, SLICE_FMT(whole), SLICE_FMT(whole));
    if (exact == 0 && n > 1)
        return target_fail(fault, ORDER_WRONG, "%zu callers with number %.*s wait: give the Uniqueid of one", n, SLICE_FMT(whole));
    return exact + n > 0 || target_fail(fault, ORDER_NO_SUCH, "no caller '%.*s' waits any more", SLICE_FMT(whole));
}

const struct fact_caller *target_head(const struct world *w, uint64_t queue)
{
    struct world_at at = { 0, 0 };
    const struct fact_caller *c, *first = NULL;
    while ((c = world_next_caller(w, &at)) != NULL) {
        if (c->queue == queue && (first == NULL || c->rank < first->rank))
            first = c;
    }
    return first;
}

const struct fact_caller *target_waiting(const struct world *w, uint64_t queue, const char *uniqueid)
{
    struct world_at at = { 0, 0 };
    const struct fact_caller *c;
    while ((c = world_next_caller(w, &at)) != NULL) {
        if (c->queue == queue && c->uniqueid != NULL && strcmp(c->uniqueid, uniqueid) == 0)
            return c;
    }
    return NULL;
}

static bool is_call_exactly(const struct fact_call *c, struct slice word)
{
    const char *const id[] = { c->uniqueid, c->channel, c->agent_uniqueid, c->agent_channel };
    for (size_t i = 0; i < sizeof id / sizeof id[0]; i++) {
        if (id[i] != NULL && slice_eq(slice_of(id[i]), word))
            return true;
    }
    return false;
}

bool target_call(const struct world *w, struct slice word, const struct fact_call **out, struct target_fault *fault)
{
    struct world_at at = { 0, 0 };
    const struct fact_call *c;
    struct target_agent agent;
    struct target_fault who = { .state = ORDER_NO_SUCH };
    bool is_agent = target_agent(w, word, 0, &agent, &who) && agent.agent != 0;
    size_t exact = 0, n = 0;
    struct slice whole = word;
    uint64_t pbx = pbx_meant(w, &word);
    *out = NULL;
    while ((c = world_next_call(w, &at)) != NULL) {
        if (pbx != 0 && c->pbx != pbx)
            continue;
        bool is_exact = is_call_exactly(c, word), is_near = (is_agent && c->agent == agent.agent) || (!w->is_masked && slice_eq(slice_of(c->number), word));
        if (is_exact || (is_near && exact == 0))
            *out = c;
        exact += is_exact;
        n += is_near;
    }
    if (exact > 1)
        return target_fail(fault, ORDER_WRONG, "'%.*s' is in %zu calls, each on a PBX of its own: say which, as %.*s@PBX", SLICE_FMT(whole), exact, SLICE_FMT(whole));
    if (exact + n == 0 && who.state == ORDER_WRONG) { /* somebody, but which of them? */
        *fault = who;
        return false;
    }
    if (exact == 0 && n > 1)
        return target_fail(fault, ORDER_WRONG, "'%.*s' fits %zu calls: give the Uniqueid of one", SLICE_FMT(whole), n);
    return exact + n > 0 || target_fail(fault, ORDER_NO_SUCH, is_agent ? "%.*s is in no call" : "there is no call '%.*s' any more", SLICE_FMT(whole));
}

/* --- names ----------------------------------------------------------------------------------------------- */

const char *target_label(const struct target_agent *a)
{
    return a->who.name[0] != '\0' ? a->who.name : a->who.interface;
}

void target_add_name(const struct world *w, uint64_t pbx, struct slice name, struct buf *out)
{
    struct buf word = BUF_INIT(1024);
    const struct fact_pbx *p = world_pbx(w, pbx);
    struct slice head;
    (void)buf_add(&word, name);
    if (p != NULL && (count_pbxs(w) > 1 || cut_pbx(w, name, &head) != 0)) /* who is called so must not be taken for somebody else on it */
        (void)buf_addf(&word, "@%s", p->name);
    command_add_name(out, buf_slice(&word));
    buf_clear(&word);
}

void target_add_queue(const struct world *w, const struct fact_queue *q, struct buf *out)
{
    target_add_name(w, q->pbx, slice_of(q->name), out);
}

void target_add_agent(const struct world *w, uint64_t pbx, const char *interface, struct buf *out)
{
    target_add_name(w, pbx, slice_of(interface), out);
}
