/* SPDX-License-Identifier: MIT */
/* Orders from any bytes on a small floor: planned, written as requests, passed by the gate, answered, cut off, given up. Whatever the line was, a
 * request is a line a header, every order ends or says that it does not know, and what takes it back is a line of the language.
 * The first byte says how the PBX answers. */
#include "core/base/timer.h"
#include "core/control/order.h"
#include "core/floor/store.h"
#include "core/keeper/gate.h"
#include "tests/fuzz/fuzz.h"

enum { SALES = 10, BILLING, ANN = 20, BOB, ANN_SALES = 30, BOB_SALES, CALLER = 40, CALL = 50, ANSWERS_MAX = 64 };

struct stage {
    struct store *store;
    struct settings settings;
    struct world world;
    uint64_t tag;
};

static const struct fact *get(void *context, enum fact_kind kind, uint64_t id)
{
    return store_get(((struct stage *)context)->store, kind, id);
}

static const struct fact *each(void *context, enum fact_kind kind, struct world_at *at)
{
    return store_each(((struct stage *)context)->store, kind, &at->at);
}

static bool may(void *context, uint64_t pbx, enum request_kind kind)
{
    (void)context, (void)pbx, (void)kind;
    return true;
}

/* As the session writes it. What cannot be written is not sent; what is written is one request, however its values looked. */
static bool on_send(void *context, uint64_t pbx, enum request_kind kind, const struct request_header *header, size_t count, uint64_t tag, struct err *err)
{
    struct stage *s = context;
    struct buf out = BUF_INIT(64 * 1024);
    struct request r;
    (void)pbx;
    request_begin(&r, &out, kind, SLICE("acdtop-1"));
    for (size_t i = 0; i < count; i++)
        request_add(&r, header[i].name, header[i].value);
    bool ok = request_end(&r, err);
    size_t lines = 0;
    for (size_t i = 0; ok && i < out.len; i++)
        lines += out.data[i] == '\n';
    FUZZ_CHECK(!ok || lines == count + 3); /* Action, ActionID, and the empty one */
    ok = ok && gate_allows(GATE_SUPERVISOR, buf_slice(&out), err);
    FUZZ_CHECK(ok == (err->kind == ERR_NONE));
    s->tag = ok ? tag : s->tag;
    buf_clear(&out);
    return ok;
}

static void on_reread(void *context, uint64_t queue)
{
    (void)context, (void)queue;
}

static void on_changed(void *context, uint64_t id, bool is_gone)
{
    (void)context, (void)id, (void)is_gone;
}

static bool on_audit(void *context, const struct order_entry *e, uint64_t *ticket, struct err *err)
{
    (void)context, (void)err;
    FUZZ_CHECK(e->fact->line != NULL && e->fact->who != NULL);
    *ticket = 0;
    return true;
}

static void put(struct stage *s, enum fact_kind kind, union fact_any any)
{
    (void)store_put(s->store, kind, &any.head);
}

static char *text(const char *t)
{
    return mem_strdup(t);
}

static void fill(struct stage *s)
{
    uint64_t pbx = fact_pbx_id(0);
    put(s, FACT_PBX, (union fact_any){ .pbx = { .id = pbx, .name = text("geneva"), .asterisk = text("22.0.0"), .link = LINK_LIVE } });
    put(s, FACT_QUEUE, (union fact_any){ .queue = { .id = SALES, .pbx = pbx, .name = text("sales"), .state = QUEUE_CLEAN } });
    put(s, FACT_QUEUE, (union fact_any){ .queue = { .id = BILLING, .pbx = pbx, .name = text("billing"), .state = QUEUE_CLEAN } });
    put(s, FACT_AGENT, (union fact_any){ .agent = { .id = ANN, .pbx = pbx, .interface = text("PJSIP/401"), .name = text("Ann Li"), .device = DEVICE_INUSE } });
    put(s, FACT_AGENT, (union fact_any){ .agent = { .id = BOB, .pbx = pbx, .interface = text("Local/402@agents/n"), .name = text("Bob"), .device = DEVICE_NOT_INUSE } });
    put(s, FACT_MEMBER, (union fact_any){ .member = { .id = ANN_SALES, .queue = SALES, .agent = ANN, .interface = text("PJSIP/401"), .name = text("Ann Li"),
                                                      .membership = MEMBERSHIP_DYNAMIC, .penalty = 2 } });
    put(s, FACT_MEMBER, (union fact_any){ .member = { .id = BOB_SALES, .queue = SALES, .agent = BOB, .interface = text("Local/402@agents/n"), .name = text("Bob"),
                                                      .membership = MEMBERSHIP_STATIC, .paused = 1, .paused_reason = text("lunch") } });
    put(s, FACT_CALLER, (union fact_any){ .caller = { .id = CALLER, .queue = SALES, .uniqueid = text("17.4"), .channel = text("PJSIP/t-1"), .number = text("079"), .rank = 1 } });
    put(s, FACT_CALL, (union fact_any){ .call = { .id = CALL, .pbx = pbx, .queue = SALES, .agent = ANN, .since = 5, .uniqueid = text("17.5"), .channel = text("PJSIP/t-2"),
                                                  .number = text("078"), .agent_uniqueid = text("17.6"), .agent_channel = text("PJSIP/401-1"),
                                                  .phone_uniqueid = text("17.6"), .phone_channel = text("PJSIP/401-1") } });
}

/* As the first byte says, bit after bit; in the end the link goes, and time passes. */
static void answer(struct stage *s, struct orders *o, uint8_t how)
{
    uint64_t last = 0;
    int64_t now = 1000;
    for (int i = 0; i < ANSWERS_MAX && s->tag != last; i++) {
        last = s->tag;
        unsigned bits = (unsigned)how >> (unsigned)(i % 4) * 2u & 3u;
        if (bits != 3)
            orders_answered(o, s->tag, bits != 1, bits == 2 ? SLICE("1") : SLICE("ok"), now);
        orders_tick(o, now += bits == 3 ? 20000 : 10);
        FUZZ_CHECK(orders_deadline(o) > now);
    }
    orders_link_down(o, fact_pbx_id(0), now);
    orders_link_live(o, fact_pbx_id(0), now += 1000);
    for (int i = 0; i < 10; i++)
        orders_tick(o, now += 1000);
    orders_tick(o, now += 4 * 3600 * 1000);
    FUZZ_CHECK(orders_deadline(o) == TIMER_NEVER);
}

static void check_end(const struct orders *o, uint64_t id)
{
    const struct fact_order *f = orders_get(o, id);
    FUZZ_CHECK(f != NULL && f->state != ORDER_PENDING && f->ended_at != 0);
    FUZZ_CHECK(f->answer != NULL && f->answer[0] != '\0');
    for (struct slice rest = slice_of(f->undo); rest.p != NULL;) {
        struct command c;
        struct command_fault fault;
        FUZZ_CHECK(command_parse(slice_cut(rest, '\n', &rest), COMMAND_ORDER, &c, &fault));
        command_clear(&c);
    }
}

static void give(struct stage *s, struct slice lines, uint8_t how, bool is_dry)
{
    struct orders *o = orders_new(&s->world, &(struct orders_hooks){ .send = on_send, .reread = on_reread, .changed = on_changed, .audit = on_audit, .context = s });
    s->tag = 0;
    uint64_t id = orders_give(o, &(struct order_given){ .line = lines, .who = "eva", .is_dry = is_dry }, 1000);
    answer(s, o, how);
    FUZZ_CHECK(!is_dry || s->tag == 0);
    check_end(o, id);
    orders_free(o);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    unsigned long live = mem_live();
    struct stage s = { .store = store_new() };
    struct err err = ERR_INIT;
    if (size == 0) {
        store_free(s.store);
        return 0;
    }
    settings_init(&s.settings);
    s.settings.dial_context = mem_strdup("internal");
    struct directory *d = directory_new(&s.settings, &err);
    s.world = (struct world){ .settings = &s.settings, .directory = d, .get = get, .each = each, .may = may, .context = &s };
    fill(&s);
    give(&s, fuzz_slice(data + 1, size - 1), data[0], true);
    give(&s, fuzz_slice(data + 1, size - 1), data[0], false);
    directory_free(d);
    settings_clear(&s.settings);
    store_free(s.store);
    fuzz_check_live(live);
    return 0;
}
