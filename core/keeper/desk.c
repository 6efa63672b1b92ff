/* SPDX-License-Identifier: MIT */
/* desk: glue between consoles and orders, and the writer of the audit log: one line an entry, NAME=VALUE, texts in quotes, control bytes
 * escaped. What a full disk or a slow one does not take is lost from the log, never from the floor. */
#include "core/keeper/desk.h"

#include "core/base/buf.h"
#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/config/path.h"
#include "core/control/journal.h"
#include "core/keeper/own_phone.h"
#include "core/keeper/scribe.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { LINKS_MAX = 64, SCRIBE_MS = 5000 };

struct desk {
    struct desk_setup setup;
    struct world world;
    struct orders *orders;
    struct journal *journal; /* NULL: nothing can be ordered */
    int audit_fd; /* -1: none */
    char *demo_phone; /* named in a demo, and known as long as that lasts: it is nobody's real one */
    int scribe;
    struct { /* how each link stood when it was last looked at */
        uint64_t pbx;
        int64_t link;
    } link[LINKS_MAX];
    size_t link_count;
};

static void audit(void *context, const struct fact_order *o, const char *pbx);

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

static bool world_may(void *context, uint64_t pbx, enum request_kind kind)
{
    const struct pbx *p = pbx_with(context, pbx);
    return p != NULL && pbx_may(p, kind);
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

static void order_listens(void *context, uint64_t pbx, const char *uniqueid, int64_t mode, int64_t now_ms)
{
    struct pbx *p = pbx_with(context, pbx);
    if (p != NULL)
        pbx_spy_mode(p, uniqueid, mode, now_ms);
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
    char *folder = path_lease_folder();
    struct journal *j = journal_new(folder);
    mem_free(folder);
    return j;
}

struct desk *desk_new(const struct desk_setup *setup)
{
    struct desk *d = mem_alloc(sizeof *d);
    d->setup = *setup;
    d->audit_fd = -1;
    d->world = (struct world){ .settings = setup->settings, .directory = setup->directory, .is_past = setup->is_past, .is_part = setup->settings->queues != NULL,
                               .get = world_get, .each = world_each, .may = world_may, .phone = world_phone, .is_lent = world_is_lent, .context = d };
    d->journal = open_journal(setup);
    struct orders_hooks hooks = { .send = order_sends, .reread = order_rereads, .changed = order_changed, .audit = audit,
                                  .listens = order_listens, .named = order_names, .world_of = order_world, .wall_ms = order_wall_ms, .journal = d->journal, .context = d };
    d->orders = orders_new(&d->world, &hooks);
    return d;
}

void desk_free(struct desk *d)
{
    if (d == NULL)
        return;
    orders_free(d->orders);
    mem_free(d->demo_phone);
    journal_free(d->journal);
    if (d->audit_fd >= 0)
        (void)close(d->audit_fd);
    scribe_finish(d->scribe, SCRIBE_MS);
    mem_free(d);
}

struct orders *desk_orders(const struct desk *d)
{
    return d->orders;
}

/* --- the audit log ---------------------------------------------------------------------------------------- */

bool desk_open_audit(struct desk *d, struct err *err)
{
    const struct settings *settings = d->setup.settings;
    bool is_own = settings->audit_log == NULL; /* in the home folder of whoever has one, and nothing of a demo */
    if (d->setup.is_past || settings->is_readonly || (is_own && settings->is_demo))
        return true;
    if (is_own && !path_has_state()) {
        log_line(LOG_WARN, "orders are not written down: there is no home folder for the audit log; audit_log names a file");
        return true;
    }
    char *path = is_own ? path_audit_log() : mem_strdup(settings->audit_log);
    bool ok = scribe_open(path, &d->audit_fd, &d->scribe, err);
    d->audit_fd = ok ? d->audit_fd : -1;
    mem_free(path);
    return ok;
}

static void add_text(struct buf *out, const char *name, const char *text)
{
    buf_addf(out, " %s=\"", name);
    for (const char *c = text != NULL ? text : ""; *c != '\0'; c++) {
        unsigned char byte = (unsigned char)*c;
        if (byte < 0x20 || byte == 0x7f)
            buf_addf(out, "\\x%02x", byte);
        else if (byte == '"' || byte == '\\')
            buf_addf(out, "\\%c", byte);
        else
            (void)buf_add_char(out, *c);
    }
    (void)buf_add_char(out, '"');
}

static void audit(void *context, const struct fact_order *o, const char *pbx)
{
    struct desk *d = context;
    struct buf line = BUF_INIT(64 * 1024), masked = BUF_INIT(80 * 1024);
    char at[32];
    time_t now = (time_t)(clock_wall_ms() / 1000);
    struct tm utc;
    (void)strftime(at, sizeof at, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &utc));
    buf_addf(&line, "%s order=%llu", at, (unsigned long long)(o->id & UINT64_C(0xffffffffff)));
    add_text(&line, "who", o->who);
    add_text(&line, "pbx", pbx);
    add_text(&line, "line", o->line);
    add_text(&line, "what", o->what);
    add_text(&line, "state", order_state_names[o->state]);
    add_text(&line, "answer", o->answer);
    buf_add_char(&line, '\n');
    log_mask(&masked, buf_slice(&line));
    ssize_t n = d->audit_fd >= 0 ? write(d->audit_fd, masked.data, masked.len) : (ssize_t)masked.len;
    if (n != (ssize_t)masked.len)
        log_line(LOG_ERROR, "the audit log did not take an entry: %.*s", SLICE_FMT(buf_slice(&line)));
    buf_clear(&line);
    buf_clear(&masked);
}

/* --- orders ------------------------------------------------------------------------------------------------ */

void desk_give(struct desk *d, const struct guest *giver, struct slice line, int64_t ref, bool is_dry, int64_t now_ms)
{
    struct err refusal = ERR_INIT;
    bool is_allowed = rights_allow_lines(guest_rights(giver), line, &refusal); /* all of them, before the first is sent */
    (void)orders_give(d->orders, &(struct order_given){ .line = line, .who = guest_who(giver), .ref = ref, .giver = guest_id(giver), .is_dry = is_dry,
                                                        .forbidden = is_allowed ? NULL : refusal.text }, now_ms);
}

void desk_link(struct desk *d, const struct fact_pbx *pbx, int64_t now_ms)
{
    size_t i = 0;
    while (i < d->link_count && d->link[i].pbx != pbx->id)
        i++;
    if (i == LINKS_MAX)
        return;
    if (i == d->link_count) {
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
