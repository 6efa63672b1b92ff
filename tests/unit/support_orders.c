/* SPDX-License-Identifier: MIT */
/* The hooks of orders on a store, and what a test says to them. Asserts; knows no PBX and no time but its own. */
#include "tests/unit/support_orders.h"

#include "tests/unit/support_temp.h"

#include <dirent.h>
#include <stdlib.h>

static const struct fact *get(void *context, enum fact_kind kind, uint64_t id)
{
    const struct stage *s = context;
    return store_get(s->store, kind, id);
}

static const struct fact *each(void *context, enum fact_kind kind, struct world_at *at)
{
    const struct stage *s = context;
    return store_each(s->store, kind, &at->at);
}

static bool may(void *context, uint64_t pbx, enum request_kind kind)
{
    const struct stage *s = context;
    (void)pbx;
    return kind != s->missing && (!s->is_weak || request_table[kind].write_class != CLASS_AGENT);
}

static bool on_send(void *context, uint64_t pbx, enum request_kind kind, const struct request_header *header, size_t count, uint64_t tag, struct err *err)
{
    struct stage *s = context;
    if (s->is_refusing)
        return err_set(err, ERR_NETWORK, "not sent: no link");
    (void)buf_addf(&s->sent, "%s%s", pbx == FAR ? "far " : "", request_table[kind].action);
    for (size_t i = 0; i < count; i++)
        (void)buf_addf(&s->sent, " %s=%.*s", header[i].name, SLICE_FMT(header[i].value));
    (void)buf_add_char(&s->sent, '\n');
    s->tag = tag;
    return true;
}

static void on_reread(void *context, uint64_t queue)
{
    ((struct stage *)context)->reread = queue;
}

static void on_changed(void *context, uint64_t id, bool is_gone)
{
    (void)context;
    (void)id;
    (void)is_gone;
}

static bool on_audit(void *context, const struct order_entry *e, uint64_t *ticket, struct err *err)
{
    struct stage *s = context;
    (void)buf_addf(&s->written, "%s%s %s [%s]\n", e->event == AUDIT_END ? "end of " : "", order_state_names[e->fact->state], e->fact->line, e->pbx);
    if (e->origin != NULL) { /* as the last line says of itself */
        s->written.len--;
        (void)buf_addf(&s->written, " of %s by %lld\n", e->origin->order, (long long)e->origin->uid);
    } else if (e->of != 0) {
        s->written.len--;
        (void)buf_addf(&s->written, " of %d\n", (int)(e->of & 0xff));
    }
    bool is_issue = e->event == AUDIT_ISSUE && !e->is_own;
    *ticket = is_issue && s->is_slow_audit ? ++s->tickets : 0;
    s->lasted_ms = e->event == AUDIT_END ? e->lasted_ms : s->lasted_ms;
    return !is_issue || !s->is_audit_gone || err_set(err, ERR_SYSTEM, "not sent: no audit log");
}

void stage_put(struct stage *s, enum fact_kind kind, union fact_any any)
{
    uint64_t id = any.head.id;
    (void)store_put(s->store, kind, &any.head);
    if (s->orders != NULL)
        orders_changed(s->orders, kind, id, false);
}

void stage_drop(struct stage *s, enum fact_kind kind, uint64_t id)
{
    (void)store_drop(s->store, kind, id);
    orders_changed(s->orders, kind, id, true);
}

void stage_put_pbx(struct stage *s, uint64_t id, const char *name, int64_t link)
{
    stage_put(s, FACT_PBX, (union fact_any){ .pbx = { .id = id, .name = mem_strdup(name), .link = link } });
}

void stage_put_queue(struct stage *s, uint64_t id, uint64_t pbx, const char *name)
{
    stage_put(s, FACT_QUEUE, (union fact_any){ .queue = { .id = id, .pbx = pbx, .name = mem_strdup(name) } });
}

void stage_put_agent(struct stage *s, uint64_t id, const char *interface, const char *name)
{
    stage_put(s, FACT_AGENT, (union fact_any){ .agent = { .id = id, .pbx = PBX, .interface = mem_strdup(interface), .name = mem_strdup(name) } });
}

void stage_put_member(struct stage *s, struct stage_seat m)
{
    stage_put(s, FACT_MEMBER, (union fact_any){ .member = { .id = m.id, .queue = m.queue, .agent = m.agent, .interface = mem_strdup(m.interface),
                                                      .name = mem_strdup(m.name), .state_interface = mem_strdup(m.interface), .membership = m.membership,
                                                      .penalty = m.penalty, .paused = m.reason != NULL, .paused_reason = mem_strdup(m.reason) } });
}

const struct stage_seat stage_ann_sales = { ANN_SALES, SALES, ANN, "PJSIP/401", "Ann Li", NULL, 2, MEMBERSHIP_DYNAMIC };
const struct stage_seat stage_ann_billing = { ANN_BILLING, BILLING, ANN, "PJSIP/401", "Ann Li", NULL, 5, MEMBERSHIP_DYNAMIC };
const struct stage_seat stage_bob_sales = { BOB_SALES, SALES, BOB, "Local/402@agents/n", "Bob", NULL, 0, MEMBERSHIP_STATIC };

static int64_t on_wall_ms(void *context)
{
    const struct stage *s = context;
    return s->now + s->wall;
}

static void on_sign(void *context, uint64_t order, struct order_origin *out)
{
    (void)context;
    (void)snprintf(out->order, sizeof out->order, "cafe-%d", (int)(order & 0xff));
    out->uid = 1001;
}

static struct orders *new_orders(struct stage *s)
{
    return orders_new(&s->world, &(struct orders_hooks){ .send = on_send, .reread = on_reread, .changed = on_changed, .audit = on_audit,
                                                         .wall_ms = on_wall_ms, .sign = on_sign, .journal = s->journal, .context = s });
}

static bool is_lent(void *context, uint64_t queue, const char *interface)
{
    const struct stage *s = context;
    return orders_lent(s->orders, queue, interface);
}

void stage_lends(struct stage *s, const char *folder)
{
    orders_free(s->orders);
    journal_free(s->journal);
    s->journal = journal_new(folder);
    s->world.is_lent = is_lent;
    s->orders = new_orders(s);
}

int stage_set_up(void **state)
{
    struct stage *s = mem_alloc(sizeof *s);
    struct err err = ERR_INIT;
    settings_init(&s->settings);
    s->store = store_new();
    s->sent = BUF_INIT(64 * 1024);
    s->written = BUF_INIT(64 * 1024);
    s->now = 1000;
    s->missing = REQUEST_COUNT;
    s->directory = directory_new(&s->settings, &err);
    assert_non_null(s->directory);
    s->world = (struct world){ .settings = &s->settings, .directory = s->directory, .get = get, .each = each, .may = may, .context = s };
    stage_put_pbx(s, PBX, "geneva", LINK_LIVE);
    stage_put_queue(s, SALES, PBX, "sales");
    stage_put_queue(s, BILLING, PBX, "billing");
    stage_put_agent(s, ANN, "PJSIP/401", "Ann Li");
    stage_put_agent(s, BOB, "Local/402@agents/n", "Bob");
    stage_put_member(s, stage_ann_sales);
    stage_put_member(s, stage_bob_sales);
    s->orders = new_orders(s);
    *state = s;
    return 0;
}

int stage_set_up_leases(void **state, char *folder)
{
    temp_template(folder);
    assert_non_null(mkdtemp(folder));
    (void)stage_set_up(state);
    struct stage *s = *state;
    s->wall = 1000000;
    stage_put(s, FACT_QUEUE, (union fact_any){ .queue = { .id = SALES, .pbx = PBX, .name = mem_strdup("sales"), .state = QUEUE_CLEAN } });
    stage_put(s, FACT_QUEUE, (union fact_any){ .queue = { .id = BILLING, .pbx = PBX, .name = mem_strdup("billing"), .state = QUEUE_CLEAN } });
    stage_lends(s, folder);
    return 0;
}

size_t stage_files(const char *folder)
{
    DIR *d = opendir(folder);
    const struct dirent *e;
    size_t n = 0;
    while ((e = readdir(d)) != NULL)
        n += e->d_name[0] != '.';
    (void)closedir(d);
    return n;
}

void stage_is_settled(struct stage *s, const char *folder)
{
    orders_tick(s->orders, s->now += 2000);
    assert_int_equal(stage_files(folder), 0);
}

void stage_tick(struct stage *s, int64_t ms)
{
    buf_reset(&s->sent);
    s->now += ms;
    orders_tick(s->orders, s->now);
}

int64_t stage_until_sent(struct stage *s, int64_t most_ms)
{
    enum { STANDS_MAX = 4 };
    int64_t from = s->now, most_turns = 20 + most_ms / 1000;
    buf_reset(&s->sent);
    for (int64_t turns = 0, stands = 0; s->sent.len == 0; turns++) {
        int64_t due = orders_deadline(s->orders);
        if (due - from > most_ms) {
            s->now = from + most_ms;
            return -1;
        }
        stands = due > s->now ? 0 : stands + 1;
        s->now = due > s->now ? due : s->now;
        orders_tick(s->orders, s->now);
        assert_in_range(turns, 0, most_turns); /* it sleeps, and not only for a moment */
        assert_in_range(stands, 0, STANDS_MAX);
    }
    return s->now - from;
}

int stage_tear_down(void **state)
{
    struct stage *s = *state;
    orders_free(s->orders);
    journal_free(s->journal);
    store_free(s->store);
    directory_free(s->directory);
    settings_clear(&s->settings);
    buf_clear(&s->sent);
    buf_clear(&s->written);
    mem_free(s);
    return 0;
}

const struct fact_order *stage_give(struct stage *s, const char *line)
{
    buf_reset(&s->sent);
    return orders_get(s->orders, orders_give(s->orders, &(struct order_given){ .line = slice_of(line), .who = "eva", .ref = 7 }, s->now));
}

void stage_sent(const struct stage *s, const char *wanted)
{
    assert_string_equal(buf_slice(&s->sent).p, wanted);
}

void stage_yes(struct stage *s)
{
    stage_says(s, "ok");
}

void stage_says(struct stage *s, const char *text)
{
    orders_answered(s->orders, s->tag, true, slice_of(text), s->now);
    orders_tick(s->orders, s->now);
}

void stage_is(const struct fact_order *o, enum order_state state, const char *answer)
{
    assert_string_equal(order_state_names[o->state], order_state_names[state]);
    if (answer != NULL && (o->answer == NULL || strstr(o->answer, answer) == NULL))
        fail_msg("'%s' is not in '%s'", answer, o->answer != NULL ? o->answer : "nothing");
}

void stage_refuses(struct stage *s, const char *line, enum order_state state, const char *answer)
{
    stage_is(stage_give(s, line), state, answer);
    stage_sent(s, "");
    assert_int_equal(orders_deadline(s->orders), TIMER_NEVER);
}
