/* SPDX-License-Identifier: MIT */
/* Records between keeper and console from any bytes: what is taken can be written again and
 * reads the same, and goes into a store and out of it. */
#include "core/floor/store.h"
#include "core/keeper/wire.h"
#include "tests/fuzz/fuzz.h"

static void write_again(const struct wire_record *r)
{
    struct buf out = BUF_INIT(2 * WIRE_RECORD_MAX);
    struct wire_record again;
    struct err err = ERR_INIT;
    size_t at = 0;
    if (wire_add_fact(&out, r->kind, &r->fact.head)) {
        FUZZ_CHECK(wire_next(buf_slice(&out), &at, &again, &err) == WIRE_READY);
        FUZZ_CHECK(at == out.len && again.kind == r->kind);
        FUZZ_CHECK(fact_equal(r->kind, &r->fact.head, &again.fact.head));
        wire_record_clear(&again);
    }
    buf_clear(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    unsigned long live = mem_live();
    struct store *store = store_new();
    size_t at = 0;
    for (;;) {
        struct wire_record r;
        struct err err = ERR_INIT;
        size_t before = at;
        enum wire_state state = wire_next(fuzz_slice(data, size), &at, &r, &err);
        FUZZ_CHECK((state == WIRE_BAD) == (err.kind != ERR_NONE));
        if (state != WIRE_READY)
            break;
        FUZZ_CHECK(at > before && at <= size);
        if (r.type == WIRE_FACT) {
            write_again(&r);
            (void)store_put(store, r.kind, &r.fact.head);
        } else if (r.type == WIRE_GONE) {
            (void)store_drop(store, r.kind, r.id);
        }
        wire_record_clear(&r);
    }
    for (enum fact_kind kind = 0; kind < FACT_COUNT; kind++) {
        size_t seen = 0;
        for (size_t i = 0; store_each(store, kind, &i) != NULL;)
            seen++;
        FUZZ_CHECK(seen == store_count(store, kind));
    }
    store_free(store);
    fuzz_check_live(live);
    return 0;
}
