/* SPDX-License-Identifier: MIT */
/* A whole conversation from any bytes, with a model behind it. The first byte chooses the kind: a
 * live session whose peer is the input, message by message, or the replay of a transcript. In a live one "~0" to
 * "~9" in the input stand for the ActionIDs of the latest requests and "~v" for the barrier's value, which
 * a peer knows and a fuzzer could not guess. */
#include "core/base/timer.h"
#include "core/link/session.h"
#include "core/link/transcript.h"
#include "tests/fuzz/floor_mirror.h"

enum { IDS = 10, ID_BYTES = 64, STEPS_MAX = 4000 };

static const char secret_text[] = "open-sesame-4711";

struct talk {
    struct session *s;
    struct floor *floor;
    int64_t now_ms;
    bool is_up, wants_up, is_secret_in_clear;
    char id[IDS][ID_BYTES]; /* the latest first */
    char value[ID_BYTES];
};

static bool give_secret(void *context, struct buf *out, struct err *err)
{
    (void)context;
    (void)err;
    *out = BUF_INIT(100);
    return buf_add(out, slice_of(secret_text));
}

static void copy_after(struct slice request, const char *header, char out[ID_BYTES])
{
    size_t n = strlen(header);
    const char *at = memmem(request.p, request.n, header, n);
    if (at == NULL)
        return;
    struct slice rest;
    struct slice value = slice_cut((struct slice){ at + n, request.n - (size_t)(at - request.p) - n }, '\r', &rest);
    (void)snprintf(out, ID_BYTES, "%.*s", SLICE_FMT(value));
}

static void on_send(void *context, struct slice bytes)
{
    struct talk *t = context;
    FUZZ_CHECK(t->is_up);
    FUZZ_CHECK(bytes.n > 4 && memcmp(bytes.p + bytes.n - 4, "\r\n\r\n", 4) == 0);
    FUZZ_CHECK(t->is_secret_in_clear || memmem(bytes.p, bytes.n, secret_text, sizeof secret_text - 1) == NULL);
    while (bytes.n > 0) {
        const char *end = memmem(bytes.p, bytes.n, "\r\n\r\n", 4);
        struct slice request = { bytes.p, (size_t)(end - bytes.p) + 4 };
        FUZZ_CHECK(slice_starts(request, SLICE("Action: ")));
        memmove(t->id[1], t->id[0], sizeof t->id - sizeof t->id[0]);
        copy_after(request, "ActionID: ", t->id[0]);
        if (memmem(request.p, request.n, "ACDTOP_SYNC", 11) != NULL)
            copy_after(request, "Value: ", t->value);
        bytes = (struct slice){ bytes.p + request.n, bytes.n - request.n };
    }
}

static void on_connect(void *context)
{
    struct talk *t = context;
    t->wants_up = true;
}

static void on_disconnect(void *context)
{
    struct talk *t = context;
    t->is_up = false;
}

static void pass_time(struct talk *t, int64_t ms)
{
    int64_t until_ms = t->now_ms + ms;
    for (int guard = 0; guard < 200; guard++) {
        int64_t due_ms = session_deadline(t->s);
        if (due_ms > until_ms)
            break;
        t->now_ms = due_ms > t->now_ms ? due_ms : t->now_ms;
        session_tick(t->s, t->now_ms);
        FUZZ_CHECK(session_deadline(t->s) > t->now_ms); /* a session that is due at once, for ever, would spin */
        if (t->wants_up) {
            t->wants_up = false;
            t->is_up = true;
            session_up(t->s, t->now_ms);
        }
    }
    t->now_ms = until_ms;
}

static void hear(struct talk *t, struct slice bytes)
{
    while (bytes.n > 0 && t->is_up) {
        size_t room;
        char *to = session_room(t->s, &room);
        if (to == NULL || room == 0)
            break;
        size_t n = bytes.n < room ? bytes.n : room;
        memcpy(to, bytes.p, n);
        session_fed(t->s, n, t->now_ms);
        bytes = (struct slice){ bytes.p + n, bytes.n - n };
    }
}

static void fill_in(const struct talk *t, struct slice text, struct buf *out)
{
    buf_reset(out);
    for (size_t i = 0; i < text.n; i++) {
        char next = i + 1 < text.n ? text.p[i + 1] : '\0';
        if (text.p[i] == '~' && next >= '0' && next <= '9')
            (void)buf_add(out, slice_of(t->id[next - '0']));
        else if (text.p[i] == '~' && next == 'v')
            (void)buf_add(out, slice_of(t->value));
        else {
            (void)buf_add_char(out, text.p[i]);
            continue;
        }
        i++;
    }
}

/* The end of the first message in text, its empty line included. */
static size_t message_end(struct slice text)
{
    const char *end = memmem(text.p, text.n, "\n\r\n", 3);
    return end != NULL ? (size_t)(end - text.p) + 3 : text.n;
}

static void converse(struct talk *t, struct slice text, int64_t step_ms)
{
    struct buf filled = BUF_INIT(1 << 20);
    pass_time(t, 1);
    for (int step = 0; text.n > 0 && step < STEPS_MAX; step++) {
        size_t n = message_end(text);
        bool is_end = slice_starts(text, SLICE("LOST"));
        fill_in(t, (struct slice){ text.p, n }, &filled);
        if (is_end && t->is_up) {
            struct err why = ERR_INIT;
            (void)err_set(&why, ERR_NETWORK, "the input says so");
            t->is_up = false;
            session_lost(t->s, &why, t->now_ms);
        } else {
            hear(t, buf_slice(&filled));
        }
        pass_time(t, is_end ? 60000 : step_ms);
        text = (struct slice){ text.p + n, text.n - n };
    }
    buf_clear(&filled);
}

static void replay(struct talk *t, struct slice text)
{
    struct err err = ERR_INIT;
    struct transcript_reader *r = transcript_read(text, &err);
    struct transcript_entry e;
    int64_t zero_ms = t->now_ms;
    while (r != NULL && transcript_next(r, &e, &err) == TRANSCRIPT_ENTRY) {
        int64_t at_ms = zero_ms + (e.at_ms < 86400000 ? e.at_ms : 86400000);
        if (at_ms > t->now_ms)
            pass_time(t, at_ms - t->now_ms);
        if (e.kind == TRANSCRIPT_UP) {
            t->is_up = true;
            session_up(t->s, t->now_ms);
        } else if (e.kind == TRANSCRIPT_DOWN && t->is_up) {
            t->is_up = false;
            session_lost(t->s, &err, t->now_ms);
        } else if (e.kind == TRANSCRIPT_SENT) {
            session_observe(t->s, e.bytes, t->now_ms);
        } else if (e.kind == TRANSCRIPT_RECEIVED) {
            hear(t, e.bytes);
        }
    }
    transcript_reader_free(r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int64_t steps[] = { 1, 20, 700, 6000 };
    unsigned long live = mem_live();
    unsigned which = size > 0 ? data[0] : 0;
    struct slice text = size > 0 ? (struct slice){ (const char *)data + 1, size - 1 } : SLICE("");
    struct mirror m;
    struct talk t = { .now_ms = 1000000, .is_secret_in_clear = (which & 4) != 0 };
    mirror_open(&m);
    struct floor_setup floor_setup = { .pbx_index = 0, .short_abandon_ms = 5000, .changed = mirror_changed, .context = &m };
    t.floor = floor_new(&floor_setup, t.now_ms, 1795303252000);
    struct session_setup setup = { .user = "wallboard", .host = "pbx:5038", .wall_at_zero_ms = 1795302252000, .is_passive = (which & 8) != 0,
                                   .is_plain_secret_allowed = t.is_secret_in_clear, .floor = t.floor, .secret = give_secret, .send = on_send,
                                   .connect = on_connect, .disconnect = on_disconnect, .context = &t };
    t.s = session_new(&setup, t.now_ms);
    session_start(t.s, t.now_ms);
    if (t.wants_up && !setup.is_passive) {
        t.wants_up = false;
        t.is_up = true;
        session_up(t.s, t.now_ms);
    }
    if (setup.is_passive)
        replay(&t, text);
    else
        converse(&t, text, steps[which & 3]);
    struct fact_pbx shown = { .id = 1 };
    session_report(t.s, &shown);
    FUZZ_CHECK(shown.link >= 0 && shown.link < LINK_STATE_COUNT && shown.events >= 0);
    pass_time(&t, 120000);
    mirror_check(&m, t.floor);
    session_free(t.s);
    floor_free(t.floor);
    mirror_close(&m);
    fuzz_check_live(live);
    return 0;
}
