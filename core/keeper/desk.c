/* SPDX-License-Identifier: MIT */
/* desk: glue between consoles, orders, and what is written down of them: what an order may know of the floors, which PBX a request of its goes to,
 * and which answer is whose. Owns the journal of leases. */
#include "core/keeper/desk.h"

#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/config/path.h"
#include "core/control/journal.h"
#include "core/keeper/filer.h"
#include "core/keeper/own_phone.h"

enum { FILER_MS = 5000 };

#define QUEUE_LOG_TAG UINT64_MAX /* orders count theirs from 1 */

struct desk {
    struct desk_setup setup;
    struct world world;
    struct orders *orders;
    struct who **who; /* NULL in it: nobody has been looked for yet */
    struct journal *journal; /* NULL: nothing can be ordered */
    struct filer *filer;     /* NULL: the journal waits for the disk itself */
    struct ledger *ledger;
    char *demo_phone; /* named in a demo, and known as long as that lasts: it is nobody's real one */
    struct { /* how each link stood when it was last looked at */
        uint64_t pbx;
        int64_t link;
    } *link;
    size_t link_count;
};

static bool order_is_written(void *context, const struct order_entry *e, uint64_t *ticket, struct err *err);
static void order_is_signed(void *context, uint64_t order, struct order_origin *out);
static bool sends_queue_log(void *context, uint64_t pbx, const struct request_header *header, size_t count, struct err *err);
static void ledger_notices(void *context, const char *sentence);

/* --- what an order may know, and what it does --------------------------------------------------------------- */

static struct pbx *pbx_with(const struct desk *d, uint64_t id)
{
    uint32_t index = fact_pbx_index(id);
    return index < *d->setup.pbx_count ? (*d->setup.pbx)[index] : NULL;
}

static const struct fact *world_get(void *context, enum fact_kind kind, uint64_t id)
{
    const struct desk *d = context;
    const struct pbx *p = pbx_with(d, id);
    const struct fact *f = p != NULL ? pbx_get(p, kind, id) : NULL;
    return f != NULL && scope_sees(*d->setup.scope, kind, f) ? f : NULL;
}

static const struct fact *world_each(void *context, enum fact_kind kind, struct world_at *at)
{
    const struct desk *d = context;
    for (; at->pbx < *d->setup.pbx_count; *at = (struct world_at){ at->pbx + 1, 0 }) {
        const struct fact *f;
        while ((f = pbx_next((*d->setup.pbx)[at->pbx], kind, &at->at)) != NULL) {
            if (scope_sees(*d->setup.scope, kind, f))
                return f;
        }
    }
    return NULL;
}

/* Made when the first order comes: a wall needs none. */
static const struct who *who_is_who(const struct desk *d)
{
    static const enum fact_kind kinds[] = { FACT_MEMBER, FACT_ENDPOINT };
    if (*d->who != NULL)
        return *d->who;
    *d->who = who_new();
    for (size_t p = 0; p < *d->setup.pbx_count; p++) {
        for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
            const struct fact *f;
            for (size_t at = 0; (f = pbx_next((*d->setup.pbx)[p], kinds[i], &at)) != NULL;)
                who_put(*d->who, kinds[i], f->id, f);
        }
    }
    return *d->who;
}

static const struct fact *world_who(void *context, struct slice text, bool is_part, struct who_at *at, enum fact_kind *kind)
{
    uint64_t id;
    const struct who *who = who_is_who(context);
    while (who_next(who, text, is_part, at, kind, &id)) {
        const struct fact *f = world_get(context, *kind, id);
        if (f != NULL)
            return f;
    }
    return NULL;
}

void desk_changed(struct desk *d, enum fact_kind kind, uint64_t id, const struct fact *f)
{
    if (*d->who != NULL)
        who_put(*d->who, kind, id, f);
    orders_changed(d->orders, kind, id, f == NULL);
}

static bool world_may(void *context, uint64_t pbx, enum request_kind kind)
{
    const struct pbx *p = pbx_with(context, pbx);
    return p != NULL && pbx_may(p, kind);
}

static bool world_ask_phones(void *context, uint64_t pbx)
{
    const struct desk *d = context;
    bool is_asked = false;
    for (size_t i = 0; i < *d->setup.pbx_count; i++) {
        if (pbx == 0 || (*d->setup.pbx)[i] == pbx_with(d, pbx))
            is_asked = pbx_ask_endpoints((*d->setup.pbx)[i], clock_mono_ms()) || is_asked;
    }
    return is_asked;
}

static bool world_phone(void *context, const char *who, struct buf *out)
{
    const struct desk *d = context;
    if (d->setup.settings->is_demo)
        return d->demo_phone != NULL && buf_add(out, slice_of(d->demo_phone));
    return own_phone_get(who, out);
}

static bool order_sends(void *context, uint64_t pbx, enum request_kind kind, const struct request_header *header, size_t count, uint64_t tag, struct err *err)
{
    struct pbx *p = pbx_with(context, pbx);
    return p != NULL ? pbx_order(p, kind, header, count, tag, clock_mono_ms(), err) : err_set(err, ERR_NETWORK, "there is no such PBX any more");
}

static void order_rereads(void *context, uint64_t queue)
{
    struct pbx *p = pbx_with(context, queue);
    if (p != NULL)
        pbx_reread(p, queue);
}

static void order_names(void *context, const char *who, const char *phone)
{
    struct desk *d = context;
    if (d->setup.settings->is_demo)
        (void)mem_assign(&d->demo_phone, slice_of(phone));
    else
        own_phone_keep(who, phone);
}

static void order_changed(void *context, uint64_t id, bool is_gone)
{
    const struct desk *d = context;
    if (is_gone)
        ledger_forget(d->ledger, id);
    d->setup.changed(d->setup.context, id, is_gone);
}

static bool world_is_lent(void *context, uint64_t queue, const char *interface)
{
    const struct desk *d = context;
    return orders_lent(d->orders, queue, interface);
}

static int64_t order_wall_ms(void *context)
{
    (void)context;
    return clock_wall_ms();
}

static const struct world *order_world(void *context, uint64_t giver)
{
    const struct desk *d = context;
    struct guest *g = d->setup.guest(d->setup.context, giver);
    return g != NULL ? guest_world(g, &d->world) : NULL;
}

static struct journal *open_journal(const struct desk_setup *setup)
{
    if (setup->is_past || setup->settings->is_readonly)
        return NULL;
    char *folder = setup->settings->is_demo ? NULL : path_lease_folder(); /* the demo's PBX goes with it, and nobody could put anything back */
    struct journal *j = journal_new(folder);
    mem_free(folder);
    return j;
}

struct desk *desk_new(const struct desk_setup *setup)
{
    struct desk *d = mem_alloc(sizeof *d);
    d->setup = *setup;
    d->world = (struct world){ .settings = setup->settings, .directory = setup->directory, .is_past = setup->is_past, .is_part = setup->settings->queues != NULL,
                               .get = world_get, .each = world_each, .who = world_who, .may = world_may, .phone = world_phone, .ask_phones = world_ask_phones, .is_lent = world_is_lent, .context = d };
    d->who = mem_alloc(sizeof *d->who);
    d->journal = open_journal(setup);
    struct orders_hooks hooks = { .send = order_sends, .reread = order_rereads, .changed = order_changed, .audit = order_is_written,
                                  .named = order_names, .world_of = order_world, .wall_ms = order_wall_ms, .sign = order_is_signed, .journal = d->journal, .context = d };
    d->ledger = ledger_new(&(struct ledger_setup){ .settings = setup->settings, .world = &d->world, .notice = ledger_notices, .queue_log = sends_queue_log, .context = d });
    d->orders = orders_new(&d->world, &hooks);
    return d;
}

void desk_free(struct desk *d)
{
    if (d == NULL)
        return;
    orders_free(d->orders);
    who_free(*d->who);
    mem_free(d->who);
    mem_free(d->demo_phone);
    mem_free(d->link);
    journal_free(d->journal);
    filer_free(d->filer, FILER_MS);
    ledger_free(d->ledger);
    mem_free(d);
}

struct orders *desk_orders(const struct desk *d)
{
    return d->orders;
}

/* --- the audit log ---------------------------------------------------------------------------------------- */

static bool order_is_written(void *context, const struct order_entry *e, uint64_t *ticket, struct err *err)
{
    const struct desk *d = context;
    return ledger_write(d->ledger, e, ticket, err);
}

static void order_is_signed(void *context, uint64_t order, struct order_origin *out)
{
    const struct desk *d = context;
    ledger_sign(d->ledger, order, out);
}

static bool sends_queue_log(void *context, uint64_t pbx, const struct request_header *header, size_t count, struct err *err)
{
    return order_sends(context, pbx, REQUEST_QUEUE_LOG, header, count, QUEUE_LOG_TAG, err);
}

static void ledger_notices(void *context, const char *sentence)
{
    const struct desk *d = context;
    d->setup.notice(d->setup.context, sentence);
}

void desk_open_audit(struct desk *d)
{
    struct err err = ERR_INIT;
    if (d->setup.is_past || d->setup.settings->is_readonly)
        return;
    ledger_open(d->ledger);
    if (d->setup.settings->is_demo)
        return;
    d->filer = filer_new(d->journal, &err);
    if (d->filer == NULL)
        log_line(LOG_ERROR, "%s", err.text);
}

int desk_lease_fd(const struct desk *d)
{
    return filer_fd(d->filer);
}

int desk_fd(const struct desk *d)
{
    return ledger_fd(d->ledger);
}

short desk_events(const struct desk *d)
{
    return ledger_events(d->ledger);
}

const char *desk_trouble(const struct desk *d, size_t *at)
{
    return ledger_trouble(d->ledger, at);
}

void desk_turn(struct desk *d, int64_t now_ms)
{
    ledger_turn(d->ledger, d->orders, now_ms);
    if (filer_turn(d->filer))
        orders_leases_written(d->orders, now_ms);
    orders_tick(d->orders, now_ms);
}

void desk_answered(struct desk *d, uint64_t tag, bool is_success, struct slice text, int64_t now_ms)
{
    if (tag == QUEUE_LOG_TAG)
        ledger_answered(d->ledger, is_success, text);
    else
        orders_answered(d->orders, tag, is_success, text, now_ms);
}

int64_t desk_deadline(const struct desk *d)
{
    int64_t orders = orders_deadline(d->orders), ledger = ledger_deadline(d->ledger);
    return orders < ledger ? orders : ledger;
}

bool desk_holds(const struct desk *d, int64_t now_ms)
{
    return orders_hold(d->orders) || ledger_waits(d->ledger, now_ms);
}

void desk_close(struct desk *d, int64_t now_ms)
{
    orders_close(d->orders, now_ms);
}

/* --- orders ------------------------------------------------------------------------------------------------ */

static const struct fact_order *next_order(const void *of, size_t *at)
{
    return orders_each(of, at);
}

void desk_give(struct desk *d, const struct guest *giver, const struct ledger_giver *by, struct slice line, int64_t ref, bool is_dry, int64_t now_ms)
{
    struct err refusal = ERR_INIT;
    struct buf text = BUF_INIT(line.n + 1); /* what an undo stands for is as long */
    guest_unmask(giver, line, next_order, d->orders, &text);
    bool is_allowed = rights_allow_lines(guest_rights(giver), buf_slice(&text), &refusal); /* all of them, before the first is sent */
    ledger_by(d->ledger, by);
    uint64_t id = orders_give(d->orders, &(struct order_given){ .line = buf_slice(&text), .who = guest_who(giver), .ref = ref, .giver = guest_id(giver), .is_dry = is_dry,
                                                              .forbidden = is_allowed ? NULL : refusal.text }, now_ms);
    if (orders_get(d->orders, id) != NULL) /* it may wait for what it must know before anything is written down */
        ledger_keep(d->ledger, id);
    ledger_by(d->ledger, NULL);
    buf_clear(&text);
}

void desk_link(struct desk *d, const struct fact_pbx *pbx, int64_t now_ms)
{
    size_t i = 0;
    while (i < d->link_count && d->link[i].pbx != pbx->id)
        i++;
    if (i == d->link_count) {
        d->link = mem_resize(d->link, d->link_count + 1, sizeof *d->link);
        d->link[i].pbx = pbx->id;
        d->link[i].link = pbx->link;
        d->link_count++;
        return;
    }
    bool was_live = d->link[i].link == LINK_LIVE, is_live = pbx->link == LINK_LIVE;
    d->link[i].link = pbx->link;
    if (was_live && !is_live)
        orders_link_down(d->orders, pbx->id, now_ms);
    else if (!was_live && is_live)
        orders_link_live(d->orders, pbx->id, now_ms);
}
