/* SPDX-License-Identifier: MIT */
/* A filter from any bytes (the first chooses the kind of fact): it is one, or a sentence says where it is not; asking it
 * twice gives the same answer; what is not hidden by a term is hidden by its inverse. */
#include "tests/fuzz/fuzz.h"
#include "tui/table/filter.h"

static struct store *store;

static void fill(void)
{
    store = store_new();
    struct fact_pbx pbx = { .id = 1, .name = mem_strdup("geneva"), .link = LINK_LIVE };
    struct fact_queue queue = { .id = 2, .pbx = 1, .name = mem_strdup("support"), .waiting = 3, .oldest = 940000, .offered = 9, .answered = 8 };
    struct fact_agent agent = { .id = 3, .pbx = 1, .queue = 2, .name = mem_strdup("Anna M\xc3\xbcller aaaaaaaaaaaaaaaaaaaaaaaa\xff\xfe"), .interface = mem_strdup("PJSIP/401"),
                                .state = AGENT_WRAPUP, .since = 990000, .wrapup_until = 1005000 };
    struct fact_caller caller = { .id = 4, .queue = 2, .number = mem_strdup("+41227670011"), .joined = 909001, .priority = -1 };
    (void)store_put(store, FACT_PBX, (void *)&pbx);
    (void)store_put(store, FACT_QUEUE, (void *)&queue);
    (void)store_put(store, FACT_AGENT, (void *)&agent);
    (void)store_put(store, FACT_CALLER, (void *)&caller);
}

static bool ask(const struct filter *f, enum fact_kind kind, struct buf *scratch)
{
    const struct column *column[64];
    struct column_set set = column_set(kind);
    struct view v = { .store = store, .beat_ms = 1000000, .wall_ms = 1795343527000 };
    struct filter_sight s = { .view = &v, .column = column, .scratch = scratch };
    for (size_t i = 0; i < set.count && i < 64; i++)
        column[s.count++] = &set.at[i];
    size_t at = 0;
    (void)filter_is_ticking(f, &s);
    return filter_matches(f, &s, store_each(store, kind, &at));
}

static void check_inverse(enum fact_kind kind, struct slice text, bool is_match, struct buf *scratch)
{
    struct buf inverse = BUF_INIT(FILTER_TEXT_MAX);
    struct filter_fault fault;
    (void)buf_addf(&inverse, "!%.*s", SLICE_FMT(text));
    struct filter *f = inverse.overflow ? NULL : filter_new(kind, buf_slice(&inverse), &fault);
    if (f != NULL)
        FUZZ_CHECK(ask(f, kind, scratch) != is_match);
    filter_free(f);
    buf_clear(&inverse);
}

/* Nothing in it can part two terms. */
static bool is_one_term(struct slice text)
{
    bool is_one = text.n > 0;
    for (size_t i = 0; i < text.n && is_one; i++)
        is_one = strchr(" \t|\"/", text.p[i]) == NULL;
    return is_one;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const enum fact_kind kinds[] = { FACT_AGENT, FACT_CALLER, FACT_QUEUE };
    if (store == NULL) {
        fill();
        for (size_t i = 0; i < 3; i++)
            (void)column_set(kinds[i]);
    }
    if (size == 0)
        return 0;
    unsigned long live = mem_live();
    enum fact_kind kind = kinds[data[0] % 3];
    struct slice text = fuzz_slice(data + 1, size - 1);
    struct filter_fault fault;
    struct buf scratch = BUF_INIT(2048);
    struct filter *f = filter_new(kind, text, &fault);
    FUZZ_CHECK((f == NULL) == (fault.text[0] != '\0'));
    if (f == NULL) {
        FUZZ_CHECK(fault.at <= text.n && fault.length <= text.n - fault.at);
    } else {
        bool is_match = ask(f, kind, &scratch);
        FUZZ_CHECK(ask(f, kind, &scratch) == is_match);
        if (is_one_term(text))
            check_inverse(kind, text, is_match, &scratch);
        if (filter_relax(f))
            FUZZ_CHECK(!filter_relax(f));
        (void)ask(f, kind, &scratch);
    }
    filter_free(f);
    buf_clear(&scratch);
    fuzz_check_live(live);
    return 0;
}
