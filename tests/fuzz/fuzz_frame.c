/* SPDX-License-Identifier: MIT */
/* Frames and events from any bytes. The first byte chooses how the rest is cut into pieces;
 * whatever the pieces, the same messages must come out, and decoding them touches nothing else. */
#include "core/ami/event.h"
#include "core/ami/frame.h"
#include "tests/fuzz/fuzz.h"

static uint64_t add(uint64_t sum, struct slice s)
{
    for (size_t i = 0; i < s.n; i++)
        sum = (sum ^ (unsigned char)s.p[i]) * UINT64_C(0x100000001b3);
    return (sum ^ s.n) * UINT64_C(0x100000001b3);
}

static uint64_t digest(uint64_t sum, const struct frame *f)
{
    for (size_t i = 0; i < f->count; i++) {
        const struct frame_field *field = &f->field[i];
        FUZZ_CHECK(field->value_n == 0 || (field->value >= f->raw.p && field->value + field->value_n <= f->raw.p + f->raw.n));
        FUZZ_CHECK(memchr(field->value, '\n', field->value_n) == NULL);
        sum = add(add(sum, field->name), (struct slice){ field->value, field->value_n });
    }
    return sum * 31 + f->count;
}

static void decode(const struct frame *f)
{
    struct event e;
    struct err err = ERR_INIT;
    bool ok = event_decode(f, &e, &err);
    FUZZ_CHECK(ok == (err.kind == ERR_NONE));
    for (enum field field = 0; ok && field < FIELD_COUNT; field++) {
        struct slice value = event_get(&e, field);
        FUZZ_CHECK(value.n == 0 || (value.p >= f->raw.p && value.p + value.n <= f->raw.p + f->raw.n));
        (void)event_int(&e, field, 0, 1000, -1);
    }
}

/* The sum over everything that came out; BAD counts too. piece 0: all at once. */
static uint64_t run(struct slice bytes, size_t piece, bool (*want)(struct slice name))
{
    const struct frame_limits limits = { .line_max = 2000, .message_max = 8000, .field_max = 60 };
    struct frame_reader *r = frame_reader_new(&limits, want);
    uint64_t sum = 1;
    bool is_bad = false;
    for (size_t at = 0; at < bytes.n && !is_bad;) {
        size_t n = piece == 0 || bytes.n - at < piece ? bytes.n - at : piece;
        frame_feed(r, (struct slice){ bytes.p + at, n });
        at += n;
        for (;;) {
            struct frame f;
            struct err err = ERR_INIT;
            enum frame_state state = frame_next(r, &f, &err);
            is_bad = state == FRAME_BAD;
            FUZZ_CHECK(is_bad == (err.kind != ERR_NONE));
            if (state != FRAME_READY)
                break;
            sum = digest(sum, &f);
            decode(&f);
        }
    }
    sum = sum * 31 + frame_skipped(r);
    frame_reader_free(r);
    return is_bad ? sum * 31 + 1 : sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const size_t pieces[] = { 1, 2, 3, 7, 64, 1000 };
    unsigned long live = mem_live();
    size_t which = size > 0 ? data[0] : 0;
    bool (*want)(struct slice) = which % 2 == 0 ? event_is_wanted : NULL;
    uint64_t whole = run(fuzz_slice(data, size), 0, want);
    uint64_t cut = run(fuzz_slice(data, size), pieces[which % (sizeof pieces / sizeof pieces[0])], want);
    FUZZ_CHECK(whole == cut);
    fuzz_check_live(live);
    return 0;
}
