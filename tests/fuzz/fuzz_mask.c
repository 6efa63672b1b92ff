/* SPDX-License-Identifier: MIT */
/* A sentence and a device from any bytes: nothing but digits changes, and into a star; the length stays; what is left of a number in one piece
 * is its ends, but for what the rule names; said twice it is the same; a fact with such texts is masked as the texts are. */
#include "core/base/buf.h"
#include "core/floor/mask.h"
#include "tests/fuzz/fuzz.h"

enum { TEXT_BYTES_MAX = 16 * 1024, WHOLE = 7 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static void check_stars(struct slice text, struct slice told)
{
    FUZZ_CHECK(told.n == text.n);
    for (size_t i = 0; i < text.n; i++)
        FUZZ_CHECK(told.p[i] == text.p[i] || (told.p[i] == '*' && is_digit(text.p[i])));
}

/* Is this run of digits, of the masked text, part of a Uniqueid or of the end of a channel's name? Said more simply than the mask says it. */
static bool may_stay(struct slice s, size_t from, size_t to)
{
    bool is_epoch = to - from == 10 && to + 1 < s.n && s.p[to] == '.' && is_digit(s.p[to + 1]), is_counter = from > 10 && s.p[from - 1] == '.' && is_digit(s.p[from - 2]);
    while (from > 0 && (is_digit(s.p[from - 1]) || (s.p[from - 1] >= 'a' && s.p[from - 1] <= 'f')))
        from--;
    return is_epoch || is_counter || (from > 0 && s.p[from - 1] == '-' && s.p[from] == '0' && s.p[from + 1] == '0');
}

static void check_runs(struct slice told)
{
    for (size_t i = 0; i < told.n;) {
        size_t to = i;
        while (to < told.n && is_digit(told.p[to]))
            to++;
        FUZZ_CHECK(to - i < WHOLE || may_stay(told, i, to));
        i = to > i ? to : i + 1;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    unsigned long live = mem_live();
    struct mask *m = mask_new();
    struct buf text = BUF_INIT(TEXT_BYTES_MAX + 1), told = BUF_INIT(TEXT_BYTES_MAX), again = BUF_INIT(TEXT_BYTES_MAX);
    (void)buf_add(&text, fuzz_slice(data, size < TEXT_BYTES_MAX ? size : TEXT_BYTES_MAX));
    mask_text(m, buf_slice(&text), &told);
    mask_text(m, buf_slice(&text), &again);
    check_stars(buf_slice(&text), buf_slice(&told));
    FUZZ_CHECK(slice_eq(buf_slice(&told), buf_slice(&again)));
    check_runs(buf_slice(&told));
    char *line = mem_strdup(buf_slice(&text).p); /* up to a NUL */
    struct fact_order order = { .line = line, .interface = line };
    const struct fact_order *o = (const void *)mask_fact(m, FACT_ORDER, (const void *)&order);
    buf_reset(&told);
    mask_text(m, slice_of(line), &told);
    FUZZ_CHECK(slice_eq(slice_of(o->line), buf_slice(&told)) || (o->line == line && o->interface == line));
    check_stars(slice_of(line), slice_of(o->interface));
    mem_free(line);
    struct fact_agent agent = { .interface = mem_strdup(buf_slice(&text).p) };
    struct fact_queue queue = { .name = agent.interface };
    mask_learn(m, FACT_AGENT, (const void *)&agent);
    mask_learn(m, FACT_QUEUE, (const void *)&queue);
    buf_reset(&told);
    mask_text(m, buf_slice(&text), &told);
    check_stars(buf_slice(&text), buf_slice(&told));
    mem_free(agent.interface);
    buf_clear(&text);
    buf_clear(&told);
    buf_clear(&again);
    mask_free(m);
    fuzz_check_live(live);
    return 0;
}
